"""The door: our stable address of a meeting, one a person. GET shows it, POST leads to the link that is valid now."""

import re
from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, redirect
from sqlalchemy.orm import Session
from werkzeug.urls import iri_to_uri
from werkzeug.wrappers import Response as AnyResponse

from scheduler.models import Seat
from scheduler.presenters.meetings import view
from scheduler.programme import doors
from scheduler.web.security import allow_form_to_reach
from scheduler.web.site import page, site

HOST = re.compile(r"([a-zA-Z0-9_.-]+|\[[0-9a-fA-F:.]+\])(:[0-9]+)?")

blueprint = Blueprint("door", __name__)


@blueprint.get("/j/<token>")
def show(token: str) -> Response:
    with site().database.reading() as db:
        return _page(db, _seat(db, token))


@blueprint.post("/j/<token>")
def join(token: str) -> AnyResponse:
    with site().database.writing() as db:
        seat = _seat(db, token)
        link = _link(db, seat)
        if not link:
            return _page(db, seat, status=409)
        doors.join(db, seat, now=site().clock())
        return redirect(link, 303)


def _seat(db: Session, token: str) -> Seat:
    found = site().links.read("door", token) or abort(404)
    return doors.seat_of(db, *found) or abort(404)


def _link(db: Session, seat: Seat) -> str:
    """The link as browsers write it. Empty where there is none yet, or none that a browser or a header could take."""
    try:
        link = iri_to_uri(doors.link(db, seat.meeting))
        host = urlsplit(link).netloc
    except ValueError:
        return ""
    return link if HOST.fullmatch(host) else ""


def _page(db: Session, seat: Seat, status: int = 200) -> Response:
    link = _link(db, seat)
    if link:
        parts = urlsplit(link)
        allow_form_to_reach(f"{parts.scheme}://{parts.netloc}")
    meeting = view(seat, site().links)
    return page(
        "door/meeting.html",
        status,
        speaking=meeting.words,
        meeting=meeting,
        ready=bool(link),
        over=meeting.ends_at < site().clock(),
    )

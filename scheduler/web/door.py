"""The door: our stable address of a meeting or event, one a person. GET shows it, POST leads to the link valid now."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, redirect
from sqlalchemy.orm import Session
from werkzeug.urls import iri_to_uri
from werkzeug.wrappers import Response as AnyResponse

from scheduler.models import Registration, Seat
from scheduler.presenters.meetings import MeetingView
from scheduler.presenters.meetings import view as meeting_view
from scheduler.presenters.registrations import RegistrationView
from scheduler.presenters.registrations import view as registration_view
from scheduler.programme import doors
from scheduler.web.security import allow_form_to_reach
from scheduler.web.site import page, site

HOST = re.compile(r"([a-zA-Z0-9_.-]+|\[[0-9a-fA-F:.]+\])(:[0-9]+)?")

blueprint = Blueprint("door", __name__)


@dataclass(frozen=True)
class Entrance:
    """A door of either kind: what stands behind it now, how to note that somebody came through, and its page."""

    link: str
    enter: Callable[[datetime], object]
    template: str
    view: MeetingView | RegistrationView
    facts: dict[str, Any]


@blueprint.get("/j/<token>")
def show(token: str) -> Response:
    with site().database.reading() as db:
        return _page(_entrance(db, token))


@blueprint.post("/j/<token>")
def join(token: str) -> AnyResponse:
    with site().database.writing() as db:
        entrance = _entrance(db, token)
        if not entrance.link:
            return _page(entrance, status=409)
        entrance.enter(site().clock())
        return redirect(entrance.link, 303)


def _entrance(db: Session, token: str) -> Entrance:
    """The entrance of this token, to a meeting or to an event. 404 if there is none."""
    links = site().links
    found = links.read("door", token)
    if found is not None:
        return _to_meeting(db, doors.seat_of(db, *found) or abort(404))
    found = links.read("event-door", token) or abort(404)
    return _to_event(db, doors.registration_of(db, *found) or abort(404))


def _to_meeting(db: Session, seat: Seat) -> Entrance:
    meeting = meeting_view(seat, site().links)
    link = _as_browsers_write(doors.link(db, seat.meeting))
    facts = {"meeting": meeting, "passcode": doors.passcode(db, seat.meeting)}
    return Entrance(link, lambda now: doors.join(db, seat, now=now), "door/meeting.html", meeting, facts)


def _to_event(db: Session, registration: Registration) -> Entrance:
    shown = registration_view(registration, site().links)
    link = _as_browsers_write(doors.event_link(db, registration))
    facts = {"registration": shown, "passcode": doors.passcode(db, registration.event)}
    return Entrance(link, lambda now: doors.join_event(db, registration, now=now), "door/event.html", shown, facts)


def _as_browsers_write(address: str) -> str:
    """The link as browsers write it. Empty where there is none yet, or none that a browser or a header could take."""
    try:
        link = iri_to_uri(address)
        host = urlsplit(link).netloc
    except ValueError:
        return ""
    return link if HOST.fullmatch(host) else ""


def _page(entrance: Entrance, status: int = 200) -> Response:
    if entrance.link:
        parts = urlsplit(entrance.link)
        allow_form_to_reach(f"{parts.scheme}://{parts.netloc}")
    return page(
        entrance.template,
        status,
        speaking=entrance.view.words,
        ready=bool(entrance.link),
        over=entrance.view.ends_at < site().clock(),
        **entrance.facts,
    )

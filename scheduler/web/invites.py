"""Answering an invite by the links beside it in its mail. GET shows, POST answers; the link is the authority."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, abort, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from scheduler.errors import InviteChanged, InviteOver, Refused
from scheduler.presenters.meetings import MeetingView
from scheduler.presenters.meetings import view as meeting_view
from scheduler.presenters.registrations import RegistrationView
from scheduler.presenters.registrations import view as registration_view
from scheduler.programme import doors
from scheduler.programme.replies import partstats
from scheduler.programme.replies.partstats import Invite
from scheduler.states import Invited, Partstat
from scheduler.web.site import page, site

blueprint = Blueprint("invites", __name__, url_prefix="/i/<token>")


@dataclass(frozen=True)
class Shown:
    """An invite, and how it is told to whoever answers for it."""

    invite: Invite
    view: MeetingView | RegistrationView
    names: dict[str, Any]


@blueprint.get("")
def show(token: str) -> Response:
    return _look(token, None)


@blueprint.get("/accept")
def ask_accept(token: str) -> Response:
    return _look(token, Partstat.ACCEPTED)


@blueprint.get("/decline")
def ask_decline(token: str) -> Response:
    return _look(token, Partstat.DECLINED)


@blueprint.post("/accept")
def accept(token: str) -> AnyResponse:
    return _answer(token, Partstat.ACCEPTED)


@blueprint.post("/decline")
def decline(token: str) -> AnyResponse:
    return _answer(token, Partstat.DECLINED)


def _look(token: str, asked: Partstat | None) -> Response:
    with site().database.reading() as db:
        return _page(_shown(db, token), token, asked)


def _answer(token: str, partstat: Partstat) -> AnyResponse:
    """The answer to the version that the page showed; or the page again, as it is now, with why not."""
    version = request.form.get("version", -1, type=int)
    try:
        with site().database.writing() as db:
            invite = _shown(db, token).invite
            partstats.answer_by_link(db, invite, partstat, version=version, now=site().clock())
    except (InviteOver, InviteChanged) as refused:
        with site().database.reading() as db:
            return _page(_shown(db, token), token, partstat, refused)
    return redirect(url_for("invites.show", token=token), 303)


def _shown(db: Session, token: str) -> Shown:
    """The invite of this token, to a meeting or to an event. 404 if there is none."""
    links = site().links
    found = links.read_invite(Invited.MEETING, token)
    if found is not None:
        seat = doors.seat_of(db, *found) or abort(404)
        meeting = meeting_view(seat, links)
        return Shown(seat, meeting, {"meeting": meeting})
    found = links.read_invite(Invited.REGISTRATION, token) or abort(404)
    registration = doors.registration_of(db, *found) or abort(404)
    told = registration_view(registration, links)
    again = told.cancelled and not told.called_off and told.ends_at > site().clock()
    return Shown(registration, told, {"registration": told, "may_register_again": again})


def _page(shown: Shown, token: str, asked: Partstat | None, refused: Refused | None = None) -> Response:
    words = shown.view.words
    return page(
        "invites/answer.html",
        409 if refused else 200,
        speaking=words,
        token=token,
        told=shown.view,
        asked=asked,
        answered=partstats.standing_answer(shown.invite),
        version=partstats.sequence(shown.invite),
        over=partstats.is_over(shown.invite, now=site().clock()),
        problem=words.refusal(refused) if refused else "",
        **shown.names,
    )

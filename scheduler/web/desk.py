"""The coordinators' desk: their pairs, their meetings, and what is on its way to whom."""

from flask import Blueprint, Response, abort, flash, redirect, request, url_for
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse
from wtforms import StringField

from scheduler.errors import Refused
from scheduler.models import Meeting
from scheduler.presenters.meetings import REMOTE
from scheduler.programme import access, desk, doors, meetings, modes
from scheduler.programme.access import Desk
from scheduler.states import DeliveryState, MeetingState
from scheduler.web.site import page, signed_in, site, visitor_words

blueprint = Blueprint("desk", __name__, url_prefix="/c/<slug:slug>")


class LinkForm(FlaskForm):  # type: ignore[misc]
    """The address of a video meeting that somebody made elsewhere."""

    link = StringField()


@blueprint.before_request
def sign_in_first() -> AnyResponse | None:
    return None if signed_in() else redirect(url_for("sign_in.how"), 303)


@blueprint.get("/")
def pairs(slug: str) -> Response:
    with site().database.reading() as db:
        mine = _desk(db, slug)
        rows = desk.pair_rows(db, mine, now=site().clock())
        counts = desk.delivery_counts(db, mine)
        return page("desk/pairs.html", desk=mine, rows=rows, states=list(desk.PairState), counts=counts)


@blueprint.get("/deliveries")
def deliveries(slug: str) -> Response:
    state = _state(request.args.get("state", ""))
    number = request.args.get("page", 1, type=int)
    with site().database.reading() as db:
        mine = _desk(db, slug)
        counts = desk.delivery_counts(db, mine)
        total = counts[state] if state else counts.total()
        last = max(1, -(-total // desk.PAGE))
        if not 1 <= number <= last:
            abort(404)
        rows = desk.delivery_rows(db, mine, state=state, page=number)
        return page(
            "desk/deliveries.html", desk=mine, rows=rows, counts=counts, state=state, number=number, last=last,
            states=list(DeliveryState),
        )  # fmt: skip


@blueprint.get("/meetings/<row:meeting_id>")
def meeting(slug: str, meeting_id: int) -> Response:
    with site().database.reading() as db:
        mine = _desk(db, slug)
        return _meeting_page(db, mine, _meeting(db, mine, meeting_id))


@blueprint.post("/meetings/<row:meeting_id>/link")
def paste_link(slug: str, meeting_id: int) -> AnyResponse:
    link = (LinkForm().link.data or "").strip()
    try:
        with site().database.writing() as db:
            found = _meeting(db, _desk(db, slug), meeting_id)
            meetings.change_how(db, found, how=modes.with_link(modes.how_of(found), link), now=site().clock())
    except Refused as refused:
        problem = visitor_words().refusal(refused)
        with site().database.reading() as db:
            mine = _desk(db, slug)
            return _meeting_page(db, mine, _meeting(db, mine, meeting_id), problem=problem, typed=link)
    flash(visitor_words().gettext("Saved."))
    return redirect(url_for("desk.meeting", slug=slug, meeting_id=meeting_id), 303)


def _desk(db: Session, slug: str) -> Desk:
    """The visitor's desk in this programme. 404 for a programme that is not theirs, as for one that is not there."""
    mine = [found for found in access.desks_of(db, signed_in() or "") if found.programme.slug == slug]
    return mine[0] if mine else abort(404)


def _meeting(db: Session, mine: Desk, meeting_id: int) -> Meeting:
    return desk.meeting_in_reach(db, mine, meeting_id) or abort(404)


def _meeting_page(db: Session, mine: Desk, found: Meeting, *, problem: str = "", typed: str | None = None) -> Response:
    takes_link = found.state is MeetingState.BOOKED and found.mode in REMOTE
    return page(
        "desk/meeting.html",
        (422 if takes_link else 409) if problem else 200,
        desk=mine,
        meeting=found,
        form=LinkForm(),
        problem=problem,
        typed=found.link if typed is None else typed,
        link=doors.link(db, found),
        rows=desk.deliveries_of_meeting(db, found),
        takes_link=takes_link,
    )


def _state(text: str) -> DeliveryState | None:
    try:
        return DeliveryState(text) if text else None
    except ValueError:
        abort(404)

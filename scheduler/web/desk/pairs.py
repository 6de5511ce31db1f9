"""The desk's pairs, and a page for each of their meetings."""

from collections import Counter

from flask import Response, abort, flash, redirect, request, url_for
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse
from wtforms import StringField

from scheduler.errors import Refused
from scheduler.models import Meeting
from scheduler.presenters.meetings import REMOTE
from scheduler.programme import desk, doors, truths
from scheduler.programme.access import Desk
from scheduler.programme.pairs import meetings, modes
from scheduler.states import MeetingState
from scheduler.web.desk.entry import blueprint, desk_of, one_of, page_of
from scheduler.web.site import page, signed_in, site, visitor_words


class LinkForm(FlaskForm):  # type: ignore[misc]
    """The address of a video meeting that somebody made elsewhere."""

    link = StringField()


@blueprint.get("/pairs")
def pairs(slug: str) -> Response:
    state = one_of(desk.PairState, request.args.get("state", ""))
    named, linkless = request.args.get("q", "").strip(), request.args.get("link") == "none"
    with site().database.reading() as db:
        mine = desk_of(db, slug)
        found = [each for each in desk.pair_standings(db, mine, now=site().clock()) if each.is_named(named)]
        found = [each for each in found if not linkless or each.lacks_link]
        shown, number, last = page_of([each for each in found if state in {None, each.state}])
        return page(
            "desk/pairs.html",
            desk=mine,
            rows=desk.pair_rows(db, shown),
            counts=Counter(each.state for each in found),
            states=list(desk.PairState),
            state=state,
            named=named,
            linkless=linkless,
            number=number,
            last=last,
        )


@blueprint.get("/meetings/<row:meeting_id>")
def meeting(slug: str, meeting_id: int) -> Response:
    with site().database.reading() as db:
        mine = desk_of(db, slug)
        return _meeting_page(db, mine, _meeting(db, mine, meeting_id))


@blueprint.post("/meetings/<row:meeting_id>/link")
def paste_link(slug: str, meeting_id: int) -> AnyResponse:
    link = (LinkForm().link.data or "").strip()
    try:
        with site().database.writing() as db:
            found = _meeting(db, desk_of(db, slug), meeting_id)
            how, by = modes.with_link(modes.how_of(found), link), signed_in() or ""
            meetings.change_how(db, found, how=how, by=by, now=site().clock())
    except Refused as refused:
        problem = visitor_words().refusal(refused)
        with site().database.reading() as db:
            mine = desk_of(db, slug)
            return _meeting_page(db, mine, _meeting(db, mine, meeting_id), problem=problem, typed=link)
    flash(visitor_words().gettext("Saved."))
    return redirect(url_for("desk.meeting", slug=slug, meeting_id=meeting_id), 303)


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
        truths=truths.of_meetings(db, [found]),
        takes_link=takes_link,
        begun=found.starts_at <= site().clock(),
    )

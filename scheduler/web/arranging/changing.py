"""The pages of one meeting: moved, met otherwise, cancelled, held."""

from flask import Response, flash
from sqlalchemy.orm import Session

from scheduler.errors import BadChoice, Refused
from scheduler.models import Meeting
from scheduler.presenters.meetings import place_facts
from scheduler.presenters.openings import elsewhere
from scheduler.programme.pairs import held, meetings, openings
from scheduler.programme.pairs.modes import COLUMNS, how_of
from scheduler.states import MeetingState, Mode
from scheduler.web.arranging.arranger import Arranger, tell
from scheduler.web.arranging.hows import asked_mode, typed_fields, written_how
from scheduler.web.choosing import choice, chosen_starts, days
from scheduler.web.site import site, visitor_words


def move_page(db: Session, who: Arranger, meeting: Meeting, refused: Refused | None = None) -> Response:
    times = choice(
        db,
        meeting.pair,
        minutes=meeting.minutes,
        how=how_of(meeting),
        spoken=visitor_words(),
        zone=who.zone,
        others=who.others,
        now=site().clock(),
        but=meeting,
    )
    return _page("arranging/move.html", who, meeting, refused, choice=times)


def move(db: Session, who: Arranger, meeting: Meeting) -> None:
    chosen, now = chosen_starts(), site().clock()
    if len(chosen) != 1:
        raise BadChoice
    openings.move(db, meeting, starts_at=chosen[0], by=who.by, now=now, **days(meeting.pair, now))
    flash(visitor_words().gettext("Moved. Both get a new invitation, which replaces the old one."))


def how_page(db: Session, who: Arranger, meeting: Meeting, refused: Refused | None = None) -> Response:
    mode = asked_mode(meeting.mode)
    as_it_is = {name: getattr(meeting, name) for name in COLUMNS}
    typed = typed_fields() if refused else as_it_is
    return _page("arranging/how.html", who, meeting, refused, mode=mode, modes=list(Mode), typed=typed)


def change_how(db: Session, who: Arranger, meeting: Meeting) -> None:
    meetings.change_how(db, meeting, how=written_how(asked_mode(meeting.mode)), by=who.by, now=site().clock())
    flash(visitor_words().gettext("Changed. Both are told what there is to know."))


def cancel_page(db: Session, who: Arranger, meeting: Meeting, refused: Refused | None = None) -> Response:
    return _page("arranging/cancel.html", who, meeting, refused)


def cancel(db: Session, who: Arranger, meeting: Meeting) -> None:
    meetings.cancel(db, meeting, by=who.by, now=site().clock())
    flash(visitor_words().gettext("Cancelled. Both are told, and their calendars too."))


def meeting_page(db: Session, who: Arranger, meeting: Meeting, refused: Refused | None = None) -> Response:
    return _page("arranging/meeting.html", who, meeting, refused)


def mark_held(db: Session, who: Arranger, meeting: Meeting) -> None:
    meetings.mark_held(db, meeting, by=who.by, now=site().clock())
    flash(visitor_words().gettext("Noted: you have met."))


def take_back(db: Session, who: Arranger, meeting: Meeting) -> None:
    held.take_back(db, meeting, by=who.by, now=site().clock())
    flash(visitor_words().gettext("Noted: the meeting was not held. Move it to another time, or cancel it."))


def _page(template: str, who: Arranger, meeting: Meeting, refused: Refused | None, **facts: object) -> Response:
    spoken = visitor_words()
    return tell(
        template,
        who,
        refused,
        meeting=meeting,
        elsewhere=elsewhere(spoken, meeting.starts_at, meeting.minutes, who.zone, who.others),
        facts=place_facts(meeting, spoken),
        booked=meeting.state is MeetingState.BOOKED,
        told=meeting.state is MeetingState.HELD and meeting.held_by is not None and meeting.held_by.is_told,
        begun=meeting.starts_at <= site().clock(),
        door=_door(who, meeting),
        **facts,
    )


def _door(who: Arranger, meeting: Meeting) -> str:
    """The arranger's own door to the meeting; a coordinator has none."""
    mine = [seat for seat in meeting.seats if who.person and seat.person_id == who.person.id]
    return site().links.door(mine[0].id, mine[0].door_generation) if mine else ""

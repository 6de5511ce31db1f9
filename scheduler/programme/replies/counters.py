"""Another time that somebody's calendar proposes for a meeting (RFC 5546, 3.2.7): put to the other one, or refused."""

from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from scheduler.errors import BadNote, NotOpen
from scheduler.models import Proposal, Seat
from scheduler.models.meetings import LONGEST_MINUTES, SHORTEST_MINUTES
from scheduler.programme.pairs import modes, proposals
from scheduler.programme.replies import refusals
from scheduler.slots import zones

MINUTE = timedelta(minutes=1)


def put(
    session: Session, seat: Seat, *, starts_at: datetime, ends_at: datetime | None, comment: str, now: datetime
) -> Proposal | None:
    """Puts the time to the other one of the pair, as a proposal that moves the meeting if it is accepted.

    Where the two cannot both meet then, whoever proposed it is told so, with times that suit both; then None.
    The pair and the seat are locked already.
    """
    meeting = seat.meeting
    pair, day = meeting.pair, _day(seat, starts_at)
    minutes = (ends_at - starts_at) // MINUTE if ends_at else meeting.minutes
    try:
        if not _is_possible(seat, starts_at, minutes, now):
            raise NotOpen
        return proposals.propose(
            session,
            pair,
            starts=[starts_at],
            minutes=minutes,
            how=modes.how_of(meeting),
            first=day,
            last=day,
            note=_note(comment),
            made_by=seat.person,
            moves=meeting,
            by=seat.person.email,
            now=now,
        )
    except NotOpen:
        refusals.owe_for(session, meeting, seat.person_id, slots=True, now=now)
        return None


def _is_possible(seat: Seat, starts_at: datetime, minutes: int, now: datetime) -> bool:
    """Whether it is another time, to come and within the programme, and of a length that meetings may have."""
    programme = seat.meeting.pair.programme
    same = (starts_at, minutes) == (seat.meeting.starts_at, seat.meeting.minutes)
    within = starts_at > now and programme.starts_on <= _day(seat, starts_at) <= programme.ends_on
    return within and not same and SHORTEST_MINUTES <= minutes <= LONGEST_MINUTES


def _day(seat: Seat, at: datetime) -> date:
    return zones.date_of(at, seat.meeting.pair.programme.timezone)


def _note(comment: str) -> str:
    """What they wrote, if it can be a note; else nothing: the time is what matters."""
    try:
        return proposals.clean_note(comment)
    except BadNote:
        return ""

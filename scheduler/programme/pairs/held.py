"""When a pair has met, as Zoom or the door tell it. What people say themselves goes before: see `meetings.mark_held`.

A booked meeting whose time is over was held

- by Zoom, if two stays in its room, which are not both of one known person, have five minutes in common;
- by the door, if Zoom tells of nobody at all, and both came through their door while the meeting went on.

Nothing is known of what they spoke about, and nobody is kept from saying it otherwise: what is not held by this rule
stays open, for them to say, and what is can be taken back by them, after which the rule is silent.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import combinations

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from scheduler.errors import MeetingClosed, NotYetHeld
from scheduler.models import Attendance, Meeting
from scheduler.programme import audit, locks
from scheduler.programme.pairs import meetings
from scheduler.programme.pool.attendance import EARLY, LATE, goes_on
from scheduler.states import Action, MeetingState, Source

TOGETHER = timedelta(minutes=5)
OLDEST = timedelta(days=30)


def settle_due(session: Session, *, now: datetime) -> None:
    """Notes as held what is over and was, by the rule above; once, however many processes look."""
    told = exists().where(Attendance.meeting_id == Meeting.id)
    query = select(Meeting).where(Meeting.state == MeetingState.BOOKED, Meeting.not_held_at.is_(None), told)
    query = query.where(Meeting.starts_at > now - OLDEST, Meeting.starts_at < now).order_by(Meeting.id)
    over = [meeting for meeting in session.scalars(query) if meeting.ends_at <= now]
    found = [(meeting, source) for meeting in over if (source := who_says(session, meeting))]
    locks.take_for_booking(session, [meeting.pair for meeting, _ in found])
    for meeting, source in found:
        _mark(session, meeting, source, now)


def take_back(session: Session, meeting: Meeting, *, by: str, now: datetime) -> Meeting:
    """Notes that they did not meet, whatever Zoom or the door told: it is booked again, to be moved or cancelled.

    Raises MeetingClosed where nothing was told, or somebody has said themselves that they met.
    """
    meetings.lock(session, meeting, state=MeetingState.HELD)
    if meeting.held_by is None or not meeting.held_by.is_told:
        raise MeetingClosed
    meeting.state, meeting.held_by, meeting.not_held_at = MeetingState.BOOKED, None, now
    audit.note(
        session,
        Action.MEETING_NOT_HELD,
        programme_id=meeting.pair.programme_id,
        pair_id=meeting.pair_id,
        by=by,
        now=now,
        meeting_id=meeting.id,
        starts_at=meeting.starts_at,
    )
    return meeting


def who_says(session: Session, meeting: Meeting) -> Source | None:
    """Who says that the two have met; None where nobody does, or not enough."""
    stays = session.scalars(select(Attendance).where(Attendance.meeting_id == meeting.id).order_by(Attendance.id)).all()
    by_zoom = [stay for stay in stays if stay.source is Source.ZOOM]
    if by_zoom:
        return Source.ZOOM if are_together(meeting, by_zoom) else None
    came = {stay.person_id for stay in stays if stay.came_at and goes_on(meeting, stay.came_at)}
    return Source.DOOR if {meeting.pair.mentor_id, meeting.pair.mentee_id} <= came else None


def are_together(meeting: Meeting, stays: Sequence[Attendance]) -> bool:
    """Whether two of the stays have enough time in common, which lasts into the meeting's own."""
    whole = [(stay.person_id, stay.came_at, stay.left_at) for stay in stays if stay.came_at and stay.left_at]
    for (one, came, left), (other, came_too, left_too) in combinations(whole, 2):
        begins = max(came, came_too, meeting.starts_at - EARLY)
        ends = min(left, left_too, meeting.ends_at + LATE)
        same = one is not None and one == other
        if not same and ends - begins >= TOGETHER and ends > meeting.starts_at:
            return True
    return False


def _mark(session: Session, meeting: Meeting, source: Source, now: datetime) -> None:
    try:
        meetings.mark_held(session, meeting, source=source, now=now)
    except (MeetingClosed, NotYetHeld):  # said by themselves, cancelled or moved since we looked
        return

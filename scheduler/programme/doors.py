"""The door: where a person comes in to a meeting, whatever link is valid behind it."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.models import Meeting, Person, Seat, ZoomMeeting
from scheduler.states import MeetingState


def seat_of(session: Session, seat_id: int, generation: int) -> Seat | None:
    """The seat that this door belongs to, if the door is still the one that was given out."""
    seat = session.get(Seat, seat_id)
    return seat if seat is not None and seat.door_generation == generation else None


def partner(seat: Seat) -> Person:
    """The other one of the pair."""
    pair = seat.meeting.pair
    return pair.mentee if seat.person_id == pair.mentor_id else pair.mentor


def link(session: Session, meeting: Meeting) -> str:
    """The address that the door leads to now: a pasted one first, then Zoom's. Empty while there is none."""
    if meeting.state is MeetingState.CANCELLED:
        return ""
    if meeting.link:
        return meeting.link
    query = select(ZoomMeeting.join_url).where(ZoomMeeting.meeting_id == meeting.id, ZoomMeeting.wanted)
    return session.scalars(query).one_or_none() or ""


def join(session: Session, seat: Seat, *, now: datetime) -> str:
    """Notes the first time that the person came through, and gives the link. Empty while there is none."""
    found = link(session, seat.meeting)
    if found and seat.joined_at is None:
        seat.joined_at = now
    return found

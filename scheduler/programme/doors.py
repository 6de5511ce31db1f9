"""The door: where a person comes in to a meeting or an event, whatever link is valid behind it."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.models import Event, Meeting, Registration, Seat
from scheduler.programme.pool import attendance, hosts
from scheduler.states import EventState, HostKind, MeetingState, RegistrationState


def seat_of(session: Session, seat_id: int, generation: int) -> Seat | None:
    """The seat that this door belongs to, if the door is still the one that was given out."""
    seat = session.get(Seat, seat_id)
    return seat if seat is not None and seat.door_generation == generation else None


def seat_at(session: Session, meeting_id: int, person_id: int) -> Seat:
    """The person's seat at the meeting, which a message to them is about."""
    return session.scalars(select(Seat).where(Seat.meeting_id == meeting_id, Seat.person_id == person_id)).one()


def link(session: Session, meeting: Meeting) -> str:
    """The address that the door leads to now: a pasted one first, then Zoom's. Empty while there is none."""
    if meeting.state is MeetingState.CANCELLED:
        return ""
    return meeting.link or _at_zoom(session, meeting)


def passcode(session: Session, about: Meeting | Event) -> str:
    """What people are asked for behind a link of the pool. Empty where there is none, or where Zoom made the link."""
    row = hosts.wanted_row(session, about)
    return row.passcode if row and row.host.kind is HostKind.LINK and not about.link else ""


def _at_zoom(session: Session, about: Meeting | Event) -> str:
    row = hosts.wanted_row(session, about)
    return row.join_url if row else ""


def join(session: Session, seat: Seat, *, now: datetime) -> str:
    """Notes that the person came through, and when first, and gives the link. Empty while there is none."""
    found = link(session, seat.meeting)
    if found:
        attendance.note_entrance(session, seat.meeting, seat.person_id, now=now)
        seat.joined_at = seat.joined_at or now
    return found


def registration_of(session: Session, registration_id: int, generation: int) -> Registration | None:
    """The registration that this door belongs to, if the door is still the one that was given out."""
    found = session.get(Registration, registration_id)
    return found if found is not None and found.door_generation == generation else None


def event_link(session: Session, registration: Registration) -> str:
    """The address that the door leads to now. Empty while there is none, and for those who have no seat."""
    event = registration.event
    if registration.state is not RegistrationState.CONFIRMED or event.state is not EventState.PUBLISHED:
        return ""
    return link_of_event(session, event)


def link_of_event(session: Session, event: Event) -> str:
    """Where the event is held: at the pasted link, or else at Zoom. Empty while there is none."""
    return event.link or _at_zoom(session, event)


def join_event(session: Session, registration: Registration, *, now: datetime) -> None:
    """Notes that the person came through, and when first."""
    attendance.note_entrance(session, registration.event, registration.person_id, now=now)
    registration.joined_at = registration.joined_at or now

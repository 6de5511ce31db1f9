"""How an event stands for those who would like to come: is registration open, is there a seat, who waits."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from scheduler.errors import EventCancelled, RegistrationClosed, RegistrationNotOpen
from scheduler.models import Event, Registration
from scheduler.slots import zones
from scheduler.states import EventState, RegistrationState


class Entry(StrEnum):
    """What registering now would come to."""

    NOT_YET = "not-yet"
    SEAT = "seat"
    WAITLIST = "waitlist"
    FULL = "full"
    CLOSED = "closed"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Standing:
    """`left` is None where there is no limit; `closes_at` is the start where nothing else was said."""

    entry: Entry
    left: int | None
    waiting: int
    opens_at: datetime | None
    closes_at: datetime


def of(session: Session, event: Event, *, now: datetime) -> Standing:
    """How the event stands now."""
    left = seats_left(event)
    return Standing(_entry(event, left, now), left, _waiting(session, event), event.opens_at, closes_at(event))


def seats_left(event: Event) -> int | None:
    """Seats that nobody has; None where there is no limit."""
    return None if event.capacity is None else event.capacity - event.taken


def closes_at(event: Event) -> datetime:
    """From this instant on nobody registers any more."""
    return min(event.closes_at or event.starts_at, event.starts_at)


def refuse_unless_open(event: Event, *, now: datetime) -> None:
    """EventCancelled, RegistrationNotOpen or RegistrationClosed, unless people may register now."""
    entry = _entry(event, None, now)
    if entry is Entry.CANCELLED:
        raise EventCancelled
    if entry is Entry.NOT_YET and event.opens_at is not None:
        wall = event.opens_at.astimezone(zones.zone(event.timezone))
        raise RegistrationNotOpen(opens=f"{wall:%Y-%m-%d %H:%M}", zone=event.timezone)
    if entry is Entry.CLOSED:
        raise RegistrationClosed


def place_in_line(session: Session, registration: Registration) -> int:
    """1 for the first on the waitlist."""
    before = _waitlist(registration.event).where(Registration.number < registration.number)
    return 1 + (session.scalar(before) or 0)


def _waiting(session: Session, event: Event) -> int:
    return session.scalar(_waitlist(event)) or 0


def _waitlist(event: Event) -> Select[int]:
    waitlisted = Registration.state == RegistrationState.WAITLISTED
    return select(func.count()).select_from(Registration).where(Registration.event_id == event.id, waitlisted)


def _entry(event: Event, left: int | None, now: datetime) -> Entry:
    if event.state is EventState.CANCELLED:
        return Entry.CANCELLED
    if event.state is EventState.DRAFT or closes_at(event) <= now:
        return Entry.CLOSED
    if event.opens_at is not None and now < event.opens_at:
        return Entry.NOT_YET
    if left is None or left > 0:
        return Entry.SEAT
    return Entry.WAITLIST if event.waitlist else Entry.FULL

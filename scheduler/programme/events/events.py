"""Events by hand or by file: created, changed, published, moved, cancelled. Each takes one lock, on the event's row."""

import uuid
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from scheduler.errors import (
    BadSlug,
    EventClosed,
    EventHeld,
    EventNotPublished,
    InThePast,
    SeatsTaken,
    SlugTaken,
    StillRegistered,
)
from scheduler.messages import Span
from scheduler.models import Event, Programme, Registration
from scheduler.programme import audit, checks, locks, reminders, wall_clocks
from scheduler.programme.events import event_hosts, invited, registrations
from scheduler.programme.events.event_details import Details, columns, details_of, short_name
from scheduler.states import Action, EventNews, EventState, RegistrationChange, RegistrationState

RAISING = {"starts_at", "minutes", "timezone", "place", "format"}  # what makes another version in calendars (RFC 5546)


def create(
    session: Session, programme: Programme, *, slug: str, details: Details, published: bool = False, by: str,
    now: datetime,
) -> Event:  # fmt: skip
    """A new event of the programme, a draft unless said otherwise.

    Raises BadSlug, SlugTaken, and what is wrong with the details.
    """
    if not checks.SLUG.fullmatch(slug) or len(slug) > checks.LONGEST_SLUG:
        raise BadSlug
    taken = select(Event.id).where(Event.programme_id == programme.id, Event.slug == slug)
    if session.scalars(taken).first() is not None:
        raise SlugTaken(slug=slug)
    state = EventState.PUBLISHED if published else EventState.DRAFT
    values = columns(details)
    event = Event(
        programme=programme, slug=slug, feed_uid=str(uuid.uuid4()), state=state, taken=0, next_number=1,
        changed_at=now, **values,
    )  # fmt: skip
    wall_clocks.note(event)
    session.add(event)
    session.flush()
    event_hosts.settle(session, event, now=now)
    _note(session, event, Action.EVENT_CREATED, by=by, now=now, state=state)
    return event


def free_slug(session: Session, programme: Programme, title: str) -> str:
    """An address for an event of this title that no other of the programme has."""
    wanted = short_name(title, "event")
    taken = set(session.scalars(select(Event.slug).where(Event.programme_id == programme.id)))
    numbered = (f"{wanted[: checks.LONGEST_SLUG - 4].strip('-')}-{number}" for number in count(2))
    return wanted if wanted not in taken else next(slug for slug in numbered if slug not in taken)


def change(session: Session, event: Event, *, by: str, now: datetime, **values: Any) -> Event:
    """Changes what `values` name, as in Details; the rest stays. Whoever is registered hears of time, place and format,
    and that it will be recorded.

    A new link is told to nobody: invites hold the door, and the door follows. More seats go to the waitlist at once.
    Raises EventClosed, SeatsTaken, NoHostFree, and what is wrong with the details.
    """
    lock(session, event)
    return rewrite(session, event, replace(details_of(event), **values), by=by, now=now)


def move(session: Session, event: Event, *, starts: datetime, minutes: int, by: str, now: datetime) -> Event:
    """Gives the event a new time, on the wall in its zone. Raises what `change` raises, and InThePast."""
    lock(session, event)
    details = replace(details_of(event), starts=starts, minutes=minutes)
    if columns(details)["starts_at"] <= now:
        raise InThePast
    return rewrite(session, event, details, by=by, now=now)


def publish(session: Session, event: Event, *, by: str, now: datetime) -> Event:
    """Shows the event to everybody from now on. Raises EventClosed, and NoHostFree where it needs a host."""
    lock(session, event)
    if event.state is EventState.DRAFT:
        event.state, event.changed_at = EventState.PUBLISHED, now
        event_hosts.settle(session, event, now=now)
        _note(session, event, Action.EVENT_PUBLISHED, by=by, now=now)
    return event


def withdraw(session: Session, event: Event, *, by: str, now: datetime) -> Event:
    """Makes it a draft again, as long as nobody has a place at it. Raises EventClosed and StillRegistered."""
    lock(session, event)
    people = registered(session, event)
    if people:
        raise StillRegistered(people=people)
    if event.state is EventState.PUBLISHED:
        event.state, event.changed_at = EventState.DRAFT, now
        event_hosts.settle(session, event, now=now)
        _note(session, event, Action.EVENT_CHANGED, by=by, now=now, state=EventState.DRAFT)
    return event


def cancel(session: Session, event: Event, *, by: str, now: datetime) -> Event:
    """Calls the whole event off, and tells everybody who has a place at it, waits for one, or was invited.

    Raises EventClosed if it is off already, EventHeld, and EventNotPublished for a draft.
    """
    lock(session, event)
    if event.state is EventState.DRAFT:
        raise EventNotPublished
    if event.ends_at <= now:
        raise EventHeld
    people = registered(session, event)
    event.state, event.changed_at = EventState.CANCELLED, now
    event.sequence += 1
    session.flush()
    registrations.tell(session, event, RegistrationChange.EVENT_CANCELLED, now=now)
    people += invited.tell(session, event, EventNews.CANCELLED, now=now)
    event_hosts.settle(session, event, now=now)
    _note(session, event, Action.EVENT_CANCELLED, by=by, now=now, told=people)
    return event


def follow_rules(session: Session, event: Event, *, now: datetime) -> Event:
    """Does what new rules of clocks ask of an event, if anything: moves it along with the wall in its zone.

    Everybody registered is told if it moved, else those who were told a time that their wall does not show then.
    """
    lock(session, event)
    was = event.starts_at
    event.starts_at = wall_clocks.meant(event)
    wall_clocks.note(event)
    moves = event.starts_at != was
    if moves:
        event.changed_at = now
        event.sequence += 1
        facts = {"was": was, "starts_at": event.starts_at, "zones": event.tz_data}
        _note(session, event, Action.EVENT_MOVED, by=audit.TRAFF, now=now, fields=["starts_at"], **facts)
    registrations.tell_rules(session, event, everybody=moves, now=now)
    event_hosts.settle_or_release(session, event, now=now)
    return event


def in_sight(session: Session, programme: Programme, slug: str) -> Event | None:
    """The programme's event of this address, once it has been published."""
    query = select(Event).where(Event.programme_id == programme.id, Event.slug == slug)
    return session.scalars(query.where(Event.state != EventState.DRAFT)).one_or_none()


def registered(session: Session, event: Event) -> int:
    """How many have a place at the event or wait for one: those who would be told of a change."""
    active = Registration.state != RegistrationState.CANCELLED
    return session.scalar(select(func.count()).where(Registration.event_id == event.id, active)) or 0


def lock(session: Session, event: Event) -> None:
    """Takes the event's row for this transaction, as it is now. EventClosed if it is cancelled."""
    locks.take_event(session, event)
    if event.state is EventState.CANCELLED:
        raise EventClosed


def rewrite(session: Session, event: Event, details: Details, *, by: str, now: datetime) -> Event:
    """Makes the event say this, whose lock the caller holds, and tells whom it concerns. Raises as `change` does."""
    values = columns(details)
    differs = {name for name, value in values.items() if getattr(event, name) != value}
    if not differs:
        return event
    if details.capacity is not None and details.capacity < event.taken:
        raise SeatsTaken(confirmed=event.taken, capacity=details.capacity)
    was = event.starts_at, event.minutes
    for name in differs:
        setattr(event, name, values[name])
    event.changed_at = now
    event.sequence += bool(differs & RAISING)
    if differs & {"starts_at", "timezone"}:
        wall_clocks.note(event)
    session.flush()
    moved = (event.starts_at, event.minutes) != was
    otherwise = bool(differs & {"place", "format"}) or ("recorded" in differs and event.recorded)
    _tell(session, event, was, moved=moved, otherwise=otherwise, now=now)
    if "link" in differs:
        reminders.follow_event_link(session, event)
    if "capacity" in differs:
        registrations.promote(session, event, now=now)
    event_hosts.settle(session, event, renamed=bool(differs & {"title", "timezone"}), now=now)
    facts = {"was": was[0], "was_minutes": was[1], "starts_at": event.starts_at} if moved else {}
    action = Action.EVENT_MOVED if moved else Action.EVENT_CHANGED
    _note(session, event, action, by=by, now=now, fields=sorted(differs), **facts)
    return event


def _tell(session: Session, event: Event, was: Span, *, moved: bool, otherwise: bool, now: datetime) -> None:
    """Tells whoever is registered, unless the event was over and still is: that is a note, not a change of plans."""
    if max(was[0] + timedelta(minutes=was[1]), event.ends_at) <= now:
        return
    if moved:
        registrations.tell(session, event, RegistrationChange.MOVED, was=was, now=now)
        invited.tell(session, event, EventNews.MOVED, was=was, now=now)
    elif otherwise:
        registrations.tell(session, event, RegistrationChange.CHANGED, now=now)


def _note(session: Session, event: Event, action: Action, *, by: str, now: datetime, **details: Any) -> None:
    audit.note(session, action, programme_id=event.programme_id, by=by, now=now, event_id=event.id, **details)

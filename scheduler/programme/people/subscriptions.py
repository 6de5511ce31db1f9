"""Who may open a feed: its address says whose it is, and can be changed or closed with a button."""

from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from scheduler.models import Coordinator, Department, Person
from scheduler.programme import access, audit
from scheduler.programme.access import Desk
from scheduler.programme.people import people
from scheduler.states import Action

Holder = Person | Department | Coordinator
H = TypeVar("H", Person, Department, Coordinator)
FETCHES_NOTED = timedelta(hours=1)  # calendars come as they like, and each note is a write


def holder(session: Session, kind: type[H], row_id: int, generation: int) -> H | None:
    """Whose feed this is, if it is open, and at the address that was given out last."""
    found = session.get(kind, row_id)
    return found if found is not None and found.feed_generation == generation and not found.feed_closed else None


def desk_of_department(department: Department) -> Desk:
    """What a department's feed shows."""
    return Desk(department.programme, (department,))


def desk_of_coordinator(session: Session, coordinator: Coordinator) -> Desk:
    """What a coordinator's feed shows: what they see at the desk of that programme, by all that they were granted."""
    desks = access.desks_of(session, coordinator.email)
    return next(desk for desk in desks if desk.programme.id == coordinator.programme_id)


def own(session: Session, desk: Desk, email: str) -> Coordinator | None:
    """The row that stands for the coordinator's own feed of this desk: the first that let them in."""
    query = select(Coordinator).where(Coordinator.email == email, Coordinator.programme_id == desk.programme.id)
    return session.scalars(query.order_by(Coordinator.id).limit(1)).one_or_none()


def departments(desk: Desk) -> list[Department]:
    """The departments whose feeds the desk gives out."""
    return desk.programme.departments if desk.departments is None else list(desk.departments)


def renew(session: Session, whose: Holder, *, by: str, now: datetime) -> None:
    """Opens the feed at a new address; the old one shows nothing from now on."""
    whose.feed_generation += 1
    whose.feed_closed = False
    _note(session, whose, by=by, now=now, feed=whose.feed_generation)


def close(session: Session, whose: Holder, *, by: str, now: datetime) -> None:
    """Closes the feed: nobody reads it until it is opened, at a new address."""
    if not whose.feed_closed:
        whose.feed_closed = True
        _note(session, whose, by=by, now=now, feed_closed=True)


def fetch_is_news(person: Person, *, now: datetime) -> bool:
    """Whether it is worth a write that somebody's calendar came for the feed just now."""
    return person.feed_fetched_at is None or person.feed_fetched_at <= now - FETCHES_NOTED


def note_fetch(session: Session, person_id: int, *, now: datetime) -> None:
    """Notes that a calendar came for the person's feed, at most once an hour."""
    due = or_(Person.feed_fetched_at.is_(None), Person.feed_fetched_at <= now - FETCHES_NOTED)
    session.execute(update(Person).where(Person.id == person_id, due).values(feed_fetched_at=now))


def _note(session: Session, whose: Holder, *, by: str, now: datetime, **details: Any) -> None:
    session.flush()
    if isinstance(whose, Person):
        people.note(session, whose, by=by, now=now, **details)
        return
    details |= {"department" if isinstance(whose, Department) else "coordinator": whose.id}
    audit.note(session, Action.FEED_CHANGED, programme_id=whose.programme_id, by=by, now=now, **details)

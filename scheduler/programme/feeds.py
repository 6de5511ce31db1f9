"""What stands in the calendars that people subscribe to."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session, joinedload

from scheduler.models import Event, Meeting, Pair, Person, Programme, Seat
from scheduler.states import EventState, MeetingState

# A cancelled entry stays long enough for the slowest calendars, which fetch about once a day, to see that it is off.
CANCELLED_STAYS = timedelta(days=30)


def person_of(session: Session, person_id: int, generation: int) -> Person | None:
    """The person whose feed this is, if the address is still the one that was given out."""
    person = session.get(Person, person_id)
    return person if person is not None and person.feed_generation == generation else None


def seats_of(session: Session, person: Person, *, now: datetime) -> Sequence[Seat]:
    """The person's seats at meetings that are booked, held, or were cancelled lately, by start."""
    pair = joinedload(Seat.meeting).joinedload(Meeting.pair)
    lately = and_(Meeting.state == MeetingState.CANCELLED, Meeting.changed_at > now - CANCELLED_STAYS)
    query = (
        select(Seat)
        .join(Seat.meeting)
        .where(Seat.person_id == person.id, or_(Meeting.state != MeetingState.CANCELLED, lately))
        .order_by(Meeting.starts_at, Meeting.id)
        .options(pair.joinedload(Pair.mentor), pair.joinedload(Pair.mentee), pair.joinedload(Pair.programme))
    )
    return session.scalars(query).all()


def events_of(session: Session, programme: Programme, *, now: datetime) -> Sequence[Event]:
    """The programme's published events, and those cancelled lately, by start."""
    lately = and_(Event.state == EventState.CANCELLED, Event.changed_at > now - CANCELLED_STAYS)
    query = select(Event).where(Event.programme_id == programme.id, or_(Event.state == EventState.PUBLISHED, lately))
    return session.scalars(query.order_by(Event.starts_at, Event.id)).all()

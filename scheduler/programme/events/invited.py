"""Those who were asked to an event and have not answered: they, too, hear when it moves or is called off."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session

from scheduler import outbox
from scheduler.messages import SendEventInvitation, SendEventNews, Span
from scheduler.models import Delivery, Event, EventInvitation, Person, Registration
from scheduler.programme.events import standing
from scheduler.states import DeliveryState, EventNews, EventState

STATES = {EventNews.MOVED: EventState.PUBLISHED, EventNews.CANCELLED: EventState.CANCELLED}


def undecided(session: Session, event: Event, *, now: datetime) -> Sequence[Person]:
    """Whom a change would be told: who was invited, has not answered, and still could."""
    return session.scalars(_undecided(event)).all() if standing.closes_at(event) > now else []


def tell(session: Session, event: Event, news: EventNews, *, was: Span | None = None, now: datetime) -> int:
    """Owes them the news, by mail; how many. `was` is the start before a move, and the minutes.

    The caller holds the event's lock.
    """
    people = undecided(session, event, now=now)
    for person in people:
        message = SendEventNews(event.id, person.id, news, event.starts_at, now, *(was or ()))
        outbox.put(session, message, programme_id=event.programme_id, now=now)
    return len(people)


def to_tell(session: Session, message: SendEventNews) -> EventInvitation | None:
    """The invitation that the news is about, if they are still true, it was sent, and nobody has answered it."""
    query = select(EventInvitation).where(
        EventInvitation.event_id == message.event_id, EventInvitation.person_id == message.person_id
    )
    row = session.scalars(query).one()
    event = row.event
    holds = (event.state, event.starts_at) == (STATES[message.news], message.starts_at)
    asked = select(Delivery.id).where(
        Delivery.event_id == event.id, Delivery.person_id == row.person_id, Delivery.state == DeliveryState.DONE,
        Delivery.kind == SendEventInvitation.__name__,
    )  # fmt: skip
    answered = select(Registration.id).where(Registration.event_id == event.id, Registration.person_id == row.person_id)
    heard = session.scalar(select(asked.exists())) and not session.scalar(select(answered.exists()))
    return row if holds and heard else None


def _undecided(event: Event) -> Select[Person]:
    answered = exists().where(Registration.event_id == event.id, Registration.person_id == EventInvitation.person_id)
    query = select(Person).join(EventInvitation, EventInvitation.person_id == Person.id)
    return query.where(EventInvitation.event_id == event.id, ~answered).order_by(Person.id)

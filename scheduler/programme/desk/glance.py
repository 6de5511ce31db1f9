"""The desk at one glance: what needs somebody."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from scheduler.models import Event, Registration
from scheduler.programme.access import Desk
from scheduler.programme.desk.incoming import incoming_to_see
from scheduler.programme.desk.owed import delivery_counts
from scheduler.programme.desk.pairs import PairState, pair_standings
from scheduler.programme.desk.people import TimesState, people_standings
from scheduler.states import DeliveryState, EventState, RegistrationState


@dataclass(frozen=True)
class Glance:
    """How many pairs, people and deliveries are in each state; `no_link` counts coming video meetings without one.

    `answers` counts those of the last week that changed nothing although somebody may have meant something by them.

    `queues` are the events to come with the number of those who wait for a seat, for the whole programme's desk.
    """

    pairs: Counter[PairState]
    people: Counter[TimesState]
    deliveries: Counter[DeliveryState]
    answers: int
    no_link: int
    queues: Sequence[tuple[Event, int]]


def glance(session: Session, desk: Desk, *, now: datetime) -> Glance:
    """What is to do at this desk."""
    pairs = pair_standings(session, desk, now=now)
    return Glance(
        pairs=Counter(each.state for each in pairs),
        people=Counter(each.state for each in people_standings(session, desk)),
        deliveries=delivery_counts(session, desk),
        answers=incoming_to_see(session, desk, now=now),
        no_link=sum(each.lacks_link for each in pairs),
        queues=_queues(session, desk, now) if desk.departments is None else [],
    )


def _queues(session: Session, desk: Desk, now: datetime) -> list[tuple[Event, int]]:
    waiting = (
        select(Registration.event_id, func.count().label("number"))
        .where(Registration.state == RegistrationState.WAITLISTED)
        .group_by(Registration.event_id)
        .subquery()
    )
    query = select(Event, waiting.c.number).join(waiting, waiting.c.event_id == Event.id)
    coming = query.where(
        Event.programme_id == desk.programme.id, Event.state == EventState.PUBLISHED, Event.starts_at > now
    )
    return [(event, number) for event, number in session.execute(coming.order_by(Event.starts_at))]

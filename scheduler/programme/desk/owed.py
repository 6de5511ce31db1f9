"""The desk's deliveries: what was owed to its people and to Zoom, and what came of it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from scheduler.models import Delivery, Event, Meeting, Pair, Person
from scheduler.programme.access import Desk
from scheduler.programme.desk import named, reach
from scheduler.states import DeliveryState

PAGE = 50


@dataclass(frozen=True)
class DeliveryRow:
    """A delivery with what it is about."""

    delivery: Delivery
    recipient: Person | None
    pair: Pair | None
    event: Event | None


def delivery_counts(session: Session, desk: Desk) -> Counter[DeliveryState]:
    """How many of the desk's deliveries are in each state."""
    found = _deliveries(desk).subquery()
    rows = session.execute(select(found.c.state, func.count()).group_by(found.c.state))
    return Counter({DeliveryState(state): count for state, count in rows})


def delivery_rows(session: Session, desk: Desk, *, state: DeliveryState | None, page: int) -> list[DeliveryRow]:
    """A page of the desk's deliveries, the latest first; pages count from 1."""
    query = _deliveries(desk).order_by(Delivery.id.desc()).offset((page - 1) * PAGE).limit(PAGE)
    if state is not None:
        query = query.where(Delivery.state == state)
    return _told(session, session.scalars(query).all())


def delivery_in_reach(session: Session, desk: Desk, delivery_id: int) -> Delivery | None:
    """The delivery, if it is one of this desk's."""
    return session.scalars(_deliveries(desk).where(Delivery.id == delivery_id)).one_or_none()


def deliveries_of_meeting(session: Session, meeting: Meeting) -> list[DeliveryRow]:
    """Everything that was owed for a meeting, in the order in which it was."""
    query = select(Delivery).where(Delivery.meeting_id == meeting.id).order_by(Delivery.id)
    return _told(session, session.scalars(query).all())


def deliveries_of_person(session: Session, desk: Desk, person: Person) -> list[DeliveryRow]:
    """The latest that was owed to the person and that this desk sees, at most a page of it."""
    query = _deliveries(desk).where(Delivery.person_id == person.id).order_by(Delivery.id.desc()).limit(PAGE)
    return _told(session, session.scalars(query).all())


def _told(session: Session, deliveries: Sequence[Delivery]) -> list[DeliveryRow]:
    """The rows with their people, pairs and events, each kind asked for once."""
    recipients = named.people(session, (row.person_id for row in deliveries))
    events = named.events(session, (row.event_id for row in deliveries))
    meetings = {row.meeting_id for row in deliveries if row.meeting_id is not None}
    pair_ids = dict(session.execute(select(Meeting.id, Meeting.pair_id).where(Meeting.id.in_(meetings))).all())
    pair_of = {row.id: row.pair_id or pair_ids.get(row.meeting_id or 0) for row in deliveries}
    pairs = named.pairs(session, pair_of.values())
    return [
        DeliveryRow(row, recipients.get(row.person_id), pairs.get(pair_of[row.id]), events.get(row.event_id))
        for row in deliveries
    ]


def _deliveries(desk: Desk) -> Select[Delivery]:
    query = select(Delivery).where(Delivery.programme_id == desk.programme.id)
    if desk.departments is None:
        return query
    return query.where(
        reach.of_row(desk, meeting=Delivery.meeting_id, pair=Delivery.pair_id, person=Delivery.person_id)
    )

"""The desk's answers: what came in by mail about its pairs, people and events, and why some of it changed nothing."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from scheduler.models import Event, Pair, Person, Receipt
from scheduler.programme.access import Desk
from scheduler.programme.desk import named, reach
from scheduler.states import Parked

RECEIPTS = 50  # on a page
LATELY = timedelta(days=7)
# Those after which somebody may wait for something; of the others nobody needs to know.
TO_SEE = frozenset({
    Parked.FORGED, Parked.UNINVITED, Parked.OTHER_SENDER, Parked.EARLIER_VERSION, Parked.DELEGATED, Parked.FIXED,
    Parked.NO_ANSWER, Parked.OVER, Parked.BUG,
})  # fmt: skip


@dataclass(frozen=True)
class IncomingRow:
    """A receipt with what it is about."""

    receipt: Receipt
    person: Person | None
    pair: Pair | None
    event: Event | None


def incoming_count(session: Session, desk: Desk, *, parked: bool) -> int:
    """How many there are; those that changed nothing, or all."""
    return session.scalar(select(func.count()).select_from(_receipts(desk, parked).subquery())) or 0


def incoming_to_see(session: Session, desk: Desk, *, now: datetime) -> int:
    """How many of the last week changed nothing although somebody may have meant something by them."""
    lately = _receipts(desk, parked=True).where(Receipt.received_at > now - LATELY, Receipt.reason.in_(TO_SEE))
    return session.scalar(select(func.count()).select_from(lately.subquery())) or 0


def incoming_rows(session: Session, desk: Desk, *, parked: bool, page: int) -> list[IncomingRow]:
    """A page of them, the latest first; pages count from 1."""
    query = _receipts(desk, parked).order_by(Receipt.id.desc()).offset((page - 1) * RECEIPTS).limit(RECEIPTS)
    receipts = session.scalars(query).all()
    people = named.people(session, (row.person_id for row in receipts))
    pairs = named.pairs(session, (row.pair_id for row in receipts))
    events = named.events(session, (row.event_id for row in receipts))
    return [
        IncomingRow(row, people.get(row.person_id), pairs.get(row.pair_id), events.get(row.event_id))
        for row in receipts
    ]


def _receipts(desk: Desk, parked: bool) -> Select[Receipt]:
    """What is about nothing of ours is nobody's; what is about an event and nobody in it, the whole programme's."""
    query = select(Receipt).where(Receipt.programme_id == desk.programme.id)
    if desk.departments is not None:
        of_desk = reach.of_row(desk, meeting=Receipt.meeting_id, pair=Receipt.pair_id, person=Receipt.person_id)
        query = query.where(of_desk)
    return query.where(Receipt.reason.is_not(None)) if parked else query

"""The queue of what we owe outside: put in the transaction that causes it, claimed by lease, worked off in streams."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, Select, exists, or_, select, update
from sqlalchemy.orm import Session, aliased

from scheduler.messages import KINDS, Message, to_data
from scheduler.models import Delivery
from scheduler.states import Channel, DeliveryState


class LeaseLost(Exception):
    """Another worker has taken the delivery over; what this one did must not be recorded."""


@dataclass(frozen=True)
class Claimed:
    """A delivery in this worker's hands. `doubt_since` is when an earlier attempt began whose effect is not known."""

    id: int
    kind: str
    payload: dict[str, Any]
    attempt: int
    created_at: datetime
    claimed_at: datetime
    doubt_since: datetime | None

    @property
    def message(self) -> Message:
        return KINDS[self.kind].from_data(self.payload)


def put(session: Session, message: Message, *, programme_id: int, now: datetime) -> Delivery:
    """Owes `message` from this transaction on; what it replaces and nobody has begun to send is superseded."""
    if message.replaces_unsent:
        _supersede(session, type(message).__name__, message.stream, now)
    delivery = Delivery(
        kind=type(message).__name__,
        payload=to_data(message),
        channel=message.channel,
        stream=message.stream,
        state=DeliveryState.WAITING,
        created_at=now,
        due_at=now,
        programme_id=programme_id,
        meeting_id=message.meeting_id,
        person_id=message.person_id,
    )
    session.add(delivery)
    session.flush()  # ids in the order of putting: they are the order of the stream
    return delivery


def _supersede(session: Session, kind: str, stream: str, now: datetime) -> None:
    session.execute(
        update(Delivery)
        .where(Delivery.stream == stream, Delivery.kind == kind)
        .where(Delivery.state == DeliveryState.WAITING, Delivery.attempt == 0)
        .values(state=DeliveryState.SUPERSEDED, finished_at=now)
    )


def claim(session: Session, *, channel: Channel, now: datetime, lease: timedelta) -> Claimed | None:
    """The oldest due delivery of the channel whose stream is free, leased to the caller; None when there is none.

    Committing the claim commits the intent: from now on the effect may have happened.
    """
    row = session.scalars(_due(channel, now).limit(1).with_for_update(skip_locked=True)).first()
    if row is None:
        return None
    doubt_since = row.doubt_since
    row.attempt += 1
    row.lease_until = now + lease
    row.doubt_since = now
    session.flush()
    return Claimed(row.id, row.kind, row.payload, row.attempt, row.created_at, now, doubt_since)


def _due(channel: Channel, now: datetime) -> Select[Delivery]:
    earlier = aliased(Delivery)
    waiting = DeliveryState.WAITING
    blocked = exists().where(earlier.stream == Delivery.stream, earlier.state == waiting, earlier.id < Delivery.id)
    return (
        select(Delivery)
        .where(Delivery.state == waiting, Delivery.channel == channel, Delivery.due_at <= now, ~blocked)
        .where(or_(Delivery.lease_until.is_(None), Delivery.lease_until <= now))
        .order_by(Delivery.id)
    )


def done(session: Session, claimed: Claimed, *, now: datetime) -> None:
    """Marks the delivery as made. LeaseLost if it is no longer the caller's."""
    _finish(session, claimed, DeliveryState.DONE, "", now)


def fail(session: Session, claimed: Claimed, *, reason: str, now: datetime) -> None:
    """Gives the delivery up for good and keeps why, for a coordinator to see. LeaseLost as in `done`."""
    _finish(session, claimed, DeliveryState.FAILED, reason, now)


def postpone(session: Session, claimed: Claimed, *, until: datetime, reason: str, doubt_since: datetime | None) -> None:
    """Tries again at `until`. `doubt_since` says since when the effect may exist; None if it certainly does not."""
    _write(session, claimed, due_at=until, lease_until=None, reason=reason, doubt_since=doubt_since)


def _finish(session: Session, claimed: Claimed, state: DeliveryState, reason: str, now: datetime) -> None:
    _write(session, claimed, state=state, reason=reason, finished_at=now, lease_until=None, doubt_since=None)


def _write(session: Session, claimed: Claimed, **values: Any) -> None:
    """Writes only while the attempt is still the caller's own: the fence against a worker that overslept its lease."""
    written = session.execute(
        update(Delivery)
        .where(Delivery.id == claimed.id, Delivery.attempt == claimed.attempt)
        .where(Delivery.state == DeliveryState.WAITING)
        .values(**values)
    )
    if cast("CursorResult[Any]", written).rowcount != 1:
        raise LeaseLost(f"delivery {claimed.id}, attempt {claimed.attempt}")

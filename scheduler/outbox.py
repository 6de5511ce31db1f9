"""The queue of what we owe outside: put in the transaction that causes it, claimed by lease, worked off in streams."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, Select, and_, exists, insert, literal, or_, select, update
from sqlalchemy.orm import Session, aliased

from scheduler.messages import ABOUT, KINDS, Message, to_data
from scheduler.models import Delivery
from scheduler.states import Channel, DeliveryState


class LeaseLost(Exception):
    """The delivery is another worker's by now, or over; what this one did must not be recorded."""


@dataclass(frozen=True)
class Claimed:
    """A delivery in this worker's hands. `doubt_since` is when an earlier attempt began whose effect is not known.

    `drops` counts the attempts that were made to the end and whose answer was lost.
    """

    id: int
    kind: str
    payload: dict[str, Any]
    attempt: int
    created_at: datetime
    claimed_at: datetime
    doubt_since: datetime | None
    drops: int

    @property
    def message(self) -> Message:
        return KINDS[self.kind].from_data(self.payload)


def put(
    session: Session, message: Message, *, programme_id: int | None, now: datetime, due: datetime | None = None
) -> Delivery:
    """Owes `message` from this transaction on; what it replaces and nobody is sending is superseded.

    `programme_id` is None for what belongs to no programme: a sign-in. It is done at once, or when it is `due`.
    """
    if message.replaces_unsent:
        supersede(session, message, now=now)
    delivery = Delivery(**_values(message, programme_id, now, due or now))
    session.add(delivery)
    session.flush()  # ids in the order of putting: they are the order of the stream
    return delivery


def put_all(session: Session, owed: Sequence[tuple[Message, int | None]], *, now: datetime) -> None:
    """Owes the messages, each with its programme, as `put` does, by a few statements however many they are.

    Each is of a stream of its own: none of them replaces another.
    """
    for kind in {type(message) for message, _ in owed if message.replaces_unsent}:
        _supersede(session, [message for message, _ in owed if type(message) is kind], DeliveryState.WAITING, now)
    rows = [_values(message, programme_id, now, now) for message, programme_id in owed]
    if rows:  # of none, SQLAlchemy would make an empty one
        session.execute(insert(Delivery), rows)


def _values(message: Message, programme_id: int | None, now: datetime, due: datetime) -> dict[str, Any]:
    return {
        "kind": type(message).__name__,
        "payload": to_data(message),
        "channel": message.channel,
        "stream": message.stream,
        "state": DeliveryState.WAITING,
        "created_at": now,
        "due_at": due,
        "programme_id": programme_id,
        **{name: getattr(message, name, None) for name in ABOUT},
    }


def is_waiting(session: Session, message: Message) -> bool:
    """Whether something of the message's kind and stream is still to go out."""
    waiting = select(Delivery.id).where(Delivery.stream == message.stream, Delivery.kind == type(message).__name__)
    return session.scalars(waiting.where(Delivery.state == DeliveryState.WAITING).limit(1)).first() is not None


def supersede(
    session: Session, message: Message, *, state: DeliveryState = DeliveryState.WAITING, now: datetime
) -> None:
    """What is owed (or failed) of the message's kind and stream, and nobody is sending, need not go out any more.

    That may be a second copy: where a first attempt is in doubt, what comes next is worth more than a repetition.
    """
    _supersede(session, [message], state, now)


def _supersede(session: Session, messages: Sequence[Message], state: DeliveryState, now: datetime) -> None:
    """The same of messages of one kind."""
    session.execute(
        update(Delivery)
        .where(Delivery.stream.in_([message.stream for message in messages]))
        .where(Delivery.kind == type(messages[0]).__name__)
        .where(Delivery.state == state, Delivery.lease_until.is_(None))
        .values(state=DeliveryState.SUPERSEDED, finished_at=now),
        # The database says which rows it were; otherwise each call looks at all that the session holds.
        execution_options={"synchronize_session": "fetch"},
    )


def has_sent(session: Session, message: Message) -> bool:
    """Whether a message of this kind and stream has gone out, or may have."""
    query = select(Delivery.id).where(Delivery.stream == message.stream, Delivery.kind == type(message).__name__)
    out = or_(Delivery.state == DeliveryState.DONE, Delivery.doubt_since.is_not(None))
    return bool(session.scalar(select(query.where(out).exists())))


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
    return Claimed(row.id, row.kind, row.payload, row.attempt, row.created_at, now, doubt_since, row.drops)


def _due(channel: Channel, now: datetime) -> Select[Delivery]:
    earlier = aliased(Delivery)
    # Written out in the statement: with a parameter, no database knows that the index of what waits will do.
    waiting = literal(DeliveryState.WAITING, Delivery.state.type, literal_execute=True)
    blocked = exists().where(earlier.stream == Delivery.stream, earlier.state == waiting, earlier.id < Delivery.id)
    return (
        select(Delivery)
        .where(Delivery.state == waiting, Delivery.channel == channel, Delivery.due_at <= now, ~blocked)
        .where(or_(Delivery.lease_until.is_(None), Delivery.lease_until <= now))
        .order_by(Delivery.id)
    )


def sends(session: Session, claimed: Claimed, *, message_id: str) -> None:
    """Notes which mail is about to go out for the delivery. LeaseLost if it is no longer the caller's."""
    _write(session, claimed, message_id=message_id)


def done(session: Session, claimed: Claimed, *, now: datetime) -> None:
    """Marks the delivery as made. LeaseLost as in `sends`."""
    _finish(session, claimed, DeliveryState.DONE, "", now)


def drop(session: Session, claimed: Claimed, *, now: datetime) -> None:
    """Lets the delivery stay at home: it need not go out any more. LeaseLost as in `sends`."""
    _finish(session, claimed, DeliveryState.SUPERSEDED, "", now)


def fail(session: Session, claimed: Claimed, *, reason: str, now: datetime) -> None:
    """Gives the delivery up for good and keeps why, for a coordinator to see. LeaseLost as in `sends`."""
    _finish(session, claimed, DeliveryState.FAILED, reason, now)


def may_be_out() -> ColumnElement[bool]:
    """Of which deliveries the mail has gone out, or may have."""
    in_doubt = and_(Delivery.state == DeliveryState.WAITING, Delivery.doubt_since.is_not(None))
    return or_(Delivery.state == DeliveryState.DONE, in_doubt)


def came_back(session: Session, delivery: Delivery, *, reason: str, now: datetime) -> bool:
    """Gives up a mail that went out and came back; False where it cannot have gone out, or was given up before.

    It may be back before the worker that sent it has noted so: then that one finds the delivery over.
    """
    session.refresh(delivery, with_for_update=True)
    if not session.scalar(select(may_be_out()).where(Delivery.id == delivery.id)):
        return False
    delivery.state, delivery.reason, delivery.finished_at = DeliveryState.FAILED, reason, now
    delivery.lease_until = delivery.doubt_since = None
    session.flush()
    return True


def postpone(
    session: Session,
    claimed: Claimed,
    *,
    until: datetime,
    reason: str,
    doubt_since: datetime | None,
    dropped: bool = False,
) -> None:
    """Tries again at `until`. `doubt_since` says since when the effect may exist; None if it certainly does not.

    `dropped` says that this attempt was made to the end, and its answer lost.
    """
    drops = claimed.drops + dropped
    _write(session, claimed, due_at=until, lease_until=None, reason=reason, doubt_since=doubt_since, drops=drops)


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

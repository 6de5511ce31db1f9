"""Receipts of answers that came by mail: one for each, whatever the number of its copies, and not without end."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, or_
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from scheduler.models import Meeting, Receipt
from scheduler.programme.events import limits
from scheduler.programme.events.limits import Limit
from scheduler.programme.replies.arrived import Arrived, Match
from scheduler.states import Parked

# What somebody may set off by answering one invite: far more than people do, and too little to bury anybody in mails.
ANSWERS = (Limit(20, timedelta(hours=1)), Limit(60, timedelta(days=1)))
COSTLY = (Limit(3, timedelta(hours=1)), Limit(6, timedelta(days=1)))  # those that are answered by mails of ours
PARKED = (Limit(500, timedelta(days=1)),)  # of a programme, or of none, are kept
NOT_THEIRS = frozenset({Parked.FORGED, Parked.OTHER_SENDER})  # what somebody else sent in a person's name
KEPT = timedelta(days=30)  # what is about nothing of ours
RETURNED = "RETURNED"  # a receipt's method, in the place of iTIP's word, where a mail came back
LONGEST = 320  # characters of an address


def opened(session: Session, arrived: Arrived, match: Match, *, now: datetime) -> Receipt | None:
    """The receipt of this answer, which is this transaction's alone from now on. None if it was taken before.

    Of several that take copies at once, the others wait here for the first, and find it done.
    """
    receipt = Receipt(
        key=arrived.key,
        received_at=now,
        method=arrived.method,
        sender=arrived.sender[:LONGEST],
        partstat=arrived.partstat[:40],
        comment=arrived.comment,
        **_about(match),
    )
    try:
        with session.begin_nested():
            session.add(receipt)
    except IntegrityError as known:
        if any(name in str(known.orig) for name in ("uq_receipt_key", "receipt.key")):
            return None
        raise
    return receipt


def is_too_many(session: Session, receipt: Receipt, *, costly: bool, now: datetime) -> bool:
    """Whether more came from this person about this than people send; what others sent in their name aside."""
    rows: list[ColumnElement[bool]] = [
        or_(Receipt.reason.is_(None), Receipt.reason.not_in(NOT_THEIRS)),
        Receipt.method != RETURNED,
        Receipt.person_id == receipt.person_id,
        Receipt.meeting_id == receipt.meeting_id if receipt.meeting_id else Receipt.event_id == receipt.event_id,
        Receipt.id != receipt.id,
    ]
    if costly:
        rows.append(Receipt.method == receipt.method)
    return limits.past(session, COSTLY if costly else ANSWERS, Receipt.received_at, *rows, now=now)


def kept(session: Session, receipt: Receipt, *, now: datetime) -> Receipt | None:
    """The receipt; None, and nothing is kept, where it changed nothing and too many such have come."""
    if receipt.reason is None:
        return receipt
    alike = Receipt.reason.is_not(None), Receipt.programme_id.is_not_distinct_from(receipt.programme_id)
    if not limits.past(session, PARKED, Receipt.received_at, *alike, Receipt.id != receipt.id, now=now):
        return receipt
    session.delete(receipt)
    session.flush()
    return None


def forget_strangers(session: Session, *, now: datetime) -> None:
    """Deletes what was about nothing of ours and is a month old: there are people's addresses in it."""
    session.execute(delete(Receipt).where(Receipt.programme_id.is_(None), Receipt.received_at < now - KEPT))


def _about(match: Match) -> dict[str, int | None]:
    row = match.about
    person_id = match.invite.person_id if match.invite else None
    if row is None:
        return {}
    if isinstance(row, Meeting):
        return {
            "programme_id": row.pair.programme_id,
            "meeting_id": row.id,
            "pair_id": row.pair_id,
            "person_id": person_id,
        }
    return {"programme_id": row.event.programme_id, "event_id": row.event_id, "person_id": row.person_id}

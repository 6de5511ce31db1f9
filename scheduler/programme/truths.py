"""The truth about an invite: what was sent and delivered, what was answered, and whether they were reminded.

It is read from rows, however many invites at a time by two statements: the outbox knows what became of each mail.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, select
from sqlalchemy.orm import Session, joinedload

from scheduler.messages import SendEventReminder, SendInvite, SendRegistration, SendReminder
from scheduler.models import Delivery, Event, Meeting, Registration, Seat
from scheduler.states import DeliveryState, Partstat, RegistrationChange

INVITES = {SendInvite.__name__, SendRegistration.__name__}
REMINDERS = {SendReminder.__name__, SendEventReminder.__name__}
Mail = Row[tuple[str, DeliveryState, datetime | None, dict[str, Any], int | None, int | None]]


@dataclass(frozen=True)
class Truth:
    """What is known of one person's invite. Versions are sequences; times are those at which we heard or sent.

    `state` is what became of the mail that tells the version which stands, and `delivered` the latest version that a
    mail server took; each is None where there is none. `answered` is the version that they answered.
    """

    version: int
    state: DeliveryState | None
    delivered: int | None
    delivered_at: datetime | None
    partstat: Partstat | None
    answered: int | None
    reminded_at: datetime | None
    feed_fetched_at: datetime | None


def of_meetings(session: Session, meetings: Iterable[Meeting]) -> dict[int, list[tuple[Seat, Truth]]]:
    """By the meeting's id, its seats, each with the truth about it."""
    query = select(Seat).where(Seat.meeting_id.in_([meeting.id for meeting in meetings])).order_by(Seat.id)
    seats = session.scalars(query.options(joinedload(Seat.person), joinedload(Seat.meeting))).all()
    truths = of_seats(session, seats)
    found: dict[int, list[tuple[Seat, Truth]]] = defaultdict(list)
    for seat in seats:
        found[seat.meeting_id].append((seat, truths[seat.id]))
    return found


def of_seats(session: Session, seats: Sequence[Seat]) -> dict[int, Truth]:
    """By the seat's id, the truth about it."""
    rows = _mails(session, Delivery.meeting_id.in_({seat.meeting_id for seat in seats}))
    mails: dict[object, list[Mail]] = defaultdict(list)
    for row in rows:
        mails[row.meeting_id, row.person_id].append(row)
    return {
        seat.id: _truth(seat, seat.meeting.sequence, seat.starts_at, mails[seat.meeting_id, seat.person_id])
        for seat in seats
    }


def of_registrations(session: Session, event: Event, registrations: Iterable[Registration]) -> dict[int, Truth]:
    """By the registration's id, the truth about it; all are of the event, their people loaded."""
    mails: dict[object, list[Mail]] = defaultdict(list)
    for row in _mails(session, Delivery.event_id == event.id):
        mails[row.payload["registration_id"]].append(row)
    return {row.id: _truth(row, row.sequence, event.starts_at, mails[row.id]) for row in registrations}


def _mails(session: Session, about: ColumnElement[bool]) -> Sequence[Mail]:
    """The invites and reminders that were owed, in the order of owing; a receipt sent once more tells no version."""
    query = select(
        Delivery.kind, Delivery.state, Delivery.finished_at, Delivery.payload, Delivery.meeting_id, Delivery.person_id
    )
    rows = session.execute(query.where(about, Delivery.kind.in_(INVITES | REMINDERS)).order_by(Delivery.id))
    return [row for row in rows if row.payload.get("change") != RegistrationChange.AGAIN]


def _truth(invite: Seat | Registration, version: int, starts_at: datetime, mails: Sequence[Mail]) -> Truth:
    states = {row.state: row for row in mails if row.kind in INVITES and _version(row.payload) == version}
    delivered = [row for row in mails if row.kind in INVITES and row.state is DeliveryState.DONE]
    last = max(delivered, key=lambda row: _version(row.payload), default=None)
    reminded = [
        row.finished_at
        for row in mails
        if row.kind in REMINDERS and row.state is DeliveryState.DONE
        if datetime.fromisoformat(row.payload["starts_at"]) == starts_at
    ]
    return Truth(
        version=version,
        state=DeliveryState.DONE if DeliveryState.DONE in states else next(reversed(states), None),
        delivered=_version(last.payload) if last else None,
        delivered_at=last.finished_at if last else None,
        partstat=invite.partstat,
        answered=invite.answered_sequence if invite.partstat else None,
        reminded_at=max((at for at in reminded if at), default=None),
        feed_fetched_at=invite.person.feed_fetched_at,
    )


def _version(payload: Mapping[str, Any]) -> int:
    found: int = payload["version"]["sequence"]
    return found

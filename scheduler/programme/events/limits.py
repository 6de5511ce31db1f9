"""How much anybody may set off by typing addresses: mails to one of them, and registrations and sign-ins in all.

Counted over the rows that are there anyway, by address and overall, and never by where a request comes from: a whole
class sits behind one IP address.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from scheduler.errors import TooManyRegistrations
from scheduler.messages import SendRegistration
from scheduler.models import Delivery, Person, Registration
from scheduler.states import RegistrationChange


@dataclass(frozen=True)
class Limit:
    """At most `count` within any stretch of this length."""

    count: int
    within: timedelta


# Enough for somebody who registers for a whole year's events in one sitting; too little to bury somebody in mails.
REGISTRATIONS_OF_ONE = (Limit(12, timedelta(hours=1)), Limit(30, timedelta(days=1)))
RECEIPTS_TO_ONE = (Limit(5, timedelta(hours=1)), Limit(10, timedelta(days=1)))
# Three times the largest rush there is: 1,000 people who wait for the clock to strike.
REGISTRATIONS = (Limit(3000, timedelta(hours=1)),)

SIGN_INS_TO_ONE = (Limit(5, timedelta(minutes=15)),)
# A whole programme on its first evening, several times over.
SIGN_INS = (Limit(1000, timedelta(minutes=15)),)


def receipt_allowed(session: Session, person: Person, *, now: datetime) -> bool:
    """Whether a receipt may go to this person once more because somebody typed their address.

    Mails that nobody sets off by typing, such as those of a move, do not count.
    """
    again = Delivery.payload["change"].as_string() == RegistrationChange.AGAIN.value
    to_them = (Delivery.kind == SendRegistration.__name__, Delivery.person_id == person.id, again)
    return not past(session, RECEIPTS_TO_ONE, Delivery.created_at, *to_them, now=now)


def refuse_flood(session: Session, person: Person, *, now: datetime) -> None:
    """TooManyRegistrations when more come in, for this person or in all, than people could send."""
    of_one = Registration.person_id == person.id
    at = Registration.registered_at
    if past(session, REGISTRATIONS_OF_ONE, at, of_one, now=now) or past(session, REGISTRATIONS, at, now=now):
        raise TooManyRegistrations


def take_turn(session: Session, what: str) -> None:
    """Lets nobody else count the same thing until this transaction ends: two who count at once would both find room.

    For where no row is locked that would do the same. SQLite lets one write at a time anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"traff limit {what}", 0))))


def past(
    session: Session,
    limits: Sequence[Limit],
    at: InstrumentedAttribute[datetime],
    *rows: ColumnElement[bool],
    now: datetime,
) -> bool:
    """Whether as many such rows as one of the limits allows have their `at` within its stretch."""

    def count(limit: Limit) -> int:
        found = select(func.count()).select_from(at.class_).where(*rows, at > now - limit.within)
        return session.scalar(found) or 0

    return any(count(limit) >= limit.count for limit in limits)

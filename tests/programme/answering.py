"""Answers as mails bring them, to the meeting of Maria and Emil and to places at the workshop."""

from dataclasses import replace
from datetime import timedelta
from itertools import count

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.db import Database
from scheduler.models import Meeting, Receipt, Registration, Seat
from scheduler.programme.replies import inbound
from scheduler.programme.replies.arrived import Arrived
from scheduler.states import Invited, Parked
from tests.builders import NOW, a_meeting, a_pair, a_programme, some_hosts

MARIA, EMIL = "maria.mentor@example.org", "emil.mentee@example.org"
LATER = NOW + timedelta(hours=1)
_numbers = count(1)


def a_booked_pair(session: Session) -> Meeting:
    """Maria and Emil meet on video on Wednesday, at six in the evening of Stockholm; there is one Zoom host."""
    some_hosts(session, 1)
    pair = a_pair(session, a_programme(session))
    return a_meeting(session, pair, starts_at=NOW + timedelta(days=2, hours=8))


def an_answer(row: Meeting | Registration, email: str, partstat: str = "ACCEPTED", **values: object) -> Arrived:
    """A REPLY to the version that stands, from whoever it answers for, given now. Each is another mail."""
    kind = Invited.MEETING if isinstance(row, Meeting) else Invited.REGISTRATION
    plain = Arrived(
        key=f"mail {next(_numbers)}",
        addressed=((kind, row.id),),
        sender=email,
        method="REPLY",
        uid=row.uid,
        attendee=email,
        partstat=partstat,
        sequence=row.sequence,
        stamp=LATER,
    )
    return replace(plain, **values)  # type: ignore[arg-type]


def take(database: Database, arrived: Arrived, *, now=LATER) -> Parked | None:
    """Takes it; why it changed nothing, if so."""
    with database.writing() as session:
        inbound.take(session, arrived, now=now)
    return reason(database, arrived)


def reason(database: Database, arrived: Arrived) -> Parked | None:
    with database.reading() as session:
        return session.scalars(select(Receipt.reason).where(Receipt.key == arrived.key)).one()


def the_seat(session: Session, email: str) -> Seat:
    return next(seat for seat in session.scalars(select(Seat).order_by(Seat.id)) if seat.person.email == email)

"""Many at once: one meeting and clear refusals. With the guards off, the same race books somebody twice."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
from sqlalchemy import create_engine, func, select, text
from sqlalchemy.orm import aliased

from scheduler.db import Base, Database
from scheduler.models import Delivery, Lease, Meeting, Pair, Seat
from scheduler.programme import locks
from scheduler.programme.pairs import meetings
from scheduler.programme.pairs.modes import How, Phone, Video
from tests.builders import NOW, a_meeting, a_pair, a_person, a_programme, some_hosts
from tests.crowds import at_once
from tests.races import Race

CONTENDERS = 8
START = NOW + timedelta(days=7)


def booking(
    database: Database, pair_id: int, how: How | None = None, starts_at: datetime = START
) -> Callable[[], None]:
    def book():
        with database.writing() as session:
            a_meeting(session, session.get_one(Pair, pair_id), starts_at=starts_at, how=how or Phone("1"))

    return book


def overlaps(database: Database, model: type[Seat | Lease], *same: str) -> int:
    """Pairs of active rows that share a person (or a lane) and a moment."""
    other = aliased(model)
    with database.reading() as session:
        return session.scalars(
            select(func.count())
            .select_from(model)
            .join(other, model.id < other.id)
            .where(model.active, other.active, model.starts_at < other.ends_at, model.ends_at > other.starts_at)
            .where(*(getattr(model, name) == getattr(other, name) for name in same))
        ).one()


def count(database: Database, model: type[Base]) -> int:
    with database.reading() as session:
        return session.scalars(select(func.count()).select_from(model)).one()


@pytest.fixture
def shared_mentor(database: Database) -> Database:
    """One mentor with as many mentees as contenders."""
    with database.writing() as session:
        programme = a_programme(session)
        mentor = a_person(session, "Maria Mentor")
        for number in range(CONTENDERS):
            a_pair(session, programme, mentor, a_person(session, f"Mentee {number}"))
    return database


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leaves time between looking and writing."""
    monkeypatch.setattr(meetings, "_refuse_clash", Race(patience=0.05).after(meetings._refuse_clash))


def test_bookings_of_one_slot_at_once_are_one_meeting_and_clear_refusals(shared_mentor, patient):
    outcomes = at_once([booking(shared_mentor, 1 + number) for number in range(CONTENDERS)])
    assert outcomes == {"done": 1, "SlotTaken": CONTENDERS - 1}
    assert (count(shared_mentor, Meeting), count(shared_mentor, Seat), count(shared_mentor, Delivery)) == (1, 2, 2)
    assert overlaps(shared_mentor, Seat, "person_id") == 0


def test_with_the_guards_off_the_same_race_books_the_mentor_twice(shared_mentor, monkeypatch):
    monkeypatch.setattr(meetings, "_refuse_clash", Race().after(meetings._refuse_clash))
    monkeypatch.setattr(locks, "take_people", lambda session, ids: None)
    with unguarded(shared_mentor) as database:
        outcomes = at_once([booking(database, 1 + number) for number in range(CONTENDERS)])
        assert outcomes["done"] > 1
        assert overlaps(shared_mentor, Seat, "person_id") > 0
        with database.engine.begin() as connection:  # the guard comes back only over clean tables
            for table in ("delivery", "seat", "meeting"):
                connection.execute(text(f"DELETE FROM {table}"))


def test_the_constraint_alone_keeps_the_slot_single(shared_mentor, patient, monkeypatch):
    """Without our own lock and look, the database still says no; and it says it in the domain's words."""
    monkeypatch.setattr(locks, "take_people", lambda session, ids: None)
    outcomes = at_once([booking(shared_mentor, 1 + number) for number in range(2)])
    assert outcomes["done"] == 1
    assert overlaps(shared_mentor, Seat, "person_id") == 0


def test_bookings_at_overlapping_times_at_once_never_overlap(shared_mentor, patient):
    jobs = [
        booking(shared_mentor, 1 + number, starts_at=START + timedelta(minutes=15 * number))
        for number in range(CONTENDERS)
    ]
    outcomes = at_once(jobs)
    assert set(outcomes) == {"done", "SlotTaken"}
    assert overlaps(shared_mentor, Seat, "person_id") == 0
    assert 2 <= outcomes["done"] <= 3


def test_the_last_free_host_goes_to_one(database, patient):
    with database.writing() as session:
        some_hosts(session, 1)
        programme = a_programme(session)
        for number in range(CONTENDERS):
            a_pair(session, programme, a_person(session, f"Mentor {number}"), a_person(session, f"Mentee {number}"))
    outcomes = at_once([booking(database, 1 + number, Video()) for number in range(CONTENDERS)])
    assert outcomes == {"done": 1, "HostsTaken": CONTENDERS - 1}
    assert overlaps(database, Lease, "host_id", "lane") == 0


def test_a_move_and_a_booking_for_the_same_slot_at_once_leave_one_there(shared_mentor, patient):
    with shared_mentor.writing() as session:
        a_meeting(session, session.get_one(Pair, 1), starts_at=START - timedelta(days=1), how=Phone("1"))

    def move():
        with shared_mentor.writing() as session:
            meetings.reschedule(session, session.get_one(Meeting, 1), starts_at=START, minutes=45, now=NOW)

    outcomes = at_once([move, booking(shared_mentor, 2)])
    assert outcomes == {"done": 1, "SlotTaken": 1}
    assert overlaps(shared_mentor, Seat, "person_id") == 0


def test_a_cancel_and_a_move_at_once_end_cancelled_with_every_sequence_told(shared_mentor):
    with shared_mentor.writing() as session:
        a_meeting(session, session.get_one(Pair, 1), starts_at=START, how=Phone("1"))

    def change(command, **values):
        def run():
            with shared_mentor.writing() as session:
                command(session, session.get_one(Meeting, 1), **values, now=NOW)

        return run

    outcomes = at_once(
        [
            change(meetings.cancel),
            change(meetings.reschedule, starts_at=START + timedelta(days=1), minutes=45),
        ]
    )
    assert outcomes in ({"done": 2}, {"done": 1, "MeetingClosed": 1})
    with shared_mentor.reading() as session:
        meeting = session.get_one(Meeting, 1)
        told = {row.payload["version"]["sequence"] for row in session.scalars(select(Delivery))}
    assert meeting.state == "cancelled"
    assert told == set(range(meeting.sequence + 1))


@contextmanager
def unguarded(database: Database, table: str = "seat") -> Iterator[Database]:
    """The same database without its refusal, and with transactions as SQLAlchemy would begin them by itself."""
    bare = Database.__new__(Database)
    bare.url, bare.engine = database.url, create_engine(database.url)
    bare._read_only = bare.engine
    drop, restore = (statement.format(table=table) for statement in GUARDS[database.engine.dialect.name])
    with database.engine.begin() as connection:
        saved = connection.execute(text(restore)).scalars().all()
        connection.execute(text(drop))
    try:
        yield bare
    finally:
        bare.engine.dispose()
        with database.engine.begin() as connection:
            for statement in saved:
                connection.exec_driver_sql(statement)


GUARDS = {
    "sqlite": (
        "DROP TRIGGER {table}_no_overlap_insert",
        "SELECT sql FROM sqlite_master WHERE name = '{table}_no_overlap_insert'",
    ),
    "postgresql": (
        "ALTER TABLE {table} DROP CONSTRAINT {table}_no_overlap",
        "SELECT 'ALTER TABLE {table} ADD CONSTRAINT {table}_no_overlap ' || pg_get_constraintdef(oid) "
        "FROM pg_constraint WHERE conname = '{table}_no_overlap'",
    ),
}

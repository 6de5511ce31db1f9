"""The database itself refuses two active rows at one time, whatever the program above it forgets."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from scheduler.db import Base, Database
from scheduler.models import Host, Lease, Meeting, Seat
from scheduler.states import MeetingState, Mode
from tests.builders import NOW, a_pair, a_programme

HOUR = timedelta(hours=1)


@pytest.fixture
def world(database: Database) -> Database:
    with database.writing() as session:
        a_pair(session, a_programme(session))
        session.add(Host(email="zoom@example.org", capacity=2))
        for number in range(3):
            session.add(
                Meeting(
                    pair_id=1, uid=str(number), state=MeetingState.BOOKED, starts_at=NOW, minutes=60,
                    timezone="Europe/Stockholm", mode=Mode.VIDEO, changed_at=NOW,
                )
            )  # fmt: skip
    return database


def seat(meeting: int, start: timedelta, end: timedelta, person: int = 1, active: bool = True) -> Seat:
    return Seat(meeting_id=meeting, person_id=person, starts_at=NOW + start, ends_at=NOW + end, active=active)


def lease(meeting: int, start: timedelta, end: timedelta, lane: int = 0, active: bool = True) -> Lease:
    return Lease(meeting_id=meeting, host_id=1, lane=lane, starts_at=NOW + start, ends_at=NOW + end, active=active)


def add(database: Database, *rows: Base) -> None:
    with database.writing() as session:
        session.add_all(rows)


@pytest.mark.parametrize("make", [seat, lease])
@pytest.mark.parametrize(("start", "end"), [(0, 2), (1, 3), (-1, 1), (0.5, 1.5), (-1, 3)])
def test_an_overlap_is_refused(world, make, start, end):
    add(world, make(1, 0 * HOUR, 2 * HOUR))
    with pytest.raises(IntegrityError, match="no_overlap"):
        add(world, make(2, start * HOUR, end * HOUR))


@pytest.mark.parametrize("make", [seat, lease])
def test_what_touches_does_not_overlap(world, make):
    add(world, make(1, 0 * HOUR, 1 * HOUR), make(2, 1 * HOUR, 2 * HOUR), make(3, -1 * HOUR, 0 * HOUR))


def test_other_people_and_other_lanes_are_free(world):
    add(world, seat(1, 0 * HOUR, HOUR), seat(1, 0 * HOUR, HOUR, person=2))
    add(world, lease(1, 0 * HOUR, HOUR), lease(2, 0 * HOUR, HOUR, lane=1))


@pytest.mark.parametrize("make", [seat, lease])
def test_an_inactive_row_is_in_nobodys_way_until_it_is_made_active(world, make):
    add(world, make(1, 0 * HOUR, HOUR), make(2, 0 * HOUR, HOUR, active=False))
    table = make(2, 0 * HOUR, HOUR).__tablename__
    with pytest.raises(IntegrityError, match="no_overlap"), world.writing() as session:
        session.execute(text(f"UPDATE {table} SET active = true WHERE meeting_id = 2"))


@pytest.mark.parametrize("make", [seat, lease])
def test_a_move_onto_another_is_refused_and_a_move_within_its_own_time_is_not(world, make):
    add(world, make(1, 0 * HOUR, HOUR), make(2, 1 * HOUR, 2 * HOUR))
    model = type(make(1, 0 * HOUR, HOUR))
    with world.writing() as session:
        row = session.query(model).filter_by(meeting_id=1).one()
        row.starts_at, row.ends_at = NOW + 0.25 * HOUR, NOW + 0.75 * HOUR
    with pytest.raises(IntegrityError, match="no_overlap"), world.writing() as session:
        row = session.query(model).filter_by(meeting_id=1).one()
        row.ends_at = NOW + 1.5 * HOUR


def test_without_the_guard_the_same_rows_go_in(world):
    """The control: it is the constraint, or the trigger, that refuses."""
    with world.writing() as session:
        if session.connection().dialect.name == "postgresql":
            session.execute(text("ALTER TABLE seat DROP CONSTRAINT seat_no_overlap"))
        else:
            session.execute(text("DROP TRIGGER seat_no_overlap_insert"))
    try:
        add(world, seat(1, 0 * HOUR, HOUR), seat(2, 0 * HOUR, HOUR))
    finally:
        if world.engine.dialect.name == "postgresql":
            with world.writing() as session:
                session.execute(text("DELETE FROM seat"))
                session.execute(
                    text(
                        "ALTER TABLE seat ADD CONSTRAINT seat_no_overlap EXCLUDE USING gist "
                        "(person_id WITH =, tstzrange(starts_at, ends_at) WITH &&) WHERE (active)"
                    )
                )


@pytest.mark.parametrize(
    ("mode", "fields"),
    [
        ("walk", {}),
        ("on-site", {}),
        ("hybrid", {}),
        ("phone", {}),
        ("walk", {"link": "https://x", "meeting_point": "y"}),
    ],
)
def test_a_mode_without_its_field_is_refused(world, mode, fields):
    with pytest.raises(IntegrityError), world.writing() as session:
        meeting = session.get_one(Meeting, 1)
        meeting.mode = Mode(mode)
        for name, value in fields.items():
            setattr(meeting, name, value)


def test_every_table_hands_out_each_id_once(sqlite):
    """An id that came back would open the door of the row that had it before."""
    with sqlite.reading() as session:
        for table in Base.metadata.tables.values():
            if "id" in table.c:
                sql = session.execute(text(f"SELECT sql FROM sqlite_master WHERE name = '{table.name}'")).scalar_one()
                assert "AUTOINCREMENT" in sql, table.name

"""The database under everything: its settings, its instants, its one writer, and addresses that are none."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import (
    Column,
    Engine,
    Integer,
    MetaData,
    Table,
    create_engine,
    event,
    insert,
    literal_column,
    select,
    text,
    update,
)
from sqlalchemy.exc import DBAPIError, OperationalError, StatementError
from sqlalchemy.orm import Session

from scheduler.db import Database, UTCDateTime, make_engine, reason
from scheduler.errors import BadSetting
from scheduler.models import Host, Person
from tests.builders import NOW, a_person, a_programme, utc
from tests.crowds import PATIENCE, at_once

INSTANTS = Table("instants", MetaData(), Column("id", Integer, primary_key=True), Column("at", UTCDateTime()))


@pytest.mark.parametrize(
    ("pragma", "value"),
    [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("busy_timeout", 15000)],
)
def test_each_connection_to_sqlite_is_set_up(sqlite: Database, pragma: str, value: object) -> None:
    with sqlite.reading() as one, sqlite.reading() as another:
        for session in (one, another):
            assert session.execute(text(f"PRAGMA {pragma}")).scalar() == value


@pytest.mark.parametrize(
    ("setting", "value"),
    [("lock_timeout", "5s"), ("statement_timeout", "15s"), ("idle_in_transaction_session_timeout", "30s")],
)
def test_each_connection_to_postgresql_is_set_up(postgres: Database, setting: str, value: str) -> None:
    with postgres.engine.connect() as connection:
        assert connection.execute(text(f"SHOW {setting}")).scalar() == value


def test_no_row_points_to_nobody(database: Database) -> None:
    with pytest.raises(DBAPIError, match=r"(?i)foreign key"), database.writing() as session:
        session.execute(text("INSERT INTO availability (person_id, weekly, overrides) VALUES (4711, '[]', '{}')"))


def test_what_raises_is_not_written_at_all(database: Database) -> None:
    with pytest.raises(RuntimeError), database.writing() as session:
        a_person(session, "Maria")
        raise RuntimeError
    with database.reading() as session:
        assert session.scalars(select(Person)).all() == []


def test_what_is_written_is_there_for_the_next(database: Database) -> None:
    with database.writing() as session:
        maria = a_person(session, "Maria")
    assert maria.name == "Maria", "rows can be read after the commit"
    with database.reading() as session:
        assert session.scalars(select(Person.name)).all() == ["Maria"]


def test_reading_writes_nothing(database: Database) -> None:
    with database.reading() as session:
        a_person(session, "Maria")
        assert session.scalars(select(Person.name)).all() == ["Maria"], "within the session it is there"
    with database.reading() as session:
        assert session.scalars(select(Person)).all() == []


def test_whoever_reads_waits_for_no_writer(database: Database) -> None:
    with database.writing() as session:
        a_person(session, "Maria")
        with database.reading() as other:
            assert other.scalars(select(Person)).all() == []
    with database.reading() as session:
        assert len(session.scalars(select(Person)).all()) == 1


def test_whoever_reads_sees_one_state_on_sqlite(sqlite: Database) -> None:
    with sqlite.reading() as reader:
        assert reader.scalars(select(Person)).all() == []
        with sqlite.writing() as writer:
            a_person(writer, "Maria")
        assert reader.scalars(select(Person)).all() == []


def test_ids_are_never_used_twice(database: Database) -> None:
    ids = []
    for number in range(3):
        with database.writing() as session:
            programme = a_programme(session, f"p{number}")
            ids.append(programme.id)
            session.delete(programme)
    assert sorted(set(ids)) == ids


# Two writers at once


def read_then_write(session: Session, met: threading.Barrier, *, patience: float) -> None:
    """Adds one to a number, having read it first; the other writer gets so many seconds to read the same."""
    (capacity,) = session.execute(select(Host.capacity)).one()
    try:
        met.wait(timeout=patience)
    except threading.BrokenBarrierError:
        met.reset()  # the other waits its turn, as it should
    session.execute(update(Host).values(capacity=capacity + 1))


def both_at_once(write: Callable[[threading.Barrier], None]) -> list[BaseException]:
    """What two threads that write at the same time failed with."""
    failures: list[BaseException] = []
    met = threading.Barrier(2)

    def run() -> None:
        try:
            write(met)
        except BaseException as failure:
            failures.append(failure)

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failures


def a_host(database: Database) -> None:
    with database.writing() as session:
        session.add(Host(email="zoom@example.org", capacity=1))


def capacity(database: Database) -> int:
    with database.reading() as session:
        return session.scalars(select(Host.capacity)).one()


def test_two_writers_on_sqlite_lose_no_update(sqlite: Database) -> None:
    """Each through a database of its own, as two processes have: within one, writers take turns anyway."""
    a_host(sqlite)

    def write(met: threading.Barrier) -> None:
        own = Database(sqlite.url)
        with own.writing() as session:
            read_then_write(session, met, patience=0.3)
        own.close()

    assert both_at_once(write) == []
    assert capacity(sqlite) == 3


def test_deferred_transactions_would_lose_one(sqlite: Database) -> None:
    """The control of the test above: with plain BEGIN the second writer fails, or overwrites the first."""
    a_host(sqlite)
    deferred = sqlite.engine.execution_options(read_only=True)  # begins as a reader does

    def write(met: threading.Barrier) -> None:
        with Session(deferred) as session, session.begin():
            read_then_write(session, met, patience=PATIENCE)

    failures = both_at_once(write)
    assert all(isinstance(failure, OperationalError) for failure in failures)
    assert capacity(sqlite) == 2, "one of the two updates is lost"


def test_writers_in_a_row_wait_for_each_other(sqlite: Database) -> None:
    a_host(sqlite)

    def write() -> None:
        for _ in range(5):
            with sqlite.writing() as session:
                (found,) = session.execute(select(Host.capacity)).one()
                session.execute(update(Host).values(capacity=found % 10 + 1))

    with sqlite.writing() as session:
        session.execute(update(Host).values(capacity=10))
    threads = [threading.Thread(target=write) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert capacity(sqlite) == 10, "30 times round the ten"


@pytest.mark.parametrize("in_turn", [True, False], ids=["in turn", "the control: each for itself"])
def test_a_crowd_of_writers_on_sqlite_is_served_in_turn(sqlite: Database, in_turn: bool) -> None:
    """Together they need longer than SQLite lets one of them wait; left to it, some give up."""

    @event.listens_for(sqlite.engine, "connect")
    def _impatient(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute("PRAGMA busy_timeout = 200")

    sqlite.engine.dispose()
    if not in_turn:
        sqlite._turn = nullcontext()
    given_up = threading.Event()

    def write() -> None:
        try:
            with sqlite.writing() as session:
                session.execute(select(Host.capacity)).all()
                given_up.wait(0.05 if in_turn else PATIENCE)
        except OperationalError:
            given_up.set()

    assert at_once([write] * 20) == {"done": 20}
    assert given_up.is_set() != in_turn


# Instants


@pytest.fixture
def instants(database: Database) -> Iterator[Engine]:
    with database.engine.begin() as connection:
        INSTANTS.create(connection)
    yield database.engine
    with database.engine.begin() as connection:
        INSTANTS.drop(connection)


@pytest.mark.parametrize(
    "instant",
    [
        NOW,
        datetime(2026, 10, 25, 0, 59, 59, 999999, tzinfo=UTC),
        datetime(2026, 10, 25, 2, 30, tzinfo=ZoneInfo("Europe/Stockholm"), fold=0),
        datetime(2026, 10, 25, 2, 30, tzinfo=ZoneInfo("Europe/Stockholm"), fold=1),
        datetime(2026, 11, 2, 0, 0, tzinfo=ZoneInfo("Pacific/Kiritimati")),
        datetime(2026, 11, 2, 0, 0, tzinfo=timezone(timedelta(hours=-11, minutes=-30))),
        None,
    ],
)
def test_an_instant_comes_back_aware_and_in_utc(instants: Engine, instant: datetime | None) -> None:
    with instants.begin() as connection:
        connection.execute(insert(INSTANTS).values(id=1, at=instant))
        found = connection.execute(select(INSTANTS.c.at)).scalar_one()
        assert connection.execute(select(INSTANTS.c.id).where(INSTANTS.c.at == instant)).scalar_one() == 1
    assert found == (instant and instant.astimezone(UTC))
    assert found is None or found.utcoffset() == timedelta(0)


def test_instants_are_compared_as_instants_whatever_zone_they_are_given_in(instants: Engine) -> None:
    tokyo = ZoneInfo("Asia/Tokyo")
    with instants.begin() as connection:
        connection.execute(insert(INSTANTS), [{"id": hour, "at": utc(2026, 11, 2, hour)} for hour in range(24)])
        query = select(INSTANTS.c.id).where(INSTANTS.c.at < datetime(2026, 11, 2, 12, tzinfo=tokyo))
        assert sorted(connection.execute(query).scalars()) == [0, 1, 2], "noon in Tokyo is three in the morning"


def test_an_instant_is_read_alike_by_a_client_in_another_zone(postgres: Database) -> None:
    with postgres.writing() as session:
        session.execute(text("SET LOCAL TIME ZONE 'Asia/Kathmandu'"))
        found = session.execute(select(literal_column("now()", UTCDateTime()))).scalar_one()
    assert found.utcoffset() == timedelta(0)


@pytest.mark.parametrize("where", ["in a row", "in a question"])
def test_a_naive_time_is_refused(instants: Engine, where: str) -> None:
    naive = datetime.fromisoformat("2026-11-02T09:00")
    statement: Any = insert(INSTANTS).values(id=1, at=naive)
    if where == "in a question":
        statement = select(INSTANTS.c.id).where(INSTANTS.c.at == naive)
    why = "a naive time, 2026-11-02 09:00:00, where an instant belongs"
    with pytest.raises(StatementError, match=why), instants.begin() as connection:
        connection.execute(statement)


# Addresses


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("", "is not a database address; write sqlite:///file.db or postgresql+psycopg://user@host/name"),
        ("var/traff.db", "is not a database address; write sqlite:///file.db or postgresql+psycopg://user@host/name"),
        (
            "postgresql+psycopg://a:secret@b:port/c",
            "is not a database address; write sqlite:///file.db or postgresql+psycopg://user@host/name",
        ),
        *(
            (url, "must begin with sqlite:/// or postgresql+psycopg://")
            for url in (
                "postgresql://a:secret@b/c",
                "postgres://a:secret@b/c",
                "postgresql+asyncpg://a:secret@b/c",
                "mysql://a:secret@b/c",
                "sqlite+aiosqlite:///x.db",
                "nonsense://x",
            )
        ),
        *(
            (url, "must name a plain file, as in sqlite:///var/traff.db, since web and worker share it")
            for url in (
                "sqlite://",
                "sqlite:///",
                "sqlite:///:memory:",
                "sqlite:///x.db?mode=ro",
                "sqlite:///file:x?uri=1",
            )
        ),
    ],
)
def test_an_address_that_is_none(url: str, why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(BadSetting) as refused:
        make_engine(url)
    assert str(refused.value) == f"TRAFF_DATABASE_URL {why}."
    assert list(tmp_path.iterdir()) == []


def test_a_file_in_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(BadSetting) as refused:
        make_engine(f"sqlite:///{tmp_path}/file/traff.db")
    why = "TRAFF_DATABASE_URL names a file in a folder that cannot be made: "
    assert str(refused.value) in {f"{why}Not a directory.", f"{why}File exists."}


def test_the_folder_of_the_file_is_made(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/var/deep/traff.db")
    with database.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT 1").scalar() == 1
    database.close()
    assert (tmp_path / "var" / "deep" / "traff.db").is_file()


@pytest.mark.parametrize("said", ["", "\n", "one\ntwo", " one.\n"])
def test_a_failure_is_told_on_one_line(said: str) -> None:
    failure = OperationalError("SELECT 1", None, sqlite3.OperationalError(said))
    assert reason(failure) == ("one" if "one" in said else "it does not answer")


def test_errors_keep_peoples_data_to_themselves(database: Database) -> None:
    with pytest.raises(DBAPIError) as failed, database.writing() as session:
        a_person(session, "Maria Hemlig")
        a_person(session, "Maria Hemlig")
    assert "[SQL parameters hidden due to hide_parameters=True]" in str(failed.value)


def test_a_database_that_goes_away_is_found_again(postgres: Database) -> None:
    with postgres.reading() as session:
        pid = session.execute(text("SELECT pg_backend_pid()")).scalar_one()
    killer = create_engine(postgres.url)
    with killer.begin() as connection:
        connection.execute(text(f"SELECT pg_terminate_backend({pid})"))
    killer.dispose()
    with postgres.reading() as session:
        assert session.execute(text("SELECT pg_backend_pid()")).scalar_one() != pid

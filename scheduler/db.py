"""SQLAlchemy's base, the one type for instants, and sessions that read or write SQLite and PostgreSQL alike."""

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from sqlalchemy import DateTime, Dialect, Engine, Enum, MetaData, create_engine, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

from scheduler.errors import BadSetting

# The database itself is out of reach, or too busy. Whatever else it says is about what was asked of it: a bug.
DATABASE_AWAY = (OperationalError, InterfaceError, PoolTimeout)
POSTGRES_OPTIONS = "-c lock_timeout=5s -c statement_timeout=15s -c idle_in_transaction_session_timeout=30s"
# A page may use two connections at once, and the server has sixteen threads.
POOL: dict[str, Any] = {"pool_size": 20, "max_overflow": 20}
# Readers share the file with one writer (WAL), a commit survives a power cut (FULL), a second writer waits its turn.
SQLITE_PRAGMAS: tuple[str, ...] = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=15000")


class UTCDateTime(TypeDecorator[datetime]):
    """An instant: timestamptz on PostgreSQL, UTC text on SQLite. A naive value is refused with ValueError."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a naive time, {value}, where an instant belongs")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def one_of(states: type[StrEnum], *, growing: bool = False) -> Enum:
    """A text column that holds one of these states, by the words of the glossary; the database refuses any other.

    A set that is still `growing` with each release is not checked by the database.
    """
    name = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in states.__name__).lstrip("_")
    words = [state.value for state in states]
    return Enum(
        states,
        name=name,
        native_enum=False,
        create_constraint=not growing,
        length=40 if growing else 20,
        values_callable=lambda _: words,
    )


class Base(DeclarativeBase):
    """Every table. Ids are never used twice, since links that are printed for months are made of them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: UTCDateTime}  # noqa: RUF012 - SQLAlchemy reads it from the class
    __table_args__: Any = {"sqlite_autoincrement": True}  # noqa: RUF012


class Database:
    """One engine, and the two ways to use it: `reading()` and `writing()`."""

    # SQLite lets those who wait for its one writer look again now and then, and in a crowd some never find it free. So
    # the threads of a process wait here, in turn, and only one of them waits for other processes.
    _turn: AbstractContextManager[object] = nullcontext()

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine = make_engine(url)
        self._read_only: Engine = self.engine.execution_options(read_only=True)
        if self.engine.dialect.name == "sqlite":
            self._turn = threading.Lock()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that takes no lock and is rolled back at the end."""
        with Session(self._read_only, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session whose work is committed as a whole, or not at all. SQLite's one writer is taken at its start."""
        with self._turn, Session(self.engine, expire_on_commit=False) as session, session.begin():
            yield session

    def close(self) -> None:
        self.engine.dispose()


def reason(failure: DBAPIError) -> str:
    """What the database says about its failure, on one line without a full stop."""
    return (str(failure.orig).strip().splitlines() or ["it does not answer"])[0].rstrip(".")


def make_engine(url: str) -> Engine:
    """An engine with the settings that make our checks sound; BadSetting for an address that is none."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise _bad(
            "is not a database address; write sqlite:///file.db or postgresql+psycopg://user@host/name"
        ) from None
    if parsed.drivername in {"sqlite", "sqlite+pysqlite"}:
        return _sqlite_engine(parsed)
    if parsed.drivername != "postgresql+psycopg":
        raise _bad("must begin with sqlite:/// or postgresql+psycopg://")
    try:
        return create_engine(
            parsed,
            pool_pre_ping=True,
            **POOL,
            hide_parameters=True,  # they are people's names and addresses, and errors end up in logs
            connect_args={"options": POSTGRES_OPTIONS, "connect_timeout": 5},
        )
    except ModuleNotFoundError:
        raise _bad("needs the extra: pip install 'traff[postgres]'") from None


def _sqlite_engine(url: URL) -> Engine:
    if not url.database or url.database == ":memory:" or url.query:
        raise _bad("must name a plain file, as in sqlite:///var/traff.db, since web and worker share it")
    try:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    except OSError as failure:
        raise _bad(f"names a file in a folder that cannot be made: {failure.strerror}") from None
    engine = create_engine(url, connect_args={"timeout": 15}, hide_parameters=True, **POOL)

    @event.listens_for(engine, "connect")
    def _connect(connection: DBAPIConnection, _record: object) -> None:
        connection.isolation_level = None  # sqlite3 must not begin by itself: it would begin too late
        for pragma in SQLITE_PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        reads = connection.get_execution_options().get("read_only")
        connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")

    return engine


def _bad(why: str) -> BadSetting:
    return BadSetting(name="TRAFF_DATABASE_URL", why=why)

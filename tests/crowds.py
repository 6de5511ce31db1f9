"""Many who do something at the same moment, and one who is overtaken by another at the worst."""

import fcntl
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import TypeVar

import pytest
from sqlalchemy import create_engine, event, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from scheduler import db
from scheduler.db import Database

T = TypeVar("T")
PATIENCE = 60  # seconds that nothing takes


@contextmanager
def alone() -> Iterator[None]:
    """Until its end no other test process has a crowd: PostgreSQL takes a hundred connections, and two crowds more."""
    with Path(__file__).open() as this:
        fcntl.flock(this, fcntl.LOCK_EX)
        yield


def wait_longer() -> None:
    """In this process nobody gives a lock up after the seconds of everyday work: a crowd may take more."""
    db.POSTGRES_OPTIONS = f"-c lock_timeout={PATIENCE}s -c statement_timeout={PATIENCE}s"
    kept = [pragma for pragma in db.SQLITE_PRAGMAS if not pragma.startswith("busy_timeout")]
    db.SQLITE_PRAGMAS = (*kept, f"busy_timeout={PATIENCE * 1000}")


def at_once(jobs: Sequence[Callable[[], object]]) -> Counter[str]:
    """Runs the jobs from one starting shot; how often each came to what."""
    barrier = threading.Barrier(len(jobs))
    outcomes: Counter[str] = Counter()

    def run(job: Callable[[], object]) -> None:
        barrier.wait()
        try:
            job()
            outcomes["done"] += 1
        except Exception as failure:
            outcomes[type(failure).__name__] += 1

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    with alone():
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    return outcomes


def overtake(patch: pytest.MonkeyPatch, where: ModuleType, name: str, rival: Callable[[], object]) -> None:
    """Lets the rival act right before the first call of this function, which is where luck would seldom put it."""
    original, waiting = getattr(where, name), [rival]

    def overtaken(*arguments: object, **named: object) -> object:
        while waiting:
            waiting.pop()()
        return original(*arguments, **named)

    patch.setattr(where, name, overtaken)


@contextmanager
def another_process(database: Database) -> Iterator[Callable[[Callable[..., object]], None]]:
    """Calls a function with a session of a process that does not wait for SQLite's one writer, but goes away."""
    other = Database(database.url)
    if other.engine.dialect.name == "sqlite":
        event.listen(other.engine, "connect", lambda connection, _: connection.execute("PRAGMA busy_timeout=0"))

    def run(do: Callable[..., object]) -> None:
        try:
            with other.writing() as session:
                do(session)
        except OperationalError as failure:
            if "locked" not in str(failure.orig):
                raise

    yield run
    other.close()


@contextmanager
def unguarded(database: Database) -> Iterator[Database]:
    """The same database, with transactions as SQLAlchemy begins them by itself: SQLite's at the first write."""
    bare = Database.__new__(Database)
    bare.url = database.url
    bare.engine = bare._read_only = create_engine(database.url)
    yield bare
    bare.engine.dispose()


def in_between(database: Database, command: Callable[[Session], T]) -> list[T | str]:
    """Runs the command twice, the second time while what the first wrote is not committed yet; what each came to.

    That is committed when the second is through, or has come upon a lock and waits: on PostgreSQL this is the same
    at every run. SQLite's second writer waits before it reads anything.
    """
    outcomes: list[T | str] = []

    def second() -> None:
        try:
            with database.writing() as session:
                found = command(session)
            outcomes.append(found)
        except Exception as failure:
            outcomes.append(type(failure).__name__)

    thread = threading.Thread(target=second)
    with database.writing() as session:
        found = command(session)
        session.flush()
        thread.start()
        if database.engine.dialect.name == "postgresql":
            while thread.is_alive() and not _somebody_waits(database):
                thread.join(0.005)
    thread.join(PATIENCE)
    return [found, *outcomes]


def _somebody_waits(database: Database) -> bool:
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend'"
        " AND wait_event_type = 'Lock'"
    )
    with database.reading() as session:
        return bool(session.scalar(waiting))

"""A worker that is killed: between any two steps, wherever the test says. Runs in a process of its own."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from scheduler.db import Database
from tests.world import Clock, a_worker

SURVIVED, KILLED = 0, -signal.SIGKILL


class Fuse:
    """Burns one step at a time; at step `at` the process is gone, as by a power cut."""

    def __init__(self, at: int) -> None:
        self.left = at

    def burn(self) -> None:
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


class FusedDatabase(Database):
    """Can die before and after each commit."""

    fuse: Fuse

    @contextmanager
    def writing(self) -> Iterator[Any]:
        with super().writing() as session:
            yield session
            session.flush()
            self.fuse.burn()
        self.fuse.burn()


def fused(call: Callable[..., Any], fuse: Fuse) -> Callable[..., Any]:
    """The call, which can die before it is made and after it has been answered."""

    def run(*args: Any, **values: Any) -> Any:
        fuse.burn()
        answer = call(*args, **values)
        fuse.burn()
        return answer

    return run


def until_nobody_holds_anything(database: Database) -> None:
    """PostgreSQL takes a moment to notice that somebody is gone, and to let go of what they had in hand."""
    if database.engine.dialect.name == "postgresql":
        with database.engine.begin() as connection:
            connection.exec_driver_sql("SET LOCAL lock_timeout = 0")
            connection.exec_driver_sql("LOCK TABLE delivery")


def work_until_killed(database_url: str, mail_url: str, zoom_url: str, now: datetime, at: int) -> None:
    """Works off what is due at `now`, and is killed at its step number `at` if it comes that far."""
    fuse = Fuse(at)
    database = FusedDatabase(database_url)
    database.fuse = fuse
    worker = a_worker(database, mail_url, zoom_url, Clock(now))
    worker.world.mailer.send = fused(worker.world.mailer.send, fuse)  # type: ignore[method-assign]
    for name in ("create", "find", "update", "delete"):
        setattr(worker.world.zoom, name, fused(getattr(worker.world.zoom, name), fuse))
    worker.drain()

"""`traff web` with its guard off, or with time to race in: for controls alone, and nothing but this switches it.

python -m tests.stampede.launch [--unguarded FOLDER] [--patient] web --port N
"""

import sys
import time
from contextlib import nullcontext
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from sqlalchemy import Engine, create_engine
from sqlalchemy.orm import Session

from scheduler import app, cli, db
from scheduler.models import Event
from scheduler.programme import locks
from scheduler.programme.events import standing
from tests.crowds import wait_longer
from tests.races import looked

PAUSE = 0.005  # seconds
LEAVERS = 20


def without_lock(marks: Path, session: Session, event: Event) -> None:
    """Looks at the event as the guard does, and takes nothing; the first one waits until a second one has looked."""
    session.flush()
    session.refresh(event)
    looked(marks, "event-")


def as_it_was(marks: Path, event: Event) -> datetime:
    """Whoever leaves has seen that they have a place; they wait for so many that two are of one double-click."""
    looked(marks, "place-", runners=LEAVERS + 1)
    return event.starts_at + timedelta(minutes=event.minutes)


def as_sqlalchemy_would(url: str) -> Engine:
    """SQLite with transactions that begin at the first write, as they do unless one sees to it."""
    return create_engine(url, connect_args={"timeout": 15} if url.startswith("sqlite") else {}, **db.POOL)


class WithoutTurns(db.Database):
    """The threads of a process all come to SQLite's one writer at once."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self._turn = nullcontext()


def look_then_wait(event: Event) -> int | None:
    """Leaves time between looking and writing."""
    left = None if event.capacity is None else event.capacity - event.taken
    time.sleep(PAUSE)
    return left


def main() -> None:
    if "--unguarded" in sys.argv:
        at = sys.argv.index("--unguarded")
        _, marks = sys.argv[at : at + 2]
        del sys.argv[at : at + 2]
        locks.take_event = partial(without_lock, Path(marks))
        Event.ends_at = property(partial(as_it_was, Path(marks)))  # type: ignore[assignment,method-assign]
        db.make_engine = as_sqlalchemy_would
        app.Database = WithoutTurns  # type: ignore[attr-defined]
    if "--patient" in sys.argv:
        sys.argv.remove("--patient")
        wait_longer()
        standing.seats_left = look_then_wait
    cli.main()


if __name__ == "__main__":
    main()

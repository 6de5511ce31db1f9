"""Leaves another system alone while it is away: now and then one call of all workers together looks if it is back.

Only while it is away is there a row that says so: nothing is written while all is well.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any, TypeVar, cast

from sqlalchemy import delete, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from integrations.outcome import Rejected, Retry
from scheduler.db import Database
from scheduler.models import Outage
from scheduler.states import Channel

T = TypeVar("T")
FIRST = timedelta(seconds=2)  # so that no second sees two calls, even if one of them leaves late
LONGEST = timedelta(seconds=30)  # so that all is caught up with within two minutes of its return


@dataclass(frozen=True)
class Probe:
    """The leave for one call while the system is away: it was due at `due_at`, and the next one is at `next_at`."""

    due_at: datetime
    next_at: datetime


def outage(session: Session, channel: Channel) -> Outage | None:
    """What is known of the channel's trouble, locked until the transaction ends; None while all is well."""
    return session.get(Outage, channel, with_for_update=True)


def take_probe(found: Outage, *, now: datetime) -> Probe:
    """Takes the leave for one call, which is due. The next is due when the outage is twice as old, or LONGEST on."""
    due_at = found.next_at
    found.next_at = now + min(max(now - found.began_at, FIRST), LONGEST)
    return Probe(due_at, found.next_at)


@dataclass
class Watch:
    """One step at work: what it learns of the channel's other side is written down, for all workers.

    `probe` is the leave that it was given, if the other side was away by then.
    """

    database: Database
    channel: Channel
    probe: Probe | None
    clock: Callable[[], datetime]
    asked: bool = field(default=False, init=False)

    def __enter__(self) -> "Watch":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if isinstance(error, Retry) and error.widespread:
            with self.database.writing() as session:
                _is_away(session, self.channel, until=error.retry_at, now=self.clock())
        elif self.probe and (error is None or isinstance(error, Retry | Rejected)):  # from a bug nobody learns anything
            with self.database.writing() as session:
                _is_back(session, self.channel) if self.asked else _give_back(session, self.channel, self.probe)

    def on(self, other: T) -> T:
        """The other side, watched: a step that has nothing to ask does not learn that it is back."""
        return cast("T", _Watched(other, self))


class _Watched:
    def __init__(self, other: Any, watch: Watch) -> None:
        self._other, self._watch = other, watch

    def __getattr__(self, name: str) -> Any:
        self._watch.asked = True
        return getattr(self._other, name)


def _is_away(session: Session, channel: Channel, *, until: datetime | None, now: datetime) -> None:
    """Writes down the trouble; `until` is when the other side says that it will be better."""
    found = outage(session, channel)
    if found is None:
        found = Outage(channel=channel, began_at=now, next_at=now + FIRST)
        try:
            with session.begin_nested():
                session.add(found)
        except IntegrityError:  # another worker has just written it down
            return
    found.next_at = max(found.next_at, min(until or now, now + LONGEST))


def _is_back(session: Session, channel: Channel) -> None:
    session.execute(delete(Outage).where(Outage.channel == channel))


def _give_back(session: Session, channel: Channel, probe: Probe) -> None:
    """Lets another delivery have the leave at once, unless the next one has been taken meanwhile."""
    unchanged = Outage.channel == channel, Outage.next_at == probe.next_at
    session.execute(update(Outage).where(*unchanged).values(next_at=probe.due_at))

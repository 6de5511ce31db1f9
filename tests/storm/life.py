"""A worker that lives until it is killed, in a process of its own, by a clock that it shares with the others."""

import threading
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from multiprocessing.synchronize import Event
from pathlib import Path

from integrations.http import TIMEOUTS, Timeouts
from integrations.mail.maildir import MaildirMailer
from integrations.zoom.client import ZoomAccount, ZoomClient
from scheduler.db import Database
from scheduler.jobs import zoom_meetings
from scheduler.jobs.adapters import World
from scheduler.jobs.worker import Timing, Worker
from scheduler.programme.pool import host_sweeps
from tests.builders import LINKS, NOW

SENDER = "traff@example.org"
PATIENCE = (2.0, 0.25)  # seconds that a call waits in the storm
PACE = 20  # seconds of the storm's clock in a second: pauses are short, and days pass
TIMING = Timing(
    lease=timedelta(minutes=20), grace=timedelta(minutes=10), idle=timedelta(milliseconds=20), tick=timedelta(seconds=1)
)


@dataclass
class StormClock:
    """Runs fast, in all processes alike, and leaps ahead between two lives."""

    base: datetime = NOW
    since: float = field(default_factory=time.monotonic)

    def __call__(self) -> datetime:
        return self.base + timedelta(seconds=(time.monotonic() - self.since) * PACE)

    def leap(self, **length: float) -> None:
        self.base += timedelta(**length)


@dataclass(frozen=True)
class Place:
    """Where a worker finds what it works with."""

    database_url: str
    folder: Path
    zoom_url: str


def a_worker(place: Place, clock: StormClock, timeouts: Timeouts = TIMEOUTS) -> Worker:
    account = ZoomAccount("account", "client", "secret", f"{place.zoom_url}/oauth/token", f"{place.zoom_url}/v2")
    zoom = ZoomClient(account, clock=clock, timeouts=timeouts)
    world = World(MaildirMailer(place.folder), zoom, LINKS, SENDER)
    return Worker(Database(place.database_url), world, clock=clock, timing=TIMING)


def sweep(worker: Worker) -> None:
    """Of all that Träff does by itself, what concerns Zoom: nobody is to be asked for times here."""
    with worker.database.writing() as session:
        host_sweeps.owe_due(session, now=worker.clock())


def live(place: Place, clock: StormClock, begun: Event, *, blind: bool) -> None:
    """Does what is due, for ever. `blind`, it believes that what it did not write down did not happen, and sweeps not.

    That is the control: it neither looks for what an attempt of its own left behind, nor for what is left over.
    """
    worker = a_worker(place, clock, PATIENCE)
    if blind:
        zoom_meetings._left_behind = lambda *_: []
    worker.tick = (lambda: None) if blind else lambda: sweep(worker)  # type: ignore[method-assign]
    begun.set()
    worker.run(threading.Event())

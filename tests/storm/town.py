"""People who book, move and cancel all through the storm, and what must be true when it is over."""

import multiprocessing
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from random import Random

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from integrations.zoom.simulator import serve
from scheduler.db import Database
from scheduler.errors import NoHostFree, SlotTaken
from scheduler.models import Delivery, Meeting, Pair, ZoomMeeting
from scheduler.programme.pairs import meetings
from scheduler.programme.pairs.modes import Video
from scheduler.states import DeliveryState, MeetingState
from tests import crowds
from tests.builders import NOW, a_pair, a_person, a_programme, some_hosts
from tests.storm.life import Place, StormClock, a_worker, live, sweep
from tests.storm.weather import Weather
from tests.world import calendar_of, entry_of

MOST_CALLS, PATIENCE = 12, 1.0  # of a life: calls, and seconds
QUIET = 8  # rounds of twenty minutes in which nothing is owed: two sweeps of every host
ROUNDS = 400

processes = multiprocessing.get_context("forkserver")
processes.set_forkserver_preload(["tests.storm.life"])


@dataclass
class Town:
    """A programme in a database, with a Zoom and a folder of mail; `random` decides who does what and who dies when."""

    database: Database
    clock: StormClock
    zoom: Weather
    place: Place
    random: Random
    done: dict[str, int] = field(default_factory=lambda: {"booked": 0, "moved": 0, "cancelled": 0, "kills": 0})

    def storm(self, *, lives: int, bookings: int, blind: bool = False, seconds: float = PATIENCE) -> None:
        """So many workers live and are killed, one after the other, while so many pairs book and some think better."""
        each = -(-bookings // lives)
        for _ in range(lives):
            begun = processes.Event()
            worker = processes.Process(target=live, args=(self.place, self.clock, begun), kwargs={"blind": blind})
            worker.start()
            assert begun.wait(crowds.PATIENCE)
            for _ in range(min(each, bookings - self.done["booked"])):
                self.act()
            self._watch(calls=self.random.randint(1, MOST_CALLS), seconds=seconds)
            worker.kill()
            worker.join()
            self.done["kills"] += 1
            self.zoom.calm()
            self.clock.leap(minutes=self.random.uniform(1, 40))

    def _watch(self, *, calls: int, seconds: float) -> None:
        """Returns in the midst of the worker's call of that number; after a while, if it does not come so far."""
        last, patience = self.zoom.calls.total() + calls, time.monotonic() + seconds
        while self.zoom.calls.total() < last and time.monotonic() < patience:
            time.sleep(0.002)
        time.sleep(self.random.uniform(0, 0.02))

    def act(self) -> None:
        """Somebody books; after two of three bookings somebody moves theirs, and after one of five somebody cancels."""
        pair = self.done["booked"] + 1
        self._somewhen("booked", lambda session, start: _book(session, pair, start, self.clock()))
        if self.random.random() < 2 / 3:
            meeting = self._any()
            self._somewhen("moved", lambda session, start: _move(session, meeting, start, self.clock()))
        if self.random.random() < 1 / 5:
            with self.database.writing() as session:
                meetings.cancel(session, session.get_one(Meeting, self._any()), now=self.clock())
            self.done["cancelled"] += 1

    def settle(self) -> None:
        """The sky clears, and a worker lives on until there is nothing to do, and sweeps have found nothing."""
        self.zoom.set_faults({})
        worker, quiet = a_worker(self.place, self.clock), 0
        for _ in range(ROUNDS):
            sweep(worker)
            worker.drain()
            quiet = 0 if self.count(Delivery.state == DeliveryState.WAITING) else quiet + 1
            if quiet > QUIET:
                break
            self.clock.leap(minutes=20)
        worker.database.close()

    def count(self, *states: ColumnElement[bool]) -> int:
        """How many deliveries are in these states."""
        with self.database.reading() as session:
            return session.scalar(select(func.count()).select_from(Delivery).where(*states)) or 0

    def _somewhen(self, what: str, job: Callable[[Session, datetime], object]) -> None:
        """Does it at some hour of the next weeks that is free."""
        for _ in range(50):
            start = NOW + timedelta(days=self.random.randint(7, 38), hours=self.random.randint(0, 9))
            try:
                with self.database.writing() as session:
                    job(session, start)
            except (NoHostFree, SlotTaken):
                continue
            self.done[what] += 1
            return
        raise AssertionError("there is no free hour")

    def _any(self) -> int:
        with self.database.reading() as session:
            booked = select(Meeting.id).where(Meeting.state == MeetingState.BOOKED).order_by(Meeting.id)
            return self.random.choice(session.scalars(booked).all())


def _book(session: Session, pair_id: int, start: datetime, now: datetime) -> None:
    pair = session.get_one(Pair, pair_id)
    meetings.book(session, pair, starts_at=start, minutes=45, how=Video(), now=now)


def _move(session: Session, meeting_id: int, start: datetime, now: datetime) -> None:
    meetings.reschedule(session, session.get_one(Meeting, meeting_id), starts_at=start, minutes=45, now=now)


@contextmanager
def town(database: Database, folder: Path, *, hosts: int, pairs: int, seed: int) -> Iterator[Town]:
    with database.writing() as session:
        some_hosts(session, *[1] * hosts)
        programme = a_programme(session)
        for number in range(pairs):
            a_pair(session, programme, *(a_person(session, f"{who} {number}") for who in ("Mentor", "Mentee")))
    clock = StormClock()
    zoom = Weather(clock, seed)
    with serve(zoom) as server:
        yield Town(database, clock, zoom, Place(database.url, folder, server.url), Random(seed))


# In the end


def check(town: Town) -> None:
    """Zoom has the active meetings, each once and as it is, and nothing else; everybody was told the last of each."""
    with town.database.reading() as session:
        rows = session.scalars(select(ZoomMeeting).where(ZoomMeeting.wanted)).all()
        wanted = {(row.zoom_id, row.host.email, row.about.starts_at) for row in rows}
        booked = session.scalars(select(Meeting.id).where(Meeting.state == MeetingState.BOOKED)).all()
        assert sorted(row.meeting_id or 0 for row in rows) == sorted(booked)
        assert all(row.join_url for row in rows)
        last = {
            (meeting.uid, meeting.sequence, method, seat.person.email)
            for meeting in session.scalars(select(Meeting))
            for method in ["REQUEST" if meeting.state is MeetingState.BOOKED else "CANCEL"]
            for seat in meeting.seats
        }
    assert {(found.id, found.host, found.start_time) for found in town.zoom.meetings()} == wanted
    assert len(town.zoom.meetings()) == len(wanted)
    assert town.zoom.doubled == set(), "never, not even for a moment"
    assert town.count(Delivery.state.in_([DeliveryState.WAITING, DeliveryState.FAILED])) == 0
    assert last - told(town.place.folder) == set(), "invites that got lost"


def told(folder: Path) -> set[tuple[str, int, str, str]]:
    """Of each invite that went out: uid, sequence, method, and whom it went to."""
    found = set()
    for path in (folder / "new").iterdir():
        mail = message_from_bytes(path.read_bytes(), policy=policy.default)
        if any(part.get_content_type() == "text/calendar" for part in mail.walk()):
            entry = entry_of(mail)
            address = mail["To"].addresses[0].addr_spec
            found.add((str(entry["UID"]), int(entry["SEQUENCE"]), str(calendar_of(mail)["METHOD"]), address))
    return found


def figures(town: Town) -> str:
    calls = town.zoom.calls
    with town.database.reading() as session:
        attempts = session.scalar(select(func.sum(Delivery.attempt)))
    return (
        f"{town.done['booked']} booked, {town.done['moved']} moved, {town.done['cancelled']} cancelled, "
        f"{town.done['kills']} kills, {attempts} attempts, {calls.total()} calls, "
        f"{len(town.zoom.meetings())} meetings at Zoom, {len(town.zoom.doubled)} were there twice; {dict(calls)}"
    )

"""An hour without Zoom: people notice nothing but a link that is pending, and two minutes later everything is there."""

import multiprocessing
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from werkzeug.wrappers import Request, Response

from integrations.zoom.client import ZoomAccount, ZoomClient
from integrations.zoom.simulator import Simulator, serve
from scheduler.db import Database
from scheduler.jobs import breaker
from scheduler.jobs.adapters import World
from scheduler.jobs.worker import Worker
from scheduler.models import Meeting, Pair, ZoomMeeting
from scheduler.presenters.labels import label
from scheduler.programme import desk
from scheduler.programme.access import Desk
from scheduler.programme.desk import LinkState
from scheduler.states import Channel
from tests.builders import LINKS, a_meeting, a_pair, a_person, a_programme, some_hosts, utc
from tests.jobs.zoom_house import SENDER, Post
from tests.world import Clock, a_worker, text_of

BOOKINGS = 20
WORKERS = 3  # each with a connection and a token of its own, as in a process of its own
STEP = 5  # seconds in which the workers look whether something is due
HANG = 0.05  # seconds until a Zoom that never answers hangs up: so nobody counts the seconds of a busy machine


processes = multiprocessing.get_context("forkserver")
processes.set_forkserver_preload(["tests.walks.test_outage"])


class Counted(Simulator):
    """Counts its calls by the second in which they come; tokens are another system's."""

    calls: Counter[int]

    def answer(self, request: Request) -> Response:
        if request.path != "/oauth/token":
            self.calls[int(self._clock().timestamp())] += 1
        return super().answer(request)


class Town:
    """Pairs that book, workers, and a Zoom that can go away; time passes in steps."""

    def __init__(
        self, database: Database, zoom: Counted, zoom_url: str, workers: list[Worker], post: Post, clock: Clock
    ) -> None:
        self.database, self.zoom, self.zoom_url = database, zoom, zoom_url
        self.workers, self.post, self.clock = workers, post, clock
        self.booked = 0

    def book(self) -> None:
        """As the web process does."""
        self.booked += 1
        with self.database.writing() as session:
            a_meeting(session, session.get_one(Pair, self.booked), starts_at=utc(2026, 11, 10, 8))

    def pass_time(self, *, minutes: float) -> None:
        """So long of the life of the threads that serve Zoom."""
        end = self.clock.now + timedelta(minutes=minutes)
        while self.clock.now < end:
            self.clock.sleep(seconds=STEP)
            self.serve(Channel.ZOOM)

    def serve(self, channel: Channel) -> None:
        """One worker after the other does what it finds."""
        for worker in self.workers:
            while worker.work_one(channel) is not None:
                pass

    def mails(self) -> list[str]:
        return [text_of(mail) for mail in self.post.sent]


@pytest.fixture
def town(database: Database) -> Iterator[Town]:
    with database.writing() as session:
        some_hosts(session, *[1] * BOOKINGS)
        programme = a_programme(session)
        for number in range(BOOKINGS):
            a_pair(session, programme, *(a_person(session, f"{who} {number}") for who in ("Mentor", "Mentee")))
    clock, post = Clock(), Post()
    zoom = Counted(clock=clock, hang_seconds=HANG)
    zoom.calls = Counter()
    with ExitStack() as ends, serve(zoom) as server:
        account = ZoomAccount("account", "client", "secret", f"{server.url}/oauth/token", f"{server.url}/v2")
        workers = []
        for _ in range(WORKERS):
            own, client = Database(database.url), ends.enter_context(ZoomClient(account, clock=clock))
            ends.callback(own.close)
            workers.append(Worker(own, World(post, client, LINKS, SENDER), clock=clock))
        yield Town(database, zoom, server.url, workers, post, clock)


def without_zoom(town: Town, fault: str, *, minutes: int) -> None:
    """People book all the while, and their mails go out at once."""
    town.zoom.set_faults({fault: 1.0})
    for _ in range(BOOKINGS):
        town.book()
        town.serve(Channel.MAIL)
        town.pass_time(minutes=minutes / BOOKINGS)
    town.zoom.set_faults({})


@pytest.mark.parametrize(
    ("database", "fault"),
    [("sqlite", "500-before"), ("postgres", "500-before"), ("sqlite", "hang")],
    indirect=["database"],
)
def test_nobody_waits_for_a_zoom_that_is_away_and_all_is_caught_up_with(town: Town, fault: str) -> None:
    without_zoom(town, fault, minutes=60)
    mails = town.mails()
    assert len(mails) == 2 * BOOKINGS, "each invite has gone out"
    assert all(f"{LINKS.base_url}/j/" in mail for mail in mails), "with its door"
    with town.database.reading() as session:
        pair = session.get_one(Pair, 1)
        rows = desk.pair_standings(session, Desk(pair.programme, None), now=town.clock.now)
        assert {row.link for row in rows} == {LinkState.PENDING}
    assert label(LinkState.PENDING) == "Zoom link pending"
    assert max(town.zoom.calls.values()) == 1, "a second"
    town.pass_time(minutes=2)
    with town.database.reading() as session:
        linked = session.scalar(select(func.count()).select_from(ZoomMeeting).where(ZoomMeeting.join_url != ""))
        assert (linked, session.scalar(select(func.max(Meeting.sequence)))) == (BOOKINGS, 0)
    assert len(town.zoom.meetings()) == BOOKINGS
    assert len(town.mails()) == 2 * BOOKINGS


def test_without_the_breaker_zoom_is_under_siege_meanwhile(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control."""
    monkeypatch.setattr(breaker, "outage", lambda *_: None)
    without_zoom(town, "500-before", minutes=5)
    assert max(town.zoom.calls.values()) > 1


def work_one(database_url: str, zoom_url: str, now: datetime, *, guarded: bool) -> None:
    """What a worker does at `now`, in a process of its own."""
    if not guarded:
        breaker.outage = lambda *_: None
    database = Database(database_url)
    a_worker(database, "smtp://127.0.0.1:1", zoom_url, Clock(now)).work_one(Channel.ZOOM)
    database.close()


@pytest.mark.parametrize(
    ("guarded", "calls"), [pytest.param(True, 1, id="guarded"), pytest.param(False, WORKERS, id="control")]
)
def test_of_several_processes_one_finds_out_whether_zoom_is_back(town: Town, guarded: bool, calls: int) -> None:
    for _ in range(1 + WORKERS):
        town.book()
    town.zoom.set_faults({"500-before": 1.0})
    town.workers[0].work_one(Channel.ZOOM)
    town.clock.sleep(seconds=breaker.FIRST.total_seconds())
    where = town.database.url, town.zoom_url, town.clock.now
    runs = [processes.Process(target=work_one, args=where, kwargs={"guarded": guarded}) for _ in range(WORKERS)]
    for run in runs:
        run.start()
    for run in runs:
        run.join()
    assert {run.exitcode for run in runs} == {0}
    assert sorted(town.zoom.calls.values()) == [1, calls], "when it went away, and now"

"""Long searches at work: with signs of life, stopped with the best so far, left to the next worker, beside the mail."""

import threading
from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError

from scheduler.db import DATABASE_AWAY, Database
from scheduler.jobs import wave_runs as jobs
from scheduler.jobs.adapters import World
from scheduler.jobs.worker import Timing, Worker
from scheduler.models import WaveRun
from scheduler.programme.access import Desk
from scheduler.programme.people import sign_ins
from scheduler.programme.waves import sent_runs, wave_plans, wave_runs
from scheduler.programme.waves.packed_plans import pack
from scheduler.programme.waves.wave_plans import Question, WavePlan
from scheduler.states import DeliveryState, RunState
from tests.builders import LINKS, NOW, Days, a_pair, a_person, a_programme, deliveries, some_hosts
from tests.crowds import PATIENCE
from tests.jobs.zoom_house import Post
from tests.world import Clock

OFTEN = 0.01  # seconds
WORLD = World(Post(), None, LINKS, "traff@example.org")


@pytest.fixture
def asked(database: Database) -> Database:
    """Twelve pairs who can meet on Tuesday evening only, one host, and a search for the best of it."""
    with database.writing() as session:
        some_hosts(session, 1)
        programme = a_programme(session)
        for number in range(12):
            people = (a_person(session, f"{who} {number}", weekly=[[1, "17:00", "19:00"]]) for who in ("Mo", "Me"))
            a_pair(session, programme, *people)
        wave_runs.start(
            session, Desk(programme, None), first=date(2026, 11, 9), last=date(2026, 11, 13), minutes=30, book=True,
            by="anna@example.org", now=NOW,
        )  # fmt: skip
    return database


@pytest.fixture
def found(asked: Database) -> Database:
    """And a plan, run 2, that proposes a meeting to three of the pairs, and is to be sent."""
    with asked.writing() as session:
        mine = Desk(session.get_one(WaveRun, 1).programme, None)
        dates = Days(first=date(2026, 11, 9), last=date(2026, 11, 13))
        plan = pack(wave_plans.ask(session, mine.programme, **dates, minutes=30, now=NOW).answer(seconds=0))
        run = sent_runs.keep(session, mine, plan, **dates, minutes=30, book=False, by="", found_at=NOW)
        sent_runs.send(session, run, mine, by="anna@example.org", now=NOW)
    return asked


def the(database: Database, run_id: int = 1) -> WaveRun:
    with database.reading() as session:
        return session.get_one(WaveRun, run_id)


def search(database: Database, closing: threading.Event | None = None) -> bool:
    return jobs.search_one(database, clock=Clock(), closing=closing or threading.Event(), every=OFTEN)


def until(true: Callable[[], bool]) -> None:
    waited = threading.Event()
    for _ in range(PATIENCE * 100):
        if true():
            return
        waited.wait(0.01)
    raise AssertionError("it did not come to pass")


class Endless:
    """A search that has found something and goes on until it is told to stop."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.answer, self.begun = Question.answer, threading.Event()
        self.started: list[Mapping[str, int]] = []

        def answer(asked: Question, **kwargs: Any) -> WavePlan:
            return self.run(asked, **kwargs)

        monkeypatch.setattr(Question, "answer", answer)

    def run(
        self, asked: Question, *, seconds: float, start: Mapping[str, int], stop: Callable[[], bool], progress: Any
    ) -> WavePlan:
        self.started.append(start)
        progress((2, 500), (4, 900))
        self.begun.set()
        until(stop)
        return self.answer(asked, seconds=0)


@pytest.fixture
def endless(monkeypatch: pytest.MonkeyPatch) -> Endless:
    return Endless(monkeypatch)


@pytest.fixture
def searching(asked: Database, endless: Endless) -> Iterator[threading.Event]:
    """The search under way in a thread; the event closes its process."""
    closing = threading.Event()
    thread = threading.Thread(target=search, args=(asked, closing))
    thread.start()
    assert endless.begun.wait(PATIENCE)
    yield closing
    closing.set()
    thread.join(PATIENCE)
    assert not thread.is_alive()


def test_a_search_ends_with_its_plan(asked: Database) -> None:
    assert search(asked) is True
    run = the(asked)
    assert (run.state, run.pairs, run.placed, run.most) == (RunState.READY, 12, 3, 3)
    assert run.plan is not None
    assert (len(run.plan["placed"]), run.plan["optimal"]) == (3, True)
    assert search(asked) is False


def test_it_says_how_far_it_is_and_stops_with_the_best_so_far(asked: Database, searching: threading.Event) -> None:
    until(lambda: (the(asked).pairs, the(asked).placed, the(asked).most) == (12, 2, 4))
    with asked.writing() as session:
        wave_runs.stop(session, session.get_one(WaveRun, 1), now=NOW)
    until(lambda: the(asked).state is RunState.READY)
    plan = the(asked).plan
    assert plan is not None
    assert 0 < len(plan["placed"]) <= 3


@pytest.mark.parametrize("where", ["beat", "finish"])
@pytest.mark.parametrize("away", DATABASE_AWAY)
def test_a_database_that_is_away_or_busy_is_no_bug_of_the_search(
    asked: Database, monkeypatch: pytest.MonkeyPatch, where: str, away: type[Exception]
) -> None:
    kept, left = getattr(wave_runs, where), [1]

    def fail(*args: Any, **values: Any) -> Any:
        if left:
            left.pop()
            raise away("", {}, Exception()) if issubclass(away, DBAPIError) else away()
        return kept(*args, **values)

    monkeypatch.setattr(wave_runs, where, fail)
    if where == "finish":
        with pytest.raises(away):
            search(asked)
        assert the(asked).state is RunState.RUNNING, "to be taken up again"
        return
    answer = Question.answer

    def slow(asks: Question, **values: Any) -> WavePlan:
        until(lambda: not left and the(asked).beat_at is not None)
        return answer(asks, **values)

    monkeypatch.setattr(Question, "answer", slow)
    assert search(asked) is True
    assert the(asked).state is RunState.READY


def test_closing_leaves_it_to_the_next_worker(asked: Database, searching: threading.Event) -> None:
    searching.set()
    until(lambda: the(asked).state is RunState.WAITING)
    plan = the(asked).plan
    assert plan is not None
    assert 0 < len(plan["placed"]) <= 3


def test_the_next_worker_goes_on_from_there(asked: Database, searching: threading.Event, endless: Endless) -> None:
    searching.set()
    until(lambda: the(asked).state is RunState.WAITING)
    left = wave_runs.best_so_far(the(asked))
    assert search(asked, searching)
    assert left
    assert endless.started == [{}, left]


def test_a_search_that_another_worker_took_over_is_let_go(asked: Database, searching: threading.Event) -> None:
    with asked.writing() as session:
        run = session.get_one(WaveRun, 1)
        run.attempt += 1
    until(lambda: not [thread for thread in threading.enumerate() if thread.name == "wave heart"])
    assert (the(asked).state, the(asked).plan) == (RunState.RUNNING, None)


def test_a_search_that_died_is_seen_through_by_the_next(asked: Database) -> None:
    with asked.writing() as session:
        wave_runs.claim(session, now=NOW - timedelta(minutes=5))
    assert search(asked) is True
    assert (the(asked).state, the(asked).attempt) == (RunState.READY, 2)


def test_a_bug_ends_it_without_a_plan(
    asked: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(Question, "answer", lambda *_, **__: 1 // 0)
    assert search(asked) is True
    assert the(asked).state is RunState.INTERRUPTED
    assert "met a bug" in caplog.text


def test_mail_goes_out_while_a_worker_searches(asked: Database, endless: Endless) -> None:
    worker = Worker(asked, WORLD, clock=Clock(), timing=Timing(idle=timedelta(seconds=OFTEN)))
    stop = threading.Event()
    thread = threading.Thread(target=worker.run, args=(stop,))
    thread.start()
    try:
        assert endless.begun.wait(PATIENCE)
        with asked.writing() as session:
            sign_ins.ask(session, "mo.1@example.org", locale="en", leads_to="", now=NOW)
        until(lambda: "SendSignIn" in sent(asked))
        assert the(asked).state is RunState.RUNNING
    finally:
        stop.set()
        thread.join(PATIENCE)
    assert the(asked).state is RunState.WAITING, "closing leaves it to the next"


def test_a_wave_is_sent_while_a_worker_searches(found: Database, endless: Endless) -> None:
    worker = Worker(found, WORLD, clock=Clock(), timing=Timing(idle=timedelta(seconds=OFTEN)))
    stop = threading.Event()
    thread = threading.Thread(target=worker.run, args=(stop,))
    thread.start()
    try:
        until(lambda: the(found, 2).state is RunState.SENT)
        assert endless.begun.wait(PATIENCE)
        assert the(found).state is RunState.RUNNING
    finally:
        stop.set()
        thread.join(PATIENCE)


def test_between_two_parts_of_a_wave_others_have_the_database(found: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sent_runs, "BATCH", 2)
    timing = Timing(idle=timedelta(seconds=OFTEN), breath=timedelta(hours=1))
    worker = Worker(found, WORLD, clock=Clock(), timing=timing)
    stop = threading.Event()
    thread = threading.Thread(target=worker.run, args=(stop,))
    thread.start()
    try:
        until(lambda: "SendProposal" in sent(found))
    finally:
        stop.set()
        thread.join(PATIENCE)
    with found.reading() as session:
        assert sent_runs.counts(session, session.get_one(WaveRun, 2)).total() == 2
    assert the(found, 2).state is RunState.SENDING


def test_a_worker_that_drains_sends_waves_before_their_mails(found: Database) -> None:
    worker, ticks = Worker(found, WORLD, clock=Clock()), []
    assert worker.drain(lambda: ticks.append(1)) == 0
    assert len(ticks) == 6, "a tick is a delivery"
    assert the(found, 2).state is RunState.SENT
    with found.reading() as session:
        proposals = [row for row in deliveries(session) if row.kind == "SendProposal"]
        assert [row.state for row in proposals] == [DeliveryState.DONE] * 6


def test_a_worker_that_drains_sees_searches_through(asked: Database) -> None:
    assert Worker(asked, WORLD, clock=Clock()).drain() == 0
    assert the(asked).state is RunState.READY


def sent(database: Database) -> set[str]:
    with database.reading() as session:
        return {row.kind for row in deliveries(session) if row.state is DeliveryState.DONE}

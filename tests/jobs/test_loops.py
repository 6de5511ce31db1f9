"""A turn that fails ends no loop, runs not hot and holds up no other; and it is seen until it goes well again."""

import logging
import threading
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from scheduler import outbox
from scheduler.db import Database
from scheduler.jobs import periodic
from scheduler.jobs.adapters import World
from scheduler.jobs.loops import Loop
from scheduler.jobs.worker import Timing, Worker
from scheduler.states import Channel
from tests.builders import LINKS, NOW, a_meeting, a_pair, a_programme, some_hosts
from tests.jobs.zoom_house import Post

PAUSE, IDLE, QUICK = timedelta(seconds=7), timedelta(seconds=1), timedelta(milliseconds=10)
AWAY = OperationalError("SELECT", {}, Exception("the server closed the connection"))


class Closing(threading.Event):
    """Lets time pass without waiting, and closes after so many turns; `waited` is how many seconds each was."""

    def __init__(self, turns: int) -> None:
        super().__init__()
        self.turns = turns
        self.waited: list[float] = []

    def wait(self, timeout: float | None = None) -> bool:
        self.waited.append(timeout or 0)
        if len(self.waited) == self.turns:
            self.set()
        return self.is_set()


def run(*outcomes: timedelta | Exception) -> tuple[list[float], list[bool]]:
    """How long it waited after each of these turns, and whether it was well then."""
    rest, well = iter(outcomes), []

    def turn() -> timedelta:
        well.append(loop.is_well)
        found = next(rest)
        if isinstance(found, Exception):
            raise found
        return found

    closing = Closing(len(outcomes))
    loop = Loop("mail", turn, pause=PAUSE, closing=closing)
    loop.run()
    return closing.waited, [*well[1:], loop.is_well]


@pytest.mark.parametrize("bug", [KeyError("emil.mentee@example.org"), RuntimeError()])
def test_a_bug_is_told_and_seen_until_a_turn_goes_well(bug: Exception, caplog: pytest.LogCaptureFixture) -> None:
    assert run(IDLE, bug, bug, IDLE) == ([1, 7, 7, 1], [True, False, False, True])
    told = [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR]
    assert told == ["the worker's mail met a bug"] * 2


@pytest.mark.parametrize("away", [AWAY, PoolTimeout()])
def test_a_database_that_is_away_is_waited_for_and_is_no_bug(away: Exception) -> None:
    assert run(away, away, IDLE) == ([7, 7, 1], [True, True, True])


def failing_first(then: Callable[[], object]) -> Callable[..., None]:
    """Raises at its first call, and does this at each later one."""
    calls = iter((True,))

    def act(*_: object, **__: object) -> None:
        if next(calls, False):
            raise RuntimeError
        then()

    return act


def eventually(so: Callable[[], bool]) -> bool:
    """Whether it is so within a minute; a machine may be slow."""
    until = time.monotonic() + 60
    while not so() and time.monotonic() < until:
        time.sleep(0.01)
    return so()


def test_a_channel_that_raises_stops_no_other_and_goes_on_once_it_can(
    sqlite: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    with sqlite.writing() as session:
        some_hosts(session, 1)
        a_meeting(session, a_pair(session, a_programme(session)))
    claim, broken, tried, ticked = outbox.claim, threading.Event(), threading.Event(), threading.Event()
    broken.set()

    def claiming(*arguments: object, channel: Channel, **named: object) -> object:
        if channel is Channel.ZOOM and broken.is_set():
            tried.set()
            raise KeyError(channel)
        return claim(*arguments, channel=channel, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(outbox, "claim", claiming)
    monkeypatch.setattr(periodic, "tick", failing_first(ticked.set))
    post, stop = Post(), threading.Event()
    timing = Timing(idle=QUICK, tick=QUICK, trouble=QUICK)
    worker = Worker(sqlite, World(post, None, LINKS, "traff@example.org"), clock=lambda: NOW, timing=timing)
    thread = threading.Thread(target=worker.run, args=(stop,))
    thread.start()
    try:
        assert tried.wait(60)
        assert ticked.wait(60), "what failed at first is done at a later turn"
        assert eventually(lambda: len(post.sent) == 2), "mail goes on"
        assert eventually(lambda: not worker.lives()), "whoever watches sees it"
        broken.clear()
        assert eventually(worker.lives)
    finally:
        stop.set()
        thread.join()

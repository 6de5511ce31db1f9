"""What is done by itself is done once, by however many processes; with the locks off, the same race does it twice."""

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from scheduler.db import DATABASE_AWAY, Database
from scheduler.jobs import periodic
from scheduler.jobs.adapters import World
from scheduler.jobs.worker import Timing, Worker
from scheduler.models import Pair, Programme, TimesRequest
from scheduler.programme import locks
from scheduler.programme.people import asking
from tests.builders import LINKS, NOW, a_pair, a_person, a_programme, deliveries
from tests.crowds import PATIENCE, at_once, unguarded
from tests.jobs.zoom_house import Post
from tests.races import Race
from tests.world import Clock

TICKS = 8
PAIRS = 5


@pytest.fixture
def programme(database: Database) -> Database:
    """Five pairs under way, of whom nobody has given times."""
    with database.writing() as session:
        programme = a_programme(session)
        for number in range(PAIRS):
            people = [a_person(session, f"{who} {number}", weekly=[]) for who in ("Mentor", "Mentee")]
            a_pair(session, programme, *people)
    return database


@pytest.fixture
def patient(monkeypatch):
    """Leaves time between looking and writing."""
    for name in ("_keep", "_owe"):
        original = getattr(asking, name)

        def wait_then_write(*arguments, original=original):
            time.sleep(0.02)
            return original(*arguments)

        monkeypatch.setattr(asking, name, wait_then_write)


def mails(database: Database) -> Counter[tuple[str, int | None, int | None, object]]:
    """How often each mail is owed: by kind, person, pair and reminder."""
    with database.reading() as session:
        return Counter(
            (row.kind, row.person_id, row.pair_id, row.payload.get("reminder")) for row in deliveries(session)
        )


def ticking(database: Database, days: int = 0) -> Callable[[], None]:
    return lambda: periodic.tick(database, now=NOW + timedelta(days=days))


def test_many_ticks_at_once_owe_each_mail_once(programme, patient):
    assert at_once([ticking(programme)] * TICKS) == {"done": TICKS}
    owed = mails(programme)
    assert set(owed.values()) == {1}
    assert Counter(kind for kind, *_ in owed) == {"SendTimesRequest": 2 * PAIRS, "SendIntroduction": 2 * PAIRS}
    for days, reminder in ((4, 1), (8, 2)):
        assert at_once([ticking(programme, days)] * TICKS) == {"done": TICKS}
        owed = mails(programme)
        assert set(owed.values()) == {1}
        assert sum(key[3] == reminder for key in owed) == 2 * PAIRS
    at_once([ticking(programme, 12)] * TICKS)
    assert mails(programme) == owed


def test_with_the_locks_off_the_same_ticks_introduce_and_remind_twice(programme, monkeypatch):
    """The control. Transactions, too, are as SQLAlchemy would begin them by itself."""
    ticking(programme)()
    with programme.writing() as session:
        for pair in session.scalars(select(Pair)):
            pair.introduced_at = None
    for name in ("_keep", "_owe"):
        monkeypatch.setattr(asking, name, Race().before(getattr(asking, name)))
    monkeypatch.setattr(locks, "take_programme", lambda session, programme: None)
    monkeypatch.setattr(asking, "_taken", lambda due: due)
    with unguarded(programme) as bare:
        monkeypatch.setattr(periodic, "TASKS", (asking.start_due,))
        at_once([ticking(bare)] * TICKS)
        monkeypatch.setattr(periodic, "TASKS", (asking.remind_due,))
        at_once([ticking(bare, 4)] * TICKS)
    owed = mails(programme)
    once = {"SendIntroduction": 2, "SendTimesRequest": 1}  # those who were introduced before are so once more
    assert {kind for (kind, *_), count in owed.items() if count > once[kind]} == set(once)


def test_a_coordinator_who_asks_while_it_ticks_asks_nobody_twice(programme, patient):
    def ask():
        with programme.writing() as session:
            found = session.get_one(Programme, 1)
            asking.ask_all(session, found, by="all@example.org", now=NOW)
            asking.introduce_all(session, found, by="all@example.org", now=NOW)

    assert at_once([ask, ticking(programme)] * 4) == {"done": 8}
    assert set(mails(programme).values()) == {1}


@pytest.mark.parametrize("bug", ["in Python", "in SQL"])
def test_a_bug_in_one_task_holds_up_no_other(programme, monkeypatch, caplog, bug):
    def broken(session, *, now):
        session.add(TimesRequest(programme_id=1, person_id=1, asked_at=now))
        session.flush()
        if bug == "in SQL":
            session.add(TimesRequest(programme_id=1, person_id=1, asked_at=now))
            session.flush()
        raise KeyError("what was that")

    monkeypatch.setattr(periodic, "TASKS", (broken, *periodic.TASKS))
    ticking(programme)()
    assert len(mails(programme)) == 4 * PAIRS
    with programme.reading() as session:
        assert len(session.scalars(select(TimesRequest)).all()) == 2 * PAIRS, "what the bug wrote is taken back"
    (record,) = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert record.getMessage() == "broken met a bug"


@pytest.mark.parametrize("away", DATABASE_AWAY)
def test_without_the_database_no_other_task_is_tried_now(programme, monkeypatch, caplog, away):
    tried = []

    def broken(session, *, now):
        raise away("", {}, Exception()) if issubclass(away, DBAPIError) else away()

    monkeypatch.setattr(periodic, "TASKS", (broken, lambda session, *, now: tried.append(now)))
    with pytest.raises(away):
        ticking(programme)()
    assert (tried, caplog.text) == ([], "")


def test_a_running_worker_ticks_and_sends_until_it_is_stopped(programme):
    post, stop = Post(), threading.Event()
    timing = Timing(idle=timedelta(milliseconds=10), tick=timedelta(milliseconds=10))
    worker = Worker(programme, World(post, None, LINKS, "traff@example.org"), clock=Clock(), timing=timing)
    thread = threading.Thread(target=worker.run, args=(stop,))
    thread.start()
    deadline = time.monotonic() + PATIENCE
    while len(post.sent) < 4 * PAIRS and time.monotonic() < deadline:
        time.sleep(0.01)
    stop.set()
    thread.join(PATIENCE)
    assert not thread.is_alive()
    assert sorted(Counter(str(mail["To"]) for mail in post.sent).values()) == [2] * (2 * PAIRS)

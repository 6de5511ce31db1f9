"""The worker: what goes well is done, what is away is waited for, what is refused is shown; none holds up another."""

import logging
import threading
import time
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage

import pytest

from integrations.mail.message import to_bytes
from integrations.outcome import OutcomeUnknown, Rejected, Retry
from integrations.zoom.client import RemoteMeeting
from scheduler.db import Database
from scheduler.jobs import post
from scheduler.jobs.adapters import World
from scheduler.jobs.steps import STEPS
from scheduler.jobs.worker import Outcome, Timing, Worker
from scheduler.messages import SendInvite
from scheduler.models import Delivery, Person, ZoomMeeting
from scheduler.states import Channel, DeliveryState
from tests.builders import LINKS, NOW, a_meeting, a_pair, a_programme, deliveries, some_hosts
from tests.crowds import PATIENCE, overtake
from tests.world import Clock


class Post:
    """A post office in memory. `trouble` is raised, once each, before anything is taken."""

    def __init__(self) -> None:
        self.trouble: list[Exception] = []
        self.sent: list[bytes] = []

    def send(self, message: EmailMessage) -> None:
        if self.trouble:
            raise self.trouble.pop(0)
        self.sent.append(to_bytes(message))

    def check(self) -> str:
        return "here"


class Zoom:
    """Zoom in memory, with a trouble before the work and one after it."""

    def __init__(self):
        self.before, self.after = [], []
        self.meetings = {}

    def create(self, host, wanted):
        if self.before:
            raise self.before.pop(0)
        zoom_id = 10_000_000_000 + len(self.meetings)
        self.meetings[zoom_id] = (host, wanted)
        if self.after:
            raise self.after.pop(0)
        return self._remote(zoom_id)

    def find(self, host, reference):
        return [
            self._remote(id_)
            for id_, (at, wanted) in self.meetings.items()
            if (at, wanted.reference) == (host, reference)
        ]

    def update(self, zoom_id, wanted, *, spend=None):
        self.meetings[zoom_id] = (self.meetings[zoom_id][0], wanted)
        return self._remote(zoom_id)

    def delete(self, zoom_id):
        self.meetings.pop(zoom_id, None)

    def _remote(self, zoom_id):
        _, wanted = self.meetings[zoom_id]
        return RemoteMeeting(
            zoom_id=zoom_id, uuid="u", reference=wanted.reference, topic=wanted.topic, starts_at=wanted.starts_at,
            minutes=wanted.minutes, join_url=f"https://zoom.us/j/{zoom_id}", passcode="p",
        )  # fmt: skip


@pytest.fixture
def world() -> World:
    return World(Post(), Zoom(), LINKS, "traff@example.org")  # type: ignore[arg-type]  # as much of Zoom as is called


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def worker(database: Database, world: World, clock: Clock) -> Worker:
    with database.writing() as session:
        some_hosts(session, 1)
        a_meeting(session, a_pair(session, a_programme(session)))
    return Worker(database, world, clock=clock)


def rows(worker: Worker, channel: Channel = Channel.MAIL) -> list[Delivery]:
    with worker.database.reading() as session:
        return [row for row in deliveries(session) if row.channel is channel]


def test_everything_due_is_worked_off_and_written_down(worker, world):
    ticks = []
    assert worker.drain(lambda: ticks.append(1)) == 0
    assert len(ticks) == 3
    assert {row.state for row in rows(worker) + rows(worker, Channel.ZOOM)} == {DeliveryState.DONE}
    assert len(world.mailer.sent) == 2
    with worker.database.reading() as session:
        assert session.get_one(ZoomMeeting, 1).zoom_id == 10_000_000_000
    assert worker.work_one(Channel.MAIL) is None


def test_what_is_away_is_tried_again_later_and_later(worker, world, clock):
    world.mailer.trouble = [Retry("451 come back later")] * 4
    waits = []
    worker.work_one(Channel.MAIL)
    worker.work_one(Channel.MAIL)
    for _ in range(2):
        (row, *_) = rows(worker)
        waits.append(row.due_at - clock.now)
        clock.now = max(row.due_at for row in rows(worker))
        worker.work_one(Channel.MAIL)
        worker.work_one(Channel.MAIL)
    assert waits == [timedelta(minutes=1), timedelta(minutes=2)]
    assert [row.state for row in rows(worker)] == [DeliveryState.DONE] * 2
    assert [row.reason for row in rows(worker)] == ["", ""]


def test_a_time_to_come_back_at_is_kept(worker, world):
    world.zoom.before = [Retry("quota", retry_at=NOW + timedelta(hours=15))]
    assert worker.work_one(Channel.ZOOM) is Outcome.LATER
    (row,) = rows(worker, Channel.ZOOM)
    assert (row.due_at, row.reason, row.doubt_since) == (NOW + timedelta(hours=15), "quota", None)


def test_what_is_refused_for_good_fails_with_its_reason_and_the_rest_goes_on(worker, world):
    world.mailer.trouble = [Rejected("550 no such mailbox")]
    assert worker.drain() == 1
    assert [(row.state, row.reason) for row in rows(worker)] == [
        (DeliveryState.FAILED, "550 no such mailbox"),
        (DeliveryState.DONE, ""),
    ]


def test_a_name_that_no_mail_can_hold_fails_alone(worker):
    with worker.database.writing() as session:
        session.get_one(Person, 1).email = "nobody at all"
    assert worker.drain() == 1
    assert [row.state for row in rows(worker)] == [DeliveryState.FAILED, DeliveryState.DONE]


def test_a_bug_is_logged_postponed_and_holds_up_nobody_else(worker, world, caplog):
    world.mailer.trouble = [KeyError("what was that")]
    assert worker.drain() == 0
    first, second = rows(worker)
    assert (first.state, first.due_at, second.state) == (
        DeliveryState.WAITING,
        NOW + timedelta(minutes=1),
        DeliveryState.DONE,
    )
    (record,) = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert record.exc_info
    assert "maria" not in caplog.text.lower()


def test_a_bug_in_noting_a_mail_holds_up_nobody_else_and_sends_it_three_times_at_most(
    worker, world, clock, monkeypatch
):
    def record(session, message, result, *, now):
        raise KeyError("what was that")

    monkeypatch.setitem(STEPS, SendInvite, replace(STEPS[SendInvite], record=record))
    worker.drain()
    assert {row.state for row in rows(worker, Channel.ZOOM)} == {DeliveryState.DONE}
    for _ in range(5):
        clock.sleep(hours=6)
        worker.drain()
    assert {(row.state, row.reason) for row in rows(worker)} == {
        (DeliveryState.FAILED, "perhaps sent: a bug: see the log")
    }
    assert len(world.mailer.sent) == 2 * 3


def test_after_two_days_mail_is_given_up_and_says_why(worker, world, clock):
    world.mailer.trouble = [Retry("451 greylisted")] * 1000
    clock.sleep(hours=48, seconds=1)
    assert worker.drain() == 2
    assert {row.reason for row in rows(worker)} == {"given up: 451 greylisted"}


def test_after_a_lost_answer_zoom_is_asked_before_anything_is_created_again(worker, world, clock):
    world.zoom.after = [OutcomeUnknown("the connection broke")]
    worker.work_one(Channel.ZOOM)
    clock.sleep(minutes=1)
    assert worker.work_one(Channel.ZOOM) is Outcome.LATER, "a late creation may still be on its way"
    clock.sleep(minutes=1)
    assert worker.work_one(Channel.ZOOM) is Outcome.DONE
    assert len(world.zoom.meetings) == 1
    with worker.database.reading() as session:
        assert session.get_one(ZoomMeeting, 1).zoom_id in world.zoom.meetings


def test_after_a_lost_answer_that_did_nothing_the_meeting_is_created(worker, world, clock):
    world.zoom.before = [OutcomeUnknown("the connection broke")]
    worker.work_one(Channel.ZOOM)
    clock.sleep(minutes=2)
    assert worker.work_one(Channel.ZOOM) is Outcome.DONE
    assert len(world.zoom.meetings) == 1


def test_of_two_meetings_with_our_reference_one_is_kept_and_the_other_deleted(worker, world, clock):
    world.zoom.after = [OutcomeUnknown("the connection broke")]
    worker.work_one(Channel.ZOOM)
    (first,) = world.zoom.meetings
    world.zoom.create(*world.zoom.meetings[first])
    clock.sleep(minutes=2)
    worker.work_one(Channel.ZOOM)
    assert list(world.zoom.meetings) == [first]


def test_a_doubt_outlives_a_look_that_failed(worker, world, clock, monkeypatch):
    world.zoom.after = [OutcomeUnknown("the connection broke")]
    worker.work_one(Channel.ZOOM)
    clock.sleep(minutes=2)
    find = world.zoom.find

    def busy(host, reference):
        monkeypatch.setattr(world.zoom, "find", find)
        raise Retry("429")

    monkeypatch.setattr(world.zoom, "find", busy)
    worker.work_one(Channel.ZOOM)
    clock.sleep(minutes=2)
    worker.work_one(Channel.ZOOM)
    assert len(world.zoom.meetings) == 1


def test_without_an_account_zoom_meetings_wait_and_say_so(worker):
    blank = Worker(worker.database, World(Post(), None, LINKS, "traff@example.org"), clock=worker.clock)
    assert blank.work_one(Channel.ZOOM) is Outcome.LATER
    assert "Zoom is not set up" in rows(worker, Channel.ZOOM)[0].reason


def test_who_overslept_the_lease_records_nothing(worker, world, clock):
    """The slow worker finds its delivery in other hands; what it made at Zoom is adopted, not doubled."""
    slow_create, started, go_on = world.zoom.create, threading.Event(), threading.Event()

    def hanging(host, wanted):
        started.set()
        assert go_on.wait(PATIENCE)
        return slow_create(host, wanted)

    world.zoom.create = hanging
    outcomes = []
    thread = threading.Thread(target=lambda: outcomes.append(worker.work_one(Channel.ZOOM)))
    thread.start()
    assert started.wait(PATIENCE)
    clock.sleep(minutes=4)
    world.zoom.create = slow_create
    other = Worker(worker.database, world, clock=clock)
    assert other.work_one(Channel.ZOOM) is Outcome.DONE
    kept = dict(world.zoom.meetings)
    go_on.set()
    thread.join()
    assert outcomes == [Outcome.LATER]
    with worker.database.reading() as session:
        assert session.get_one(ZoomMeeting, 1).zoom_id in kept
        assert session.get_one(Delivery, 1).state is DeliveryState.DONE


def test_who_overslept_the_lease_before_sending_sends_nothing(worker, world, clock, monkeypatch):
    """The slow worker has written its mail when another takes the delivery over and sends it."""

    def other():
        clock.sleep(minutes=4)
        assert Worker(worker.database, world, clock=clock).work_one(Channel.MAIL) is Outcome.DONE

    overtake(monkeypatch, post, "compose", other)
    assert worker.work_one(Channel.MAIL) is Outcome.LATER
    assert len(world.mailer.sent) == 1
    assert rows(worker)[0].state is DeliveryState.DONE


def test_run_serves_each_channel_and_stops_when_told(worker, world):
    hold, stop = threading.Event(), threading.Event()
    create = world.zoom.create

    def hanging(host, wanted):
        assert hold.wait(PATIENCE)
        return create(host, wanted)

    world.zoom.create = hanging
    worker.timing = Timing(idle=timedelta(milliseconds=10))
    thread = threading.Thread(target=worker.run, args=(stop,))
    thread.start()
    deadline = time.monotonic() + PATIENCE
    while len(world.mailer.sent) < 2 and time.monotonic() < deadline:
        time.sleep(0.01)
    assert len(world.mailer.sent) == 2, "a Zoom that hangs holds up no mail"
    assert world.zoom.meetings == {}
    stop.set()
    hold.set()
    thread.join(PATIENCE)
    assert not thread.is_alive()
    assert len(world.zoom.meetings) == 1, "the delivery in hand is finished first"


def test_it_lives_while_every_thread_of_it_runs(database, monkeypatch):
    worker = Worker(database, World(Post(), None, LINKS, "traff@example.org"), clock=lambda: NOW)
    stop = threading.Event()
    assert not worker.lives()
    thread = threading.Thread(target=worker.run, args=(stop,))
    thread.start()
    until = time.monotonic() + PATIENCE
    while not worker.lives():
        assert time.monotonic() < until
    stop.set()
    thread.join()
    assert not worker.lives()

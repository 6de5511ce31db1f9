"""A system that is away is asked now and then, by one of all workers, later and later; and by each when it is back."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from integrations.outcome import Rejected, Retry
from integrations.zoom.client import RemoteMeeting, WantedMeeting
from integrations.zoom.errors import AnswerLost, HostNotAllowed, RateLimited, Unavailable
from scheduler import outbox
from scheduler.db import Database
from scheduler.jobs import breaker
from scheduler.jobs.adapters import World
from scheduler.jobs.breaker import LONGEST
from scheduler.jobs.worker import Outcome, Worker
from scheduler.models import Delivery, Meeting, Outage
from scheduler.programme.pairs import meetings
from scheduler.states import Channel, DeliveryState
from tests.builders import LINKS, NOW, a_meeting, a_pair, a_person, a_programme, some_hosts
from tests.jobs.zoom_house import SENDER, Post
from tests.races import Race
from tests.world import Clock

MEETINGS = 8
QUICK = 0.3  # seconds that somebody waits in vain for another who cannot come


@dataclass
class Zoom:
    """Makes meetings, or raises its trouble; `asked` is when it was asked to."""

    clock: Clock
    trouble: Exception | None = None
    asked: list[datetime] = field(default_factory=list)

    def create(self, host: str, wanted: WantedMeeting) -> RemoteMeeting:
        self.asked.append(self.clock.now)
        if self.trouble:
            raise self.trouble
        zoom_id = 10_000_000_000 + len(self.asked)
        of_it = wanted.reference, wanted.topic, wanted.starts_at, wanted.minutes
        return RemoteMeeting(zoom_id, "u", *of_it, join_url=f"https://zoom.us/j/{zoom_id}", passcode="p")

    @property
    def seconds(self) -> list[float]:
        """When it was asked, from the beginning."""
        return [(at - NOW).total_seconds() for at in self.asked]


@dataclass
class Street:
    """Workers on one database, each with connections of its own, and meetings that all of them would make."""

    workers: list[Worker]
    clock: Clock
    zoom: Zoom

    def work(self) -> None:
        """Each does all that it finds to do."""
        for worker in self.workers:
            while worker.work_one(Channel.ZOOM) is not None:
                pass

    def pass_time(self, *, seconds: float) -> None:
        end = self.clock.now + timedelta(seconds=seconds)
        while self.clock.now < end:
            self.clock.sleep(seconds=0.5)
            self.work()

    def owed(self) -> list[Delivery]:
        """What is owed to Zoom and has not been replaced."""
        query = select(Delivery).where(Delivery.channel == Channel.ZOOM, Delivery.state != DeliveryState.SUPERSEDED)
        with self.workers[0].database.reading() as session:
            return list(session.scalars(query.order_by(Delivery.id)))

    def outage(self, channel: Channel = Channel.ZOOM) -> Outage | None:
        with self.workers[0].database.reading() as session:
            return session.get(Outage, channel)


@pytest.fixture
def street(database: Database) -> Any:
    with database.writing() as session:
        some_hosts(session, *[1] * MEETINGS)
        programme = a_programme(session)
        for number in range(MEETINGS):
            people = (a_person(session, f"{who} {number}") for who in ("Mentor", "Mentee"))
            a_meeting(session, a_pair(session, programme, *people))
    clock = Clock()
    zoom = Zoom(clock)
    databases = [Database(database.url) for _ in range(3)]
    world = World(Post(), zoom, LINKS, SENDER)  # type: ignore[arg-type]
    yield Street([Worker(each, world, clock=clock) for each in databases], clock, zoom)
    for each in databases:
        each.close()


def test_while_it_is_away_one_of_all_asks_at_twice_the_age_of_the_outage_and_at_least_every_half_minute(
    street: Street,
) -> None:
    street.zoom.trouble = Unavailable("away")
    street.work()
    street.pass_time(seconds=130)
    assert street.zoom.seconds == [0, 2, 4, 8, 16, 32, 62, 92, 122]
    street.zoom.trouble = None
    street.pass_time(seconds=120)
    assert len(street.zoom.asked) == 9 + MEETINGS
    assert street.outage() is None


@pytest.mark.parametrize(
    ("says", "second"), [(timedelta(seconds=5), 5), (timedelta(milliseconds=1), 2), (timedelta(days=1), 30)]
)
def test_it_heeds_what_the_other_side_says_within_reason(street: Street, says: timedelta, second: float) -> None:
    street.zoom.trouble = RateLimited("too many", NOW + says)
    street.work()
    street.pass_time(seconds=LONGEST.total_seconds())
    assert street.zoom.seconds[:2] == [0, second]


@pytest.mark.parametrize("answer", [None, HostNotAllowed("no licence")])
def test_whatever_it_answers_it_is_back_for_all(street: Street, answer: Rejected | None) -> None:
    street.zoom.trouble = Unavailable("away")
    street.work()
    street.zoom.trouble = answer
    street.pass_time(seconds=2)
    assert street.outage() is None
    assert street.zoom.seconds[2:] == [2] * (MEETINGS - 2), "all but the one that waits to be tried again"


def test_who_has_nothing_to_ask_neither_calls_it_back_nor_takes_a_turn(street: Street) -> None:
    street.zoom.trouble = Unavailable("away")
    street.work()
    with street.workers[0].database.writing() as session:
        for number in range(2, MEETINGS + 1):  # Zoom has not heard of them: there is nothing to delete
            meetings.cancel(session, session.get_one(Meeting, number), now=street.clock.now)
    street.clock.sleep(seconds=2)
    street.work()
    assert [row.state for row in street.owed()] == [DeliveryState.WAITING, *[DeliveryState.DONE] * (MEETINGS - 1)]
    assert street.zoom.seconds == [0]
    found = street.outage()
    assert found is not None
    assert found.next_at == street.clock.now, "another may ask at once"


def test_who_waits_for_a_lost_call_to_settle_takes_no_turn(street: Street) -> None:
    street.zoom.trouble = AnswerLost("lost")
    street.work()
    street.zoom.trouble = Unavailable("away")
    street.pass_time(seconds=8)
    assert street.owed()[0].attempt == 2, "it has looked, and asked nothing"
    assert street.zoom.seconds == [0, 2, 4, 8]


def test_whoever_is_killed_while_asking_holds_up_the_others_no_longer_than_any_answer(street: Street) -> None:
    class Killed(BaseException):
        pass

    street.zoom.trouble = Unavailable("away")
    street.work()
    street.clock.sleep(seconds=2)
    street.zoom.trouble = Killed()  # type: ignore[assignment]
    with pytest.raises(Killed):
        street.workers[0].work_one(Channel.ZOOM)
    street.zoom.trouble = None
    street.pass_time(seconds=2)
    assert street.zoom.seconds[2:] == [4] * (MEETINGS - 2), "the two attempts that failed come later"


def test_while_all_is_well_nothing_is_written_about_it(street: Street) -> None:
    written = []
    for worker in street.workers:

        @event.listens_for(worker.database.engine, "before_cursor_execute")
        def _note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
            if "outage" in statement and not statement.startswith("SELECT"):
                written.append(statement)

    street.work()
    assert len(street.zoom.asked) == MEETINGS
    assert written == []


def test_a_mail_server_that_is_away_is_back_as_well(street: Street) -> None:
    class Away(Retry):
        widespread = True

    class Closed(Post):
        trouble: Exception | None = Away("away")

        def send(self, message: EmailMessage) -> None:
            if self.trouble:
                raise self.trouble
            super().send(message)

    worker, post = street.workers[0], Closed()
    worker.world = replace(worker.world, mailer=post)
    assert [worker.work_one(Channel.MAIL) for _ in range(2)] == [Outcome.LATER, None]
    post.trouble = None
    street.clock.sleep(seconds=2)
    while worker.work_one(Channel.MAIL) is not None:
        pass
    assert len(post.sent) == 2 * MEETINGS - 1, "all but the one that waits to be tried again"
    assert street.outage(Channel.MAIL) is None, "or else one mail at a time would have the leave for ever"


# At once


def work_at_once(workers: list[Worker]) -> list[Outcome | None]:
    outcomes: list[Outcome | None] = []
    jobs = [threading.Thread(target=lambda w=worker: outcomes.append(w.work_one(Channel.ZOOM))) for worker in workers]
    for job in jobs:
        job.start()
    for job in jobs:
        job.join()
    return outcomes


def waiting(look: Callable[..., Any], race: Race, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever has seen that the time has come waits for the others to see it before taking a delivery."""
    monkeypatch.setattr(breaker, "outage", look)
    monkeypatch.setattr(outbox, "claim", race.before(outbox.claim))


def test_of_several_at_once_one_asks(street: Street, monkeypatch: pytest.MonkeyPatch) -> None:
    street.zoom.trouble = Unavailable("away")
    street.work()
    street.clock.sleep(seconds=2)
    waiting(breaker.outage, Race(patience=QUICK), monkeypatch)
    assert sorted(map(str, work_at_once(street.workers[:2]))) == ["None", "Outcome.LATER"]
    assert street.zoom.seconds == [0, 2]


@pytest.mark.parametrize("database", ["postgres"], indirect=True)
def test_without_the_lock_both_ask(street: Street, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control; on SQLite whoever claims is alone anyway."""

    def unlocked(session: Session, channel: Channel) -> Outage | None:
        return session.get(Outage, channel)

    street.zoom.trouble = Unavailable("away")
    street.work()
    street.clock.sleep(seconds=2)
    waiting(unlocked, Race(), monkeypatch)
    assert work_at_once(street.workers[:2]) == [Outcome.LATER] * 2
    assert street.zoom.seconds == [0, 2, 2]


def test_without_the_breaker_all_ask(street: Street, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control of all of this."""
    street.zoom.trouble = Unavailable("away")
    monkeypatch.setattr(breaker, "outage", lambda *_: None)
    street.work()
    assert street.zoom.seconds == [0] * MEETINGS

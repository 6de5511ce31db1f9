"""A pair meets on Zoom, over real HTTP: whatever becomes of the webhooks, it is known who came, and that they met."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from io import BytesIO
from threading import Thread
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from integrations.zoom import stays
from integrations.zoom.simulator import Hook, Simulator, serve
from scheduler.app import make_ear
from scheduler.db import Database
from scheduler.jobs.worker import Worker
from scheduler.models import Attendance, Meeting, Person, Receipt, ZoomMeeting
from scheduler.settings import Settings
from scheduler.web import create_web
from tests.builders import LINKS, NOW, SECRET, a_meeting, a_pair, a_programme, some_hosts
from tests.world import SENDER, Clock, PostOffice, a_worker

WEBHOOK_SECRET = "the secret of our webhooks"
START = NOW + timedelta(days=1)
SETTINGS = Settings(
    database_url="", secret_key=SECRET, base_url=LINKS.base_url, mail_url="", mail_from=SENDER, zoom=None,
    trusted_proxies=0,
)  # fmt: skip
Stay = tuple[str, datetime | None, datetime | None]


@dataclass
class Line:
    """The line between Zoom and us: it takes each post, or takes it and loses the answer, or is cut."""

    app: Callable[..., Any]
    bad: str = ""
    seen: dict[bytes, int] = field(default_factory=dict)

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        body = Request(environ).get_data()
        if b"url_validation" not in body:
            self.seen[body] = self.seen.get(body, 0) + 1
            if self.bad == "cut":
                return Response(status=502)(environ, start_response)
        answer = Response.from_app(self.app, {**environ, "wsgi.input": BytesIO(body)})
        if self.bad == "answers lost" and 0 < self.seen.get(body, 0) < 3:
            answer = Response(status=504)
        return answer(environ, start_response)


@dataclass
class House:
    database: Database
    clock: Clock
    zoom: Simulator
    line: Line
    worker: Worker

    def settle(self) -> None:
        """Until Zoom has told all, or given it up, and the worker has nothing to do."""
        assert self.zoom.hooks is not None
        assert self.zoom.hooks.quiet(60)
        self.worker.tick()
        self.worker.drain()

    def pass_time(self, **length: float) -> None:
        self.settle()
        self.clock.sleep(**length)

    def zoom_id(self) -> int:
        with self.database.reading() as session:
            found = session.scalars(select(ZoomMeeting.zoom_id)).one()
            assert found is not None
            return found

    def stays(self) -> list[Stay]:
        with self.database.reading() as session:
            rows = session.execute(select(Attendance, Person.name).outerjoin(Attendance.person))
            return sorted(((name or "", row.came_at, row.left_at) for row, name in rows), key=repr)

    def meeting(self) -> tuple[str, str | None]:
        with self.database.reading() as session:
            found = session.scalars(select(Meeting)).one()
            return found.state, found.held_by


@contextmanager
def serving(app: Callable[..., Any]) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def house(database: Database) -> Iterator[House]:
    """Maria and Emil's meeting of tomorrow, made at Zoom, which tells us of it."""
    clock, post = Clock(), PostOffice()
    with database.writing() as session:
        some_hosts(session, 1)
        a_meeting(session, a_pair(session, a_programme(session)), starts_at=START)
    line = Line(create_web(SETTINGS, database, LINKS, clock, hear_zoom=make_ear(WEBHOOK_SECRET)))
    with serving(line) as url, post.open() as mail_url:
        zoom = Simulator(clock=clock, hook=Hook(f"{url}/hooks/zoom", WEBHOOK_SECRET, scale=0.00001, patience=60))
        with serve(zoom) as server:
            worker = a_worker(database, mail_url, server.url, clock)
            house = House(database, clock, zoom, line, worker)
            worker.drain()
            house.settle()
            yield house
            worker.world.zoom.close()


def they_meet(house: House) -> None:
    """Emil comes, loses his line, comes back; Maria stays from the third minute on. Zoom knows Maria by her account."""
    house.clock.now = START
    number = house.zoom_id()
    emil = house.zoom.join(number, "Emil on his phone")
    house.pass_time(minutes=3)
    maria = house.zoom.join(number, "Maria", "Maria.Mentor@example.org")
    house.pass_time(minutes=10)
    house.zoom.leave(number, emil)
    house.pass_time(minutes=1)
    again = house.zoom.join(number, "Emil")
    house.pass_time(minutes=26)
    house.zoom.leave(number, maria)
    house.zoom.leave(number, again)
    house.settle()


def at(minutes: int) -> datetime:
    return START + timedelta(minutes=minutes)


EVERYBODY: list[Stay] = [("", at(0), at(13)), ("", at(14), at(40)), ("Maria Mentor", at(3), at(40))]


def test_with_webhooks_they_have_met_when_their_time_is_over(house: House) -> None:
    they_meet(house)
    assert (house.stays(), house.meeting()) == (EVERYBODY, ("booked", None))
    house.pass_time(minutes=5)
    house.settle()
    assert (house.stays(), house.meeting()) == (EVERYBODY, ("held", "zoom"))
    with house.database.reading() as session:
        row = session.scalars(select(ZoomMeeting)).one()
        assert (row.live_since, row.ended_at) == (None, at(40))
        receipts = session.scalars(select(Receipt.key)).all()
        assert len(receipts) == 8, "start, end, three who come and three who go"


def test_with_lost_answers_everything_is_told_thrice_and_known_once(house: House) -> None:
    house.line.bad = "answers lost"
    they_meet(house)
    assert [count for body, count in house.line.seen.items() if b"meeting.created" not in body] == [3] * 8
    house.pass_time(minutes=5)
    house.settle()
    assert (house.stays(), house.meeting()) == (EVERYBODY, ("held", "zoom"))
    with house.database.reading() as session:
        assert len(session.scalars(select(Receipt.key)).all()) == 8


def test_without_a_single_webhook_zoom_is_asked(house: House) -> None:
    house.line.bad = "cut"
    they_meet(house)
    house.pass_time(minutes=6)
    house.settle()
    assert (house.stays(), house.meeting()) == ([], ("booked", None))
    assert house.zoom.hooks is not None
    assert len(house.zoom.hooks.lost) == 8
    house.pass_time(minutes=30)
    house.settle()
    house.settle()
    assert (house.stays(), house.meeting()) == (EVERYBODY, ("held", "zoom"))


def half_is_told(house: House) -> None:
    """Zoom's word of Maria's coming arrives, and then the line is cut; later Zoom is asked."""
    house.clock.now = START
    number = house.zoom_id()
    maria = house.zoom.join(number, "Maria", "maria.mentor@example.org")
    house.pass_time(minutes=1)
    house.line.bad = "cut"
    emil = house.zoom.join(number, "Emil")
    house.pass_time(minutes=30)
    house.zoom.leave(number, maria)
    house.zoom.leave(number, emil)
    house.pass_time(minutes=20)
    house.settle()
    assert (house.stays(), house.meeting()) == ([("Maria Mentor", at(0), None)], ("booked", None))
    house.pass_time(minutes=30)
    house.settle()
    house.settle()


def test_with_half_of_the_webhooks_the_report_adds_the_rest_and_doubles_nobody(house: House) -> None:
    half_is_told(house)
    assert house.stays() == [("", at(1), at(31)), ("Maria Mentor", at(0), at(31))]
    assert house.meeting() == ("held", "zoom")


def test_if_the_report_named_stays_otherwise_than_webhooks_do_somebody_would_come_twice(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control."""
    monkeypatch.setattr(stays, "stay_key", lambda uuid, number: f"otherwise {uuid} {number}")
    half_is_told(house)
    assert [name for name, _, _ in house.stays()] == ["", "Maria Mentor", "Maria Mentor"]


def test_whoever_waits_in_vain_has_not_met(house: House) -> None:
    house.clock.now = START
    number = house.zoom_id()
    emil = house.zoom.join(number, "Emil")
    house.pass_time(minutes=25)
    house.zoom.leave(number, emil)
    for _ in range(3):
        house.pass_time(hours=13)
    house.settle()
    assert (house.stays(), house.meeting()) == ([("", at(0), at(25))], ("booked", None))

"""A worker between a database and a simulated Zoom over HTTP, where each exchange with Zoom is written down."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage

from sqlalchemy import select
from sqlalchemy.orm import Session

from integrations.zoom.client import ZoomAccount, ZoomClient
from integrations.zoom.simulator import SimulatedMeeting, Strict, serve
from scheduler.db import Database
from scheduler.jobs.adapters import World
from scheduler.jobs.worker import Worker
from scheduler.models import Delivery, Meeting, ZoomMeeting
from scheduler.programme import doors
from scheduler.states import Channel
from tests.builders import LINKS
from tests.integrations.zoom.stage import Recorded
from tests.world import Clock

SENDER = "traff@example.org"


@dataclass
class Post:
    """A post office in memory."""

    sent: list[EmailMessage] = field(default_factory=list)

    def send(self, message: EmailMessage) -> None:
        self.sent.append(message)

    def check(self) -> str:
        return "here"


@dataclass
class House:
    database: Database
    clock: Clock
    zoom: Recorded
    post: Post
    worker: Worker

    def work(self) -> None:
        """Does all that is due."""
        self.worker.drain()

    def later(self, **length: float) -> None:
        """Lets that much time pass, and then does what is due."""
        self.clock.sleep(**length)
        self.work()

    def row(self, number: int = 1) -> ZoomMeeting:
        with self.database.reading() as session:
            return session.get_one(ZoomMeeting, number)

    def door(self) -> str:
        """Where the first meeting's door leads."""
        with self.database.reading() as session:
            return doors.link(session, session.get_one(Meeting, 1))

    def at_zoom(self) -> list[tuple[str, datetime]]:
        """The host and start of each meeting at Zoom."""
        return [(found.host, found.start_time) for found in self.zoom.meetings()]

    def only(self) -> SimulatedMeeting:
        (found,) = self.zoom.meetings()
        return found

    def asked(self, start: str) -> int:
        """How many requests began like this, such as POST /v2/users."""
        return len(self.zoom.lines(start))

    def owed(self) -> list[Delivery]:
        """What is owed to Zoom, in whatever state."""
        with self.database.reading() as session:
            query = select(Delivery).where(Delivery.channel == Channel.ZOOM).order_by(Delivery.id)
            return list(session.scalars(query))

    @contextmanager
    def writing(self) -> Iterator[Session]:
        with self.database.writing() as session:
            yield session


@contextmanager
def zoom_house(
    database: Database, *, strict: Strict | None = None, zoom: type[Recorded] = Recorded, own_words: bool = False
) -> Iterator[House]:
    clock = Clock()
    simulator = zoom(clock=clock, strict=strict, own_words=own_words)
    with serve(simulator) as server:
        account = ZoomAccount("account", "client", "secret", f"{server.url}/oauth/token", f"{server.url}/v2")
        client, post = ZoomClient(account, clock=clock), Post()
        worker = Worker(database, World(post, client, LINKS, SENDER), clock=clock)
        with client:
            yield House(database, clock, simulator, post, worker)

"""A whole installation to walk through: database, worker, web, a real mail server, and Zoom's stand-in over HTTP."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage, Message
from typing import Any

import icalendar
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from integrations.mail.smtp import SmtpMailer
from integrations.zoom.client import ZoomAccount, ZoomClient
from integrations.zoom.simulator import Simulator, Strict, serve
from scheduler.db import Database
from scheduler.jobs.adapters import World
from scheduler.jobs.worker import Worker
from scheduler.models import Delivery
from scheduler.settings import Settings
from scheduler.states import DeliveryState
from scheduler.web import create_web
from tests.builders import LINKS, NOW, SECRET
from tests.crowds import PATIENCE
from tests.ports import free_port

SENDER = "traff@example.org"


@dataclass
class Clock:
    """The time, as the test says it."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def sleep(self, **length: float) -> None:
        self.now += timedelta(**length)


@dataclass
class PostOffice:
    """An SMTP server that keeps what it is given, envelope and bytes."""

    received: list[tuple[str, bytes]] = field(default_factory=list)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        self.received.extend((recipient, envelope.content) for recipient in envelope.rcpt_tos)
        return "250 taken"

    @contextmanager
    def open(self) -> Iterator[str]:
        """The address of the running server."""
        port = free_port()
        controller = Controller(self, hostname="127.0.0.1", port=port, ready_timeout=PATIENCE)
        controller.start()
        try:
            yield f"smtp://127.0.0.1:{port}"
        finally:
            controller.stop()

    def mails(self) -> list[EmailMessage]:
        return [message_from_bytes(content, policy=policy.default) for _, content in self.received]

    def to(self, name: str) -> list[EmailMessage]:
        """The mails that went to the person of that first name, in order."""
        return [mail for mail in self.mails() if str(mail["To"]).startswith(name.lower())]


@dataclass
class Installation:
    """Everything that a walk meets. `clock` stands still until somebody moves it."""

    database: Database
    clock: Clock
    post: PostOffice
    zoom: Simulator
    worker: Worker
    mail_url: str
    zoom_url: str

    def work(self) -> None:
        """Works off what is due, and what an interrupted attempt left to settle, however long that takes."""
        for _ in range(20):
            self.worker.drain()
            if not self.waiting():
                return
            self.clock.sleep(minutes=5)
        with self.database.reading() as session:
            stuck = [(row.kind, row.attempt, row.reason) for row in session.query(Delivery).filter_by(state="waiting")]
        raise AssertionError(f"the outbox is never empty: {stuck}")

    def waiting(self) -> int:
        with self.database.reading() as session:
            return session.query(Delivery).filter_by(state=DeliveryState.WAITING).count()

    def browser(self):
        """A visitor's browser."""
        settings = Settings(
            database_url="", secret_key=SECRET, base_url=LINKS.base_url, mail_url="", mail_from=SENDER, zoom=None,
            trusted_proxies=0,
        )  # fmt: skip
        return create_web(settings, self.database, LINKS, self.clock).test_client()


def a_worker(database: Database, mail_url: str, zoom_url: str, clock: Clock) -> Worker:
    account = ZoomAccount("account", "client", "secret", f"{zoom_url}/oauth/token", f"{zoom_url}/v2")
    world = World(SmtpMailer(mail_url), ZoomClient(account, clock=clock), LINKS, SENDER)
    return Worker(database, world, clock=clock)


@contextmanager
def installation(database: Database, *, strict: Strict | None = None) -> Iterator[Installation]:
    clock, post = Clock(), PostOffice()
    zoom = Simulator(clock=clock, strict=strict)
    with post.open() as mail_url, serve(zoom) as zoom_server:
        worker = a_worker(database, mail_url, zoom_server.url, clock)
        try:
            yield Installation(database, clock, post, zoom, worker, mail_url, zoom_server.url)
        finally:
            worker.world.zoom.close()


def payload_of(part: Message) -> bytes:
    """What is in the part, to the byte."""
    payload = part.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def calendar_of(mail: EmailMessage) -> icalendar.Calendar:
    """The invite in the mail, which every copy in it agrees on."""
    parts = [part for part in mail.walk() if part.get_content_type() in {"text/calendar", "application/ics"}]
    contents = {payload_of(part) for part in parts}
    assert len(parts) == 2
    assert len(contents) == 1
    calendar = icalendar.Calendar.from_ical(contents.pop())
    assert parts[0].get_param("method") == str(calendar["METHOD"])
    return calendar


def entry_of(mail: EmailMessage) -> Any:
    """The event of the invite: an icalendar.Event, of whose properties each has one of some thirty types."""
    (event,) = calendar_of(mail).events
    return event

"""Sending a letter, perhaps with an invite: to one reader, in their programme's name, as the same message each time."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage

from integrations.mail.message import Mail, compose
from integrations.outcome import Rejected
from scheduler.jobs.adapters import Mailer, World
from scheduler.presenters.letters import Letter


@dataclass(frozen=True)
class Envelope:
    """Who gets a letter, in whose name, and what makes it this message: `key` is its own, `thread` of its first.

    `calendar` is an iTIP message that goes along, `method` its METHOD, and `organizer` the address that it names: the
    mail comes from there, since calendars trust an organizer only under the same address.
    """

    recipient: str
    sender: str
    reply_to: str
    key: str
    date: datetime
    thread: str = ""
    calendar: bytes | None = None
    method: str | None = None
    organizer: str = ""


class Noting:
    """A mailer that has each Message-ID noted before it hands the mail over: one that comes back may do so at once."""

    def __init__(self, mailer: Mailer, note: Callable[[str], None]) -> None:
        self._mailer, self._note = mailer, note

    def send(self, message: EmailMessage) -> None:
        self._note(str(message["Message-ID"]))
        self._mailer.send(message)

    def check(self) -> str:
        return self._mailer.check()


@contextmanager
def writable() -> Iterator[None]:
    """Rejected for people's data that cannot be put into a mail or a calendar: nobody could send it."""
    try:
        yield
    except ValueError as bad:
        raise Rejected(str(bad)) from bad


def send(letter: Letter, envelope: Envelope, world: World) -> None:
    """Hands the mail over. Rejected as in `writable`."""
    domain = world.sender.rpartition("@")[2]
    keys = (envelope.key, envelope.thread or envelope.key)
    # A mail that comes back is known by its Message-ID, so none is to be guessed.
    this, first = (f"<{world.links.sealed(key)}@{domain}>" for key in keys)
    with writable():
        mail = compose(
            Mail(
                sender=(envelope.sender, envelope.organizer or world.sender),
                recipient=envelope.recipient,
                reply_to=envelope.reply_to,
                subject=letter.subject,
                text=letter.text,
                html=letter.html,
                calendar=envelope.calendar,
                method=envelope.method,
                message_id=this,
                references=() if this == first else (first,),
                date=envelope.date,
            )
        )
    world.mailer.send(mail)

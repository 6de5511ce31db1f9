"""The outside world as steps see it: what they call, and nothing more."""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Protocol

from integrations.mail.imap import Letter
from integrations.zoom.account import RemoteUser
from integrations.zoom.client import RemoteMeeting, Stay, WantedMeeting
from scheduler.jobs.ledger import HostLedger
from scheduler.presenters.links import Links
from scheduler.presenters.organizers import Organizers


class Mailer(Protocol):
    def send(self, message: EmailMessage) -> None: ...
    def check(self) -> str: ...


class Zoom(Protocol):
    def user(self, host: str) -> RemoteUser: ...
    def create(self, host: str, wanted: WantedMeeting) -> RemoteMeeting: ...
    def find(self, host: str, reference: str) -> list[RemoteMeeting]: ...
    def update(self, zoom_id: int, wanted: WantedMeeting, *, spend: Callable[[], object] = ...) -> RemoteMeeting: ...
    def delete(self, zoom_id: int) -> None: ...
    def get(self, zoom_id: int) -> RemoteMeeting: ...
    def stays(self, zoom_id: int) -> list[Stay]: ...
    def scheduled(self, host: str) -> Iterable[RemoteMeeting]: ...


class Folder(Protocol):
    def waiting(self) -> list[str]: ...
    def fetch(self, uid: str, *, most: int) -> Letter | None: ...
    def mark_taken(self, uid: str) -> None: ...
    def leave(self, uid: str) -> None: ...


class Inbox(Protocol):
    def open(self) -> AbstractContextManager[Folder]: ...


@dataclass(frozen=True)
class World:
    """Everything outside that a step may meet. `zoom` is None where no account is set up; `sender` is our address.

    `reply_domain` is where calendars' answers come back; empty where they do not. `inbox` is the mailbox that they are
    fetched from; None where they come otherwise. A worker brings its `ledger`.
    """

    mailer: Mailer
    zoom: Zoom | None
    links: Links
    sender: str
    reply_domain: str = ""
    inbox: Inbox | None = None
    ledger: HostLedger | None = None

    @property
    def organizers(self) -> Organizers:
        return Organizers(self.sender, self.reply_domain, self.links)

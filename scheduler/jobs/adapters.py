"""The outside world as steps see it: what they call, and nothing more."""

from dataclasses import dataclass
from email.message import EmailMessage
from typing import Protocol

from integrations.zoom.client import RemoteMeeting, WantedMeeting
from scheduler.presenters.links import Links


class Mailer(Protocol):
    def send(self, message: EmailMessage) -> None: ...


class Zoom(Protocol):
    def create(self, host: str, wanted: WantedMeeting) -> RemoteMeeting: ...
    def find(self, host: str, reference: str) -> list[RemoteMeeting]: ...
    def update(self, zoom_id: int, wanted: WantedMeeting) -> RemoteMeeting: ...
    def delete(self, zoom_id: int) -> None: ...


@dataclass(frozen=True)
class World:
    """Everything outside that a step may meet. `zoom` is None where no account is set up; `sender` is our address."""

    mailer: Mailer
    zoom: Zoom | None
    links: Links
    sender: str

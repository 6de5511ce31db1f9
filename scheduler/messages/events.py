"""What we owe those of an event: who is asked to register, who has a place at it."""

from dataclasses import dataclass
from datetime import datetime

from scheduler.messages.base import BaseMessage
from scheduler.messages.versions import EventVersion
from scheduler.states import EventNews, Method, RegistrationChange


@dataclass(frozen=True)
class SendRegistration(BaseMessage):
    """One registrant's mail for one version of their registration. An unsent REQUEST gives way to a newer one.

    `method` is None where no invite goes along: on the waitlist, and with a receipt that is sent once more. `was` is
    the start before a move and `was_minutes` the length.
    """

    registration_id: int
    event_id: int
    person_id: int
    change: RegistrationChange
    method: Method | None
    version: EventVersion
    was: datetime | None = None
    was_minutes: int = 0

    @property
    def stream(self) -> str:
        return f"mail/registration/{self.registration_id}"

    @property
    def replaces_unsent(self) -> bool:
        return self.method is Method.REQUEST


@dataclass(frozen=True)
class SendEventInvitation(BaseMessage):
    """Asks a person to register for an event, or reminds them."""

    event_id: int
    person_id: int
    reminder: bool = False

    @property
    def stream(self) -> str:
        return f"mail/event/{self.event_id}/{self.person_id}"


@dataclass(frozen=True)
class SendEventNews(BaseMessage):
    """Tells somebody who was invited to an event, and has not answered, that it moved or is called off.

    `starts_at` is the start as it is now, `at` when this came to be owed, `was` the start before a move.
    """

    event_id: int
    person_id: int
    news: EventNews
    starts_at: datetime
    at: datetime
    was: datetime | None = None
    was_minutes: int = 0

    @property
    def stream(self) -> str:
        return f"mail/event/{self.event_id}/{self.person_id}"

    @property
    def replaces_unsent(self) -> bool:
        return True

    @property
    def void_from(self) -> datetime:
        return self.starts_at


@dataclass(frozen=True)
class SendEventRefusal(BaseMessage):
    """Tells somebody whose calendar proposed another time for an event that it stays; `at` is when it was refused."""

    registration_id: int
    event_id: int
    person_id: int
    at: datetime
    version: EventVersion

    @property
    def stream(self) -> str:
        return f"mail/registration/{self.registration_id}"

    @property
    def void_from(self) -> datetime:
        return self.version.starts_at

"""What we owe one person alone: the mail to sign in by, the question about times, what a wrong mailbox must forget."""

from dataclasses import dataclass
from datetime import datetime

from scheduler.messages.base import BaseMessage


@dataclass(frozen=True)
class SendSignIn(BaseMessage):
    """The mail with a sign-in link and its code, which are made as it is sent.

    `locale` is the language of the browser that asked, for an address whose person we do not know.
    """

    sign_in_id: int
    locale: str

    @property
    def stream(self) -> str:
        return f"mail/sign-in/{self.sign_in_id}"


@dataclass(frozen=True)
class SendTimesRequest(BaseMessage):
    """Asks a person for the times when they can meet; `reminder` counts from 0, the first asking."""

    times_request_id: int
    person_id: int
    reminder: int = 0

    @property
    def stream(self) -> str:
        return f"mail/times/{self.times_request_id}"

    @property
    def replaces_unsent(self) -> bool:
        return True


@dataclass(frozen=True)
class SendWithdrawal(BaseMessage):
    """Takes an invite out of the calendar of an address that was not the person's own; `at` is when that was found.

    Either the meeting or the registration is set. `sequence` is the version that ends it there.
    """

    address: str
    sequence: int
    at: datetime
    person_id: int
    meeting_id: int | None = None
    registration_id: int | None = None
    event_id: int | None = None

    @property
    def stream(self) -> str:
        return f"mail/withdrawal/{self.meeting_id}/{self.registration_id}/{self.person_id}"

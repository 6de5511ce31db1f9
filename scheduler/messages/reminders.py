"""Reminders of meetings and of events."""

from dataclasses import dataclass
from datetime import datetime

from scheduler.messages.base import BaseMessage
from scheduler.states import ReminderKind


@dataclass(frozen=True)
class Reminder(BaseMessage):
    """Of what begins at `starts_at`, while it does; `at` is when it came to be owed. The last one says all."""

    person_id: int
    reminder: ReminderKind
    starts_at: datetime
    at: datetime

    @property
    def replaces_unsent(self) -> bool:
        return True

    @property
    def void_from(self) -> datetime:
        return self.starts_at


@dataclass(frozen=True)
class SendReminder(Reminder):
    """Reminds one of a pair of their meeting."""

    meeting_id: int

    @property
    def stream(self) -> str:
        return f"mail/reminder/meeting/{self.meeting_id}/{self.person_id}"


@dataclass(frozen=True)
class SendEventReminder(Reminder):
    """Reminds somebody who has a seat at an event."""

    registration_id: int
    event_id: int

    @property
    def stream(self) -> str:
        return f"mail/reminder/registration/{self.registration_id}"

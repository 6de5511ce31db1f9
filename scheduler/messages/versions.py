"""Meetings and events as they were when they got a sequence, for messages to carry."""

from dataclasses import dataclass
from datetime import datetime

from scheduler.states import EventFormat, Mode

Span = tuple[datetime, int]  # a start, and minutes: what stood before a move


@dataclass(frozen=True)
class MeetingVersion:
    """A meeting as it was when it got this sequence. `at` is the instant of that change, `minutes` the length."""

    sequence: int
    at: datetime
    starts_at: datetime
    minutes: int
    timezone: str
    mode: Mode
    place: str
    meeting_point: str
    rain_plan: str
    route: str
    phone: str


@dataclass(frozen=True)
class EventVersion:
    """An event as a registration of this sequence tells it. `at` is when that sequence was made."""

    sequence: int
    at: datetime
    starts_at: datetime
    minutes: int
    timezone: str
    title: dict[str, str]
    format: EventFormat
    place: str
    recorded: bool = False

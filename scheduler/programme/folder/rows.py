"""What a programme folder says, as typed rows. `line` is where a row stands in its file."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from scheduler.states import Audience, EventFormat, EventKind, Role


@dataclass(frozen=True)
class ProgrammeRow:
    slug: str
    name: dict[str, str]
    timezone: str
    locale: str
    starts_on: date
    ends_on: date
    contact: str
    meeting_minutes: int
    blackouts: tuple[tuple[date, date], ...]  # from, to; both included


@dataclass(frozen=True)
class DepartmentRow:
    name: str
    coordinators: tuple[str, ...]


@dataclass(frozen=True)
class EventRow:
    """Times are wall clock in the programme's zone."""

    slug: str
    kind: EventKind
    title: dict[str, str]
    audience: Audience
    format: EventFormat
    starts: datetime
    minutes: int
    capacity: int | None
    place: str
    opens: datetime | None
    closes: datetime | None
    published: bool
    waitlist: bool
    questions: tuple[dict[str, Any], ...]


@dataclass(frozen=True)
class PersonRow:
    line: int
    email: str
    name: str
    role: Role
    department: str
    timezone: str
    locale: str


@dataclass(frozen=True)
class PairRow:
    line: int
    mentor: str
    mentee: str


@dataclass(frozen=True)
class WindowRow:
    """Wall clock in the person's own zone; an end before the start lies past midnight."""

    line: int
    email: str
    weekday: int
    start: str
    end: str


@dataclass(frozen=True)
class Folder:
    programme: ProgrammeRow
    departments: tuple[DepartmentRow, ...]
    events: tuple[EventRow, ...]
    people: tuple[PersonRow, ...]
    pairs: tuple[PairRow, ...]
    windows: tuple[WindowRow, ...]

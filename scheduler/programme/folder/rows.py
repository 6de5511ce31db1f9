"""What a programme folder says, as typed rows. `line` is where a row stands in its file."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from scheduler.phrases import Phrase
from scheduler.states import Audience, EventFormat, EventKind, ReminderKind, Role


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
    reminders: tuple[ReminderKind, ...] | None = None  # None: as they are


@dataclass(frozen=True)
class DepartmentRow:
    name: str
    coordinators: tuple[str, ...]


@dataclass(frozen=True)
class Known:
    """What stands in for a programme.toml that is not given."""

    programme: ProgrammeRow
    departments: tuple[DepartmentRow, ...]


@dataclass(frozen=True)
class EventRow:
    """Times are wall clock in the programme's zone. `where(field)` names the place of a field in its file."""

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
    recorded: bool | None = None  # None: as it is
    where: Callable[[str], Phrase] = field(default=Phrase, compare=False, repr=False)


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
class LinkRow:
    """A link of the pool; `capacity` is how many meetings may be there at one time."""

    line: int
    name: str
    join_url: str
    passcode: str
    capacity: int


@dataclass(frozen=True)
class Folder:
    programme: ProgrammeRow
    departments: tuple[DepartmentRow, ...]
    events: tuple[EventRow, ...]
    people: tuple[PersonRow, ...]
    pairs: tuple[PairRow, ...]
    windows: tuple[WindowRow, ...]

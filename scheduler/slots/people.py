"""The typed person: the hours of a week, what is taken of them, and what comfort means, read from plain data."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from scheduler.slots import fields
from scheduler.slots.fields import BadProblem, Fields, Interval
from scheduler.slots.spans import NOTHING, Packed, merged, pack
from scheduler.slots.zones import LAST_MINUTE, weekday

COMFORT = (0, 0, 0, 0, 0, 0, 20, 50, 80, 100, 100, 100, 70, 100, 100, 100, 90, 70, 50, 40, 30, 15, 5, 0)
PERSON_FIELDS = frozenset(
    {"id", "tz", "weekly", "overrides", "busy", "held", "before", "after", "per_day", "per_week", "comfort"}
)

Windows = tuple[Interval, ...]
Overrides = tuple[tuple[int, Windows], ...]  # by day number, ascending
WEEKDAY, MINUTES = fields.integer(0, 6), fields.integer(0)


@dataclass(frozen=True, eq=False)
class Week:
    """The windows by weekday, Monday first. `week_of` makes equal ones one object: what is kept by it is found fast."""

    days: tuple[Windows, ...]


week_of = lru_cache(maxsize=8192)(Week)
NO_WEEK = week_of(((),) * 7)


@dataclass(frozen=True)
class Hours:
    """Windows of local minutes, by weekday and on dates that are exceptions (by day number)."""

    zone: str
    weekly: Week = NO_WEEK
    overrides: Overrides = ()

    @cached_property
    def exceptions(self) -> Mapping[int, Windows]:
        return dict(self.overrides)

    def windows(self, day: int) -> Windows:
        """The windows that begin on this date: its override's, else its weekday's."""
        own = self.exceptions.get(day)
        return self.weekly.days[weekday(day)] if own is None else own

    @property
    def are_given(self) -> bool:
        return any(self.weekly.days) or bool(self.overrides)

    def owns(self, day: int) -> bool:
        """Whether an override owns the date, so that nothing spills into it."""
        return day in self.exceptions


@dataclass(frozen=True)
class Calendar:
    """All that decides when somebody can attend. Equal calendars share one bitmap, whoever they belong to."""

    hours: Hours
    taken: Packed = NOTHING  # busy and held
    held: tuple[int, ...] = ()  # when the programme's own meetings begin, epoch seconds
    before: int = 0  # buffers, minutes
    after: int = 0
    per_day: int | None = None
    per_week: int | None = None

    def __hash__(self) -> int:
        known: dict[str, int] = self.__dict__
        if "hash" not in known:  # a cached_property would take a lock
            hours = self.hours.zone, self.hours.weekly, self.hours.overrides
            known["hash"] = hash((hours, self.taken, self.held, self.before, self.after, self.per_day, self.per_week))
        return known["hash"]


@dataclass(frozen=True)
class Person:
    """One who must, or may, attend, with their comfort by local hour."""

    id: str
    calendar: Calendar
    comfort: tuple[int, ...] = COMFORT

    @classmethod
    def from_data(cls, data: object, at: str = "person") -> "Person":
        """A person as written in slots.md section 1, who stands at `at`. BadProblem names the first wrong field."""
        read = Fields(data, at, PERSON_FIELDS).read
        name, zone = read("id", fields.text), read("tz", fields.zone)
        weekly, overrides = read("weekly", _weekly, NO_WEEK), read("overrides", _overrides, ())
        busy, held = read("busy", fields.flat_intervals, []), read("held", fields.flat_intervals, [])
        calendar = Calendar(
            hours=Hours(zone, weekly, overrides),
            taken=pack(busy + held),
            held=tuple(s for s, e in zip(held[::2], held[1::2], strict=True) if s < e),
            before=min(read("before", MINUTES, 0), LAST_MINUTE),  # no buffer need be longer than time
            after=min(read("after", MINUTES, 0), LAST_MINUTE),
            per_day=read("per_day", MINUTES, None),
            per_week=read("per_week", MINUTES, None),
        )
        return cls(name, calendar, read("comfort", _comfort, COMFORT))

    @property
    def zone(self) -> str:
        return self.calendar.hours.zone

    def to_keep(self) -> "Person":
        """The same person with taken time sorted and merged: worth it for who is asked about more than once."""
        return replace(self, calendar=replace(self.calendar, taken=merged(self.calendar.taken)))


def _weekly(value: object, at: str) -> Week:
    days: list[list[Interval]] = [[] for _ in range(7)]
    for index, item in enumerate(fields.items(value, at)):
        here = f"{at}[{index}]"
        on, start, end = fields.parts(item, here, ("weekday", "start", "end"))
        days[WEEKDAY(on, here)].append(fields.window(start, end, here))
    return week_of(tuple(map(tuple, days)))


def _overrides(value: object, at: str) -> Overrides:
    if not isinstance(value, Mapping):
        raise BadProblem(f"{at} must be an object of dates")
    windows = fields.list_of(_day_window)
    return tuple(sorted((fields.day(key, at), windows(each, f"{at}.{key}")) for key, each in value.items()))


def _day_window(value: object, at: str) -> Interval:
    start, end = fields.parts(value, at, ("start", "end"))
    return fields.window(start, end, at)


def _comfort(value: object, at: str) -> tuple[int, ...]:
    table = fields.list_of(fields.integer())(value, at)
    if len(table) != 24:
        raise BadProblem(f"{at} must have 24 whole numbers, one for each hour")
    return table

"""The typed problem: who, when, how long. Made from plain data, and refused with one sentence when that is wrong."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scheduler.slots import fields
from scheduler.slots.fields import BadProblem, Fields, Interval
from scheduler.slots.zones import DAY, weekday

YEAR_1980 = 315_532_800
YEAR_9998 = 253_339_228_800
COMFORT = (0, 0, 0, 0, 0, 0, 20, 50, 80, 100, 100, 100, 70, 100, 100, 100, 90, 70, 50, 40, 30, 15, 5, 0)

Windows = tuple[Interval, ...]


@dataclass(frozen=True)
class Person:
    """One who must, or may, attend. Windows are local minutes of a date, busy and held are epoch seconds."""

    id: str
    zone: str
    weekly: tuple[Windows, ...] = ((),) * 7  # by weekday, Monday first
    overrides: Mapping[int, Windows] | None = None  # by day number
    busy: tuple[Interval, ...] = ()
    held: tuple[Interval, ...] = ()
    before: int = 0  # buffers, minutes
    after: int = 0
    per_day: int | None = None
    per_week: int | None = None
    comfort: tuple[int, ...] = COMFORT

    def windows(self, day: int) -> Windows:
        """The windows that begin on this date: its override's, else its weekday's."""
        if self.overrides is not None and day in self.overrides:
            return self.overrides[day]
        return self.weekly[weekday(day)]

    def owns(self, day: int) -> bool:
        """Whether an override owns the date, so that nothing spills into it."""
        return self.overrides is not None and day in self.overrides


@dataclass(frozen=True)
class Rank:
    """How many ranked slots to give, how many of them on one date, and whose dates."""

    limit: int | None = None
    per_day: int | None = None
    zone: str | None = None


@dataclass(frozen=True)
class Problem:
    """When can these people meet? Instants in epoch seconds, lengths in minutes; the rules are in slots.md."""

    now: int
    horizon: Interval
    duration: int
    step: int
    people: tuple[Person, ...]
    anchor: int = 0
    notice: int = 0
    need: int | None = None  # None: all
    required: tuple[str, ...] = ()
    rank: Rank = Rank()

    @classmethod
    def from_data(cls, data: object) -> "Problem":
        """The problem as written in slots.md section 1. BadProblem names the first field that is wrong."""
        read = Fields(data, "problem", PROBLEM_FIELDS).read
        step = read("step", fields.integer(1, DAY))
        if DAY % step:
            raise BadProblem("problem.step must divide 1440")
        people = read("people", fields.list_of(_person))
        if not people:
            raise BadProblem("problem.people must name at least one person")
        fields.unique((person.id for person in people), "problem.people")
        problem = cls(
            now=read("now", fields.integer()),
            horizon=read("horizon", _horizon),
            duration=read("duration", fields.integer(1)),
            step=step,
            people=people,
            anchor=read("anchor", fields.integer(0, step - 1), 0),
            notice=read("notice", fields.integer(0), 0),
            need=read("need", _need, None),
            required=read("required", fields.list_of(fields.text), ()),
            rank=read("rank", _rank, Rank()),
        )
        _check_people_named(problem)
        return problem


PROBLEM_FIELDS = ("now", "horizon", "duration", "step", "anchor", "notice", "need", "required", "people", "rank")
PERSON_FIELDS = (
    "id", "tz", "weekly", "overrides", "busy", "held", "before", "after", "per_day", "per_week", "comfort",
)  # fmt: skip


def _check_people_named(problem: Problem) -> None:
    if problem.need is not None and problem.need > len(problem.people):
        raise BadProblem(f"problem.need must be from 1 to {len(problem.people)}, the number of people")
    known = {person.id for person in problem.people}
    for name in problem.required:
        if name not in known:
            raise BadProblem(f"problem.required names {name[:40]!r}, who is not among the people")


def _horizon(value: object, at: str) -> Interval:
    start, end = fields.interval(value, at)
    if start < YEAR_1980:
        raise BadProblem(f"{at} must not begin before 1980, when offsets had seconds")
    if max(start, end) > YEAR_9998:
        raise BadProblem(f"{at} must end before the year 9998")
    return start, end


def _need(value: object, at: str) -> int | None:
    if value == "all":
        return None
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise BadProblem(f'{at} must be "all" or a whole number of at least 1')
    return value


def _rank(value: object, at: str) -> Rank:
    read = Fields(value, at, ("limit", "per_day", "zone")).read
    count = fields.integer(0)
    return Rank(read("limit", count, None), read("per_day", count, None), read("zone", fields.zone, None))


def _person(value: object, at: str) -> Person:
    read = Fields(value, at, PERSON_FIELDS).read
    intervals, minutes = fields.list_of(fields.interval), fields.integer(0)
    return Person(
        id=read("id", fields.text),
        zone=read("tz", fields.zone),
        weekly=read("weekly", _weekly, ((),) * 7),
        overrides=read("overrides", _overrides, None),
        busy=read("busy", intervals, ()),
        held=read("held", intervals, ()),
        before=read("before", minutes, 0),
        after=read("after", minutes, 0),
        per_day=read("per_day", minutes, None),
        per_week=read("per_week", minutes, None),
        comfort=read("comfort", _comfort, COMFORT),
    )


def _weekly(value: object, at: str) -> tuple[Windows, ...]:
    days: list[list[Interval]] = [[] for _ in range(7)]
    for index, item in enumerate(fields.list_of(_as_it_is)(value, at)):
        here = f"{at}[{index}]"
        on, start, end = fields.parts(item, here, ("weekday", "start", "end"))
        days[fields.integer(0, 6)(on, here)].append(fields.window(start, end, here))
    return tuple(tuple(windows) for windows in days)


def _overrides(value: object, at: str) -> dict[int, Windows]:
    if not isinstance(value, Mapping):
        raise BadProblem(f"{at} must be an object of dates")
    return {fields.day(key, at): fields.list_of(_day_window)(windows, f"{at}.{key}") for key, windows in value.items()}


def _day_window(value: object, at: str) -> Interval:
    start, end = fields.parts(value, at, ("start", "end"))
    return fields.window(start, end, at)


def _comfort(value: object, at: str) -> tuple[int, ...]:
    table = fields.list_of(fields.integer())(value, at)
    if len(table) != 24:
        raise BadProblem(f"{at} must have 24 whole numbers, one for each hour")
    return table


def _as_it_is(value: object, _at: str) -> Any:
    return value

"""The typed problem, read from plain data and refused with one sentence when that is wrong."""

from dataclasses import dataclass

from scheduler.slots import fields
from scheduler.slots.fields import BadProblem, Fields, Interval
from scheduler.slots.people import Person
from scheduler.slots.zones import DAY

YEAR_1980 = 315_532_800
YEAR_9998 = 253_339_228_800


PROBLEM_FIELDS = frozenset(
    {"now", "horizon", "duration", "step", "anchor", "notice", "need", "required", "people", "rank"}
)


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
        people = read("people", fields.list_of(Person.from_data))
        if not people:
            raise BadProblem("problem.people must name at least one person")
        fields.unique((each.id for each in people), "problem.people")
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


def _check_people_named(problem: Problem) -> None:
    if problem.need is not None and problem.need > len(problem.people):
        raise BadProblem(f"problem.need must be from 1 to {len(problem.people)}, the number of people")
    known = {each.id for each in problem.people}
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
    read = Fields(value, at, {"limit", "per_day", "zone"}).read
    count = fields.integer(0)
    return Rank(read("limit", count, None), read("per_day", count, None), read("zone", fields.zone, None))

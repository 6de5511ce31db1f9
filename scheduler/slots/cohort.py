"""The typed cohort: many pairs with their options, and the hosts they share."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from scheduler.slots import fields
from scheduler.slots.fields import BadProblem, Fields, Interval

NO_COMMON_HOUR = "no_common_hour"
NO_HOST_FREE = "no_host_free"
PERSON_TAKEN = "person_taken"


@dataclass(frozen=True)
class Host:
    """One meeting at a time; busy in epoch seconds. A host of capacity 2 is listed as two."""

    id: str
    busy: tuple[Interval, ...] = ()


@dataclass(frozen=True)
class CohortPair:
    """A pair's possible starts in epoch seconds with their values; `needs_host` is false for a walk or a call."""

    id: str
    people: tuple[str, ...]
    duration: int  # minutes
    options: tuple[tuple[int, int], ...]
    needs_host: bool = True

    def values(self) -> dict[int, int]:
        """Each start once, with its highest value."""
        best: dict[int, int] = {}
        for start, value in self.options:
            best[start] = max(value, best.get(start, value))
        return best


@dataclass(frozen=True)
class Cohort:
    """One slot for each of many pairs at once (slots.md section 3). `gap` and durations in minutes."""

    pairs: tuple[CohortPair, ...]
    hosts: tuple[Host, ...] = ()
    gap: int = 0
    seconds: float = 20

    @classmethod
    def from_data(cls, data: object) -> "Cohort":
        """The cohort as written in slots.md. BadProblem names the first field that is wrong."""
        read = Fields(data, "cohort", {"hosts", "gap", "pairs", "seconds"}).read
        hosts = read("hosts", fields.list_of(_host), ())
        pairs = read("pairs", fields.list_of(_pair))
        fields.unique((host.id for host in hosts), "cohort.hosts")
        fields.unique((pair.id for pair in pairs), "cohort.pairs")
        return cls(pairs, hosts, read("gap", fields.integer(0), 0), read("seconds", _seconds, 20))


@dataclass(frozen=True)
class Plan:
    """What is placed as (pair, start in epoch seconds, host or None), why the rest is not, and how good it can get.

    No plan is better than `bound`, (pairs, value) compared in that order; `optimal` says that this one equals it.
    `prices` are of time, as (instant, for a meeting with its gap, for the meeting besides): what a place costs others.
    """

    placed: Sequence[tuple[str, int, str | None]]
    unplaced: dict[str, str] = field(default_factory=dict)
    optimal: bool = False
    bound: tuple[int, int] = (0, 0)
    prices: tuple[tuple[int, float, float], ...] = ()


def _host(value: object, at: str) -> Host:
    read = Fields(value, at, {"id", "busy"}).read
    return Host(read("id", fields.text), read("busy", fields.list_of(fields.interval), ()))


def _pair(value: object, at: str) -> CohortPair:
    read = Fields(value, at, {"id", "people", "duration", "options", "host"}).read
    return CohortPair(
        id=read("id", fields.text),
        people=read("people", _people),
        duration=read("duration", fields.integer(1)),
        options=read("options", fields.list_of(_option), ()),
        needs_host=read("host", fields.truth, True),
    )


def _people(value: object, at: str) -> tuple[str, ...]:
    people = fields.list_of(fields.text)(value, at)
    if not people:
        raise BadProblem(f"{at} must name at least one person")
    fields.unique(people, at)
    return people


def _option(value: object, at: str) -> tuple[int, int]:
    start, worth = fields.parts(value, at, ("start", "value"))
    return fields.integer()(start, f"{at}[0]"), fields.integer(1)(worth, f"{at}[1]")


def _seconds(value: object, at: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < float("inf"):
        raise BadProblem(f"{at} must be a number of seconds")
    return value

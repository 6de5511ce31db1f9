"""One bit for each start on the grid: who can begin a meeting there. A pair is one AND, a group a count of columns."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from scheduler.slots.availability import open_minutes
from scheduler.slots.fields import Interval
from scheduler.slots.problem import Person, Problem
from scheduler.slots.zones import DAY, day_at, stretches, week


@dataclass(frozen=True)
class Grid:
    """The starts that horizon, notice and step allow: minute `first + i * step` is bit i, for i below `count`."""

    first: int
    step: int
    count: int

    @classmethod
    def of(cls, problem: Problem) -> "Grid":
        begin, end = problem.horizon
        earliest = max(_up(begin, 60), _up(problem.now + problem.notice * 60, 60))
        latest = end // 60 - problem.duration
        first = earliest + (problem.anchor - earliest) % problem.step
        return cls(first, problem.step, max(0, (latest - first) // problem.step + 1))

    def bits(self, ranges: Iterable[Interval]) -> int:
        """The starts that lie in any of these ranges of minutes, both ends included."""
        found = 0
        for low, high in ranges:
            i = max(0, -((self.first - low) // self.step))
            j = min(self.count - 1, (high - self.first) // self.step)
            if i <= j:
                found |= ((1 << (j - i + 1)) - 1) << i
        return found

    def minutes(self, bits: int) -> Iterator[tuple[int, int]]:
        """(index, minute) of each bit that is set, in order."""
        digits = f"{bits:b}"[::-1]
        index = digits.find("1")
        while index >= 0:
            yield index, self.first + index * self.step
            index = digits.find("1", index + 1)


def can_attend(person: Person, problem: Problem, grid: Grid) -> int:
    """The starts at which this person can attend: inside windows, clear of busy and held time, within their limits."""
    if not grid.count:
        return 0
    duration = problem.duration
    last = grid.first + (grid.count - 1) * grid.step
    windows = open_minutes(person, grid.first, last + duration)
    free = grid.bits((low, high - duration) for low, high in windows if high - low >= duration)
    taken = grid.bits(_starts_that_touch(person, duration))
    return free & ~taken & ~grid.bits(_days_that_are_full(person, grid))


def _starts_that_touch(person: Person, duration: int) -> Iterator[Interval]:
    """For each busy or held [s, e), the starts whose meeting, with the person's buffers, would overlap it."""
    for s, e in (*person.busy, *person.held):
        if s < e:
            yield s // 60 - duration - person.after + 1, _up(e, 60) + person.before - 1


def _days_that_are_full(person: Person, grid: Grid) -> Iterator[Interval]:
    """The minutes of the local dates on which the person's limits leave no room for another meeting."""
    if person.per_day is None and person.per_week is None:
        return
    low, high = grid.first, grid.first + (grid.count - 1) * grid.step + 1
    # A held meeting counts for the grid only if it shares an ISO week with it.
    near = [s // 60 for s, e in person.held if s < e and low - 9 * DAY < s // 60 < high + 9 * DAY]
    days = [day_at(person.zone, minute) for minute in near]
    on_day, in_week = Counter(days), Counter(week(day) for day in days)
    for stretch in stretches(person.zone, low, high):
        first, last = (stretch.start + stretch.offset) // DAY, (stretch.end + stretch.offset - 1) // DAY
        for day in range(first, last + 1):
            if _full(on_day[day], person.per_day) or _full(in_week[week(day)], person.per_week):
                begin = day * DAY - stretch.offset
                yield max(begin, stretch.start), min(begin + DAY, stretch.end) - 1


def _full(count: int, limit: int | None) -> bool:
    return limit is not None and count >= limit


def _up(value: int, unit: int) -> int:
    return -(-value // unit)

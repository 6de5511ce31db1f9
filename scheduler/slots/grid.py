"""The grid of possible starts, and sets of them: one bit each, kept in a whole number.

A grid begins on a Monday and lasts whole weeks, wherever in them the horizon lies. So a horizon that moves on with the
clock asks for the same bits as before, and uses others of them.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from scheduler.slots.fields import Interval
from scheduler.slots.problem import Problem
from scheduler.slots.zones import FIRST_MONDAY, WEEK


class Grid(NamedTuple):
    """The starts of some weeks: minute `first + i * step` is bit i, for i below `size`."""

    first: int
    step: int
    size: int

    @classmethod
    def of(cls, problem: Problem) -> "Grid":
        """As many weeks as hold the horizon whichever weekday it begins; none if no meeting fits into it."""
        return _grid(problem.horizon, problem.duration, problem.step, problem.anchor)

    @property
    def end(self) -> int:
        return self.first + self.size * self.step

    def starts(self, low: int, high: int) -> int:
        """The bits of the starts in the minutes [low, high)."""
        first, step, size = self
        i, j = (low - first + step - 1) // step, (high - first + step - 1) // step
        i, j = i if i > 0 else 0, j if j < size else size
        return ((1 << j - i) - 1) << i if i < j else 0

    def starts_in(self, ranges: Iterable[Interval]) -> int:
        """The bits of the starts in any of these ranges of minutes, which may overlap."""
        found = 0
        for low, high in ranges:
            found |= self.starts(low, high)
        return found

    def allowed(self, problem: Problem) -> int:
        """The bits that horizon and notice allow."""
        return _allowed(self, problem.horizon, problem.now, problem.notice, problem.duration)

    def seconds(self, bits: int) -> list[int]:
        """The starts whose bits are set, in epoch seconds, ascending."""
        origin, step = self.first * 60, self.step * 60
        found: list[int] = []
        for i, j in runs(bits):
            found += range(origin + i * step, origin + j * step, step)
        return found


@lru_cache(maxsize=256)
def _grid(horizon: Interval, duration: int, step: int, anchor: int) -> Grid:
    begin, end = horizon
    long = (end - begin) // 60
    weeks = 0 if long < duration else -(-long // WEEK) + 1
    monday = (begin // 60 - FIRST_MONDAY) // WEEK * WEEK + FIRST_MONDAY
    return Grid(monday + anchor, step, weeks * WEEK // step)


@lru_cache(maxsize=256)
def _allowed(grid: Grid, horizon: Interval, now: int, notice: int, duration: int) -> int:
    begin, end = horizon
    earliest = max(-(-begin // 60), -(-now // 60) + notice)
    return grid.starts(earliest, end // 60 - duration + 1)


def runs(bits: int) -> list[Interval]:
    """[i, j) for each unbroken run of bits that are set, ascending."""
    found: list[Interval] = []
    digits = f"0{bits:b}"[::-1]
    find = digits.find
    i = find("1")
    while i >= 0:
        j = find("0", i)
        found.append((i, j))
        i = find("1", j)
    return found


def repeated(pattern: int, width: int, times: int) -> int:
    """The lowest `width` bits of the pattern, one after another so many times."""
    result, done = 0, 0
    for digit in f"{times:b}":
        result |= result << done * width
        done *= 2
        if digit == "1":
            result |= pattern << done * width
            done += 1
    return result

"""How comfortable each start of a grid is, for everybody who shares a zone and a table.

Comfort depends on the local hours that a meeting touches, so one day is like the other but for clock changes. It is
worked out once for a zone, and kept in two forms: by start, and as one set of starts for each level of comfort.
"""

from functools import lru_cache
from typing import NamedTuple

from scheduler.slots.grid import Grid
from scheduler.slots.people import Person
from scheduler.slots.zones import DAY, LAST_MINUTE, stretches


class Taste(NamedTuple):
    """What comfort depends on: a zone, and a value for each local hour."""

    zone: str
    table: tuple[int, ...]

    @classmethod
    def of(cls, person: Person) -> "Taste":
        return cls(person.zone, person.comfort)


@lru_cache(maxsize=256)
def by_start(taste: Taste, grid: Grid, duration: int) -> tuple[int, ...]:
    """The lowest comfort that a meeting at each start touches, in the order of the grid."""
    found: list[int] = []
    for stretch in stretches(taste.zone, grid.first, min(grid.end + duration, LAST_MINUTE)):
        whole = _before(grid, stretch.end - duration + 1) - len(found)
        if whole > 0:
            day = _day_from(taste, (grid.first + len(found) * grid.step + stretch.offset) % DAY, grid.step, duration)
            found += (day * (whole // len(day) + 1))[:whole]
        while len(found) < _before(grid, stretch.end):  # these meetings see the clock change
            found.append(_comfort(taste, grid.first + len(found) * grid.step, duration))
    return tuple(found)


def comfort(person: Person, start: int, duration: int) -> int:
    """The person's lowest comfort over the local hours that [start, start + duration) touches; in minutes."""
    return _comfort(Taste.of(person), start, duration)


def _comfort(taste: Taste, start: int, duration: int) -> int:
    return min(
        _lowest(taste.table, stretch.start + stretch.offset, stretch.end - stretch.start)
        for stretch in stretches(taste.zone, start, min(start + duration, LAST_MINUTE))
    )


@lru_cache(maxsize=256)
def levels(taste: Taste, grid: Grid, duration: int) -> tuple[tuple[int, int], ...]:
    """Each level of comfort with the bits of its starts."""
    values = by_start(taste, grid, duration)
    kinds = sorted(set(values))
    number = {value: index for index, value in enumerate(kinds)}
    order = bytes(map(number.__getitem__, reversed(values)))
    digits = (order.translate(bytes(48 + (n == index) for n in range(256))) for index in range(len(kinds)))
    return tuple((kinds[index], int(each, 2)) for index, each in enumerate(digits))


def _before(grid: Grid, minute: int) -> int:
    """How many starts of the grid lie before this minute."""
    return max(0, min(grid.size, -((grid.first - minute) // grid.step)))


@lru_cache(maxsize=256)
def _day_from(taste: Taste, local: int, step: int, duration: int) -> list[int]:
    """The comfort of a day's starts from this local minute on, where the clock does not change."""
    return [_lowest(taste.table, local + minute, duration) for minute in range(0, DAY, step)]


def _lowest(table: tuple[int, ...], local: int, duration: int) -> int:
    first, last = local // 60, (local + duration - 1) // 60
    return min(table[hour % 24] for hour in range(first, min(last, first + 23) + 1))

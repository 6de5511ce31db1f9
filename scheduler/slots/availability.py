"""When one person's wall shows a time inside one of their windows, as UTC minutes."""

from collections.abc import Iterable, Iterator

from scheduler.slots.fields import Interval
from scheduler.slots.problem import Person
from scheduler.slots.zones import DAY, stretches


def open_minutes(person: Person, start: int, end: int) -> list[Interval]:
    """The UTC minutes of [start, end) in which the person's windows are open: disjoint, in order, as long as can be."""
    pieces: list[Interval] = []
    for stretch in stretches(person.zone, start, end):
        first, last = (stretch.start + stretch.offset) // DAY, (stretch.end + stretch.offset - 1) // DAY
        for day in range(first, last + 1):
            for a, b in _minutes_of(person, day):
                low = max(day * DAY + a - stretch.offset, stretch.start)
                high = min(day * DAY + b - stretch.offset, stretch.end)
                if low < high:
                    pieces.append((low, high))
    return merged(pieces)


def _minutes_of(person: Person, day: int) -> Iterator[Interval]:
    """The open local minutes of this date, 0 to 1440: its own windows', and what spills over from the date before."""
    for a, b in person.windows(day):
        yield a, min(b, DAY)
    if not person.owns(day):
        for _, b in person.windows(day - 1):
            if b > DAY:
                yield 0, b - DAY


def merged(pieces: Iterable[Interval]) -> list[Interval]:
    """The union of intervals; those that touch become one, or a meeting across the seam would be missed."""
    union: list[Interval] = []
    for low, high in sorted(pieces):
        if union and low <= union[-1][1]:
            union[-1] = (union[-1][0], max(union[-1][1], high))
        else:
            union.append((low, high))
    return union

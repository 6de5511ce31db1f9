"""The same questions, answered with other tools: the libraries' best form, and the loop that everybody writes first."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import accumulate
from zoneinfo import ZoneInfo

import portion
from intervaltree import IntervalTree

from scheduler.slots import Person, Problem
from scheduler.slots.fields import Interval
from scheduler.slots.windows import open_minutes
from tests.bench.people import HORIZON, MINUTES, STEP, Data

FIRST, LAST = HORIZON[0] // 60, HORIZON[1] // 60


def windows(person: Person) -> list[Interval]:
    """The windows in UTC minutes, by our own code: neither library knows of zones."""
    return open_minutes(person.calendar.hours, FIRST, LAST)


def busy_minutes(data: Data) -> list[Interval]:
    """Busy time rounded outward to the minute, which is exact for meetings that start and end on minutes."""
    return [(s // 60, -(-e // 60)) for s, e in data["busy"]]


def free_by_portion(person: Person, data: Data) -> portion.Interval:
    """Free minutes, with one union in bulk for the windows and one for busy time."""
    of = portion.closedopen
    return portion.Interval(*(of(a, b) for a, b in windows(person))) - portion.Interval(
        *(of(a, b) for a, b in busy_minutes(data))
    )


def pair_by_portion(problem: Problem, data: list[Data]) -> list[int]:
    one, other = (free_by_portion(*each) for each in zip(problem.people, data, strict=True))
    return [60 * m for piece in one & other for m in starts_within(piece.lower, piece.upper)]


def starts_within(low: int, high: int) -> range:
    return range(-(-low // STEP) * STEP, high - MINUTES + 1, STEP)


def pair_by_tree(problem: Problem, data: list[Data]) -> list[int]:
    """The windows with busy time chopped out of them, and both people's ends swept together."""
    ends: list[Interval] = []
    for person, each in zip(problem.people, data, strict=True):
        tree = IntervalTree.from_tuples(windows(person))
        for low, high in busy_minutes(each):
            tree.chop(low, high)
        ends += [end for piece in tree for end in ((piece.begin, 1), (piece.end, -1))]
    found: list[int] = []
    there, since = 0, 0
    for minute, change in sorted(ends):
        if there == 2:
            found += [60 * m for m in starts_within(since, minute)]
        there, since = there + change, minute
    return found


def group_by_portion(people: Sequence[Person], data: list[Data], need: int) -> list[tuple[int, int]]:
    """Each person's starts as ranges, added up as differences."""
    size = (LAST - FIRST) // STEP
    differences = [0] * (size + 1)
    for each in zip(people, data, strict=True):
        for piece in free_by_portion(*each):
            fitting = starts_within(piece.lower, piece.upper)
            if fitting:
                differences[(fitting[0] - FIRST) // STEP] += 1
                differences[(fitting[-1] - FIRST) // STEP + 1] -= 1
    present = accumulate(differences[:size])
    return [(60 * (FIRST + n * STEP), count) for n, count in enumerate(present) if count >= need]


def pair_by_datetimes(data: list[Data]) -> list[int]:
    """Every start, every person, every busy interval."""
    grid = range(*HORIZON, STEP * 60)
    return [start for start in grid if all(_suits(each, start, start + MINUTES * 60) for each in data)]


def _suits(data: Data, start: int, end: int) -> bool:
    zone = ZoneInfo(data["tz"])
    inside = all(_is_open(data, datetime.fromtimestamp(at, zone)) for at in range(start, end, STEP * 60))
    return end <= HORIZON[1] and inside and not any(s < end and start < e for s, e in data["busy"])


def _is_open(data: Data, wall: datetime) -> bool:
    """Whether the quarter that begins at this wall clock lies in a window of its date, or of the night before."""
    day, clock, own = wall.date(), f"{wall:%H:%M}", wall.date().isoformat() in data["overrides"]
    today = any(a <= clock and (clock < b or b < a) for a, b in _windows(data, day))
    return today or (not own and any(clock < b < a for a, b in _windows(data, day - timedelta(days=1))))


def _windows(data: Data, day: date) -> list[list[str]]:
    weekly = [hours for weekday, *hours in data["weekly"] if weekday == day.weekday()]
    own: list[list[str]] = data["overrides"].get(day.isoformat(), weekly)
    return own

"""Which starts to offer first: more people, then the comfort of whoever has it worst, spread over dates.

The order is made of classes: all starts with the same attendance, worst and total comfort, as one set of bits. They
are walked from the best on, only as far as there is something left to show.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import groupby, islice
from typing import NamedTuple

from scheduler.slots.dates import Dates, dates
from scheduler.slots.grid import Grid, runs
from scheduler.slots.groups import Turnout, columns, counts, turnout
from scheduler.slots.problem import Problem
from scheduler.slots.tastes import Taste, by_start, levels

NEAR = 1024  # bits: short numbers are quick to work with, and most of what is shown lies near
NEAREST = (1 << NEAR) - 1
new = tuple.__new__  # makes a Ranked of its parts, as Ranked() does, in half the time
FEW = 2  # people whose classes are worth keeping: for each more there are ten times as many


class Ranked(NamedTuple):
    """A start in epoch seconds, how many attend, and the worst and the total comfort among them."""

    start: int
    attendees: int
    worst: int
    total: int


class Class(NamedTuple):
    """The bits of starts that are as good as each other."""

    attendees: int
    worst: int
    total: int
    bits: int


def ranked(problem: Problem) -> list[Ranked]:
    """The answers in the order of slots.md: best first, spread over dates, at most `rank.limit`."""
    found = turnout(problem)
    if not found.answers:
        return []
    if problem.need is None and len(problem.people) <= FEW:
        tastes = tuple([Taste.of(person) for person in problem.people])
        return _spread(classes_of_all(tastes, found.grid, problem.duration), problem, found)
    return _spread(_classes_by_turnout(problem, found), problem, found)


@lru_cache(maxsize=256)
def classes_of_all(tastes: tuple[Taste, ...], grid: Grid, duration: int) -> tuple[Class, ...]:
    """Every start of the grid by class, best first, for people who must all attend."""
    together: dict[tuple[int, int], int] = {}
    for level, bits in levels(tastes[0], grid, duration):
        together[level, level] = bits
    for taste in tastes[1:]:
        before, together = together, defaultdict(int)
        for (worst, total), bits in before.items():
            for level, others in levels(taste, grid, duration):
                together[min(worst, level), total + level] |= bits & others
    best_first = sorted(together.items(), reverse=True)
    return tuple(Class(len(tastes), worst, total, bits) for (worst, total), bits in best_first if bits)


def _classes_by_turnout(problem: Problem, found: Turnout) -> Iterator[Class]:
    """The answers by class, those that most can attend first; comfort is looked up for as many as are asked for."""
    rows: defaultdict[Taste, list[int]] = defaultdict(list)
    for person, row in zip(problem.people, found.rows, strict=True):
        rows[Taste.of(person)].append(row)
    tastes = [
        (counts(columns(of_taste), found.grid.size), by_start(taste, found.grid, problem.duration))
        for taste, of_taste in rows.items()
    ]
    sizes: defaultdict[int, list[int]] = defaultdict(list)
    for i, j in runs(found.answers):
        for index in range(i, j):
            sizes[sum(present[index] for present, _ in tastes)].append(index)
    for size in sorted(sizes, reverse=True):
        rated = sorted((_rate(tastes, index), -index) for index in sizes[size])
        for (worst, total), alike in groupby(reversed(rated), key=lambda each: each[0]):
            yield Class(size, worst, total, sum(1 << -index for _, index in alike))


def _rate(tastes: list[tuple[list[int], tuple[int, ...]]], index: int) -> tuple[int, int]:
    """The worst and the total comfort among those who attend this start."""
    there = [(present[index], comfort[index]) for present, comfort in tastes if present[index]]
    return min(comfort for _, comfort in there), sum(count * comfort for count, comfort in there)


def _spread(classes: Iterable[Class], problem: Problem, found: Turnout) -> list[Ranked]:
    """Two walks: at most `per_day` on a date in the first, the rest in the second, `limit` in all."""
    grid, rank = found.grid, problem.rank
    limit = grid.size if rank.limit is None else rank.limit
    per_day = grid.size if rank.per_day is None else rank.per_day
    origin, step, days = grid.first * 60, grid.step * 60, dates(rank.zone or problem.people[0].zone, grid)
    on_day: defaultdict[int, int] = defaultdict(int)
    accepted: list[Ranked] = []
    walked: list[Class] = []
    for each in classes:
        if len(accepted) >= limit:
            return accepted
        walked.append(each)
        attendees, worst, total, bits = each
        indices = _accepted(bits & found.answers, days, on_day, per_day, limit - len(accepted))
        accepted += [new(Ranked, (origin + index * step, attendees, worst, total)) for index in indices]
    return accepted + _passed_over(walked, found, accepted, limit - len(accepted))


def _accepted(bits: int, days: Dates, on_day: dict[int, int], per_day: int, limit: int) -> list[int]:
    """The indices of the first of these starts, at most `limit`, whose dates had room; what they take is counted."""
    accepted: list[int] = []
    for first in range(0, len(days), NEAR):
        piece, bits, index = bits & NEAREST, bits >> NEAR, first
        while piece:
            gap = (piece ^ piece - 1).bit_length() - 1  # up to the next start; what lies behind is shifted out
            piece, index = piece >> gap, index + gap
            day, end = days[index]
            room = per_day - on_day[day]
            own = piece & (1 << end - index) - 1 if room > 0 else 0
            while own and room:
                start = own & -own
                accepted.append(index + start.bit_length() - 1)
                if len(accepted) == limit:
                    return accepted
                own, room = own ^ start, room - 1
            on_day[day] = per_day - room
            piece, index = piece >> end - index, end
        if not bits:
            break
    return accepted


def _passed_over(walked: list[Class], found: Turnout, accepted: list[Ranked], limit: int) -> list[Ranked]:
    """The answers that the first walk did not accept, in their order."""
    if limit <= 0:
        return []
    left = found.answers
    for slot in accepted:
        left ^= 1 << (slot.start // 60 - found.grid.first) // found.grid.step
    rest = (
        _ranked(each, found.grid, index) for each in walked for i, j in runs(each.bits & left) for index in range(i, j)
    )
    return list(islice(rest, limit))


def _ranked(of: Class, grid: Grid, index: int) -> Ranked:
    return Ranked((grid.first + index * grid.step) * 60, of.attendees, of.worst, of.total)

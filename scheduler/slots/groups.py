"""How many can attend each start, counted for all starts at once, and which starts are answers."""

from collections.abc import Sequence
from itertools import repeat
from typing import NamedTuple

from scheduler.slots.bulk import all_can_attend
from scheduler.slots.grid import Grid, runs
from scheduler.slots.problem import Problem

DIGITS = bytes.maketrans(b"01", b"\0\1")


class Turnout(NamedTuple):
    """Who can attend where: a bitmap a person, and the starts that satisfy `need` and `required`.

    `planes` are the counts as `columns` gives them; none where all must attend.
    """

    grid: Grid
    rows: list[int]
    answers: int
    planes: Sequence[int] = ()


def turnout(problem: Problem) -> Turnout:
    """Everybody's bitmap and the answers among the starts."""
    grid = Grid.of(problem)
    answers = grid.allowed(problem)
    if not answers:
        return Turnout(grid, [0] * len(problem.people), 0)
    rows = all_can_attend([person.calendar for person in problem.people], grid, problem.duration)
    if problem.need is None:
        for row in rows:
            answers &= row
        return Turnout(grid, rows, answers)
    planes = columns(rows)
    answers = at_least(problem.need, planes, answers)
    for person, row in zip(problem.people, rows, strict=True):
        if person.id in problem.required:
            answers &= row
    return Turnout(grid, rows, answers, planes)


def columns(rows: list[int]) -> list[int]:
    """The sum of each column, as binary digits: bit i of `planes[k]` is digit k of column i's count.

    Adders without carry chains: three bits of one weight make one of that weight and one of the next, for all columns
    at once. `total` holds the digit so far; two rows at a time join it.
    """
    planes: list[int] = []
    while rows:
        total, carries = (rows[-1], []) if len(rows) % 2 else (0, [])
        for one, other in zip(rows[::2], rows[1::2], strict=False):
            differ = one ^ other
            carries.append(one & other | differ & total)
            total ^= differ
        planes.append(total)
        rows = carries
    return planes


def at_least(need: int, planes: Sequence[int], among: int) -> int:
    """The columns, among these, whose count is `need` or more: a comparison digit by digit, lowest first."""
    enough = among
    for k in range(max(len(planes), need.bit_length())):
        plane = planes[k] if k < len(planes) else 0
        enough = plane & enough if need >> k & 1 else among & plane | enough
    return enough


def counts(planes: Sequence[int], columns_: int) -> list[int]:
    """Each column's count as a number. Eight planes at a time are added up in bytes, all columns at once."""
    sums = [0] * columns_
    for low in range(0, len(planes), 8):
        lanes = 0
        for k, plane in enumerate(planes[low : low + 8]):
            lanes += int.from_bytes(f"{plane:0{columns_}b}".encode().translate(DIGITS), "little") << k
        octets = lanes.to_bytes(columns_, "little")[::-1]
        sums = [*octets] if not low else [a + (b << low) for a, b in zip(sums, octets, strict=True)]
    return sums


def starts(problem: Problem) -> list[int]:
    """Every start that is an answer, in epoch seconds, ascending (slots.md section 4)."""
    found = turnout(problem)
    return found.grid.seconds(found.answers)


def attendance(problem: Problem) -> list[tuple[int, int]]:
    """(start in epoch seconds, how many can attend) for every start that is an answer, ascending."""
    found = turnout(problem)
    seconds = found.grid.seconds(found.answers)
    if problem.need is None:
        return list(zip(seconds, repeat(len(found.rows))))
    present = counts(found.planes, found.grid.size)
    return list(zip(seconds, (each for i, j in runs(found.answers) for each in present[i:j]), strict=True))

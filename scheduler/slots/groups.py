"""How many can attend each start, counted for all starts at once, and which starts are answers."""

from collections.abc import Iterable
from dataclasses import dataclass

from scheduler.slots.bitmaps import Grid, can_attend
from scheduler.slots.problem import Problem


@dataclass(frozen=True)
class Turnout:
    """Who can attend where: a bitmap a person, and the starts that satisfy `need` and `required`."""

    grid: Grid
    rows: tuple[int, ...]
    answers: int


def turnout(problem: Problem) -> Turnout:
    """Everybody's bitmap and the answers among the starts."""
    grid = Grid.of(problem)
    rows = tuple(can_attend(person, problem, grid) for person in problem.people)
    need = len(rows) if problem.need is None else problem.need
    answers = at_least(need, columns(rows), (1 << grid.count) - 1)
    for person, row in zip(problem.people, rows, strict=True):
        if person.id in problem.required:
            answers &= row
    return Turnout(grid, rows, answers)


def columns(rows: Iterable[int]) -> list[int]:
    """The sum of each column, as binary digits: bit i of `planes[k]` is digit k of column i's count."""
    planes: list[int] = []
    for row in rows:
        carry = row
        for k, plane in enumerate(planes):
            planes[k], carry = plane ^ carry, plane & carry
            if not carry:
                break
        if carry:
            planes.append(carry)
    return planes


def at_least(need: int, planes: list[int], everywhere: int) -> int:
    """The columns whose count is `need` or more: a comparison digit by digit, lowest first."""
    enough = everywhere
    for k in range(max(len(planes), need.bit_length())):
        plane = planes[k] if k < len(planes) else 0
        enough = plane & enough if need >> k & 1 else plane | enough
    return enough


def starts(problem: Problem) -> list[int]:
    """Every start that is an answer, in epoch seconds, ascending (slots.md section 4)."""
    found = turnout(problem)
    return [minute * 60 for _, minute in found.grid.minutes(found.answers)]


def attendance(problem: Problem) -> list[tuple[int, int]]:
    """(start in epoch seconds, how many can attend) for every start that is an answer, ascending."""
    found = turnout(problem)
    planes = columns(found.rows)
    return [
        (minute * 60, sum((plane >> index & 1) << k for k, plane in enumerate(planes)))
        for index, minute in found.grid.minutes(found.answers)
    ]

"""The suite catches an engine that breaks a rule: each mutation is a slip in its source, and some problem finds it out.

`test_judge.py` shows the same of readings of the contract; here it is the engine's own lines that are wrong.
"""

import inspect
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import pytest

from scheduler.slots import (
    Problem,
    attendance,
    bitmaps,
    bulk,
    dates,
    grid,
    groups,
    ranked,
    ranking,
    tastes,
    windows,
    zones,
)
from tests.slots.problems import crowds, on_many, person, problem, problems
from tests.slots.reference import Data, Reference
from tests.slots.test_bulk import many

Answers = tuple[list[tuple[int, int]], list[tuple[int, int, int, int]]]


@dataclass(frozen=True)
class Mutation:
    """In this function, `right` is replaced by `wrong`."""

    rule: str
    function: Any
    right: str
    wrong: str


MUTATIONS = [
    Mutation("busy is half-open at its end", bitmaps.taken_starts, "step - 1 + beyond", "step + beyond"),
    Mutation(
        "busy is half-open at its start", bitmaps.taken_starts, "step - reach - origin", "step - 1 - reach - origin"
    ),
    Mutation("a meeting may fill a window", windows._shut_starts, "a - duration + 1", "a - duration"),
    Mutation("a meeting may fill the horizon", grid._allowed, "duration + 1", "duration"),
    Mutation("seconds of busy time count", bitmaps.taken_starts, "(e + to_last)", "(e // 60 * 60 + to_last)"),
    Mutation("a repeated hour comes twice", zones._offset, ".utcoffset()", ".replace(fold=0).utcoffset()"),
    Mutation("a meeting may see the clock change", windows._usual_starts, "in changes", "in ()"),
    Mutation("an override stops the spill", windows._starts_on_the_wall, "((), own)", "(before, own)"),
    Mutation("an override spills itself", windows._changed_alike, "days[-1][0] + 2", "days[-1][0] + 1"),
    Mutation("overrides near each other", windows._close_together, "2 + _dates_before(duration)", "1"),
    Mutation("windows that touch are one", windows.merged, "low <= union", "low < union"),
    Mutation("Sunday night begins Monday", windows._starts_on_the_wall, "range(first - 1,", "range(first,"),
    Mutation("the buffer after", bitmaps.taken_starts, "calendar.after", "calendar.before"),
    Mutation("the buffer before", bitmaps.taken_starts, "calendar.before", "calendar.after"),
    Mutation("limits count by the local day", bitmaps._days_that_are_full, "day_at(zone, minute)", "minute // DAY"),
    Mutation("a limit is reached by as many", bitmaps._full, "count >= limit", "count > limit"),
    Mutation("a week begins on Monday", zones.week, "day + 3", "day + 4"),
    Mutation("notice counts to the second", grid._allowed, "-(-now // 60)", "now // 60"),
    Mutation("the grid is the epoch's", grid._grid, "monday + anchor", "monday"),
    Mutation("who is required must come", groups.turnout, "answers &= row\n    return", "answers &= ~0\n    return"),
    Mutation("three of a column make two", groups.columns, "one & other | differ & total", "one & other"),
    Mutation("need is reached by as many", groups.at_least, "enough = among", "enough = 0"),
    Mutation("the hour of the end is not touched", tastes._lowest, "duration - 1)", "duration)"),
    Mutation("comfort follows the clock", tastes.by_start, "stretch.end - duration + 1)", "stretch.end)"),
    Mutation("the spread is by local dates", dates.dates, "minute // DAY", "(minute - offset) // DAY"),
    Mutation("a date is full with so many", ranking._accepted, "room = per_day", "room = per_day + 1"),
    Mutation("a crowd's busy time is half-open", bulk.taken_starts, "step - 1 - origin)", "step - origin)"),
    Mutation("a crowd's long busy time", bulk._painted, "found[1:] -= into_next[:-1]", "pass"),
]


@cache
def drawn() -> list[tuple[Data, Answers]]:
    """Problems as the property tests draw them, and one of a crowd, each with the reference's answers."""
    found: list[Data] = [many(40), problem("2026-11-02", "2026-11-04", person(), rank={"limit": 3, "per_day": 1})]

    def keep(data: Data) -> None:
        found.append(data)

    on_many(problems(), 160)(keep)()
    on_many(crowds(), 6)(keep)()
    return [(data, (Reference(data).attendance(), Reference(data).ranked())) for data in found]


def differs() -> bool:
    """Whether the engine answers any of them otherwise."""
    for data, right in drawn():
        asked = Problem.from_data(data)
        if (attendance(asked), [tuple(row) for row in ranked(asked)]) != right:
            return True
    return False


@pytest.fixture(autouse=True)
def _nothing_is_known() -> Iterator[None]:
    forget()
    yield
    forget()


def forget() -> None:
    bitmaps._known.clear()
    for module in (grid, windows, tastes, ranking, dates, zones):
        for each in vars(module).values():
            if hasattr(each, "cache_clear"):
                each.cache_clear()


def mutated(mutation: Mutation) -> Any:
    """The function's code with the slip in it."""
    plain = inspect.unwrap(getattr(mutation.function, "__func__", mutation.function))
    source = textwrap.dedent(inspect.getsource(plain))
    body = source[source.index("def ") :]
    assert mutation.right in body, f"{mutation.rule}: the line reads otherwise now"
    made: dict[str, Any] = {}
    exec(compile(body.replace(mutation.right, mutation.wrong), "mutation", "exec"), dict(plain.__globals__), made)
    return plain, made[plain.__name__].__code__


def test_the_engine_as_it_is_answers_them_all() -> None:
    assert not differs()


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.rule)
def test_a_slip_is_found_out(mutation: Mutation, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn()
    function, code = mutated(mutation)
    monkeypatch.setattr(function, "__code__", code)
    assert differs(), f"nobody notices when this is wrong: {mutation.rule}"

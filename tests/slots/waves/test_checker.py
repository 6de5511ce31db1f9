"""The checker: it names what is wrong with a plan, and says what the reference says of any."""

import pytest
from hypothesis import strategies as st

from scheduler.slots import Cohort, plan
from scheduler.slots.waves import checker
from scheduler.slots.waves.checker import Row
from tests.slots import reference
from tests.slots.problems import cohorts, on_many
from tests.slots.reference import Data

AT = 1790000100 // 900 * 900
HALF = 1800
COHORT = Cohort.from_data(
    {
        "hosts": [{"id": "z"}, {"id": "busy", "busy": [[AT + 60, AT + 120]]}],
        "gap": 15,
        "pairs": [
            {"id": "a", "people": ["m", "e"], "duration": 30, "options": [[AT, 1]]},
            {"id": "b", "people": ["x"], "duration": 30, "options": [[AT + HALF, 1], [AT + HALF + 900, 1]]},
            {"id": "c", "people": ["m"], "duration": 30, "options": [[AT + 900, 1], [AT + HALF, 1]], "host": False},
        ],
    }
)


def test_nothing_is_wrong_with_meetings_that_touch_and_hosts_that_keep_the_gap() -> None:
    right: list[Row] = [("a", AT, "z"), ("b", AT + HALF + 900, "z"), ("c", AT + HALF, None)]
    assert checker.wrong_with(COHORT, right) is None


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ([("a", AT, "z"), ("a", AT, "z")], "a is placed 2 times"),
        ([("q", AT, "z")], "q or its host z is not of the cohort"),
        ([("a", AT, "y")], "a or its host y is not of the cohort"),
        ([("a", AT + 900, "z")], "a is not at one of its options"),
        ([("a", AT, None)], "a cannot have the host None"),
        ([("c", AT + HALF, "z")], "c cannot have the host z"),
        ([("a", AT, "busy")], "busy is busy when a meets"),
        ([("a", AT, "z"), ("b", AT + HALF, "z")], "z has two meetings closer than the gap"),
        ([("a", AT, "z"), ("c", AT + 900, None)], "m is in two meetings"),
    ],
)
def test_each_rule_has_its_sentence(rows: list[Row], why: str) -> None:
    assert checker.wrong_with(COHORT, rows) == why


@st.composite
def spoilt(draw: st.DrawFn) -> tuple[Data, list[tuple[str, int, str | None]]]:
    """A plan with some of its rows changed at random."""
    data = draw(cohorts())
    rows = list(plan(Cohort.from_data(data)).placed)
    names = [pair["id"] for pair in data["pairs"]] or ["a0"]
    hosts = [*(host["id"] for host in data["hosts"]), None, "nobody"]
    starts = [start for pair in data["pairs"] for start, _ in pair["options"]] or [0]
    for _ in range(draw(st.integers(0, 3))):
        rows.append((draw(st.sampled_from(names)), draw(st.sampled_from(starts)), draw(st.sampled_from(hosts))))
    return data, rows


def test_the_checker_says_what_the_reference_says() -> None:
    verdicts = set()

    @on_many(spoilt(), 300)
    def check(asked: tuple[Data, list[tuple[str, int, str | None]]]) -> None:
        data, rows = asked
        wrong = checker.wrong_with(Cohort.from_data(data), rows)
        assert (wrong is None) is (reference.Cohort(data).wrong_with(rows) is None), (wrong, rows)
        verdicts.add(wrong is None)

    check()
    assert verdicts == {True, False}

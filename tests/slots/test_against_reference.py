"""The engine says what the minute-by-minute reading of the contract says, on problems that nobody would think of.

`TRAFF_FUZZ=5000 pytest tests/slots/test_against_reference.py` draws 5,000 fresh problems for each test, instead of a
few hundred that are the same every time. A failure prints the smallest problem it found.
"""

import json
from copy import deepcopy

from hypothesis import strategies as st

from scheduler.slots import Problem, attendance, ranked, starts
from tests.slots.problems import ALWAYS, DAY, HOUR, STEPS, crowds, grids, on_many, person, problem, problems, utc
from tests.slots.reference import Data, Reference


@on_many(problems(), 400)
def test_starts_are_those_of_the_reference(data: Data) -> None:
    assert starts(Problem.from_data(data)) == Reference(data).starts()


@on_many(problems(most_people=4), 300)
def test_attendance_is_that_of_the_reference(data: Data) -> None:
    assert attendance(Problem.from_data(data)) == Reference(data).attendance()


@on_many(problems(), 400)
def test_ranked_is_that_of_the_reference(data: Data) -> None:
    assert ranked(Problem.from_data(data)) == Reference(data).ranked()


@on_many(crowds(), 50)
def test_a_crowd_is_answered_as_by_the_reference(data: Data) -> None:
    reference, asked = Reference(data), Problem.from_data(data)
    assert attendance(asked) == reference.attendance()
    assert ranked(asked) == reference.ranked()


@st.composite
def talks(draw: st.DrawFn) -> list[Data]:
    """Questions one after another about the same people, each with something changed since the one before."""
    asked = [draw(problems(most_days=4))]
    for _ in range(draw(st.integers(1, 4))):
        data = deepcopy(asked[-1])
        change = draw(st.sampled_from(["grid", "horizon", "busy", "notice", "zone", "week", "person"]))
        someone = draw(st.sampled_from(data["people"]))
        first, last = sorted(data["horizon"])
        if change == "grid":
            data |= {"anchor": 0, **draw(grids())}
        elif change == "horizon":
            data["horizon"] = [first + draw(st.integers(0, DAY)), last + draw(st.integers(-HOUR, 3 * DAY))]
        elif change == "busy":
            at = draw(st.integers(first, last))
            someone["busy"] = [*(someone.get("busy") or []), [at, at + 3000]]
        elif change == "notice":
            data["now"], data["notice"] = first - HOUR, draw(st.integers(0, 300))
        elif change == "zone":
            someone["tz"] = draw(st.sampled_from([each["tz"] for each in data["people"]] + ["Pacific/Chatham"]))
        elif change == "week":
            someone["weekly"] = someone["weekly"][1:]
        else:
            data["people"].reverse()
        asked.append(data)
    return asked


@on_many(talks(), 60)
def test_an_answer_does_not_depend_on_what_was_asked_before(questions: list[Data]) -> None:
    for data in questions:
        reference, asked = Reference(data), Problem.from_data(data)
        assert starts(asked) == reference.starts()
        assert ranked(asked) == reference.ranked()


@on_many(problems(), 50)
def test_an_answer_changes_neither_the_data_nor_the_problem(data: Data) -> None:
    before = json.dumps(data)
    asked = Problem.from_data(data)
    first = starts(asked), attendance(asked), ranked(asked)
    for each in data["people"]:
        each.clear()
    assert first == (starts(asked), attendance(asked), ranked(asked))
    data = json.loads(before)
    assert starts(Problem.from_data(data)) == first[0]
    assert json.dumps(data) == before


def test_every_step_that_divides_a_day_agrees_over_a_clock_change() -> None:
    people = (
        person(tz="Europe/Stockholm", weekly=[[day, "06:10", "02:25"] for day in range(7)], before=7),
        person(tz="Australia/Lord_Howe", busy=[[utc("2026-10-25 03:00:01"), utc("2026-10-25 03:20:59")]], after=3),
    )
    for step in STEPS:
        for anchor in {0, 1 % step, step - 1}:
            data = problem("2026-10-24 12:00", "2026-10-26 12:00", *people, step=step, anchor=anchor, duration=25)
            assert starts(Problem.from_data(data)) == Reference(data).starts(), (step, anchor)


def test_a_season_with_both_clock_changes_agrees() -> None:
    week = [[day, "08:00", "12:00"] for day in range(5)] + [[day, "12:00", "17:00"] for day in range(5)]
    busy = [[utc("2026-03-02") + n * 40_003, utc("2026-03-02") + n * 40_003 + 5400] for n in range(600)]
    people = (
        person(tz="Europe/Stockholm", weekly=week, busy=busy[::2], overrides={"2026-04-06": []}, per_week=2),
        person(tz="America/New_York", weekly=[*week, [4, "20:00", "01:00"]], held=busy[1::20], per_day=1),
    )
    for name, horizon in [("spring", ("2026-03-02", "2026-05-01")), ("both", ("2026-03-02", "2026-12-01"))]:
        rank = {"limit": 20, "per_day": 3}
        data = problem(*horizon, *people, step=15, duration=30, rank=rank, need=1, required=["p1"])
        reference, asked = Reference(data), Problem.from_data(data)
        assert attendance(asked) == reference.attendance(), name
        assert ranked(asked) == reference.ranked(), name


def test_somebody_who_is_always_free_is_free_in_every_zone_and_year() -> None:
    for name in ("Pacific/Apia", "Antarctica/Troll", "America/Nuuk", "Asia/Pyongyang", "Africa/Casablanca"):
        for year in (1980, 1999, 2011, 2037, 2038, 2039, 2100):
            data = problem(f"{year}-01-01", f"{year + 1}-01-01", person(tz=name, weekly=ALWAYS))
            first, last = data["horizon"]
            assert len(starts(Problem.from_data(data))) == (last - first) // HOUR, (name, year)

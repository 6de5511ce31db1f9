"""Waves by each of the roads to a plan, against exhaustive search and the reference's checker."""

import pytest

from scheduler.slots import Cohort, Plan, plan
from scheduler.slots.waves import checker, optimum, planning, search, solver
from tests.bench.cohorts import wave
from tests.slots import reference
from tests.slots.problems import cohorts, on_many
from tests.slots.reference import Data


@pytest.fixture
def no_search(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "HANDFUL", -1)


@pytest.fixture
def no_solver(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(solver, "is_here", lambda: False)


def value(cohort: Cohort, found: Plan) -> tuple[int, int]:
    values = {pair.id: pair.values() for pair in cohort.pairs}
    return len(found.placed), sum(values[name][start] for name, start, _ in found.placed)


def test_the_solver_alone_finds_what_exhaustive_search_finds(no_search: None) -> None:
    @on_many(cohorts(), 150)
    def check(data: Data) -> None:
        found, judge = plan(Cohort.from_data(data)), reference.Cohort(data)
        assert judge.wrong_with(found.placed) is None
        assert judge.worth(found.placed) == judge.best() == tuple(found.bound)
        assert found.optimal is True

    check()


def test_without_solver_and_search_a_plan_is_feasible_explained_and_within_its_bound(
    no_search: None, no_solver: None
) -> None:
    @on_many(cohorts(), 150)
    def check(data: Data) -> None:
        found, judge = plan(Cohort.from_data(data)), reference.Cohort(data)
        assert judge.wrong_with(found.placed) is None
        assert judge.worth(found.placed) <= judge.best() <= tuple(found.bound)
        assert found.optimal is (judge.worth(found.placed) == tuple(found.bound))
        assert found.unplaced == {name: judge.reason(name, found.placed) for name in found.unplaced}

    check()


def test_hosts_that_are_busy_at_different_times_are_told_apart() -> None:
    data = wave(30, 2, seed=7, gap=15, busy=60)
    found = plan(Cohort.from_data(data))
    assert reference.Cohort(data).wrong_with(found.placed) is None
    assert found.optimal


# Progress, and an end to it


def test_progress_is_told_and_the_best_so_far_is_the_answer_when_stopped() -> None:
    cohort, heard = Cohort.from_data(wave(120, 1, seed=4, gap=15)), []

    def stop() -> bool:
        return len(heard) > 0

    found = plan(cohort, stop=stop, progress=lambda best, bound: heard.append((best, bound)))
    assert heard == [(value(cohort, found), heard[0][1])]
    assert heard[0][0] <= tuple(found.bound) <= heard[0][1]
    assert checker.wrong_with(cohort, found.placed) is None
    assert value(cohort, plan(cohort)) > value(cohort, found)


def test_the_solver_tells_of_what_it_finds_on_its_way() -> None:
    cohort, heard = Cohort.from_data({**wave(120, 1, seed=4, gap=15), "seconds": 60}), []
    found = plan(cohort, progress=lambda best, bound: heard.append((best, bound)))
    bests = [best for best, _ in heard]
    assert bests == sorted(bests)
    assert len(set(bests)) > 2, "more than the instant plan and the end"
    assert bests[-1] == value(cohort, found)
    assert all(best <= tuple(found.bound) <= bound for best, bound in heard)


def test_no_seconds_mean_the_instant_plan() -> None:
    data = wave(120, 1, seed=4, gap=15)
    at_once = plan(Cohort.from_data({**data, "seconds": 0}))
    assert reference.Cohort(data).wrong_with(at_once.placed) is None
    assert not at_once.optimal


def test_a_search_begins_with_an_earlier_plan_and_leaves_out_what_of_it_goes_no_more() -> None:
    data = {**wave(120, 1, seed=4, gap=15), "seconds": 0}
    cohort = Cohort.from_data(data)
    best = plan(Cohort.from_data({**data, "seconds": 60}))
    start = {pair: start for pair, start, _ in best.placed}
    assert value(cohort, plan(cohort)) < value(cohort, best), "else there would be nothing to begin with"
    assert value(cohort, plan(cohort, start=start)) == value(cohort, best)
    first, *others = best.placed
    for pair in data["pairs"]:  # of the first pair's options the one in the plan is gone
        pair["options"] = [each for each in pair["options"] if (pair["id"], each[0]) != first[:2]]
    cohort = Cohort.from_data(data)
    again = plan(cohort, start={**start, "nobody": start[first[0]]})
    assert checker.wrong_with(cohort, again.placed) is None
    assert value(cohort, again) > value(cohort, plan(cohort))
    assert len({row[:2] for row in others} - {row[:2] for row in again.placed}) == 0


# Guards


def test_a_plan_that_fails_the_check_is_not_given_out(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = planning._rows
    monkeypatch.setattr(planning, "_rows", lambda *args: [(name, start + 1, host) for name, start, host in rows(*args)])
    with pytest.raises(AssertionError, match="not at one of its options"):
        plan(Cohort.from_data(wave(5, 1)))


def test_values_that_floating_point_cannot_tell_apart_are_left_to_the_instant_plan(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    data = wave(40, 1, seed=9)
    for number, pair in enumerate(data["pairs"]):
        pair["options"] = [[start, 10**15 + value + number] for start, value in pair["options"]]
    monkeypatch.setattr(optimum, "improve", None)  # so that it would be noticed
    found = plan(Cohort.from_data(data))
    assert reference.Cohort(data).wrong_with(found.placed) is None
    assert reference.Cohort(data).worth(found.placed) <= tuple(found.bound)

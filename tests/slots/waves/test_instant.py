"""The instant plan: close to the best without a solver, and within its own bound."""

from scheduler.slots import Cohort, Plan, plan
from scheduler.slots.waves.board import lay_out
from scheduler.slots.waves.draft import worth
from scheduler.slots.waves.instant import instant
from tests.bench.cohorts import wave
from tests.slots import reference
from tests.slots.problems import cohorts, on_many
from tests.slots.reference import Data


def value(cohort: Cohort, found: Plan) -> tuple[int, int]:
    values = {pair.id: pair.values() for pair in cohort.pairs}
    return len(found.placed), sum(values[name][start] for name, start, _ in found.placed)


def test_the_instant_plan_is_close_to_the_best() -> None:
    cohort = Cohort.from_data(wave(60, 2, seed=3))
    at_once, best = instant(lay_out(cohort)), plan(cohort)
    assert best.optimal
    placed, total = worth(at_once.choice)
    assert placed == len(best.placed)
    assert total >= 0.99 * value(cohort, best)[1]
    assert at_once.bound >= value(cohort, best)


def test_its_bound_is_one() -> None:
    @on_many(cohorts(), 150)
    def check(data: Data) -> None:
        found = instant(lay_out(Cohort.from_data(data)))
        assert worth(found.choice) <= found.bound
        assert reference.Cohort(data).best() <= found.bound

    check()


def test_stopped_it_is_the_greedy_plan_of_its_first_round() -> None:
    board = lay_out(Cohort.from_data(wave(60, 1, days=5, seed=3)))
    first, best = instant(board, stop=lambda: True), instant(board)
    assert 0 < len(first.choice) <= len(best.choice)
    assert worth(first.choice) < worth(best.choice)

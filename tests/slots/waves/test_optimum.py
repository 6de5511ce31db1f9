"""The proof: no plan exceeds the relaxation, and what is found over few columns is the best over all."""

import pytest

from scheduler.slots import Cohort
from scheduler.slots.waves import optimum
from scheduler.slots.waves.board import lay_out
from scheduler.slots.waves.draft import worth
from scheduler.slots.waves.instant import instant
from scheduler.slots.waves.optimum import Clock, improve, relax
from tests.bench.cohorts import wave
from tests.slots import reference
from tests.slots.problems import cohorts, on_many
from tests.slots.reference import Data

Heard = list[tuple[tuple[int, int], tuple[int, int]]]


def clock(heard: Heard, *, seconds: float = 60, stop: bool = False) -> Clock:
    return Clock(seconds, lambda: stop, lambda best, bound: heard.append((best, bound)))


def test_no_plan_exceeds_the_relaxation_and_the_best_one_is_found() -> None:
    @on_many(cohorts(), 100)
    def check(data: Data) -> None:
        board = lay_out(Cohort.from_data(data))
        if not board.pairs:
            return
        heard: Heard = []
        known = instant(board).choice
        relaxed = relax(board, known, clock(heard))
        best = reference.Cohort(data).best()
        assert relaxed.scale.worth(board, relaxed.most) >= best
        assert min(relaxed.losses) >= -1e-6
        found = improve(board, relaxed, known, clock(heard), by_crew=True)
        assert worth(found.choice) == best == found.bound
        assert all(worth(known) <= told <= best <= bound for told, bound in heard)

    check()


def test_where_nearly_the_best_is_looked_for_first_the_best_is_still_found_and_proven(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As for thousands of pairs, of which the first search is content with so little less."""
    board = lay_out(Cohort.from_data(wave(40, 1, days=5, seed=3)))
    known = instant(board, stop=lambda: True).choice
    plans: list[tuple[int, int]] = []
    for near in (0.0, 0.5):
        monkeypatch.setattr(optimum, "NEAR", near)
        heard: Heard = []
        found = improve(board, relax(board, known, clock(heard)), known, clock(heard), by_crew=False)
        assert worth(known) < worth(found.choice) == found.bound == heard[-1][0]
        plans.append(worth(found.choice))
    assert plans[0] == plans[1]


def test_without_time_or_stopped_the_known_plan_stays() -> None:
    board = lay_out(Cohort.from_data(wave(60, 1, days=5, seed=3)))
    known = instant(board, stop=lambda: True).choice
    relaxed = relax(board, known, clock([]))
    for none in (clock([], seconds=0), clock([], stop=True)):
        found = improve(board, relaxed, known, none, by_crew=False)
        assert found.choice == known
        assert found.bound >= worth(known)

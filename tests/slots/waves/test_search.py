"""Trying everything: as good as the reference's own search, and given up where there is too much to try."""

import pytest

from scheduler.slots import Cohort
from scheduler.slots.waves import search
from scheduler.slots.waves.board import lay_out
from scheduler.slots.waves.draft import worth
from tests.bench.cohorts import wave
from tests.slots import reference
from tests.slots.problems import cohorts, on_many
from tests.slots.reference import Data


def test_a_handful_is_planned_as_well_as_can_be() -> None:
    @on_many(cohorts(), 150)
    def check(data: Data) -> None:
        found = search.exhaustive(lay_out(Cohort.from_data(data)))
        assert found is not None
        assert worth(found[0]) == reference.Cohort(data).best()

    check()


def test_too_many_pairs_or_too_many_steps_are_left_to_others(monkeypatch: pytest.MonkeyPatch) -> None:
    assert search.exhaustive(lay_out(Cohort.from_data(wave(search.HANDFUL + 4, 1, seed=2)))) is None
    board = lay_out(Cohort.from_data(wave(6, 1, days=4, seed=2)))
    monkeypatch.setattr(search, "STEPS", 3)
    assert search.exhaustive(board) is None

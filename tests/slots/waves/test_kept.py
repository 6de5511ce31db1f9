"""Places that people have accepted stay, and the rest is planned around them as well as it can be."""

from random import Random

import pytest
from hypothesis import strategies as st

from scheduler.slots import Cohort, plan
from scheduler.slots.waves.kept import put_back, set_aside
from tests.bench.cohorts import wave
from tests.slots import reference
from tests.slots.problems import cohorts, on_many
from tests.slots.reference import Data


@st.composite
def accepted(draw: st.DrawFn) -> tuple[Data, int]:
    return draw(cohorts()), draw(st.integers(0, 1 << 16))


def test_what_is_kept_stays_and_the_rest_is_as_good_as_it_can_be() -> None:
    @on_many(accepted(), 100)
    def check(asked: tuple[Data, int]) -> None:
        data, seed = asked
        cohort, judge = Cohort.from_data(data), reference.Cohort(data)
        keep = [row for row in plan(cohort).placed if Random(seed).random() < 0.5]
        keep = [(name, start, host) for name, start, host in keep if Random(seed + start).random() < 0.7]
        found = plan(cohort, keep=keep)
        assert set(keep) <= set(found.placed)
        assert judge.wrong_with(found.placed) is None
        left = [name for name in judge.pairs if name not in {row[0] for row in keep}]
        assert judge.worth(found.placed) == judge._best(keep, left) == tuple(found.bound)
        assert found.unplaced == {name: judge.reason(name, found.placed) for name in found.unplaced}

    check()


def test_what_cannot_be_kept_is_refused() -> None:
    data = wave(5, 1, seed=2)
    placed = plan(Cohort.from_data(data)).placed
    with pytest.raises(ValueError, match="cannot be kept"):
        plan(Cohort.from_data(data), keep=[(placed[0][0], placed[0][1] + 1, placed[0][2])])


def test_nothing_to_keep_changes_nothing() -> None:
    cohort = Cohort.from_data(wave(5, 1))
    assert set_aside(cohort, []) is cohort
    found = plan(cohort)
    assert put_back(cohort, [], found) == found


def test_people_and_host_are_busy_at_what_is_kept_with_the_gap_on_both_sides() -> None:
    at = 1790000100 // 900 * 900
    pairs = [
        {"id": "a", "people": ["m", "e"], "duration": 30, "options": [[at, 1]]},
        {"id": "b", "people": ["m", "f"], "duration": 30, "options": [[at - 1800, 1], [at + 900, 1], [at + 1800, 1]]},
    ]
    left = set_aside(Cohort.from_data({"hosts": [{"id": "z"}], "gap": 15, "pairs": pairs}), [("a", at, "z")])
    assert [(pair.id, [start for start, _ in pair.options]) for pair in left.pairs] == [("b", [at - 1800, at + 1800])]
    assert left.hosts[0].busy == ((at - 900, at + 1800 + 900),)

"""One number for pairs and value, and back."""

from hypothesis import strategies as st

from scheduler.slots import Cohort, plan
from scheduler.slots.waves.board import lay_out
from scheduler.slots.waves.draft import worth
from scheduler.slots.waves.instant import instant
from scheduler.slots.waves.scale import Scale
from tests.slots.problems import cohorts, on_many
from tests.slots.reference import Data


@st.composite
def asked(draw: st.DrawFn) -> tuple[Data, bool]:
    return draw(cohorts()), draw(st.booleans())


def test_gains_tell_how_many_pairs_are_placed_and_what_their_places_are_worth() -> None:
    @on_many(asked(), 150)
    def check(case: tuple[Data, bool]) -> None:
        board = lay_out(Cohort.from_data(case[0]))
        choice = instant(board).choice
        if board.pairs:
            scale = Scale.of(board, must=case[1] and len(choice) == len(board.pairs))
            gains = scale.gains(choice)
            assert scale.worth_of(board, gains) == worth(choice)
            assert scale.worth(board, gains) >= worth(choice)

    check()


def test_one_more_pair_gains_more_than_any_value() -> None:
    at = 1790000100 // 900 * 900
    pairs = [
        {"id": "a", "people": ["1"], "duration": 30, "options": [[at, 100_000], [at + 1800, 1]]},
        {"id": "b", "people": ["2"], "duration": 30, "options": [[at, 1]]},
    ]
    found = plan(Cohort.from_data({"hosts": [{"id": "z"}], "pairs": pairs}))
    assert len(found.placed) == 2

"""Prices: each pair wants what is best for it after they are paid, and any prices bound what the best plan is worth."""

from hypothesis import strategies as st

from scheduler.slots import Cohort
from scheduler.slots.waves.board import lay_out
from scheduler.slots.waves.draft import worth
from scheduler.slots.waves.prices import Market, Prices
from tests.slots import reference
from tests.slots.problems import cohorts, on_many
from tests.slots.reference import Data

AT = 1790000100 // 900 * 900


@st.composite
def priced(draw: st.DrawFn) -> tuple[Data, list[float], list[float]]:
    data = draw(cohorts())
    size = len(lay_out(Cohort.from_data(data)).instants)
    kind = st.lists(st.floats(0, 30), min_size=size, max_size=size)
    return data, draw(kind), draw(kind)


def test_any_prices_bound_every_plan() -> None:
    @on_many(priced(), 150)
    def check(asked: tuple[Data, list[float], list[float]]) -> None:
        data, whole, meetings = asked
        board = lay_out(Cohort.from_data(data))
        premium = 2.0 * max((options[0].value for options in board.options), default=0) + 1
        market = Market(board, Prices(whole, meetings), premium)
        best = reference.Cohort(data).best()
        assert market.bound() >= best
        assert market.worth() >= premium * best[0] + best[1] - 1e-6
        assert worth(market.draft().choice) <= market.bound()

    check()


def test_a_pair_wants_what_is_left_of_its_value_once_its_time_is_paid() -> None:
    pairs = [{"id": "a", "people": ["a"], "duration": 30, "options": [[AT, 9], [AT + 3600, 5]]}]
    walks = [{**pairs[0], "id": "w", "host": False}]
    board = lay_out(Cohort.from_data({"hosts": [{"id": "z"}], "pairs": pairs + walks}))
    prices = Prices([0.0] * len(board.instants), [0.0] * len(board.instants))
    prices.whole[board.instants.index(AT)] = 6.0
    market = Market(board, prices, 100.0)
    assert market.nets == [[3.0, 5.0], [9.0, 5.0]]
    assert market.wanted == [1, 0], "who needs no host pays for none"
    assert market.excess()[0][board.instants.index(AT)] == -1

"""Exchanges better a draft as long as they are allowed to."""

from scheduler.slots import Cohort
from scheduler.slots.waves.board import lay_out
from scheduler.slots.waves.draft import Draft, worth
from scheduler.slots.waves.exchange import exchange
from scheduler.slots.waves.prices import Market, Prices
from tests.bench.cohorts import wave


def greedy() -> Draft:
    board = lay_out(Cohort.from_data(wave(60, 1, days=5, seed=3)))
    nothing = [0.0] * len(board.instants)
    return Market(board, Prices(nothing, nothing), 1000.0).draft()


def test_one_moves_out_of_anothers_way_until_nothing_betters_the_whole() -> None:
    draft = greedy()
    before = worth(draft.choice)
    exchange(draft)
    after = worth(draft.choice)
    assert after > before
    exchange(draft)
    assert worth(draft.choice) == after


def test_stopped_or_without_tries_it_leaves_the_draft_as_it_is() -> None:
    stopped, spent = greedy(), greedy()
    before = dict(stopped.choice)
    exchange(stopped, stop=lambda: True)
    exchange(spent, tries=0)
    assert stopped.choice == spent.choice == before

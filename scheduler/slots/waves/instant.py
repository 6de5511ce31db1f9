"""The instant plan: prices rise where too many want to meet, until everybody's own best choice nearly fits.

It needs no solver, and it is what is left without one. The same prices bound what the best plan can be worth.
"""

from collections.abc import Callable
from dataclasses import dataclass

from scheduler.slots.waves.board import Board
from scheduler.slots.waves.draft import Choice, Draft, Worth, worth
from scheduler.slots.waves.exchange import exchange
from scheduler.slots.waves.prices import Market, Prices

ROUNDS = 40
EVERY = 4  # rounds from one draft to the next
DRIFT = 0.6  # how much of its last change a price goes on with: it then swings less
CALM = 0.95  # how much smaller each round's change is


@dataclass(frozen=True)
class Instant:
    """A plan, the last prices, and the bound that prices prove, as (pairs, value). Hosts are not given out yet."""

    choice: Choice
    prices: Prices
    bound: Worth


def instant(board: Board, *, stop: Callable[[], bool] = lambda: False) -> Instant:
    """The plan of a fixed number of rounds. Deterministic; its first draft is the plain greedy one."""
    size, premium = len(board.instants), 2.0 * max((options[0].value for options in board.options), default=0) + 1
    prices, drift = Prices([0.0] * size, [0.0] * size), ([0.0] * size, [0.0] * size)
    best, bound, pace = Draft(board), board.tops, 1.0
    for number in range(ROUNDS):
        market = Market(board, prices, premium)
        bound = min(bound, market.bound())
        if number % EVERY == 0 or number == ROUNDS - 1:
            best = max(best, market.draft(), key=lambda draft: worth(draft.choice))
        if worth(best.choice) == bound or stop():
            break
        earned = premium * len(best.choice) + worth(best.choice)[1]
        drift = _swung(drift, market.excess())
        prices, pace = _moved(prices, drift, pace * (market.worth() - earned)), pace * CALM
    if worth(best.choice) != bound:
        exchange(best, stop=stop)
    return Instant(best.choice, prices, bound)


Change = tuple[list[float], list[float]]


def _swung(drift: Change, excess: tuple[list[int], list[int]]) -> Change:
    whole, meetings = (
        [DRIFT * old + over for old, over in zip(olds, overs, strict=True)]
        for olds, overs in zip(drift, excess, strict=True)
    )
    return whole, meetings


def _moved(prices: Prices, change: Change, length: float) -> Prices:
    """The prices after a step of this length along the change; nothing costs less than nothing."""
    kinds = (prices.whole, prices.meetings)
    square = sum(
        more * more
        for kind, mores in zip(kinds, change, strict=True)
        for price, more in zip(kind, mores, strict=True)
        if price or more > 0
    )
    step = length / square if square else 0.0
    whole, meetings = (
        [max(0.0, price + step * more) for price, more in zip(kind, mores, strict=True)]
        for kind, mores in zip(kinds, change, strict=True)
    )
    return Prices(whole, meetings)

"""Prices of time: a point where more want to meet than there are hosts costs something, the others nothing.

At any prices each pair wants the option that is worth most to it after what it costs. And any prices bound what the
best plan can be worth: no plan earns more than all pairs gain at these prices, plus what all the room would cost.
"""

from dataclasses import dataclass
from itertools import accumulate, chain
from math import floor
from operator import mul

from scheduler.slots.waves.board import Board
from scheduler.slots.waves.draft import Draft, Worth


@dataclass(frozen=True)
class Prices:
    """What each point costs: for a meeting with its gap, and for the meeting on top of that."""

    whole: list[float]
    meetings: list[float]


class Market:
    """What all pairs want at these prices. `premium` is what it is worth to place a pair at all."""

    def __init__(self, board: Board, prices: Prices, premium: float) -> None:
        self.board, self.prices, self.premium = board, prices, premium
        # The price of all points before each point, so that a span costs the difference of its two ends.
        whole, meetings = [0.0, *accumulate(prices.whole)], [0.0, *accumulate(prices.meetings)]
        self.nets = [
            [
                value - whole[until] + whole[low] - meetings[high] + meetings[low]
                for _, value, low, high, until in options
            ]
            if pair.needs_host
            else [float(option.value) for option in options]
            for pair, options in zip(board.pairs, board.options, strict=True)
        ]
        self.wanted = [nets.index(max(nets)) for nets in self.nets]

    def worth(self) -> float:
        """At least what any plan is worth: what all gain at these prices, and what all the room costs."""
        gains = sum(max(0.0, self.premium + nets[want]) for nets, want in zip(self.nets, self.wanted, strict=True))
        prices, room = self.prices, self.board.room
        costs: float = sum(chain(map(mul, prices.whole, room.whole), map(mul, prices.meetings, room.meetings)))
        return gains + costs

    def bound(self) -> Worth:
        """(pairs, value) that no plan exceeds: a plan of n pairs is worth n premiums and its value."""
        most = self.worth() * (1 + 1e-12)
        pairs = min(self.board.tops[0], floor(most / (self.premium + 1)))
        best = sorted((options[0].value for options in self.board.options), reverse=True)[:pairs]
        return pairs, min(sum(best), floor(most - pairs * self.premium))

    def excess(self) -> tuple[list[int], list[int]]:
        """How many more want each point than there is room for, of both kinds; less than 0 where room is left."""
        size = len(self.board.instants)
        whole, meetings = [0] * size, [0] * size
        demand = zip(self.board.pairs, self.board.options, self.wanted, self.nets, strict=True)
        for pair, options, index, nets in demand:
            if pair.needs_host and self.premium + nets[index] > 0:
                _, _, low, high, until = options[index]
                whole[low] += 1
                whole[until] -= 1
                meetings[low] += 1
                meetings[high] -= 1
        room = self.board.room
        over = [on - most for on, most in zip(accumulate(whole), room.whole, strict=True)]
        if room.whole == room.meetings:  # then one price is enough
            return over, [0] * size
        return over, [on - most for on, most in zip(accumulate(meetings), room.meetings, strict=True)]

    def draft(self) -> Draft:
        """Everybody's best choice where it fits, those with the fewest options first; then the others' next best."""
        draft = Draft(self.board)
        late: list[int] = []
        for pair in sorted(range(len(self.nets)), key=lambda pair: len(self.nets[pair])):
            option = self.board.options[pair][self.wanted[pair]]
            if draft.fits(pair, option):
                draft.add(pair, option)
            else:
                late.append(pair)
        for pair in late:
            options, nets = self.board.options[pair], self.nets[pair]
            best_first = sorted(range(len(nets)), key=nets.__getitem__, reverse=True)
            index = next((index for index in best_first if draft.fits(pair, options[index])), None)
            if index is not None:
                draft.add(pair, options[index])
        return draft

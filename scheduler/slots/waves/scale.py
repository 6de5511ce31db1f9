"""One number for pairs and value: a premium for each pair placed, so that no value makes up for a pair."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import floor, gcd

from scheduler.slots.waves.board import Board, Option
from scheduler.slots.waves.draft import Choice, Worth

TINY = 1e-6  # what sums of prices may be off
TRUSTED = 1 << 40  # beyond, floating point does not tell whole numbers apart safely


@dataclass(frozen=True)
class Scale:
    """Gains are whole numbers: (value + premium) / unit. If everybody `must` be placed, no premium is needed.

    Values often differ by fives or tens only. In such units there is less to tell apart, and less to prove.
    """

    unit: int
    premium: int
    must: bool

    @classmethod
    def of(cls, board: Board, *, must: bool) -> "Scale":
        first = board.options[0][0].value
        unit = gcd(*(option.value - first for options in board.options for option in options)) or first
        enough = 0 if must else 1 + board.tops[1]
        return cls(unit, enough - (enough + first) % unit if must else enough + -(enough + first) % unit, must)

    def is_trusted(self, board: Board) -> bool:
        """Whether sums of gains stay exact in floating point."""
        return board.tops[1] + len(board.pairs) * abs(self.premium) < TRUSTED * self.unit

    def gain(self, option: Option) -> int:
        return (option.value + self.premium) // self.unit

    def gains(self, choice: Choice | Mapping[int, Option]) -> int:
        return sum(map(self.gain, choice.values()))

    def worth_of(self, board: Board, gains: int) -> Worth:
        """The (pairs, value) of a plan whose gains come to exactly this."""
        total = gains * self.unit
        pairs = len(board.pairs) if self.must else total // self.premium  # all values together are less than a premium
        return pairs, total - pairs * self.premium

    def worth(self, board: Board, most: float) -> Worth:
        """What no plan exceeds whose gains come to this much at most, as (pairs, value)."""
        total = floor(most + TINY) * self.unit
        if self.must:
            return len(board.pairs), total - len(board.pairs) * self.premium
        least = sorted(min(option.value for option in options) for options in board.options)
        pairs = min(len(board.pairs), total // (self.premium + 1))
        while pairs and total - pairs * self.premium < sum(least[:pairs]):
            pairs -= 1
        tops = sorted((options[0].value for options in board.options), reverse=True)
        return pairs, min(sum(tops[:pairs]), total - pairs * self.premium)

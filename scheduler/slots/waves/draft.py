"""A plan in the making: which option each pair has, as far as room and people allow. Hosts are given out later."""

from collections import defaultdict
from collections.abc import Mapping

from scheduler.slots.waves.board import Board, Option, bits

Worth = tuple[int, int]  # pairs, value
Choice = Mapping[int, Option]  # by the number of the pair


class Draft:
    """The choices so far. Nobody in it is in two meetings, and there is room for all of them at every point."""

    def __init__(self, board: Board) -> None:
        self.board = board
        self.choice: dict[int, Option] = {}
        self.room = [*board.room.whole]
        # Where hosts are never busy, or there is no gap, the two kinds of room are one.
        self.narrow = None if board.room.meetings == board.room.whole else [*board.room.meetings]
        self.taken: defaultdict[str, int] = defaultdict(int)  # the points at which each person meets
        self.at: list[set[int]] = []  # who has, or has just had, a host at each point; from `watch` on

    def fits(self, pair: int, option: Option) -> bool:
        return self.has_room(pair, option) and self.people_are_free(pair, option)

    def has_room(self, pair: int, option: Option) -> bool:
        if not self.board.pairs[pair].needs_host:
            return True
        if min(self.room[option.low : option.until]) < 1:
            return False
        return self.narrow is None or min(self.narrow[option.low : option.high]) >= 1

    def people_are_free(self, pair: int, option: Option) -> bool:
        shared = self.board.shared[pair]
        return not shared or not any(self.taken[person] & bits(option.low, option.high) for person in shared)

    def add(self, pair: int, option: Option) -> None:
        self.choice[pair] = option
        self._count(pair, option, -1)
        if self.at and self.board.pairs[pair].needs_host:
            for point in range(option.low, option.until):
                self.at[point].add(pair)

    def remove(self, pair: int) -> Option:
        option = self.choice.pop(pair)
        self._count(pair, option, 1)
        if self.at and self.board.pairs[pair].needs_host:
            for point in range(option.low, option.until):
                self.at[point].discard(pair)
        return option

    def _count(self, pair: int, option: Option, more: int) -> None:
        if self.board.pairs[pair].needs_host:
            for point in range(option.low, option.until):
                self.room[point] += more
            if self.narrow is not None:
                for point in range(option.low, option.high):
                    self.narrow[point] += more
        for person in self.board.shared[pair]:
            self.taken[person] ^= bits(option.low, option.high)

    def watch(self) -> None:
        """From now on it is known who takes which room."""
        self.at = [set() for _ in self.board.instants]
        for pair, option in list(self.choice.items()):
            self.remove(pair)
            self.add(pair, option)

    def in_the_way(self, pair: int, option: Option) -> list[int]:
        """The pairs of which each alone takes the room that this one lacks there; none if its people are not free."""
        if not self.people_are_free(pair, option):
            return []
        full = [point for point in range(option.low, option.until) if self.room[point] < 1]
        if self.narrow is not None:
            full += [point for point in range(option.low, option.high) if self.narrow[point] < 1]
        return sorted(set.intersection(*(self.at[point] for point in full))) if full else []


def worth(choice: Choice) -> Worth:
    """How many pairs, and their total value."""
    return len(choice), sum(option.value for option in choice.values())

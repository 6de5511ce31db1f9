"""The best plan for a handful of pairs, by trying everything that could still be better. It needs no solver."""

from scheduler.slots.waves.board import Board, Option, bits
from scheduler.slots.waves.draft import Choice, worth
from scheduler.slots.waves.seats import Seats

HANDFUL = 10
STEPS = 20_000  # placings tried; then somebody else may look


class GaveUp(Exception):
    """There was more to try than it may cost."""


class Search:
    """Goes through the pairs in turn, and goes back as soon as the rest could not make up for what is lost."""

    def __init__(self, board: Board) -> None:
        self.board = board
        self.order = sorted(range(len(board.pairs)), key=lambda pair: len(board.options[pair]))
        self.best: tuple[dict[int, Option], dict[int, int | None]] = ({}, {})
        self.seats = Seats(board)
        self.choice: dict[int, Option] = {}
        self.people: dict[str, int] = {}
        self.steps = 0

    def go_on(self, depth: int, value: int) -> None:
        """Tries every way to place the pairs from this one on that could still be better than the best so far."""
        left = self.order[depth:]
        hope = len(self.choice) + len(left), value + sum(self.board.options[pair][0].value for pair in left)
        if hope <= worth(self.best[0]):
            return
        if not left:
            self.best = dict(self.choice), dict(self.seats.host)
            return
        pair = left[0]
        for option in self.board.options[pair]:
            meeting = bits(option.low, option.high)
            if not any(self.people.get(person, 0) & meeting for person in self.board.shared[pair]):
                for host in self._hosts(pair, option):
                    self._place(pair, option, host)
                    self.go_on(depth + 1, value + option.value)
                    self._place(pair, option, host, undo=True)
        self.go_on(depth + 1, value)

    def _hosts(self, pair: int, option: Option) -> list[int | None]:
        """The hosts to try; of those whose days are alike, one."""
        if not self.board.pairs[pair].needs_host:
            return [None]
        return list({(self.board.busy[host], self.seats.on[host]): host for host in self.seats.free(option)}.values())

    def _place(self, pair: int, option: Option, host: int | None, *, undo: bool = False) -> None:
        self.steps += 1
        if self.steps > STEPS:
            raise GaveUp
        if undo:
            del self.choice[pair]
            self.seats.take(pair)
        else:
            self.choice[pair] = option
            self.seats.give(pair, option, host)
        for person in self.board.shared[pair]:
            self.people[person] = self.people.get(person, 0) ^ bits(option.low, option.high)


def exhaustive(board: Board) -> tuple[Choice, Seats] | None:
    """The best plan there is, with its hosts. None if there was too much to try."""
    if len(board.pairs) > HANDFUL:
        return None
    search = Search(board)
    try:
        search.go_on(0, 0)
    except GaveUp:
        return None
    choice, hosts = search.best
    seats = Seats(board)
    for pair, option in choice.items():
        seats.give(pair, option, hosts[pair])
    return choice, seats

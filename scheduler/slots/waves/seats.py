"""Which host opens which meeting, once it is known when the meetings are."""

from collections.abc import Mapping, Sequence

from scheduler.slots.waves.board import Board, Option, bits, crews
from scheduler.slots.waves.draft import Choice


class Seats:
    """The hosts' days: for each, the points at which it is busy, has a meeting, or has a gap after one."""

    def __init__(self, board: Board) -> None:
        self.board = board
        self.on = [0] * len(board.hosts)  # meetings with their gaps, one bit a point
        self.meetings: list[dict[int, Option]] = [{} for _ in board.hosts]
        self.host: dict[int, int | None] = {}  # by pair

    def free(self, option: Option, among: Sequence[int] | None = None) -> list[int]:
        """The hosts, of these or of all, that could open this meeting; first those who could open least after it."""
        meeting, whole = bits(option.low, option.high), bits(option.low, option.until)
        hosts = [
            host
            for host in (range(len(self.on)) if among is None else among)
            if not (self.board.busy[host] & meeting or self.on[host] & whole)
        ]
        return sorted(hosts, key=lambda host: self._next_busy(host, option.high))

    def _next_busy(self, host: int, point: int) -> int:
        after = self.board.busy[host] >> point
        return point + (after & -after).bit_length() if after else len(self.board.instants)

    def give(self, pair: int, option: Option, host: int | None) -> None:
        self.host[pair] = host
        if host is not None:
            self.on[host] |= bits(option.low, option.until)
            self.meetings[host][pair] = option

    def take(self, pair: int) -> None:
        host = self.host.pop(pair)
        if host is not None:
            option = self.meetings[host].pop(pair)
            self.on[host] ^= bits(option.low, option.until)

    def seat(self, pair: int, option: Option, among: Sequence[int] | None = None) -> bool:
        """Gives the meeting a host, if need be by giving another meeting a different one."""
        if not self.board.pairs[pair].needs_host:
            self.give(pair, option, None)
            return True
        for host in self.free(option, among)[:1]:
            self.give(pair, option, host)
            return True
        return self._exchange(pair, option)

    def _exchange(self, pair: int, option: Option) -> bool:
        for host, busy in enumerate(self.board.busy):
            if busy & bits(option.low, option.high):
                continue
            others = [(n, o) for n, o in self.meetings[host].items() if o.low < option.until and option.low < o.until]
            if len(others) == 1 and (elsewhere := self.free(others[0][1])):
                self.take(others[0][0])
                self.give(*others[0], elsewhere[0])
                self.give(pair, option, host)
                return True
        return False


def seats_for(board: Board, choice: Choice, crew_of: Mapping[int, int]) -> tuple[Seats, list[int]]:
    """The hosts of these meetings, given out in the order of their starts, and the pairs that got none.

    Within a crew, the first host that is free will do: where a meeting's crew is known, or there is only one, all get a
    host. Else it is a matter of luck.
    """
    seats, teams, without = Seats(board), list(crews(board).values()), []
    for pair, option in sorted(choice.items(), key=lambda each: (each[1].low, -each[1].until, each[0])):
        team = teams[crew_of[pair]] if pair in crew_of else None
        if not seats.seat(pair, option, team):
            without.append(pair)
    return seats, without

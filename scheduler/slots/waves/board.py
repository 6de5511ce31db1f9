"""A cohort laid out for counting: instants as numbered points, options as spans between them, room at each point.

Time is cut at every instant at which anything begins or ends. Between two such points nothing changes, so a plan is
judged point by point: how many meetings are on, how many hosts there are for them, and who is in two at once.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import NamedTuple

from scheduler.slots.cohort import Cohort, CohortPair, Host
from scheduler.slots.fields import Interval


class Option(NamedTuple):
    """One start of one pair: what it is worth, and the points of its meeting and of the gap that follows it."""

    start: int
    value: int
    low: int  # the meeting takes the points [low, high), its host is not free again before `until`
    high: int
    until: int


class Room(NamedTuple):
    """At most so many hosts from each point to the next: for meetings alone, and for meetings with their gaps.

    A host who turns busy after a meeting may still have its gap running, for the gap keeps no distance to busy time.
    """

    meetings: list[int]
    whole: list[int]


@dataclass(frozen=True)
class Board:
    """Who could meet when. Pairs are numbered, options best first; pairs without any possible option are not here."""

    pairs: tuple[CohortPair, ...]
    options: tuple[tuple[Option, ...], ...]
    shared: tuple[tuple[str, ...], ...]  # the people of each pair who are in another pair as well
    hosts: tuple[Host, ...]
    busy: tuple[int, ...]  # by host: the points at which it is busy, one bit each
    instants: tuple[int, ...]  # epoch seconds of each point
    room: Room

    @property
    def tops(self) -> tuple[int, int]:
        """What no plan exceeds: every pair at its best option."""
        return len(self.pairs), sum(options[0].value for options in self.options)


def lay_out(cohort: Cohort) -> Board:
    """The board of a cohort. An option that no host is free for, whatever the plan, is no option."""
    possible = {pair: values for pair in cohort.pairs if (values := _possible(cohort, pair))}
    gap = cohort.gap * 60
    ends = [(s, s + pair.duration * 60) for pair, values in possible.items() for s, _ in values]
    busy = [_union(host.busy) for host in cohort.hosts]
    marks = {mark for spans in busy for s, e in spans for mark in (s, s + gap, e)}
    instants = sorted({*marks, *(s for s, _ in ends), *(e for _, e in ends), *(e + gap for _, e in ends)})
    number = {instant: point for point, instant in enumerate(instants)}
    seats = Counter(person for pair in possible for person in pair.people)
    return Board(
        pairs=tuple(possible),
        options=tuple(
            tuple(
                Option(s, value, number[s], number[s + pair.duration * 60], number[s + pair.duration * 60 + gap])
                for s, value in values
            )
            for pair, values in possible.items()
        ),
        shared=tuple(tuple(person for person in pair.people if seats[person] > 1) for pair in possible),
        hosts=cohort.hosts,
        busy=tuple(sum(bits(number[s], number[e]) for s, e in spans) for spans in busy),
        instants=tuple(instants),
        room=_room(busy, gap, number),
    )


def _possible(cohort: Cohort, pair: CohortPair) -> list[Interval]:
    """(start, value) of the options that some host's own time allows, each start once, the best first."""
    length = pair.duration * 60
    free = [
        (start, value)
        for start, value in pair.values().items()
        if not pair.needs_host or any(open_for(host, start, start + length) for host in cohort.hosts)
    ]
    return sorted(free, key=lambda option: (-option[1], option[0]))


def open_for(host: Host, start: int, end: int) -> bool:
    """Whether the host's own busy time leaves [start, end) free."""
    return not any(s < e and s < end and start < e for s, e in host.busy)


def bits(low: int, high: int) -> int:
    """One bit for each of the points [low, high)."""
    return ((1 << high - low) - 1) << low


def crews(board: Board) -> dict[int, list[int]]:
    """The hosts by their busy time: those of one crew can stand in for each other."""
    found: defaultdict[int, list[int]] = defaultdict(list)
    for host, busy in enumerate(board.busy):
        found[busy].append(host)
    return found


def _union(spans: tuple[Interval, ...]) -> list[Interval]:
    union: list[Interval] = []
    for s, e in sorted(span for span in spans if span[0] < span[1]):
        if union and s <= union[-1][1]:
            union[-1] = (union[-1][0], max(union[-1][1], e))
        else:
            union.append((s, e))
    return union


def _room(busy: list[list[Interval]], gap: int, number: dict[int, int]) -> Room:
    """Hosts that are not busy; and those that are not, or turned busy so lately that a gap may still be running."""
    meetings, whole = [len(busy)] * len(number), [len(busy)] * len(number)
    for spans in busy:
        for s, e in spans:
            for point in range(number[s], number[e]):
                meetings[point] -= 1
            for point in range(number[min(s + gap, e)], number[e]):
                whole[point] -= 1
    return Room(meetings, whole)

"""The cohort as a 0/1 program: one column for each option, one row for each pair and for each point that may be full.

If hosts are never busy, or all at the same times, it is enough that at each point no more meetings are on than there
are hosts: in the order of their starts, each finds a host that is free. Else that is only necessary, and hosts have to
be told apart by crew, the hosts with the same busy time.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from scheduler.slots.waves.board import Board, Option, bits, crews
from scheduler.slots.waves.scale import Scale


class Column(NamedTuple):
    """A pair at an option; with hosts of this crew, or, where all hosts are taken together, of none."""

    pair: int
    option: Option
    crew: int | None = None


class Row(NamedTuple):
    """At most `room` of these columns. `kind` says of what: a pair, or a kind of room at a point."""

    kind: str
    at: int
    room: int
    columns: list[int]


@dataclass(frozen=True)
class Model:
    """Columns with what they gain, and rows, those of the pairs first. With `must`, every pair has to be placed."""

    columns: tuple[Column, ...]
    gains: tuple[int, ...]
    rows: tuple[Row, ...]
    must: bool


def told_apart(board: Board, columns: Iterable[Column]) -> list[Column]:
    """These columns, once for each crew that is free for them."""
    return [
        Column(pair, option, crew)
        for pair, option, _ in columns
        for crew, busy in (enumerate(crews(board)) if board.pairs[pair].needs_host else ((None, 0),))
        if not busy & bits(option.low, option.high)
    ]


def model_of(board: Board, columns: Sequence[Column], scale: Scale) -> Model:
    """The program over these columns."""
    by_pair: defaultdict[int, list[int]] = defaultdict(list)
    by_person: defaultdict[str, list[int]] = defaultdict(list)
    by_crew: defaultdict[int | None, list[int]] = defaultdict(list)
    for number, (pair, _, crew) in enumerate(columns):
        by_pair[pair].append(number)
        for person in board.shared[pair]:
            by_person[person].append(number)
        if board.pairs[pair].needs_host:
            by_crew[crew].append(number)
    rows = [Row("pair", pair, 1, numbers) for pair, numbers in by_pair.items()]
    one = [1] * len(board.instants)
    for numbers in by_person.values():
        rows += _full("person", [(n, columns[n].option.low, columns[n].option.high) for n in numbers], one)
    for crew, numbers in by_crew.items():
        rows += _rooms(board, columns, crew, numbers)
    return Model(tuple(columns), tuple(scale.gain(column.option) for column in columns), tuple(rows), scale.must)


def _rooms(board: Board, columns: Sequence[Column], crew: int | None, numbers: list[int]) -> Iterator[Row]:
    """The rows of one crew, or of all hosts together."""
    whole = [(n, columns[n].option.low, columns[n].option.until) for n in numbers]
    if crew is not None:
        yield from _full("crew", whole, [len(list(crews(board).values())[crew])] * len(board.instants))
        return
    yield from _full("whole", whole, board.room.whole)
    if board.room.meetings != board.room.whole:
        meetings = [(n, columns[n].option.low, columns[n].option.high) for n in numbers]
        yield from _full("meetings", meetings, board.room.meetings)


def _full(kind: str, spans: Iterable[tuple[int, int, int]], room: list[int]) -> Iterator[Row]:
    """A row wherever more columns, as (number, low, high), are on than there is room; but those that others imply."""
    begin: defaultdict[int, list[int]] = defaultdict(list)
    end: defaultdict[int, list[int]] = defaultdict(list)
    for number, low, high in spans:
        begin[low].append(number)
        end[high].append(number)
    on: dict[int, None] = {}
    most, grew = 0, False
    for point, now in enumerate(room):
        if grew and (end[point] or now > most):
            if len(on) > most:
                yield Row(kind, point - 1, most, list(on))
            grew = False
        for number in end[point]:
            del on[number]
        on |= dict.fromkeys(begin[point])
        grew = grew or bool(begin[point]) or now < most
        most = now

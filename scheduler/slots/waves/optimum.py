"""The best plan and the proof that it is: linear prices first, then the few columns that could still matter.

At the prices of the linear relaxation every column loses something against the best of its pair. A plan that beats the
one at hand by anything cannot contain a column that loses more than the bound is above it. So the program is solved
over the columns that lose little, which finds a good plan; then over those that lose less than what is still open,
which proves it. That is exact for eighty pairs, and as far as the time goes for five thousand: of so many, a plan that
is nearly the best is looked for first, and the rest of the time goes into the little that is still missing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from scheduler.slots.waves import solver
from scheduler.slots.waves.board import Board, crews
from scheduler.slots.waves.draft import Choice, Worth, worth
from scheduler.slots.waves.model import Column, Model, model_of, told_apart
from scheduler.slots.waves.prices import Prices
from scheduler.slots.waves.scale import Scale

NEAR = 1 / 20_000  # of the bound's value: closer is not searched for at first, where a wave is so large
SAME = 0.9  # gains are whole: what is less than one apart is the same


@dataclass
class Clock:
    """What is left of the seconds, and whether somebody has said stop. `tell` hears of better plans and bounds."""

    seconds: float
    stop: Callable[[], bool]
    tell: Callable[[Worth, Worth], None]

    @property
    def is_over(self) -> bool:
        return self.seconds <= 0 or self.stop()


@dataclass(frozen=True)
class Relaxation:
    """The program without whole numbers: what each column loses at its prices, and what no plan exceeds."""

    model: Model
    scale: Scale
    losses: list[float]
    most: float
    prices: Prices


def relax(board: Board, known: Choice, clock: Clock) -> Relaxation:
    """The relaxation over all columns. If the known plan places everybody, only such plans are looked at."""
    scale = Scale.of(board, must=len(known) == len(board.pairs))
    columns = [Column(pair, option) for pair, options in enumerate(board.options) for option in options]
    model = model_of(board, columns, scale)
    duals, took = solver.row_prices(model, seconds=clock.seconds, stop=clock.stop)
    clock.seconds -= took
    nets, costs = [float(gain) for gain in model.gains], 0.0
    prices = Prices([0.0] * len(board.instants), [0.0] * len(board.instants))
    for row, dual in zip(model.rows, duals, strict=True):
        if row.kind != "pair" and dual > 0:
            costs += dual * row.room
            for column in row.columns:
                nets[column] -= dual
        if row.kind in {"whole", "meetings"}:
            (prices.whole if row.kind == "whole" else prices.meetings)[row.at] = max(0.0, dual) * scale.unit
    best = [float("-inf") if scale.must else 0.0] * len(board.pairs)
    for (pair, _, _), net in zip(model.columns, nets, strict=True):
        best[pair] = max(best[pair], net)
    losses = [best[pair] - net for (pair, _, _), net in zip(model.columns, nets, strict=True)]
    return Relaxation(model, scale, losses, sum(best) + costs, prices)


@dataclass(frozen=True)
class Improved:
    """The best choice there was time to find, with the crew of each meeting if hosts were told apart, and a bound."""

    choice: Choice
    crew_of: Mapping[int, int]
    bound: Worth


def improve(board: Board, relaxed: Relaxation, known: Choice, clock: Clock, *, by_crew: bool) -> Improved:
    """At least the known choice. Unless hosts are told apart, no host may be left for some of its meetings."""
    best = Improved(known, {}, relaxed.scale.worth(board, relaxed.most))
    scale = relaxed.scale
    close = 1 + max(options[0].value for options in board.options) / 32 / scale.unit
    near = NEAR * best.bound[1] / scale.unit
    width, gap = (SAME, near) if near > close else (close, close)
    while not clock.is_over and worth(best.choice) < best.bound:
        columns = [
            column
            for column, loss in zip(relaxed.model.columns, relaxed.losses, strict=True)
            if loss <= width or best.choice.get(column.pair) == column.option
        ]
        model = model_of(board, told_apart(board, columns) if by_crew else columns, scale)
        # Where hosts are taken together though they differ, what the solver finds may lack hosts: it is no plan yet.
        tell = clock.tell if by_crew or len(crews(board)) == 1 else _to_nobody
        found, most = _solve(model, best, clock, gap, _telling(board, scale, best, tell))
        best = max(best, found, key=lambda each: worth(each.choice))
        gains = scale.gains(best.choice)
        still_open = relaxed.most - gains
        if width >= still_open:  # no column that was left out could make up for what it loses
            best = replace(best, bound=min(best.bound, scale.worth(board, max(most, gains))))
        clock.tell(worth(best.choice), best.bound)
        if gap < 1 and width >= still_open:
            break
        # Where only nearly the best was looked for, those few more that lose little come next; then the proof, which is
        # quicker over more columns than it needs.
        width, gap = (close, close) if gap > close else (1.5 * max(still_open, close), SAME)
    return best


def _to_nobody(_best: Worth, _bound: Worth) -> None:
    """Nothing to tell yet."""


def _telling(
    board: Board, scale: Scale, known: Improved, tell: Callable[[Worth, Worth], None]
) -> Callable[[int], None]:
    """Tells of each choice that is better than all before it, by its gains."""
    most = scale.gains(known.choice)

    def hear(gains: int) -> None:
        nonlocal most
        if gains > most:
            most = gains
            tell(scale.worth_of(board, gains), known.bound)

    return hear


def _solve(
    model: Model, known: Improved, clock: Clock, gap: float, better: Callable[[int], None]
) -> tuple[Improved, float]:
    """What the solver chooses of these columns, and what no choice of them exceeds."""
    start = [number for number, column in enumerate(model.columns) if known.choice.get(column.pair) == column.option]
    if len(start) > len(known.choice):  # the crews are open
        start = []
    found = solver.best(model, start=start, seconds=clock.seconds, gap=gap, stop=clock.stop, better=better)
    clock.seconds -= found.seconds
    chosen = [model.columns[number] for number in found.chosen]
    choice = {column.pair: column.option for column in chosen}
    return Improved(choice, {pair: crew for pair, _, crew in chosen if crew is not None}, known.bound), found.most

"""Waves: one slot for each of many pairs at once. A plan at once, a better one with time, and always how good it is.

What comes out has been checked against the contract by `checker`, which shares nothing with what made the plan.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from scheduler.slots.cohort import Cohort, Plan
from scheduler.slots.waves import solver
from scheduler.slots.waves.board import Board, crews, lay_out
from scheduler.slots.waves.checker import Row, wrong_with
from scheduler.slots.waves.draft import Choice, Draft, Worth, worth
from scheduler.slots.waves.instant import instant
from scheduler.slots.waves.kept import put_back, set_aside
from scheduler.slots.waves.optimum import Clock, improve, relax
from scheduler.slots.waves.prices import Prices
from scheduler.slots.waves.search import exhaustive
from scheduler.slots.waves.seats import Seats, seats_for
from scheduler.slots.waves.standing import reasons

NOBODY: Mapping[int, int] = {}
NOWHERE: Mapping[str, int] = {}


@dataclass(frozen=True)
class Outcome:
    """A plan with its hosts, how good any can be, and the prices of time."""

    choice: Choice
    seats: Seats
    bound: Worth
    prices: Prices


def plan(
    cohort: Cohort,
    *,
    keep: Sequence[Row] = (),
    start: Mapping[str, int] = NOWHERE,
    stop: Callable[[], bool] = lambda: False,
    progress: Callable[[Worth, Worth], None] = lambda _best, _bound: None,
) -> Plan:
    """The best feasible plan found within the cohort's seconds, with reasons for the pairs left out.

    `keep` are places that people have accepted, as (pair, start, host): they stay. `start` is when each pair meets in
    an earlier plan: as far as that still goes, the search begins there. `progress` hears of the worth of the best plan
    so far and of the bound; with `stop`, the best so far is the answer. Without seconds to search, or without a solver,
    the instant plan is.
    """
    if wrong := wrong_with(cohort, keep):
        raise ValueError(f"these places cannot be kept: {wrong}")
    board = lay_out(set_aside(cohort, keep))
    found = _best(board, Clock(cohort.seconds, stop, progress), start)
    optimal = worth(found.choice) == found.bound
    rest = Plan(_rows(board, found), {}, optimal, found.bound, _prices(board, found.prices))
    whole = put_back(cohort, keep, rest)
    if wrong := wrong_with(cohort, whole.placed):
        raise AssertionError(f"the plan is not feasible: {wrong}")
    return replace(whole, unplaced=reasons(cohort, whole.placed))


def _best(board: Board, clock: Clock, start: Mapping[str, int]) -> Outcome:
    first = instant(board, stop=clock.stop)
    choices = [first.choice, _once_more(board, start)] if start else [first.choice]
    firsts = [_with_hosts(board, Outcome(each, Seats(board), first.bound, first.prices)) for each in choices]
    best = max(firsts, key=lambda each: worth(each.choice))
    if worth(best.choice) == best.bound or clock.is_over:
        return best
    clock.tell(worth(best.choice), best.bound)
    if (tried := exhaustive(board)) is not None:
        return Outcome(*tried, worth(tried[0]), best.prices)
    return _solved(board, best, clock) if solver.is_here() else best


def _once_more(board: Board, start: Mapping[str, int]) -> Choice:
    """What there still is of an earlier plan, as far as it fits."""
    draft = Draft(board)
    for number, pair in enumerate(board.pairs):
        option = next((each for each in board.options[number] if each.start == start.get(pair.id)), None)
        if option and draft.fits(number, option):
            draft.add(number, option)
    return dict(draft.choice)


def _solved(board: Board, best: Outcome, clock: Clock) -> Outcome:
    """The plan as the solver betters it: hosts taken together first, told apart if that leaves meetings without one."""
    relaxed = relax(board, best.choice, clock)
    if not relaxed.scale.is_trusted(board):
        return best
    best = replace(best, prices=relaxed.prices)
    for by_crew in (False, True) if len(crews(board)) > 1 else (False,):
        found = improve(board, relaxed, best.choice, clock, by_crew=by_crew)
        better = _with_hosts(board, replace(best, choice=found.choice), found.crew_of)
        best = replace(max(best, better, key=lambda each: worth(each.choice)), bound=min(best.bound, found.bound))
        if worth(best.choice) == best.bound or clock.is_over:
            break
    return best


def _with_hosts(board: Board, outcome: Outcome, crew_of: Mapping[int, int] = NOBODY) -> Outcome:
    """The plan with hosts: pairs without any go elsewhere, and so do those left out, wherever there is still a host."""
    seats, without = seats_for(board, outcome.choice, crew_of)
    draft = Draft(board)
    for pair, option in outcome.choice.items():
        if pair not in without:
            draft.add(pair, option)
    for pair in sorted(set(range(len(board.pairs))) - set(draft.choice), key=lambda each: len(board.options[each])):
        for option in board.options[pair]:
            if draft.people_are_free(pair, option) and seats.seat(pair, option):
                draft.add(pair, option)
                break
    return replace(outcome, choice=dict(draft.choice), seats=seats)


def _rows(board: Board, found: Outcome) -> list[Row]:
    """The plan in the order of the cohort."""
    hosts = [None if host is None else board.hosts[host].id for _, host in sorted(found.seats.host.items())]
    pairs = [(board.pairs[pair].id, found.choice[pair].start) for pair in sorted(found.choice)]
    return [(pair, start, host) for (pair, start), host in zip(pairs, hosts, strict=True)]


def _prices(board: Board, prices: Prices) -> tuple[tuple[int, float, float], ...]:
    found = zip(board.instants, prices.whole, prices.meetings, strict=True)
    return tuple(each for each in found if each[1] or each[2])

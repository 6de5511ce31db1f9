"""Waves of the sizes that matter, each planned once: how long it takes, and how good the plan provably is."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from time import process_time

from scheduler.slots import Cohort, Plan, plan
from tests.bench.cohorts import wave
from tests.bench.timing import seconds


@dataclass(frozen=True)
class Wave:
    """So many pairs and hosts, what is asked of the plan, and how many seconds of the processor it may take."""

    pairs: int
    hosts: int
    goal: str
    limit: float = 20
    is_long: bool = False


WAVES = [
    Wave(80, 5, "proven, well under a second"),
    Wave(500, 5, "proven, in seconds", limit=120),
    Wave(500, 2, "stopped at its limit with a bound", is_long=True),
    Wave(5000, 40, "all placeable, within 0.01 %, about a minute", limit=60, is_long=True),
]


def wave_rows(*, quick: bool) -> Iterator[str]:
    """A line of the table for each wave. CPU seconds; the share of the bound's value that the plan lacks."""
    for each in WAVES:
        if each.is_long and quick:
            continue
        cohort = Cohort.from_data(wave(each.pairs, each.hosts))
        found, time = seconds(partial(_planned, cohort, each.limit))
        ended = "proven optimal" if found.optimal else f"stopped after {each.limit:,.0f} s"
        what = f"{each.pairs:,} pairs, {each.hosts} hosts"
        yield f"| {what} | {each.goal} | {_quality(cohort, found, found.bound)} | {time:,.1f} s | {ended} |"
        if each.pairs >= 5000:
            at_once, time = seconds(partial(plan, replace(cohort, seconds=0)))
            what = "the instant plan of these | within 1 %, a few seconds"
            yield f"| {what} | {_quality(cohort, at_once, found.bound)} | {time:,.1f} s | |"


def _planned(cohort: Cohort, limit: float) -> Plan:
    """The plan after so many seconds of the processor: a busy machine takes longer, and finds no less."""
    over = process_time() + limit
    return plan(replace(cohort, seconds=float("inf")), stop=lambda: process_time() > over)


def _quality(cohort: Cohort, found: Plan, bound: tuple[int, int]) -> str:
    values = {pair.id: pair.values() for pair in cohort.pairs}
    value = sum(values[pair][start] for pair, start, _ in found.placed)
    below = f"{(1 - value / bound[1]) * 100:.4f} %" if len(found.placed) == bound[0] else "fewer pairs"
    return f"{len(found.placed):,} of {bound[0]:,} | {below}"

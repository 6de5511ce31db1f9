"""Whether a plan keeps the contract, asked of nothing but cohort and plan. Nothing is proposed that fails here."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from scheduler.slots.cohort import Cohort
from scheduler.slots.fields import Interval

Row = tuple[str, int, str | None]


def wrong_with(cohort: Cohort, placed: Sequence[Row]) -> str | None:
    """A rule of slots.md section 3 that the plan breaks, as a sentence; None if it keeps them all."""
    return next(_faults(cohort, placed), None)


def _faults(cohort: Cohort, placed: Sequence[Row]) -> Iterator[str]:
    pairs = {pair.id: pair for pair in cohort.pairs}
    hosts = {host.id: host for host in cohort.hosts}
    of_host: defaultdict[str, list[Interval]] = defaultdict(list)
    of_person: defaultdict[str, list[Interval]] = defaultdict(list)
    yield from (
        f"{name} is placed {times} times" for name, times in Counter(row[0] for row in placed).items() if times > 1
    )
    for name, start, host in placed:
        if name not in pairs or (host is not None and host not in hosts):
            yield f"{name} or its host {host} is not of the cohort"
            return
        pair, end = pairs[name], start + pairs[name].duration * 60
        if start not in {at for at, _ in pair.options}:
            yield f"{name} is not at one of its options"
        if pair.needs_host is (host is None):
            yield f"{name} cannot have the host {host}"
        if host is not None:
            of_host[host].append((start, end))
            if any(s < end and start < e for s, e in hosts[host].busy if s < e):
                yield f"{host} is busy when {name} meets"
        for person in pair.people:
            of_person[person].append((start, end))
    yield from (
        f"{host} has two meetings closer than the gap" for host in of_host if _crowded(of_host[host], cohort.gap)
    )
    yield from (f"{person} is in two meetings" for person in of_person if _crowded(of_person[person], 0))


def _crowded(meetings: Iterable[Interval], gap: int) -> bool:
    """Whether two of these lie closer than so many minutes."""
    return any(later[0] < earlier[1] + gap * 60 for earlier, later in pairwise(sorted(meetings)))

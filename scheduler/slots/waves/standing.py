"""What a plan leaves free: why a pair is left out, and what is still open to somebody who declines."""

from collections import defaultdict
from collections.abc import Collection, Sequence

from scheduler.slots.cohort import NO_COMMON_HOUR, NO_HOST_FREE, PERSON_TAKEN, Cohort, CohortPair, Plan
from scheduler.slots.fields import Interval
from scheduler.slots.waves.board import open_for
from scheduler.slots.waves.checker import Row


class Standing:
    """A plan as the days of its hosts and people."""

    def __init__(self, cohort: Cohort, placed: Sequence[Row]) -> None:
        self.cohort, self.gap = cohort, cohort.gap * 60
        self.of_host: defaultdict[str, list[Interval]] = defaultdict(list)
        self.of_person: defaultdict[str, list[Interval]] = defaultdict(list)
        pairs = {pair.id: pair for pair in cohort.pairs}
        for name, start, host in placed:
            self.add(pairs[name], start, host)

    def add(self, pair: CohortPair, start: int, host: str | None) -> None:
        end = start + pair.duration * 60
        if host is not None:
            self.of_host[host].append((start, end))
        for person in pair.people:
            self.of_person[person].append((start, end))

    def host_for(self, pair: CohortPair, start: int) -> tuple[bool, str | None]:
        """Whether there is a host for the pair at this start, and which; none is needed for a walk."""
        if not pair.needs_host:
            return True, None
        end = start + pair.duration * 60
        for host in self.cohort.hosts:
            near = self.of_host[host.id]
            if open_for(host, start, end) and not any(s < end + self.gap and start < e + self.gap for s, e in near):
                return True, host.id
        return False, None

    def people_are_free(self, pair: CohortPair, start: int) -> bool:
        end = start + pair.duration * 60
        return not any(s < end and start < e for person in pair.people for s, e in self.of_person[person])


def reasons(cohort: Cohort, placed: Sequence[Row]) -> dict[str, str]:
    """Why each pair that is not placed is not."""
    standing, names = Standing(cohort, placed), {name for name, _, _ in placed}
    return {pair.id: _reason(standing, pair) for pair in cohort.pairs if pair.id not in names}


def _reason(standing: Standing, pair: CohortPair) -> str:
    if not pair.options:
        return NO_COMMON_HOUR
    return PERSON_TAKEN if any(standing.host_for(pair, start)[0] for start, _ in pair.options) else NO_HOST_FREE


def next_best(
    cohort: Cohort, plan: Plan, pair_id: str, *, declined: Collection[int] = ()
) -> tuple[int, str | None] | None:
    """The start and host for a pair that declined: its best, at the plan's prices, of what is open beside all others.

    So an answer is there at once, and leaves to those who come after what is worth more to them. None if nothing is.
    """
    standing = Standing(cohort, [row for row in plan.placed if row[0] != pair_id])
    pair = next(pair for pair in cohort.pairs if pair.id == pair_id)
    length, gap = pair.duration * 60, standing.gap

    def net(option: Interval) -> tuple[float, int]:
        start, value = option
        whole = sum(price for at, price, _ in plan.prices if start <= at < start + length + gap)
        meeting = sum(price for at, _, price in plan.prices if start <= at < start + length)
        return (value - (whole + meeting if pair.needs_host else 0), -start)

    for start, _ in sorted(pair.values().items(), key=net, reverse=True):
        found, host = standing.host_for(pair, start)
        if start not in declined and found and standing.people_are_free(pair, start):
            return start, host
    return None

"""Places that people have accepted stay: to the others, they are busy time of hosts and people."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from scheduler.slots.cohort import Cohort, CohortPair, Plan
from scheduler.slots.fields import Interval
from scheduler.slots.waves.checker import Row


def set_aside(cohort: Cohort, keep: Sequence[Row]) -> Cohort:
    """The cohort that is left to plan, in which nothing can get in the way of what is kept."""
    if not keep:
        return cohort
    pairs = {pair.id: pair for pair in cohort.pairs}
    gap = cohort.gap * 60
    of_host: defaultdict[str | None, list[Interval]] = defaultdict(list)
    of_person: defaultdict[str, list[Interval]] = defaultdict(list)
    for name, start, host in keep:
        end = start + pairs[name].duration * 60
        of_host[host].append((start - gap, end + gap))
        for person in pairs[name].people:
            of_person[person].append((start, end))
    kept = {name for name, _, _ in keep}
    return replace(
        cohort,
        pairs=tuple(_around(pair, of_person) for pair in cohort.pairs if pair.id not in kept),
        hosts=tuple(replace(host, busy=(*host.busy, *of_host[host.id])) for host in cohort.hosts),
    )


def _around(pair: CohortPair, of_person: Mapping[str, list[Interval]]) -> CohortPair:
    """The pair without the options at which one of the two has a meeting that is kept."""
    taken = [span for person in pair.people for span in of_person.get(person, ())]
    length = pair.duration * 60
    free = tuple(
        (start, value) for start, value in pair.options if not any(s < start + length and start < e for s, e in taken)
    )
    return replace(pair, options=free)


def put_back(cohort: Cohort, keep: Sequence[Row], rest: Plan) -> Plan:
    """The plan of the whole cohort: what is kept, and the plan of the rest."""
    values = {pair.id: pair.values() for pair in cohort.pairs}
    order = {pair.id: number for number, pair in enumerate(cohort.pairs)}
    bound = rest.bound[0] + len(keep), rest.bound[1] + sum(values[name][start] for name, start, _ in keep)
    placed = sorted([*keep, *rest.placed], key=lambda row: order[row[0]])
    return replace(rest, placed=placed, bound=bound)

"""Waves: one slot for each of many pairs at once, greedily, mended by moving one meeting out of another's way.

The plan is feasible and no pair is left out that still fits. It need not be the best: `bound` says how good any can be.
"""

from scheduler.slots.cohort import (
    NO_COMMON_HOUR,
    NO_HOST_FREE,
    PERSON_TAKEN,
    Cohort,
    CohortPair,
    Plan,
)
from scheduler.slots.diary import Diary, Placing, open_for

Options = dict[str, list[tuple[int, int]]]


def plan(cohort: Cohort) -> Plan:
    """A feasible plan for the cohort, with reasons for the pairs left out (slots.md section 3). Deterministic."""
    options = {pair.id: _possible(cohort, pair) for pair in cohort.pairs}
    diary = Diary(cohort)
    scarcest_first = sorted(cohort.pairs, key=lambda pair: len(options[pair.id]))
    for pair in scarcest_first:
        _place(diary, pair, options)
    while True:  # each round that goes on has placed more, or the same with more value: it ends
        left_out = [pair for pair in scarcest_first if pair.id not in diary.placings]
        mended = [pair for pair in left_out if _place(diary, pair, options) or _make_room(diary, pair, options)]
        bettered = [pair for pair in cohort.pairs if _better(diary, pair, options)]
        if not mended and not bettered:
            break
    return _report(cohort, diary, options)


def _possible(cohort: Cohort, pair: CohortPair) -> list[tuple[int, int]]:
    """The options that some host's own time allows, each start once with its highest value, best first."""
    best: dict[int, int] = {}
    for start, value in pair.options:
        best[start] = max(value, best.get(start, 0))
    length = pair.duration * 60
    possible = [
        (start, value)
        for start, value in best.items()
        if not pair.needs_host or any(open_for(host, start, start + length) for host in cohort.hosts)
    ]
    return sorted(possible, key=lambda option: (-option[1], option[0]))


def _place(diary: Diary, pair: CohortPair, options: Options) -> bool:
    """Places the pair at its best option that fits."""
    for start, value in options[pair.id]:
        placing = diary.fitting(pair, start, value)
        if placing is not None:
            diary.add(placing)
            return True
    return False


def _make_room(diary: Diary, pair: CohortPair, options: Options) -> bool:
    """Places the pair where a single other meeting is in the way and can go elsewhere."""
    for start, value in options[pair.id]:
        for other_id in sorted(_movable(diary, pair, start)):
            other = diary.placings[other_id]
            diary.remove(other)
            placing = diary.fitting(pair, start, value)
            if placing is not None:
                diary.add(placing)
                if _place(diary, other.pair, options):
                    return True
                diary.remove(placing)
            diary.add(other)
    return False


def _movable(diary: Diary, pair: CohortPair, start: int) -> set[str]:
    """The meetings of which each alone stands in the way of this pair at this start."""
    end = start + pair.duration * 60
    people = diary.people_in_the_way(pair, start, end)
    if len(people) > 1:
        return set()
    if not pair.needs_host or any(diary.host_is_free(host, start, end) for host in diary.cohort.hosts):
        return people
    open_hosts = [host for host in diary.cohort.hosts if open_for(host, start, end)]
    single = [meetings for host in open_hosts if len(meetings := diary.meetings_in_the_way(host, start, end)) == 1]
    at_hosts = set().union(*single)
    return at_hosts & people if people else at_hosts


def _better(diary: Diary, pair: CohortPair, options: Options) -> bool:
    """Moves the pair to an option of higher value, if one fits."""
    placing = diary.placings.get(pair.id)
    if placing is None or options[pair.id][0][1] == placing.value:
        return False
    diary.remove(placing)
    _place(diary, pair, options)
    return diary.placings[pair.id].value > placing.value


def _report(cohort: Cohort, diary: Diary, options: Options) -> Plan:
    placed = [diary.placings[pair.id] for pair in cohort.pairs if pair.id in diary.placings]
    unplaced = {pair.id: _reason(diary, pair) for pair in cohort.pairs if pair.id not in diary.placings}
    tops = [found[0][1] for found in options.values() if found]
    bound = (len(tops), sum(tops))
    value = sum(placing.value for placing in placed)
    return Plan([_row(placing) for placing in placed], unplaced, (len(placed), value) == bound, bound)


def _row(placing: Placing) -> tuple[str, int, str | None]:
    return placing.pair.id, placing.start, None if placing.host is None else placing.host.id


def _reason(diary: Diary, pair: CohortPair) -> str:
    if not pair.options:
        return NO_COMMON_HOUR
    ends = ((start, start + pair.duration * 60) for start, _ in pair.options)
    host_somewhere = not pair.needs_host or any(
        diary.host_is_free(host, start, end) for start, end in ends for host in diary.cohort.hosts
    )
    return PERSON_TAKEN if host_somewhere else NO_HOST_FREE

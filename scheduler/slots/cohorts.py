"""Waves: one slot for each of many pairs at once, greedily, then bettered by moving one meeting out of another's way.

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
    while _round(diary, scarcest_first, options):
        pass  # each round has placed more, or the same with more value: it ends
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


def _round(diary: Diary, pairs: list[CohortPair], options: Options) -> int:
    """Tries to improve each pair's place once; for how many that went well."""
    return sum(_improve(diary, pair, options) for pair in pairs)


def _improve(diary: Diary, pair: CohortPair, options: Options) -> bool:
    """Gives the pair a place, or a better one: alone, or by sending one other meeting elsewhere, if the whole gains."""
    held = diary.placings.get(pair.id)
    if held is not None:
        diary.remove(held)
    for start, value in options[pair.id]:
        if held is not None and value <= held.value:
            break
        placing = diary.fitting(pair, start, value)
        if placing is not None:
            diary.add(placing)
            return True
        if _exchange(diary, pair, start, value, options, loss=0 if held is None else held.value):
            return True
    if held is not None:
        diary.add(held)
    return False


def _exchange(diary: Diary, pair: CohortPair, start: int, value: int, options: Options, *, loss: int) -> bool:
    """Puts the pair where a single other meeting is in the way, if that one can go elsewhere and the plan gains.

    `loss` is the value of the place that the pair gives up, 0 if it had none: one more pair is always a gain.
    """
    for other_id in sorted(_movable(diary, pair, start)):
        other = diary.placings[other_id]
        diary.remove(other)
        placing = diary.fitting(pair, start, value)
        if placing is not None:
            diary.add(placing)
            if _place(diary, other.pair, options):
                moved = diary.placings[other_id]
                if not loss or value + moved.value > loss + other.value:
                    return True
                diary.remove(moved)
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

"""What would help most: the time of the week at which one more host would place the most of the pairs left out."""

from collections import defaultdict
from typing import NamedTuple

from scheduler.slots.cohort import NO_HOST_FREE, Cohort, CohortPair, Plan
from scheduler.slots.waves.standing import Standing
from scheduler.slots.zones import offset_at, weekday

MORNING, AFTERNOON, EVENING, NIGHT = "morning", "afternoon", "evening", "night"
PARTS = {**dict.fromkeys(range(6, 12), MORNING), **dict.fromkeys(range(12, 17), AFTERNOON)} | dict.fromkeys(
    range(17, 23), EVENING
)


class Help(NamedTuple):
    """One more host on this weekday (0 is Monday), at this part of the day, places so many more pairs, or more."""

    weekday: int
    part: str
    pairs: int


def what_helps(cohort: Cohort, plan: Plan, zone: str) -> Help | None:
    """The most helpful hours for one more host, by the clock in this zone; None if no host would help.

    All others keep their places, so it is a promise: so many pairs fit, one after the other.
    """
    waiting = [pair for pair in cohort.pairs if plan.unplaced.get(pair.id) == NO_HOST_FREE]
    hours: defaultdict[tuple[int, str], list[tuple[int, int, CohortPair]]] = defaultdict(list)
    for pair in waiting:
        for start in pair.values():
            local = start // 60 + offset_at(zone, start // 60)
            part = PARTS.get(local // 60 % 24, NIGHT)
            hours[weekday(local // 1440), part].append((start + pair.duration * 60, start, pair))
    helps = [Help(day, part, _placed_by_one_host(cohort, plan, open_)) for (day, part), open_ in hours.items()]
    return max(helps, key=lambda each: (each.pairs, -each.weekday), default=None)


def _placed_by_one_host(cohort: Cohort, plan: Plan, options: list[tuple[int, int, CohortPair]]) -> int:
    """How many pairs one host can see at these (end, start, pair), whoever is done first always next."""
    standing = Standing(cohort, plan.placed)
    free_from, seen = float("-inf"), set[str]()
    for end, start, pair in sorted(options, key=lambda option: (option[0], option[1], option[2].id)):
        if start >= free_from and pair.id not in seen and standing.people_are_free(pair, start):
            standing.add(pair, start, None)
            free_from = end + cohort.gap * 60
            seen.add(pair.id)
    return len(seen)

"""Which starts to offer first: more people, then the comfort of whoever has it worst, spread over dates."""

from collections import Counter
from typing import NamedTuple

from scheduler.slots.groups import Turnout, turnout
from scheduler.slots.problem import Person, Problem
from scheduler.slots.zones import day_at, stretches


class Ranked(NamedTuple):
    """A start in epoch seconds, how many attend, and the worst and the total comfort among them."""

    start: int
    attendees: int
    worst: int
    total: int


def ranked(problem: Problem) -> list[Ranked]:
    """The answers in the order of slots.md: best first, spread over dates, at most `rank.limit`."""
    found = turnout(problem)
    rated = [_rate(problem, found, index, minute) for index, minute in found.grid.minutes(found.answers)]
    rated.sort(key=lambda slot: (-slot.attendees, -slot.worst, -slot.total, slot.start))
    return _spread(rated, problem)


def comfort(person: Person, start: int, minutes: int) -> int:
    """The person's lowest comfort over the local hours that [start, start + minutes) touches; `start` in minutes."""
    hours = {
        hour % 24
        for stretch in stretches(person.zone, start, start + minutes)
        for hour in range((stretch.start + stretch.offset) // 60, (stretch.end + stretch.offset - 1) // 60 + 1)
    }
    return min(person.comfort[hour] for hour in hours)


def _rate(problem: Problem, found: Turnout, index: int, minute: int) -> Ranked:
    comforts = [
        comfort(person, minute, problem.duration)
        for person, row in zip(problem.people, found.rows, strict=True)
        if row >> index & 1
    ]
    return Ranked(minute * 60, len(comforts), min(comforts), sum(comforts))


def _spread(order: list[Ranked], problem: Problem) -> list[Ranked]:
    """Two walks: at most `per_day` on a date in the first, the rest in the second, `limit` in all."""
    limit = len(order) if problem.rank.limit is None else problem.rank.limit
    zone = problem.rank.zone or problem.people[0].zone
    on_day: Counter[int] = Counter()
    accepted: list[Ranked] = []
    passed_over: list[Ranked] = []
    for slot in order:
        if len(accepted) == limit:
            break
        day = day_at(zone, slot.start // 60)
        if problem.rank.per_day is None or on_day[day] < problem.rank.per_day:
            on_day[day] += 1
            accepted.append(slot)
        else:
            passed_over.append(slot)
    return (accepted + passed_over)[:limit]

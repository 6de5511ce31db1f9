"""Slots for one pair over eight weeks, against the way everybody writes it first. Read the ratios, not the times."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from scheduler.slots import Problem, ranked, starts

BEGIN = int(datetime(2027, 3, 1, tzinfo=UTC).timestamp())  # both clock changes are within the eight weeks
HORIZON = [BEGIN, BEGIN + 56 * 86_400]
MINUTES, STEP = 30, 15


def person(name, zone, seed):
    """Office hours, a lunch, and 200 busy hours scattered over the weeks."""
    busy = [[HORIZON[0] + n * 24_193 + seed, HORIZON[0] + n * 24_193 + seed + 3_600] for n in range(200)]
    weekly = [[day, *hours] for day in range(5) for hours in (("08:00", "12:00"), ("13:00", "19:00"))]
    return {"id": name, "tz": zone, "weekly": weekly, "busy": busy}


PROBLEM = {
    "now": BEGIN,
    "horizon": HORIZON,
    "duration": MINUTES,
    "step": STEP,
    "people": [person("a", "Europe/Stockholm", 0), person("b", "America/New_York", 7_321)],
    "rank": {"limit": 20, "per_day": 3},
}


def naive(data):
    """Every start, every person, every busy interval, with datetimes."""
    found = []
    for start in range(*data["horizon"], STEP * 60):
        end = start + MINUTES * 60
        if end <= data["horizon"][1] and all(_suits(one, start, end) for one in data["people"]):
            found.append(start)
    return found


def _suits(one, start, end):
    zone = ZoneInfo(one["tz"])
    first, last = datetime.fromtimestamp(start, zone), datetime.fromtimestamp(end, zone)
    inside = any(
        day == first.weekday()
        and opens <= f"{first:%H:%M}"
        and f"{last:%H:%M}" <= closes
        and first.date() == last.date()
        for day, opens, closes in one["weekly"]
    )
    return inside and not any(s < end and start < e for s, e in one["busy"])


WAYS = {
    "a loop over datetimes": lambda: naive(PROBLEM),
    "our engine, from plain data": lambda: starts(Problem.from_data(PROBLEM)),
}


@pytest.mark.benchmark(group="one pair, eight weeks, every start")
@pytest.mark.parametrize("way", WAYS)
def test_every_start(benchmark, way):
    assert naive(PROBLEM) == starts(Problem.from_data(PROBLEM)) != []
    benchmark(WAYS[way])


@pytest.mark.benchmark(group="one pair, eight weeks, the best 20")
@pytest.mark.parametrize("limit", [20, None])
def test_the_best(benchmark, limit):
    problem = Problem.from_data(PROBLEM | {"rank": {"limit": limit, "per_day": 3}})
    assert {slot.start for slot in ranked(problem)} <= set(starts(problem))
    benchmark(ranked, problem)

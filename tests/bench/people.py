"""People with hours, exceptions and full calendars over eight weeks in which both clock changes lie."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

from scheduler.slots import Person, Problem, Rank

BEGIN = int(datetime(2027, 3, 1, tzinfo=UTC).timestamp())
DAYS, MINUTES, STEP, BUSY = 56, 30, 15, 200
HORIZON = (BEGIN, BEGIN + DAYS * 86_400)
ZONES = (
    "Europe/Stockholm", "Europe/London", "Europe/Berlin", "America/New_York", "America/Chicago", "Asia/Kolkata",
    "Asia/Tokyo", "Africa/Nairobi", "America/Sao_Paulo", "Australia/Sydney",
)  # fmt: skip
OFTEN = (*[0] * 16, 1, 1, 2, 2, 2, 3, 4, 5, 6, 7, 8, 9)  # a university in Sweden, and its mentors
EXCEPTIONS: tuple[list[list[str]], ...] = ([], [["10:00", "12:00"]], [], [["18:00", "01:00"]])
BEST = Rank(limit=20, per_day=3)

Data = dict[str, Any]


def person(name: str, zone: str, chance: Random, exceptions: int = 4) -> Data:
    """Office hours about a lunch, some exceptions, and 200 busy intervals to the second, some of which overlap."""
    opens, closes = chance.choice(["07:30", "08:00", "09:00"]), chance.choice(["17:00", "18:30", "21:00"])
    weekly = [[day, *hours] for day in range(5) for hours in ((opens, "12:00"), ("12:45", closes))]
    days = [date(2027, 3, 1) + timedelta(days=n) for n in chance.sample(range(DAYS), exceptions)]
    overrides = {day.isoformat(): own for day, own in zip(days, EXCEPTIONS, strict=False)}
    begins = [BEGIN + chance.randrange(DAYS * 86_400) for _ in range(BUSY)]
    busy = [[begin, begin + chance.choice([900, 1800, 3600, 5400])] for begin in begins]
    return {"id": name, "tz": zone, "weekly": weekly, "overrides": overrides, "busy": busy}


def crowd(size: int, seed: int = 1) -> list[Data]:
    """So many different people in ten zones, with none to four exceptions each."""
    chance = Random(seed)
    return [person(f"p{n}", ZONES[chance.choice(OFTEN)], chance, chance.randrange(5)) for n in range(size)]


def pair() -> Data:
    """The problem of one pair: Stockholm and New York."""
    chance = Random(7)
    people = [person("a", "Europe/Stockholm", chance), person("b", "America/New_York", chance)]
    return {
        "now": BEGIN, "horizon": list(HORIZON), "duration": MINUTES, "step": STEP, "people": people,
        "rank": {"limit": BEST.limit, "per_day": BEST.per_day},
    }  # fmt: skip


def asked(people: Sequence[Person], need: int | None = None) -> Problem:
    """When can these people meet? All of them, or so many."""
    return Problem(now=BEGIN, horizon=HORIZON, duration=MINUTES, step=STEP, people=tuple(people), need=need, rank=BEST)

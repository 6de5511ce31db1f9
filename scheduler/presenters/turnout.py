"""How many can attend an event, as a table of days and hours, and the best starts in words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from scheduler.presenters.i18n import Words
from scheduler.programme.desk import Turnout, Wanted
from scheduler.slots import zones

WEEK = 7
OFFICE = (8, 17)  # the hours that are shown where nobody can attend any


@dataclass(frozen=True)
class Cell:
    """How many can attend what begins then; None where it cannot begin: it is past, or the clock skips the hour."""

    count: int | None
    level: str


@dataclass(frozen=True)
class Week:
    """Up to seven days, and for each hour of the day a cell a day."""

    days: tuple[date, ...]
    rows: tuple[tuple[int, tuple[Cell, ...]], ...]


@dataclass(frozen=True)
class BestStart:
    """A start in words, as a wall shows it for a form, and how many can attend it."""

    when: str
    wall: str
    count: int


def weeks(found: Turnout, wanted: Wanted, zone: str, now: datetime) -> list[Week]:
    """A table for each calendar week, with the hours from the first at which more than a few can attend to the last."""
    hours = _hours(found, zone)
    return [
        Week(tuple(days), tuple((hour, tuple(_cell(found, day, hour, zone, now) for day in days)) for hour in hours))
        for days in _by_week(wanted.first, wanted.last)
    ]


def best(found: Turnout, minutes: int, zone: str, spoken: Words) -> list[BestStart]:
    """The starts that most can attend."""
    local = zones.zone(zone)
    return [
        BestStart(spoken.span(starts_at, minutes, zone), f"{starts_at.astimezone(local):%Y-%m-%dT%H:%M}", count)
        for starts_at, count in found.best
    ]


def _by_week(first: date, last: date) -> Iterator[Sequence[date]]:
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    while days:
        until = WEEK - days[0].weekday()
        yield days[:until]
        days = days[until:]


def _hours(found: Turnout, zone: str) -> range:
    """From the first to the last hour at which a quarter of the most who ever can attend, can."""
    enough = max(found.counts.values(), default=0) / 4
    local = zones.zone(zone)
    seen = {starts_at.astimezone(local).hour for starts_at, count in found.counts.items() if count >= enough}
    return range(min(seen or OFFICE), max(seen or OFFICE) + 1)


def _cell(found: Turnout, day: date, hour: int, zone: str, now: datetime) -> Cell:
    begins = zones.wall_to_instants(datetime.combine(day, time(hour)), zone)
    if not begins or begins[0] < now:
        return Cell(None, "past")
    count = found.counts.get(begins[0], 0)
    shares = {"none": count == 0, "few": 3 * count < found.people, "some": 3 * count < 2 * found.people}
    return Cell(count, next((level for level, holds in shares.items() if holds), "all"))

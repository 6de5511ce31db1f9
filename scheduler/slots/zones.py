"""Where the clock on the wall and the instant meet: the one module that turns one into the other.

Inside a stretch without a clock change, `wall = utc + offset` is a plain shift. So a zone is a list of such stretches,
and skipped or repeated hours need no case of their own: a skipped minute is in no stretch, a repeated one is in two.
Minutes are counted from 1970-01-01T00:00, on the wall as in UTC; days likewise.
"""

import zoneinfo
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple
from zoneinfo import ZoneInfo

# PyPI's tzdata and nothing else, so that every machine agrees; zones that were read before are read again.
zoneinfo.reset_tzpath(to=[])
ZoneInfo.clear_cache()

VERSION = (files("tzdata") / "zoneinfo" / "tzdata.zi").read_text().split(maxsplit=3)[2]
"""The release of the zone data in use, such as "2026f". Later ones sort after it."""

DAY = 1440
WEEK = 7 * DAY
FIRST_MONDAY = 4 * DAY  # 1970-01-05
LAST_MINUTE = 4_222_846_080  # 9999-01-01, beyond any horizon; dates end soon after
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
REGIONS = (
    "Africa/",
    "America/",
    "Antarctica/",
    "Arctic/",
    "Asia/",
    "Atlantic/",
    "Australia/",
    "Europe/",
    "Indian/",
    "Pacific/",
)
EPOCH_DAY = date(1970, 1, 1).toordinal()
# Offsets are whole minutes since 1980, and no two changes of a zone are closer than 6.9 days (tzdata 2026f).
PROBE = 4 * DAY


class UnknownZone(ValueError):
    """The name is no IANA zone."""


class Stretch(NamedTuple):
    """UTC minutes [start, end) in which the wall shows UTC plus `offset` minutes."""

    start: int
    end: int
    offset: int


@lru_cache(maxsize=1)
def names() -> frozenset[str]:
    """Every IANA zone name of the installed tzdata."""
    return frozenset(zoneinfo.available_timezones())


@lru_cache(maxsize=1)
def cities() -> tuple[str, ...]:
    """The zones that are named after a place, by name: what people choose from."""
    return tuple(sorted(name for name in names() if name.startswith(REGIONS)))


def zone(name: str) -> ZoneInfo:
    """The zone of this IANA name. UnknownZone if there is none."""
    if name not in names():
        raise UnknownZone(f"there is no time zone {name!r}; use an IANA name such as Europe/Stockholm")
    return ZoneInfo(name)


@lru_cache(maxsize=2048)
def stretches(name: str, start: int, end: int) -> tuple[Stretch, ...]:
    """The stretches of constant offset that make up the UTC minutes [start, end), in order."""
    found: list[Stretch] = []
    for minute, offset in _changes_between(name, start, end):
        if found and found[-1].offset == offset:
            continue
        if found:
            found[-1] = found[-1]._replace(end=max(minute, start))
        found.append(Stretch(max(minute, start), end, offset))
    return tuple(stretch for stretch in found if stretch.start < stretch.end)


def offset_at(name: str, minute: int) -> int:
    """Minutes that the wall is ahead of UTC at this UTC minute."""
    return [offset for since, offset in _changes(name, _year(minute)) if since <= minute][-1]


def day_at(name: str, minute: int) -> int:
    """The number of the local date that the wall shows at this UTC minute."""
    return (minute + offset_at(name, minute)) // DAY


def weekday(day: int) -> int:
    """0 for Monday."""
    return (day + 3) % 7


def week(day: int) -> int:
    """A number that is the same for the days of one ISO week, and for no others."""
    return (day + 3) // 7


def day_number(day: date) -> int:
    return day.toordinal() - EPOCH_DAY


def wall_to_instants(wall: datetime, name: str) -> list[datetime]:
    """The instants at which a wall in the zone shows `wall` (naive): none when skipped, two when repeated."""
    if wall.tzinfo is not None:
        raise ValueError("a wall clock has no zone of its own")
    local = zone(name)
    candidates = {wall.replace(tzinfo=local, fold=fold).astimezone(UTC) for fold in (0, 1)}
    return sorted(instant for instant in candidates if instant.astimezone(local).replace(tzinfo=None, fold=0) == wall)


def date_of(instant: datetime, name: str) -> date:
    """The date that a wall in the zone shows at this instant."""
    return instant.astimezone(zone(name)).date()


def start_of_day(day: date, name: str) -> datetime:
    """The first instant of this date in the zone; of the next date that exists, where the zone skipped it."""
    local = zone(name)
    guess = datetime(day.year, day.month, day.day, tzinfo=local).astimezone(UTC)
    minute = int((guess - EPOCH) / timedelta(minutes=1)) - DAY
    target = day_number(day)
    for stretch in stretches(name, minute, minute + 3 * DAY):
        first = max(stretch.start, target * DAY - stretch.offset)
        if first < stretch.end:
            return EPOCH + timedelta(minutes=first)
    raise AssertionError("every date begins within three days")


def _changes_between(name: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """(minute, offset) pairs that cover [start, end): the one in force at `start`, then each later one before `end`."""
    first, last = _year(start), _year(max(start, end - 1))
    changes = [change for year in range(first, last + 1) for change in _changes(name, year)]
    in_force = [change for change in changes if change[0] <= start][-1]
    yield in_force
    yield from (change for change in changes if start < change[0] < end)


def _year(minute: int) -> int:
    return (EPOCH + timedelta(minutes=minute)).year


@lru_cache(maxsize=4096)
def _changes(name: str, year: int) -> tuple[tuple[int, int], ...]:
    """The offset at the start of this UTC year, and each change within it."""
    local = zone(name)
    low, high = (int((datetime(y, 1, 1, tzinfo=UTC) - EPOCH) / timedelta(minutes=1)) for y in (year, year + 1))
    found = [(low, _offset(local, low))]
    while low < high:
        probe = min(low + PROBE, high)
        if _offset(local, probe) != found[-1][1]:
            change = _first_with_other_offset(local, low, probe)
            if change < high:
                found.append((change, _offset(local, change)))
        low = probe
    return tuple(found)


def _first_with_other_offset(local: ZoneInfo, low: int, high: int) -> int:
    old = _offset(local, low)
    while high - low > 1:
        middle = (low + high) // 2
        if _offset(local, middle) == old:
            low = middle
        else:
            high = middle
    return high


def _offset(local: ZoneInfo, minute: int) -> int:
    delta = (EPOCH + timedelta(minutes=minute)).astimezone(local).utcoffset()
    assert delta is not None
    return int(delta / timedelta(minutes=1))

"""VTIMEZONE as every reader understands it: one yearly rule a season, from the zone data in PyPI's tzdata.

Outlook reads only DTSTART, RRULE and the offsets of an observance, and other readers disagree about lists of dates.
So we write what the POSIX footer of the zone's TZif file says (RFC 9636, 3.3), and `holds` tells where that is true.
"""

import re
import zoneinfo
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache, lru_cache
from importlib.resources import files

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

# The system's zone files may be a year older than tzdata, and then two machines would write different hours.
zoneinfo.reset_tzpath(to=[])
zoneinfo.ZoneInfo.clear_cache()

TZ_DATA_VERSION = (files("tzdata") / "zoneinfo" / "tzdata.zi").read_text().split(maxsplit=3)[2]
"""The release of the zone data in use, such as "2026f". What is written here changes with nothing else."""

_NAME = r"([A-Za-z]+|<[^>]+>)"
_CLOCK = r"([+-]?\d+(?::\d+){0,2})"
_DATE = rf"M(\d+)\.(\d)\.(\d)(?:/{_CLOCK})?"
_FOOTER = re.compile(rf"{_NAME}{_CLOCK}(?:{_NAME}{_CLOCK}?,{_DATE},{_DATE})?")
_NO_PLACE = {"UTC", "-00"}  # times there are written in UTC
_FIRST_YEAR = 1970
_DAY = 86_400


@dataclass(frozen=True)
class _Onset:
    """The change of offset that comes each year on the nth weekday (-1: the last) of a month."""

    month: int
    nth: int
    weekday: int  # Monday is 0
    seconds: int  # on the clock as it was before the change
    offset_from: timedelta
    offset_to: timedelta
    name: str

    def on(self, year: int) -> datetime:
        """The naive wall clock in the offset before the change, as RFC 5545 3.6.5 has it."""
        if self.nth > 0:
            first = date(year, self.month, 1)
            day = first + timedelta(days=(self.weekday - first.weekday()) % 7, weeks=self.nth - 1)
        else:
            last = date(year, self.month, monthrange(year, self.month)[1])
            day = last - timedelta(days=(last.weekday() - self.weekday) % 7)
        return datetime.combine(day, time()) + timedelta(seconds=self.seconds)

    @property
    def rule(self) -> dict[str, str | int]:
        day = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")[self.weekday]
        return {"FREQ": "YEARLY", "BYMONTH": self.month, "BYDAY": f"{self.nth}{day}"}


@dataclass(frozen=True)
class _Rules:
    """What a footer says: an offset for all the year, or the two onsets that share the year."""

    offset: timedelta
    name: str
    onsets: tuple[_Onset, ...] = ()


@cache
def vtimezone(tzid: str) -> bytes:
    """The bytes of the VTIMEZONE component of an IANA zone (RFC 5545, 3.6.5), with a line break at the end.

    Raises ValueError for a zone that no yearly rule describes, for whose instants `holds` is False.
    """
    rules = _rules(tzid)
    if rules is None:
        raise ValueError(f"No yearly rule describes {tzid}.")
    component = Timezone()
    component.add("TZID", tzid)
    if not rules.onsets:
        component.add_component(_constant(rules))
    for onset in rules.onsets:
        component.add_component(_season(onset))
    written: bytes = component.to_ical()
    return written


def holds(tzid: str, *instants: datetime) -> bool:
    """Whether all these aware instants may be written as wall clocks with this TZID; if not, write them in UTC.

    They may where our VTIMEZONE gives the offset that the zone has, and the wall clock comes only once: readers do not
    agree on which of two equal hours is meant. Never true for UTC itself (RFC 5545, 3.2.19). Raises
    ZoneInfoNotFoundError for a name that is no zone.
    """
    zone = zoneinfo.ZoneInfo(tzid)
    rules = _rules(tzid)
    return rules is not None and all(_reads_back(tzid, rules, instant.astimezone(zone)) for instant in instants)


def _reads_back(tzid: str, rules: _Rules, local: datetime) -> bool:
    wall = local.replace(tzinfo=None)
    offsets = {onset.offset_to for onset in rules.onsets} or {rules.offset}
    readings = [offset for offset in offsets if _offset_at(tzid, rules, wall - offset) == offset]
    comes_once = local.replace(fold=0).utcoffset() == local.replace(fold=1).utcoffset()
    return comes_once and readings == [local.utcoffset()]


def _offset_at(tzid: str, rules: _Rules, utc: datetime) -> timedelta:
    """The offset that a reader of our VTIMEZONE finds at this naive UTC time."""
    if not rules.onsets:
        return rules.offset
    return [offset for change, offset in _changes(tzid, utc.year) if change <= utc][-1]


@lru_cache(maxsize=4096)
def _changes(tzid: str, year: int) -> list[tuple[datetime, timedelta]]:
    """The changes of a year and its neighbours in order: when, in naive UTC, and the offset from then on."""
    rules = _rules(tzid)
    onsets = rules.onsets if rules else ()
    years = (year - 1, year, year + 1)
    return sorted((onset.on(each) - onset.offset_from, onset.offset_to) for onset in onsets for each in years)


@cache
def _rules(tzid: str) -> _Rules | None:
    """The rules that the zone's footer states, if a VTIMEZONE can state them too."""
    data = files("tzdata").joinpath("zoneinfo", *tzid.split("/")).read_bytes()
    found = _FOOTER.fullmatch(data.rsplit(b"\n", 2)[-2].decode("ascii"))
    if found is None or found[1].strip("<>") in _NO_PLACE:
        return None
    name, offset = found[1].strip("<>"), -timedelta(seconds=_seconds(found[2]))
    if found[3] is None:
        return _Rules(offset, name)
    saving = -timedelta(seconds=_seconds(found[4])) if found[4] else offset + timedelta(hours=1)
    onsets = (
        _onset(found.group(5, 6, 7, 8), offset, saving, found[3].strip("<>")),
        _onset(found.group(9, 10, 11, 12), saving, offset, name),
    )
    if onsets[0] is None or onsets[1] is None:
        return None
    return _Rules(offset, name, (onsets[0], onsets[1]))


def _onset(when: tuple[str | None, ...], offset_from: timedelta, offset_to: timedelta, name: str) -> _Onset | None:
    """An onset written Mm.w.d/time; None if it falls on no nth weekday, as "26 hours into the fourth Thursday"."""
    month, week, day = (int(number or 0) for number in when[:3])
    seconds = _seconds(when[3] or "2")
    if seconds == _DAY:
        seconds -= (
            1  # RFC 5545 has no 24:00, and the next day need not be an nth weekday; Windows writes 23:59:59 as well
        )
    if not 0 <= seconds < _DAY:
        return None
    return _Onset(month, -1 if week == 5 else week, (day - 1) % 7, seconds, offset_from, offset_to, name)


def _seconds(clock: str) -> int:
    """The seconds of [+-]hh[:mm[:ss]]."""
    hours, minutes, seconds = ([int(part) for part in clock.lstrip("+-").split(":")] + [0, 0])[:3]
    return (-1 if clock.startswith("-") else 1) * (hours * 3600 + minutes * 60 + seconds)


def _constant(rules: _Rules) -> TimezoneStandard:
    component = TimezoneStandard()
    component.add("DTSTART", datetime(_FIRST_YEAR, 1, 1))  # noqa: DTZ001 - a wall clock
    component.add("TZOFFSETFROM", rules.offset)
    component.add("TZOFFSETTO", rules.offset)
    component.add("TZNAME", rules.name)
    return component


def _season(onset: _Onset) -> TimezoneStandard | TimezoneDaylight:
    # Dublin's footer calls winter the saving; readers of VTIMEZONE know only daylight time that is ahead.
    component = TimezoneDaylight() if onset.offset_to > onset.offset_from else TimezoneStandard()
    component.add("DTSTART", onset.on(_FIRST_YEAR))
    component.add("TZOFFSETFROM", onset.offset_from)
    component.add("TZOFFSETTO", onset.offset_to)
    component.add("TZNAME", onset.name)
    component.add("RRULE", onset.rule)
    return component

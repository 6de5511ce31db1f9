"""Every zone of tzdata, judged by a reader written from RFC 5545 and by zoneinfo."""

import zoneinfo
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar, Event

from integrations.ical import timezones
from tests.integrations.ical.reader import Zone, components

NAMES = (files("tzdata") / "zones").read_text().split()
SPAN = (datetime(2026, 1, 1, tzinfo=UTC), datetime(2033, 1, 1, tzinfo=UTC))
HOUR = timedelta(hours=1)


@cache
def changes(name: str) -> list[datetime]:
    """The first second of each offset that zoneinfo has in the span."""
    zone, found = ZoneInfo(name), []
    low = SPAN[0]
    while low < SPAN[1]:
        high = low + timedelta(days=3)
        if low.astimezone(zone).utcoffset() != high.astimezone(zone).utcoffset():
            left, right = low, high
            while right - left > timedelta(seconds=1):
                middle = left + (right - left) // 2
                middle = middle.replace(microsecond=0)
                same = middle.astimezone(zone).utcoffset() == left.astimezone(zone).utcoffset()
                left, right = (middle, right) if same else (left, middle)
            found.append(right)
        low = high
    return found


def instants(name: str) -> list[datetime]:
    """Around every change, and at noon in each season."""
    around = [timedelta(seconds=each) for each in (-7200, -3601, -3600, -1800, -1, 0, 1, 1799, 1800, 3599, 3600, 7200)]
    seasons = [datetime(year, month, 17, 12, tzinfo=UTC) for year in range(2026, 2033) for month in (1, 4, 7, 10)]
    return [change + step for change in changes(name) for step in around] + seasons


def unlike() -> list[str]:
    """One name of each different zone file: links would be judged twice."""
    seen = {}
    for name in NAMES:
        seen.setdefault(files("tzdata").joinpath("zoneinfo", *name.split("/")).read_bytes(), name)
    return list(seen.values())


def read(name: str) -> Zone | None:
    try:
        return Zone(timezones.vtimezone(name))
    except ValueError:
        return None


def test_what_may_be_written_with_a_tzid_is_read_back_as_the_same_instant() -> None:
    judged = 0
    for name in unlike():
        reader, zone = read(name), ZoneInfo(name)
        for instant in instants(name):
            if timezones.holds(name, instant):
                assert reader is not None
                wall = instant.astimezone(zone).replace(tzinfo=None)
                assert reader.instants(wall) == [instant.replace(tzinfo=None)], (name, instant)
                judged += 1
    assert judged > 10_000


def test_utc_is_written_only_where_the_wall_clock_does_not_say_which_instant_is_meant() -> None:
    for name in unlike():
        reader, zone = read(name), ZoneInfo(name)
        for instant in instants(name):
            if reader and not timezones.holds(name, instant):
                local = instant.astimezone(zone)
                twice = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
                wall = local.replace(tzinfo=None)
                assert twice or reader.instants(wall) != [instant.replace(tzinfo=None)], (name, instant)


def test_few_zones_have_no_yearly_rule() -> None:
    places = {name for name in NAMES if read(name) is None and ZoneInfo(name).tzname(SPAN[0]) not in {"UTC", "-00"}}
    greenland = {"America/Godthab", "America/Nuuk", "America/Scoresbysund"}  # an hour before the last Sunday
    assert places <= greenland | {"Asia/Gaza", "Asia/Hebron", "Asia/Jerusalem", "Asia/Tel_Aviv", "Israel"}


def test_two_components_at_most_and_one_nth_weekday_each() -> None:
    for name in unlike():
        if read(name) is not None:
            written = timezones.vtimezone(name)
            assert len(components(written, "STANDARD")) == 1, name
            assert len(components(written, "DAYLIGHT")) <= 1, name
            assert b"RDATE" not in written


@pytest.mark.parametrize(
    "name",
    [
        "Europe/Stockholm",
        "Europe/Dublin",  # its footer calls winter the saving
        "America/St_Johns",
        "Australia/Lord_Howe",  # half an hour
        "Asia/Tehran",
        "Asia/Kathmandu",
        "Pacific/Apia",
        "Africa/Cairo",  # at 24:00
        "America/Santiago",
    ],
)
def test_summer_and_winter_are_written_as_wall_clock(name: str) -> None:
    for month in (1, 7):
        at = datetime(2028, month, 15, 9, tzinfo=UTC)
        wall = at.astimezone(ZoneInfo(name)).replace(tzinfo=None)
        assert timezones.holds(name, at, at + HOUR)
        assert Zone(timezones.vtimezone(name)).instants(wall) == [at.replace(tzinfo=None)]


def test_daylight_time_is_the_later_clock_also_in_dublin() -> None:
    (daylight,) = components(timezones.vtimezone("Europe/Dublin"), "DAYLIGHT")
    assert (daylight["TZOFFSETFROM"][0].value, daylight["TZOFFSETTO"][0].value) == ("+0000", "+0100")
    assert (daylight["TZNAME"][0].value, daylight["DTSTART"][0].value) == ("IST", "19700329T010000")


def test_a_rule_that_is_not_yet_in_force_is_not_used() -> None:
    """Morocco leaves summer time in autumn 2026; until then its yearly rule would be an hour wrong."""
    before, after = datetime(2026, 7, 1, 9, tzinfo=UTC), datetime(2028, 7, 1, 9, tzinfo=UTC)
    assert not timezones.holds("Africa/Casablanca", before)
    assert timezones.holds("Africa/Casablanca", after)
    assert not timezones.holds("America/Havana", datetime(2026, 12, 1, 9, tzinfo=UTC))


@pytest.mark.parametrize("name", ["UTC", "Etc/UTC", "Zulu", "Factory", "Asia/Jerusalem"])
def test_no_wall_clock_where_there_is_none(name: str) -> None:
    assert not timezones.holds(name, datetime(2026, 7, 1, 9, tzinfo=UTC))
    with pytest.raises(ValueError, match="No yearly rule"):
        timezones.vtimezone(name)


def test_the_repeated_hour_and_the_hours_beside_it() -> None:
    back = datetime(2026, 10, 25, 1, tzinfo=UTC)  # 03:00 becomes 02:00 in Stockholm
    held = [timezones.holds("Europe/Stockholm", back + step * HOUR / 2) for step in range(-4, 4)]
    assert held == [True, True, False, False, False, False, True, True]
    assert not timezones.holds("Europe/Stockholm", back - 3 * HOUR, back)


def test_an_unknown_zone() -> None:
    with pytest.raises(zoneinfo.ZoneInfoNotFoundError):
        timezones.holds("Europe/Atlantis", SPAN[0])


def test_zones_come_from_tzdata_alone() -> None:
    assert zoneinfo.TZPATH == ()
    year, letter = version("tzdata").split(".")[:2]
    assert year + "abcdefghijklmnopqrstuvwxyz"[int(letter) - 1] == timezones.TZ_DATA_VERSION


def test_the_reader_tells_a_wrong_vtimezone_from_a_right_one() -> None:
    """Negative control: icalendar's own VTIMEZONE has the onset of summer time an hour late for a strict reader."""
    calendar, event = Calendar(), Event()
    event.add("DTSTART", datetime(2026, 3, 29, 9, tzinfo=ZoneInfo("Europe/Berlin")))
    calendar.add_component(event)
    calendar.add_missing_timezones()
    theirs, ours = Zone(calendar.to_ical()), Zone(timezones.vtimezone("Europe/Berlin"))
    at = datetime(2026, 3, 29, 1, 30)  # noqa: DTZ001 - the reader counts in naive UTC
    assert ours.offset(at) == timedelta(hours=2)
    assert theirs.offset(at) != timedelta(hours=2)

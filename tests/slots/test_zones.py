"""Walls and instants: stretches without a clock change, what a wall shows, and where a date begins."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from random import Random

import pytest

from scheduler.slots import zones
from scheduler.slots.zones import EPOCH, UnknownZone
from tests.slots.problems import ZONES, utc

MINUTE = timedelta(minutes=1)


def minute(text: str) -> int:
    return utc(text) // 60


@pytest.mark.parametrize("name", ZONES)
def test_stretches_are_what_the_zone_data_say(name: str) -> None:
    chance = Random(name)
    for year in (1980, 1994, 2011, 2026, 2038, 2100):
        low, high = minute(f"{year}-01-01"), minute(f"{year}-12-31")
        found = zones.stretches(name, low, high)
        assert (found[0].start, found[-1].end) == (low, high)
        assert all(one.end == other.start and one.offset != other.offset for one, other in pairwise(found))
        for stretch in found:
            for at in (stretch.start, stretch.end - 1, chance.randrange(stretch.start, stretch.end)):
                offset = (EPOCH + at * MINUTE).astimezone(zones.zone(name)).utcoffset()
                assert offset == stretch.offset * MINUTE == zones.offset_at(name, at) * MINUTE, (year, at)


def test_a_wall_shows_a_skipped_time_never_and_a_repeated_one_twice() -> None:
    def instants(text: str) -> list[datetime]:
        return zones.wall_to_instants(datetime.fromisoformat(text), "Europe/Stockholm")

    assert instants("2026-03-29 02:30") == []
    assert instants("2026-10-25 02:30") == [
        datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
        datetime(2026, 10, 25, 1, 30, tzinfo=UTC),
    ]
    assert instants("2026-07-01 12:00") == [datetime(2026, 7, 1, 10, tzinfo=UTC)]
    with pytest.raises(ValueError, match="no zone of its own"):
        zones.wall_to_instants(datetime(2026, 7, 1, tzinfo=UTC), "Europe/Stockholm")


@pytest.mark.parametrize(
    ("name", "day", "begins"),
    [
        ("Europe/Stockholm", date(2026, 3, 29), "2026-03-28 23:00"),
        ("Asia/Beirut", date(2026, 3, 29), "2026-03-28 22:00"),  # midnight is skipped: the date begins at one
        ("America/Havana", date(2025, 11, 2), "2025-11-02 04:00"),  # midnight comes twice: the first
        ("Pacific/Apia", date(2011, 12, 29), "2011-12-29 10:00"),
        ("Pacific/Apia", date(2011, 12, 30), "2011-12-30 10:00"),  # skipped: the next date that there is
        ("Pacific/Apia", date(2011, 12, 31), "2011-12-30 10:00"),
    ],
)
def test_a_date_begins_when_the_wall_first_shows_it(name: str, day: date, begins: str) -> None:
    assert zones.start_of_day(day, name) == datetime.fromisoformat(begins).replace(tzinfo=UTC)


def test_days_and_weeks_are_those_of_the_calendar() -> None:
    first = date(1979, 12, 24)
    for n in range(0, 45_000, 7):
        day = first + timedelta(days=n + n % 5)
        number = zones.day_number(day)
        assert zones.weekday(number) == day.weekday()
        monday, sunday = day - timedelta(days=day.weekday()), day + timedelta(days=6 - day.weekday())
        weeks = [zones.week(zones.day_number(each)) for each in (monday, day, sunday, sunday + timedelta(days=1))]
        assert weeks == [weeks[0]] * 3 + [weeks[0] + 1]


def test_a_day_is_that_of_the_wall() -> None:
    assert zones.day_at("Pacific/Kiritimati", minute("2026-05-01 10:00")) == zones.day_number(date(2026, 5, 2))
    assert zones.day_at("Etc/GMT+12", minute("2026-05-01 11:59")) == zones.day_number(date(2026, 4, 30))


def test_a_zone_that_there_is_not_is_unknown() -> None:
    for name in ("Mars/Olympus", "CEST", "europe/stockholm", "../etc/passwd"):
        with pytest.raises(UnknownZone, match="no time zone"):
            zones.zone(name)

"""A feed of a thousand meetings, against icalendar writing the same calendar. Read the ratios, not the times."""

from datetime import UTC, datetime, timedelta

import icalendar
import pytest

from integrations.ical import write

ENTRIES = [
    write.Entry(
        uid=f"00000000-0000-4000-8000-{number:012}",
        sequence=number % 3,
        stamp=datetime(2026, 11, 2, tzinfo=UTC),
        starts_at=datetime(2026, 11, 9, 16, tzinfo=UTC) + timedelta(hours=number),
        ends_at=datetime(2026, 11, 9, 16, 45, tzinfo=UTC) + timedelta(hours=number),
        timezone=("Europe/Stockholm", "America/New_York", "Asia/Kolkata", "Europe/London")[number % 4],
        summary=f"Mentor meeting with Somebody Namesson {number}",
        description="How: Video\n\nJoin here:\nhttps://traff.example.org/j/1-1-" + "a" * 32,
        location="https://traff.example.org/j/1-1-" + "a" * 32,
        url="https://traff.example.org/j/1-1-" + "a" * 32,
        status="CONFIRMED",
    )
    for number in range(1000)
]


def feed():
    return write.feed(ENTRIES, name="x", source="https://traff.example.org/f.ics", refresh=timedelta(hours=1))


def cold():
    write._published.cache_clear()
    return feed()


CALENDAR = icalendar.Calendar.from_ical(feed())
WAYS = {"icalendar's to_ical": CALENDAR.to_ical, "ours, nothing kept": cold, "ours, components kept": feed}


@pytest.mark.benchmark(group="a feed of 1,000 meetings")
@pytest.mark.parametrize("way", WAYS)
def test_a_feed(benchmark, way):
    assert len(icalendar.Calendar.from_ical(WAYS[way]()).events) == 1000
    feed()
    benchmark(WAYS[way])

"""Times around every change of clocks in fifty zones, as other people's parsers read them."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.ical import write
from integrations.ical.timezones import holds
from tests.conformance.calendars.parsers import PARSERS, Read, by_the_rfc
from tests.integrations.ical.test_timezones import changes
from tests.integrations.ical.test_write import ANNA, ENTRY, ORGANIZER

ZONES = [
    "Europe/Stockholm", "Europe/London", "Europe/Dublin", "Europe/Lisbon", "Europe/Athens", "Europe/Moscow",
    "Europe/Istanbul", "Europe/Chisinau", "Atlantic/Azores", "Atlantic/Reykjavik", "America/New_York",
    "America/Chicago", "America/Denver", "America/Phoenix", "America/Los_Angeles", "America/Anchorage",
    "America/St_Johns", "America/Halifax", "America/Vancouver", "America/Edmonton", "America/Winnipeg",
    "America/Regina", "America/Mexico_City", "America/Havana", "America/Bogota", "America/Sao_Paulo",
    "America/Santiago", "America/Asuncion", "America/Nuuk", "America/Scoresbysund", "Africa/Cairo",
    "Africa/Casablanca", "Africa/El_Aaiun", "Africa/Lagos", "Africa/Johannesburg", "Asia/Jerusalem", "Asia/Beirut",
    "Asia/Gaza", "Asia/Tehran", "Asia/Kabul", "Asia/Karachi", "Asia/Kolkata", "Asia/Kathmandu", "Asia/Yangon",
    "Asia/Shanghai", "Asia/Tokyo", "Asia/Pyongyang", "Australia/Perth", "Australia/Eucla", "Australia/Darwin",
    "Australia/Adelaide", "Australia/Brisbane", "Australia/Sydney", "Australia/Lord_Howe", "Pacific/Norfolk",
    "Pacific/Auckland", "Pacific/Chatham", "Pacific/Apia", "Pacific/Easter", "Pacific/Marquesas", "Antarctica/Troll",
]  # fmt: skip
LONG = timedelta(minutes=45)
MINUTES = (-1500, -90, -61, -46, -45, -30, -1, 0, 1, 30, 59, 60, 90, 1500)


def instants(zone: str) -> list[datetime]:
    """Around three changes, and at 17:00 in UTC in every second month."""
    monthly = [datetime(year, month, 16, 17, tzinfo=UTC) for year in (2026, 2028) for month in range(1, 13, 2)]
    return monthly + [change + timedelta(minutes=each) for change in changes(zone)[:3] for each in MINUTES]


def entries(zone: str) -> list[write.Entry]:
    return [an_entry(number, at, zone) for number, at in enumerate(instants(zone))]


def an_entry(number: int, at: datetime, zone: str) -> write.Entry:
    return write.Entry(
        uid=f"{number}@traff.example.org", sequence=number % 3, stamp=ENTRY.stamp, starts_at=at, ends_at=at + LONG,
        timezone=zone, summary=f"Möte {number} i {zone}; 山田, \\n", description="", location="", url="",
        status="CONFIRMED",
    )  # fmt: skip


def a_feed(zone: str) -> bytes:
    components = [write.component(each) for each in entries(zone)]
    return write.feed(components, name=zone, source="https://traff.example.org/x.ics", refresh=timedelta(hours=1))


FEEDS = [a_feed(zone) for zone in ZONES]
MEANT = [
    [Read(each.uid, each.starts_at, each.ends_at, each.summary, each.sequence, ()) for each in entries(zone)]
    for zone in ZONES
]


def renamed(content: bytes) -> bytes:
    """The same under zone names that nobody knows: a parser cannot but read the VTIMEZONE."""
    return re.sub(rb"TZID([=:])([^:\r]+)", lambda found: b"TZID" + found[1] + b"Our own " + found[2], content)


def test_there_are_zones_of_every_kind() -> None:
    assert len(set(ZONES)) >= 40
    assert {"Africa/Casablanca", "Asia/Tehran", "Pacific/Apia", "America/St_Johns"} <= set(ZONES)
    offsets = {
        zone: {at.astimezone(ZoneInfo(zone)).utcoffset() or timedelta() for at in instants(zone)} for zone in ZONES
    }
    assert [zone for zone, found in offsets.items() if max(found) - min(found) == timedelta(minutes=30)]
    assert sum(len(found) == 1 for found in offsets.values()) >= 10, "none"
    assert sum(map(len, MEANT)) > 2000


def test_by_the_rfc_they_are_what_was_meant() -> None:
    assert by_the_rfc(FEEDS) == MEANT


@pytest.mark.parametrize("parser", PARSERS)
def test_every_parser_has_the_times_that_were_meant(parser: str) -> None:
    for zone, meant, found in zip(ZONES, MEANT, PARSERS[parser](FEEDS), strict=True):
        assert found == meant, zone


@pytest.mark.parametrize("parser", PARSERS)
def test_and_has_them_from_the_vtimezone_alone(parser: str) -> None:
    found = PARSERS[parser]([renamed(each) for each in FEEDS])
    for zone, feed, meant, read in zip(ZONES, FEEDS, MEANT, found, strict=True):
        if parser == "ical" and b"\r\nRRULE:" not in feed:
            continue  # of a zone without a rule whose name it does not know, ical 14 takes the offset for none
        assert read == meant, zone


def test_where_the_vtimezone_would_be_wrong_they_are_in_utc() -> None:
    """Morocco's yearly rule holds from autumn 2026 on, Gaza's and Jerusalem's never, and an hour that comes twice is
    nobody's wall clock."""
    in_utc = {zone: len(re.findall(rb"\r\nDTSTART:\w+Z", feed)) for zone, feed in zip(ZONES, FEEDS, strict=True)}
    for zone, feed in zip(ZONES, FEEDS, strict=True):
        wrong = [each for each in entries(zone) if not holds(zone, each.starts_at, each.ends_at)]
        assert (in_utc[zone], feed.count(b"\r\nDTSTART;TZID=")) == (len(wrong), len(entries(zone)) - len(wrong))
    assert in_utc["Asia/Jerusalem"] == len(entries("Asia/Jerusalem"))
    assert 0 < in_utc["Africa/Casablanca"] < len(entries("Africa/Casablanca"))
    assert 0 < in_utc["Europe/Stockholm"] < len(entries("Europe/Stockholm")) / 2
    assert in_utc["Asia/Kolkata"] == 0


def test_without_that_a_parser_would_have_another_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: summer 2026 in Casablanca by the rule that is not yet in force."""
    monkeypatch.setattr(write, "holds", lambda *_: True)
    (found,) = PARSERS["vobject"]([renamed(a_feed("Africa/Casablanca"))])
    assert found != MEANT[ZONES.index("Africa/Casablanca")]


@given(st.sampled_from(ZONES), st.datetimes(datetime(2026, 1, 1), datetime(2032, 12, 1)), st.integers(1, 480))  # noqa: DTZ001
def test_any_instant_is_read_back_from_a_request(zone: str, naive: datetime, minutes: int) -> None:
    starts_at = naive.replace(microsecond=0, tzinfo=UTC)
    entry = write.Entry(
        "u", 1, ENTRY.stamp, starts_at, starts_at + timedelta(minutes=minutes), zone, "s", "", "", "", "CONFIRMED"
    )
    content = write.request(entry, organizer=ORGANIZER, attendee=ANNA)
    meant = Read("u", entry.starts_at, entry.ends_at, "s", 1, ((f"mailto:{ANNA.email}", ANNA.name),))
    assert by_the_rfc([content]) == PARSERS["icalendar"]([renamed(content)]) == [[meant]]

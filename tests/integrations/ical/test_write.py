"""Bytes of invites and feeds: against golden files, a strict reader and icalendar.

`python -m tests.integrations.ical.test_write` writes the golden files anew; read the difference before you commit it.
"""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from integrations.ical.write import Entry, Party, cancel, component, decline_counter, feed, file
from integrations.ical.write import request as requested
from tests.integrations.ical.reader import Zone, components, properties
from tests.integrations.ical.test_timezones import NAMES

GOLDEN = Path(__file__).parents[2] / "golden"
STOCKHOLM = ZoneInfo("Europe/Stockholm")
ORGANIZER = Party("e-7k2qz4@in.mentor.example.org", "Mentorprogrammet")
ANNA = Party("anna.berg@example.org", "Anna Berg")
ENTRY = Entry(
    uid="4f1c2a64-5f0e-4a8e-9d3b-0c6b4a1f7e21@mentor.example.org",
    sequence=0,
    stamp=datetime(2026, 9, 1, 8, 30, tzinfo=UTC),
    starts_at=datetime(2026, 10, 1, 15, 0, tzinfo=STOCKHOLM),
    ends_at=datetime(2026, 10, 1, 16, 0, tzinfo=STOCKHOLM),
    timezone="Europe/Stockholm",
    summary="Möte: Anna Berg och 山田太郎",
    description="Ni ses på Zoom.\n\nhttps://mentor.example.org/j/7.1.hJ5cQ2vN\nÄndra eller avboka: https://mentor.example.org/m/7",
    location="https://mentor.example.org/j/7.1.hJ5cQ2vN",
    url="https://mentor.example.org/m/7",
    status="CONFIRMED",
    conference="https://mentor.example.org/j/7.1.hJ5cQ2vN",
)
MOVED = replace(
    ENTRY,
    sequence=1,
    stamp=datetime(2026, 9, 20, 7, 0, tzinfo=UTC),
    starts_at=datetime(2026, 10, 28, 15, 0, tzinfo=STOCKHOLM),
    ends_at=datetime(2026, 10, 28, 16, 0, tzinfo=STOCKHOLM),
)
CANCELLED = replace(MOVED, sequence=2, stamp=datetime(2026, 10, 2, 9, 15, tzinfo=UTC), status="CANCELLED")
DECLINING = replace(MOVED, stamp=datetime(2026, 9, 21, 6, 30, tzinfo=UTC))
WHY = "Den tiden passar inte Yamada; välj hellre en av dessa:\nhttps://mentor.example.org/me/"
WORKSHOP = replace(
    ENTRY,
    uid="0b7d9f0a-8a53-4f0e-8a6e-2f4f5f0f9a11@mentor.example.org",
    timezone="America/New_York",
    summary="Workshop; lyssna, fråga & följ upp",
    description="",
    location="Brinellvägen 8\nStockholm",
    conference="",
)


def a_feed(*entries: Entry) -> bytes:
    source = "https://mentor.example.org/feeds/7.1.hJ5cQ2vN.ics"
    return feed([component(each) for each in entries], name="Mina möten", source=source, refresh=timedelta(hours=1))


def request(entry: Entry, attendee: Party = ANNA) -> bytes:
    return requested(entry, organizer=ORGANIZER, attendee=attendee)


GOLDENS = {
    "request.ics": lambda: request(ENTRY),
    "request-moved.ics": lambda: request(MOVED),
    "cancel.ics": lambda: cancel(CANCELLED, organizer=ORGANIZER, attendee=ANNA),
    "uninvite.ics": lambda: cancel(CANCELLED, organizer=ORGANIZER, attendee=ANNA, whole=False),
    "decline-counter.ics": lambda: decline_counter(DECLINING, organizer=ORGANIZER, attendee=ANNA, comment=WHY),
    "feed.ics": lambda: a_feed(CANCELLED, WORKSHOP),
    "file.ics": lambda: file(WORKSHOP),
}


@pytest.mark.parametrize("name", GOLDENS)
def test_golden(name: str) -> None:
    assert GOLDENS[name]() == (GOLDEN / name).read_bytes()


@pytest.mark.parametrize("name", GOLDENS)
def test_icalendar_reads_it_without_complaint(name: str) -> None:
    calendar = Calendar.from_ical(GOLDENS[name]())
    assert [event.errors for event in calendar.walk()] == [[] for _ in calendar.walk()]
    expected = {ENTRY.uid: ENTRY, WORKSHOP.uid: WORKSHOP}
    events: list[Any] = calendar.events
    for event in events:
        entry = expected[event.uid]
        entry = MOVED if event["SEQUENCE"] > 0 else entry
        assert (event.start.astimezone(UTC), event.end.astimezone(UTC)) == (entry.starts_at, entry.ends_at)
        assert event["SUMMARY"] == entry.summary


def test_request() -> None:
    (event,) = components(request(MOVED), "VEVENT")
    (attendee,) = event["ATTENDEE"]
    assert attendee.value == "mailto:anna.berg@example.org"
    assert attendee.parameters == {
        "CN": ["Anna Berg"],
        "CUTYPE": ["INDIVIDUAL"],
        "PARTSTAT": ["NEEDS-ACTION"],
        "ROLE": ["REQ-PARTICIPANT"],
        "RSVP": ["TRUE"],
    }
    (calendar,) = components(request(MOVED), "VCALENDAR")
    assert calendar["METHOD"][0].value == "REQUEST"
    assert event["ORGANIZER"][0].value == "mailto:e-7k2qz4@in.mentor.example.org"
    assert (event["UID"][0].value, event["SEQUENCE"][0].value) == (MOVED.uid, "1")
    assert event["DTSTAMP"][0].value == event["LAST-MODIFIED"][0].value == "20260920T070000Z"
    assert (event["STATUS"][0].value, event["TRANSP"][0].value) == ("CONFIRMED", "OPAQUE")
    (conference,) = event["CONFERENCE"]
    assert conference.parameters == {"VALUE": ["URI"], "FEATURE": ["VIDEO", "AUDIO"]}


def test_cancel_asks_for_no_answer() -> None:
    cancelled = cancel(MOVED, organizer=ORGANIZER, attendee=ANNA)
    (event,) = components(cancelled, "VEVENT")
    assert (event["STATUS"][0].value, event["SEQUENCE"][0].value) == ("CANCELLED", "1")
    assert event["X-MICROSOFT-CDO-BUSYSTATUS"][0].value == "FREE"
    assert event["ATTENDEE"][0].parameters.keys() == {"CN", "CUTYPE", "ROLE"}
    assert components(cancelled, "VCALENDAR")[0]["METHOD"][0].value == "CANCEL"


def test_whoever_is_invited_no_more_is_told_no_status() -> None:
    """RFC 5546, 3.2.5: the entry stays for others, so STATUS must not be there; all else is a CANCEL's."""
    whole = cancel(CANCELLED, organizer=ORGANIZER, attendee=ANNA)
    alone = cancel(CANCELLED, organizer=ORGANIZER, attendee=ANNA, whole=False)
    assert alone == whole.replace(b"STATUS:CANCELLED\r\n", b"")
    (event,) = components(alone, "VEVENT")
    assert [each.value for each in event["ATTENDEE"]] == ["mailto:anna.berg@example.org"]


def test_declining_a_counter_echoes_its_sequence_and_says_why() -> None:
    """RFC 5546, 3.2.8: DTSTAMP, ORGANIZER, SEQUENCE and UID once; the sequence is the proposal's."""
    written = decline_counter(DECLINING, organizer=ORGANIZER, attendee=ANNA, comment=WHY)
    assert components(written, "VCALENDAR")[0]["METHOD"][0].value == "DECLINECOUNTER"
    (event,) = components(written, "VEVENT")
    assert {name: len(lines) for name, lines in event.items() if name != "COMMENT"} == dict.fromkeys(
        [
            "UID", "SEQUENCE", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "LOCATION", "URL", "ORGANIZER", "ATTENDEE",
        ],
        1,
    )  # fmt: skip
    assert (event["UID"][0].value, event["SEQUENCE"][0].value) == (MOVED.uid, "1")
    assert event["DTSTAMP"][0].value == "20260921T063000Z"
    assert event["COMMENT"][0].text == WHY
    assert event["ATTENDEE"][0].parameters.keys() == {"CN", "CUTYPE", "ROLE"}
    assert "COMMENT" not in components(decline_counter(MOVED, organizer=ORGANIZER, attendee=ANNA), "VEVENT")[0]


def test_a_feed_has_no_method_and_no_people_and_keeps_the_cancelled() -> None:
    written = a_feed(ENTRY, CANCELLED, WORKSHOP)
    (calendar,) = components(written, "VCALENDAR")
    assert "METHOD" not in calendar
    assert calendar["REFRESH-INTERVAL"][0].parameters == {"VALUE": ["DURATION"]}
    assert calendar["SOURCE"][0].parameters == {"VALUE": ["URI"]}
    assert calendar["REFRESH-INTERVAL"][0].value == calendar["X-PUBLISHED-TTL"][0].value == "PT1H"
    assert calendar["NAME"][0].text == calendar["X-WR-CALNAME"][0].text == "Mina möten"
    events = components(written, "VEVENT")
    assert [event["STATUS"][0].value for event in events] == ["CONFIRMED", "CANCELLED", "CONFIRMED"]
    assert not any(event.keys() & {"ORGANIZER", "ATTENDEE"} for event in events)
    tzids = [zone["TZID"][0].value for zone in components(written, "VTIMEZONE")]
    assert tzids == ["America/New_York", "Europe/Stockholm"]


def test_an_empty_feed_is_a_calendar() -> None:
    assert components(a_feed(), "VCALENDAR")
    assert Calendar.from_ical(a_feed()).events == []


def test_equal_entries_make_equal_bytes_and_other_entries_others() -> None:
    elsewhere = replace(ENTRY, starts_at=ENTRY.starts_at.astimezone(ZoneInfo("Asia/Tokyo")))
    assert a_feed(elsewhere, WORKSHOP) == a_feed(ENTRY, WORKSHOP)
    for change in ({"stamp": MOVED.stamp}, {"sequence": 1}, {"summary": "x"}, {"timezone": "Asia/Tokyo"}):
        assert a_feed(replace(ENTRY, **change), WORKSHOP) != a_feed(ENTRY, WORKSHOP)


def test_the_two_hours_of_one_wall_clock_are_two_entries() -> None:
    """Python takes them for equal, so a cache by wall clock would hand out the first for the second."""
    first = datetime(2026, 10, 25, 2, 30, tzinfo=STOCKHOLM)
    second = first.replace(fold=1)
    assert first == second
    written = [file(replace(ENTRY, starts_at=at, ends_at=MOVED.ends_at)) for at in (first, second)]
    starts = [components(each, "VEVENT")[0]["DTSTART"][0].value for each in written]
    assert starts == ["20261025T003000Z", "20261025T013000Z"]


def test_in_every_zone_a_tzid_has_its_vtimezone_and_the_times_are_right() -> None:
    for name in NAMES:
        written = file(replace(ENTRY, timezone=name))
        (event,) = components(written, "VEVENT")
        zones = {zone["TZID"][0].value: Zone(written) for zone in components(written, "VTIMEZONE")}
        for key, at in (("DTSTART", ENTRY.starts_at), ("DTEND", ENTRY.ends_at)):
            (line,) = event[key]
            assert line.parameters.get("TZID", []) == list(zones)
            if zones:
                wall = datetime.strptime(line.value, "%Y%m%dT%H%M%S")  # noqa: DTZ007 - a wall clock
                assert zones[name].instants(wall) == [at.replace(tzinfo=None)]
            else:
                assert line.value == at.strftime("%Y%m%dT%H%M%SZ")


@pytest.mark.parametrize(
    "change",
    [
        {"starts_at": datetime(2026, 10, 1, 15, 0)},  # noqa: DTZ001
        {"stamp": datetime(2026, 10, 1, 15, 0)},  # noqa: DTZ001
        {"ends_at": ENTRY.starts_at},
        {"status": "DONE"},
    ],
)
def test_what_no_entry_can_be(change: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"aware|end after|STATUS"):
        replace(ENTRY, **change)


def test_nobody_is_invited_to_what_is_cancelled() -> None:
    with pytest.raises(ValueError, match="No REQUEST"):
        request(CANCELLED)


@pytest.mark.parametrize(
    "email", ["", "anna", "a@b@c", "a@b, c@d", "a@b\r\nX:y", "Anna <a@b>", "a b@c", 'a"@b', "a@b;c"]
)
def test_what_no_party_can_be(email: str) -> None:
    with pytest.raises(ValueError, match="one bare"):
        Party(email, "Anna")


BREAKING = ["\r\nATTENDEE:mailto:eve@example.org", "\nEND:VEVENT", "\r", "\r\n ", "\x85", "\u2028", "\x0b", "\t"]
ESCAPING = ["\\n", "\\N", "\\", ";", ",", ":", '"', "^n", "^", "’", "\x00", "\x1b", "\x7f", "\ud800"]
LONG = ["å", "面談", "\U0001f9d1\u200d\U0001f3eb", " " * 80, "x" * 200]
ANYTHING = st.text(st.characters(exclude_categories=()), max_size=40)
HOSTILE = st.lists(st.sampled_from(BREAKING + ESCAPING + LONG) | ANYTHING, max_size=8).map("".join)


def cleaned(text: str) -> str:
    """What must be left: lines by any line end, no other control character but tab, a mark for half a character."""
    lines = re.split("\r\n|[\r\n\x85\u2028\u2029]", text)
    kept = ["".join(c for c in line if c == "\t" or not (c < " " or "\x7f" <= c <= "\x9f")) for line in lines]
    return re.sub("[\ud800-\udfff]", "?", "\n".join(kept))


def on_one_line(text: str) -> str:
    return " ".join(cleaned(text).split())


@settings(deadline=None)
@given(HOSTILE, HOSTILE, HOSTILE)
def test_hostile_text_survives_or_is_cleaned_and_adds_nothing(summary: str, description: str, name: str) -> None:
    entry = replace(ENTRY, summary=summary, description=description + ".", location=summary + ".")
    written = request(entry, Party(ANNA.email, name))
    for line in written.split(b"\r\n"):
        assert len(line) <= 75
        assert not re.search("[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029]", line.decode())
    assert [each.name for each in properties(written)] == [each.name for each in properties(request(ENTRY))]
    (event,) = components(written, "VEVENT")
    assert event["SUMMARY"][0].text == on_one_line(summary)
    assert event["DESCRIPTION"][0].text == cleaned(description) + "."
    assert event["LOCATION"][0].text == cleaned(summary) + "."
    assert event["ATTENDEE"][0].value == f"mailto:{ANNA.email}"
    said_no = decline_counter(entry, organizer=ORGANIZER, attendee=ANNA, comment=description + ".")
    assert components(said_no, "VEVENT")[0]["COMMENT"][0].text == cleaned(description) + "."
    assert event["ATTENDEE"][0].parameters.get("CN", [""]) == [on_one_line(name).replace('"', "'")]


@settings(deadline=None)
@given(HOSTILE)
def test_a_hostile_calendar_name_and_address_add_nothing(text: str) -> None:
    entry = replace(ENTRY, url=text + ".", conference=text + ".", uid=text + ".")
    written = feed([component(entry)], name=text, source=text, refresh=timedelta(days=1))
    plain = a_feed(ENTRY)
    assert [each.name for each in properties(written)] == [each.name for each in properties(plain)]
    assert max(map(len, written.split(b"\r\n"))) <= 75
    assert components(written, "VCALENDAR")[0]["NAME"][0].text == on_one_line(text)


if __name__ == "__main__":
    for file_name, make in GOLDENS.items():
        (GOLDEN / file_name).write_bytes(make())

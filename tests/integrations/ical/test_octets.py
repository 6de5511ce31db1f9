"""What goes over the wire, octet by octet, from every writer, whatever people are called and write."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar, Event

from integrations.ical import write
from integrations.ical.write import Entry, Party
from tests.integrations.ical.reader import properties
from tests.integrations.ical.test_write import ANNA, ENTRY, HOSTILE, ORGANIZER

Writer = Callable[[Entry, str], bytes]
SCRIPTS = {
    "Swedish": "Åsas och Örjans övning på ön, ",
    "Japanese": "山田太郎さんとの面談、",
    "Devanagari": "छात्र और मार्गदर्शक की बैठक ",
    "Arabic": "لقاء الإرشاد الأكاديمي ",
    "beyond the first plane": "🧑🏽‍🏫𝒜𝓃𝓃𝒶👩‍👩‍👧",
    "combining": "é́́ö̈́",
}


def a_feed(entry: Entry, name: str) -> bytes:
    source = "https://traff.example.org/x.ics"
    return write.feed([write.component(entry)], name=name, source=source, refresh=timedelta(hours=1))


# Each of these writes an entry in which somebody's words may stand, and a name.
WRITERS: dict[str, Writer] = {
    "request": lambda entry, name: write.request(
        entry, organizer=Party(ORGANIZER.email, name), attendee=Party(ANNA.email, name)
    ),
    "cancel": lambda entry, name: write.cancel(
        entry, organizer=Party(ORGANIZER.email, name), attendee=Party(ANNA.email, name)
    ),
    "uninvite": lambda entry, name: write.cancel(
        entry, organizer=Party(ORGANIZER.email, name), attendee=Party(ANNA.email, name), whole=False
    ),
    "decline-counter": lambda entry, name: write.decline_counter(
        entry, organizer=Party(ORGANIZER.email, name), attendee=Party(ANNA.email, name), comment=name + "."
    ),
    "feed": a_feed,
    "file": lambda entry, name: write.file(entry),
}


def worded(text: str) -> Entry:
    """The entry with somebody's words wherever they may stand; its links are our own."""
    return replace(ENTRY, summary=text, description=text + ".", location=text + ".")


def wrong(content: bytes) -> list[str]:
    """What RFC 5545 3.1 has against these octets."""
    faults = []
    *lines, last = content.split(b"\r\n")
    faults += ["it does not end with a line end"] * (last != b"")
    for line in lines:
        faults += [f"{len(line)} octets"] * (len(line) > 75)
        faults += ["a bare line end"] * bool(re.search(rb"[\r\n]", line))
        try:
            text = line.decode()
        except UnicodeDecodeError:
            faults.append("a character is parted by folding")
        else:
            faults += ["a control character"] * bool(re.search("[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029]", text))
    return faults


@pytest.mark.parametrize("writer", WRITERS)
@settings(max_examples=50)
@given(text=HOSTILE, name=HOSTILE)
def test_octets_are_as_the_rfc_wants_them_and_no_line_is_anothers(writer: str, text: str, name: str) -> None:
    content = WRITERS[writer](worded(text), name)
    assert wrong(content) == []
    assert [each.name for each in properties(content)] == [
        each.name for each in properties(WRITERS[writer](worded("plain"), "plain"))
    ]
    (event,) = Calendar.from_ical(content).events
    assert event.errors == []


@pytest.mark.parametrize("writer", WRITERS)
@pytest.mark.parametrize("script", SCRIPTS)
def test_long_lines_are_folded_between_characters_at_every_length(writer: str, script: str) -> None:
    for length in range(1, 80):
        text = "x" * (length % 5) + (SCRIPTS[script] * 12)[:length]
        assert wrong(WRITERS[writer](worded(text), text)) == []


@pytest.mark.parametrize("writer", ["request", "cancel", "uninvite", "decline-counter"])
@given(name=st.text(st.sampled_from("\"\\;:,^'n ()<>@åß山"), max_size=30))
def test_a_name_is_one_parameter_whatever_stands_in_it(writer: str, name: str) -> None:
    content = WRITERS[writer](ENTRY, name)
    for who, address in (("ORGANIZER", ORGANIZER.email), ("ATTENDEE", ANNA.email)):
        (found,) = [each for each in properties(content) if each.name == who]
        assert found.value == f"mailto:{address}"
        assert found.parameters.get("CN", [""]) == [" ".join(name.split()).replace('"', "'")]


def test_the_checks_find_what_is_wrong() -> None:
    """The controls: lines folded at 75 octets wherever that falls, and text as icalendar alone lets it through."""
    line = ("SUMMARY:" + "山" * 60).encode()
    parted = b"\r\n ".join(line[at : at + 74] for at in range(0, len(line), 74)) + b"\r\n"
    assert "a character is parted by folding" in wrong(parted)
    assert wrong(b"X:" + b"x" * 80 + b"\r\n") == ["82 octets"]
    event = Event()
    event.add("SUMMARY", "a\x0bb\x7f")
    assert wrong(event.to_ical()) == ["a control character"]

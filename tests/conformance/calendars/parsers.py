"""Calendars as other people's parsers read them, and as RFC 5545 says, all in the same few facts."""

import json
import re
import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import ical.event
import icalendar
import pytest
import vobject
from ical.calendar_stream import IcsCalendarStream

from tests.integrations.ical.reader import Property, Zone, components

ICAL_JS = Path(__file__).parents[3] / ".venv" / "node" / "node_modules" / "ical.js" / "dist" / "ical.js"
NODE = shutil.which("node")


@dataclass(frozen=True)
class Read:
    """An event as a parser read it: times in UTC, attendees as (address, name)."""

    uid: str
    starts_at: datetime
    ends_at: datetime
    summary: str
    sequence: int
    attendees: tuple[tuple[str, str], ...]


Calendars = Sequence[bytes]


def by_the_rfc(calendars: Calendars) -> list[list[Read]]:
    """What our own strict reader has, which takes zones from the calendar alone."""
    return [
        [_strictly(event, _zones(content)) for event in components(content, "VEVENT")] for content in calendars
    ]  # fmt: skip


@lru_cache(maxsize=100)
def _zones(content: bytes) -> dict[str, Zone]:
    blocks = re.findall(rb"BEGIN:VTIMEZONE\r\n.*?END:VTIMEZONE\r\n", content, re.DOTALL)
    return {components(block, "VTIMEZONE")[0]["TZID"][0].value: Zone(block) for block in blocks}


def _strictly(event: dict[str, list[Property]], zones: dict[str, Zone]) -> Read:
    def instant(name: str) -> datetime:
        at = event[name][0]
        if "TZID" not in at.parameters:
            return datetime.strptime(at.value, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        wall = datetime.strptime(at.value, "%Y%m%dT%H%M%S")  # noqa: DTZ007 - a wall clock
        (found,) = zones[at.parameters["TZID"][0]].instants(wall)
        return found.replace(tzinfo=UTC)

    return Read(
        event["UID"][0].text, instant("DTSTART"), instant("DTEND"), event["SUMMARY"][0].text,
        int(event["SEQUENCE"][0].value),
        tuple((each.value, each.parameters.get("CN", [""])[0]) for each in event.get("ATTENDEE", [])),
    )  # fmt: skip


def by_icalendar(calendars: Calendars) -> list[list[Read]]:
    return [[_of_icalendar(event) for event in icalendar.Calendar.from_ical(content).events] for content in calendars]


def _of_icalendar(event: Any) -> Read:
    named = event.get("ATTENDEE", [])
    attendees = named if isinstance(named, list) else [named]
    return Read(
        str(event["UID"]), event.start.astimezone(UTC), event.end.astimezone(UTC), str(event["SUMMARY"]),
        int(event["SEQUENCE"]), tuple((str(each), str(each.params.get("CN", ""))) for each in attendees),
    )  # fmt: skip


def by_ical(calendars: Calendars) -> list[list[Read]]:
    found = [IcsCalendarStream.calendar_from_ics(content.decode()) for content in calendars]
    return [[_of_ical(event) for event in calendar.events] for calendar in found]


def _of_ical(event: ical.event.Event) -> Read:
    return Read(
        event.uid or "", event.dtstart.astimezone(UTC), event.dtend.astimezone(UTC), event.summary or "",
        event.sequence or 0, tuple((str(each.uri), each.common_name or "") for each in event.attendees),
    )  # fmt: skip


def by_vobject(calendars: Calendars) -> list[list[Read]]:
    return [_by_vobject(content) for content in calendars]


def _by_vobject(content: bytes) -> list[Read]:
    """It keeps the zones of all calendars of a process, by name, so that what is read depends on what was read."""
    zones = vars(vobject.icalendar)["__tzidMap"]
    zones.clear()
    vobject.icalendar.registerTzid("UTC", vobject.icalendar.utc)
    return [_of_vobject(event) for event in vobject.readOne(content.decode()).contents.get("vevent", [])]


def _of_vobject(event: vobject.base.Component) -> Read:
    attendees = event.contents.get("attendee", [])
    return Read(
        event.uid.value, event.dtstart.value.astimezone(UTC), event.dtend.value.astimezone(UTC), event.summary.value,
        int(event.sequence.value), tuple((each.value, each.params.get("CN", [""])[0]) for each in attendees),
    )  # fmt: skip


def by_ical_js(calendars: Calendars) -> list[list[Read]]:
    """The engine of Thunderbird, all of them in one process. Skips where there is no node to run it."""
    if NODE is None or shutil.which("npm") is None:
        pytest.skip("node is not on this machine, so ical.js reads nothing")
    if not ICAL_JS.is_file():
        pytest.skip("ical.js is not here; make reader installs it where npm reaches its registry")
    done = subprocess.run(
        [NODE, str(Path(__file__).with_name("read.mjs")), str(ICAL_JS)],
        input=json.dumps([content.decode() for content in calendars]),
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return [[_of_ical_js(event) for event in calendar] for calendar in json.loads(done.stdout)]


def _of_ical_js(event: dict[str, Any]) -> Read:
    return Read(
        event["uid"], datetime.fromisoformat(event["starts_at"]), datetime.fromisoformat(event["ends_at"]),
        event["summary"], event["sequence"], tuple((address, name) for address, name in event["attendees"]),
    )  # fmt: skip


PARSERS: dict[str, Callable[[Calendars], list[list[Read]]]] = {
    "icalendar": by_icalendar,
    "ical": by_ical,
    "vobject": by_vobject,
    "ical.js": by_ical_js,
}

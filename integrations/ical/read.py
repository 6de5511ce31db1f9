"""What calendars answer to an invite: REPLY, COUNTER, REFRESH (RFC 5546, 3.2.3, 3.2.6, 3.2.7), as they really send it.

Outlook leaves out ORGANIZER, names zones as Windows does and sometimes does not define them; others write two
attendees, no VERSION, addresses in capitals. Only what an answer needs is read at all: alarms, rules and whatever else
a stranger can fill a calendar with is passed over.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, tzinfo
from enum import StrEnum
from typing import Any

from icalendar import vDuration
from icalendar.parser import Contentline

from integrations.ical import foreign_zones

METHODS = {"REPLY", "COUNTER", "REFRESH"}
LARGEST = 256 * 1024  # octets
DEEPEST, MOST_EVENTS, MOST_LINES = 16, 50, 20_000
LONGEST_TEXT = 1000
_WANTED = {
    "UID", "ATTENDEE", "ORGANIZER", "SEQUENCE", "DTSTAMP", "RECURRENCE-ID", "COMMENT", "DTSTART", "DTEND", "DURATION",
}  # fmt: skip
_NAME = re.compile(r"[A-Za-z0-9-]+")
_TIME = re.compile(r"(\d{8})(?:T(\d{6})(Z?))?")
_ADDRESS = re.compile(r"[^\s<>\",;:@]{1,64}@[^\s<>\",;:@]{1,190}")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


class Trouble(StrEnum):
    """Why a mail, or the calendar in it, is no answer that can be used."""

    TOO_LARGE = "too-large"
    TOO_NESTED = "too-nested"
    TOO_MANY_PARTS = "too-many-parts"
    NO_ANSWER = "no-answer"  # a mail without a calendar: somebody writes, or an out-of-office does
    AUTOMATIC = "automatic"  # the same, and no human wrote it
    NOT_FOR_US = "not-for-us"  # a calendar, but it asks or tells something that only an organizer may
    CONTRADICTORY = "contradictory"  # two methods, two uids, two attendees
    BROKEN = "broken"


class Unreadable(Exception):
    """A calendar that is no answer. `trouble` says why."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.value)
        self.trouble = trouble


@dataclass(frozen=True)
class Answer:
    """One answer. Addresses are in lower case, times aware and in UTC.

    `organizer` is None where the calendar names none, which many do. `recurrence_id` says which one of a series is
    meant. `starts_at` and `ends_at` are the times that a COUNTER proposes, `delegated_to` whom they send instead.
    """

    method: str
    uid: str
    attendee: str
    partstat: str
    sequence: int
    dtstamp: datetime
    organizer: str | None = None
    recurrence_id: datetime | None = None
    comment: str = ""
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    delegated_to: str = ""


@dataclass(frozen=True)
class _Property:
    value: str
    parameters: Mapping[str, Any]

    def parameter(self, name: str) -> str:
        found = self.parameters.get(name, "")
        return str(found[0] if isinstance(found, list) and found else found)


@dataclass
class _Found:
    """What stands in a calendar, before it is known to make sense."""

    methods: list[str] = field(default_factory=list)
    events: list[dict[str, list[_Property]]] = field(default_factory=list)
    zones: dict[str, list[str]] = field(default_factory=dict)


def answers(calendar: bytes, *, announced: str | None, sender: str) -> tuple[Answer, ...]:
    """The answers in a calendar. `announced` is the method that its Content-Type names (RFC 6047, 2.4), if any.

    `sender` decides where several attendees could be meant. Raises Unreadable.
    """
    if len(calendar) > LARGEST:
        raise Unreadable(Trouble.TOO_LARGE)
    found = _parsed(calendar)
    method = _method(found, announced)
    made = tuple(_answer(event, method, found.zones, sender) for event in found.events)
    which = [(each.uid, each.recurrence_id) for each in made]
    if not made:
        raise Unreadable(Trouble.NO_ANSWER)
    if len({uid for uid, _ in which}) > 1 or len(set(which)) < len(which) or (method != "REPLY" and len(made) > 1):
        raise Unreadable(Trouble.CONTRADICTORY)
    return made


def _method(found: _Found, announced: str | None) -> str:
    """The one method that mail and calendar agree on."""
    methods = {method.strip().upper() for method in [*found.methods, *([announced] if announced else [])]}
    if not methods:
        raise Unreadable(Trouble.NOT_FOR_US)
    if len(methods) > 1:
        raise Unreadable(Trouble.CONTRADICTORY)
    (method,) = methods
    if method not in METHODS:
        raise Unreadable(Trouble.NOT_FOR_US)
    return method


def _parsed(calendar: bytes) -> _Found:
    """The wanted lines by component, within the limits."""
    found, stack, zone = _Found(), list[str](), list[str]()
    calendars = 0
    for line in _lines(calendar):
        name = _name(line)
        what = line[len(name) + 1 :].strip().upper()
        if name == "BEGIN":
            stack.append(what)
            calendars += what == "VCALENDAR"
            if len(stack) > DEEPEST or calendars > 1:
                raise Unreadable(Trouble.TOO_NESTED if len(stack) > DEEPEST else Trouble.CONTRADICTORY)
            zone = [] if what == "VTIMEZONE" else zone
            if what == "VEVENT":
                found.events.append({})
        _keep(found, stack, zone, name, line)
        if name == "END":
            if not stack or stack.pop() != what:
                raise Unreadable(Trouble.BROKEN)
            if what == "VTIMEZONE":
                found.zones[_tzid(zone)] = zone
        if len(found.events) > MOST_EVENTS:
            raise Unreadable(Trouble.TOO_LARGE)
    if stack or not calendars:
        raise Unreadable(Trouble.BROKEN)
    return found


def _keep(found: _Found, stack: list[str], zone: list[str], name: str, line: str) -> None:
    """Puts the line where it belongs, if anything is to be read from it."""
    if "VTIMEZONE" in stack:
        if name in foreign_zones.WANTED:
            zone.append(line)
    elif stack == ["VCALENDAR"] and name == "METHOD":
        found.methods.append(line[len(name) + 1 :])
    elif stack == ["VCALENDAR", "VEVENT"] and name in _WANTED:
        found.events[-1].setdefault(name, []).append(_property(line))


def _lines(calendar: bytes) -> list[str]:
    """The content lines, unfolded. In UTF-8 if they are, else in Latin-1, which is never wrong about addresses."""
    try:
        text = calendar.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = calendar.decode("latin-1")
    lines = [line for line in re.split("\r\n|\n|\r", re.sub("(?:\r\n|\n|\r)[ \t]", "", text)) if line.strip()]
    if len(lines) > MOST_LINES:
        raise Unreadable(Trouble.TOO_LARGE)
    return lines


def _name(line: str) -> str:
    found = _NAME.match(line)
    return found[0].upper() if found else ""


def _property(line: str) -> _Property:
    try:
        _, parameters, value = Contentline(line).parts()  # type: ignore[no-untyped-call]
    except ValueError:
        raise Unreadable(Trouble.BROKEN) from None
    return _Property(value, parameters)


def _answer(event: Mapping[str, list[_Property]], method: str, zones: Mapping[str, list[str]], sender: str) -> Answer:
    organizer = _addressed(_one(event, "ORGANIZER")) or None
    attendee = _attendee(event.get("ATTENDEE", []), organizer, sender)
    stamp = _one(event, "DTSTAMP")
    if stamp is None and method != "REFRESH":
        raise Unreadable(Trouble.BROKEN)
    starts_at = ends_at = None
    if method == "COUNTER":
        starts_at, ends_at = _proposed(event, zones)
    which = _one(event, "RECURRENCE-ID")
    return Answer(
        method=method,
        uid=_uid(event),
        attendee=_addressed(attendee),
        partstat=attendee.parameter("PARTSTAT").upper() or "NEEDS-ACTION",
        sequence=_number(_one(event, "SEQUENCE")),
        dtstamp=_instant(stamp, zones) if stamp else datetime.fromtimestamp(0, UTC),
        organizer=organizer,
        recurrence_id=_instant(which, zones) if which else None,
        comment=_text(event.get("COMMENT", [])),
        starts_at=starts_at,
        ends_at=ends_at,
        delegated_to=_bare(attendee.parameter("DELEGATED-TO")),
    )


def _attendee(attendees: list[_Property], organizer: str | None, sender: str) -> _Property:
    """The one who answers: of several, the one who is not the organizer, or who sent the mail."""
    others = [each for each in attendees if _addressed(each) and _addressed(each) != organizer]
    if len(others) > 1:
        others = [each for each in others if _addressed(each) == sender]
    if len(others) != 1:
        raise Unreadable(Trouble.CONTRADICTORY if attendees else Trouble.BROKEN)
    return others[0]


def _proposed(event: Mapping[str, list[_Property]], zones: Mapping[str, list[str]]) -> tuple[datetime, datetime | None]:
    starts_at = _instant(_required(event, "DTSTART"), zones)
    end, length = _one(event, "DTEND"), _one(event, "DURATION")
    if end is not None:
        return starts_at, _instant(end, zones)
    if length is None:
        return starts_at, None
    try:
        duration = vDuration.from_ical(length.value)  # type: ignore[no-untyped-call]
        return starts_at, starts_at + duration if isinstance(duration, timedelta) else None
    except (ValueError, OverflowError):
        raise Unreadable(Trouble.BROKEN) from None


def _one(event: Mapping[str, list[_Property]], name: str) -> _Property | None:
    """The property that may stand there once. Unreadable if it contradicts itself."""
    found = event.get(name, [])
    if len({each.value for each in found}) > 1:
        raise Unreadable(Trouble.CONTRADICTORY)
    return found[0] if found else None


def _required(event: Mapping[str, list[_Property]], name: str) -> _Property:
    found = _one(event, name)
    if found is None or not found.value.strip():
        raise Unreadable(Trouble.BROKEN)
    return found


def _uid(event: Mapping[str, list[_Property]]) -> str:
    """The uid. No real one holds a control character, and there are databases that cannot be asked for one."""
    found = _required(event, "UID").value.strip()
    if _CONTROL.search(found):
        raise Unreadable(Trouble.BROKEN)
    return found


def _number(written: _Property | None) -> int:
    if written is None:
        return 0
    if not re.fullmatch(r"\s*[0-9]{1,9}\s*", written.value):
        raise Unreadable(Trouble.BROKEN)
    return int(written.value)


def _addressed(person: _Property | None) -> str:
    """The mail address of a calendar user; Apple's may stand in EMAIL alone, beside a path on a server."""
    return (_bare(person.value) or _bare(person.parameter("EMAIL"))) if person else ""


def _bare(address: str) -> str:
    plain = re.sub("^mailto:", "", address.strip(), flags=re.IGNORECASE).lower()
    return plain if _ADDRESS.fullmatch(plain) else ""


def _text(comments: list[_Property]) -> str:
    """What they wrote, as plain lines."""
    whole = "\n".join(each.value for each in comments)
    escaped = re.sub(r"\\(.)", lambda found: "\n" if found[1] in "nN" else found[1], whole)
    lines = [" ".join(line.split()) for line in _CONTROL.sub("", escaped).split("\n")]
    return "\n".join(line for line in lines if line)[:LONGEST_TEXT]


def _instant(written: _Property, zones: Mapping[str, list[str]]) -> datetime:
    """The time in UTC; a date alone is its midnight there. Unreadable where the zone is not to be known.

    Nor are the first year and the last any: they have times that not every zone's wall can show.
    """
    found = _TIME.fullmatch(written.value.strip())
    if found is None:
        raise Unreadable(Trouble.BROKEN)
    try:
        day, clock = date.fromisoformat(found[1]), found[2] or "000000"
        wall = datetime.fromisoformat(f"{day.isoformat()}T{clock}")
        zone: tzinfo | None = UTC if found[3] or not found[2] else _zone(written.parameter("TZID"), zones)
        if zone is None or not date.min.year < day.year < date.max.year:
            raise Unreadable(Trouble.BROKEN)
        return wall.replace(tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Unreadable(Trouble.BROKEN) from None


def _zone(tzid: str, zones: Mapping[str, list[str]]) -> tzinfo | None:
    return foreign_zones.zone(tzid, zones.get(tzid, []))


def _tzid(lines: list[str]) -> str:
    return next((_property(line).value for line in lines if _name(line) == "TZID"), "")

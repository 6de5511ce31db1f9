"""Calendars as bytes: invites for one attendee, feeds, and files to add by hand.

icalendar builds every component; the VTIMEZONEs are ours (`integrations.ical.timezones`). Escaping and folding are
nearly all of the cost, so whoever keeps the components of a feed has its next version by a join.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vCalAddress, vDuration, vText, vUri

from integrations.ical.timezones import holds, vtimezone

PRODID = "-//Traff//Traff//EN"
_BUSY = {"CONFIRMED": "BUSY", "TENTATIVE": "TENTATIVE", "CANCELLED": "FREE"}
_END = b"END:VCALENDAR\r\n"
# Beside \r and \n, what some readers take for the end of a line.
_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_ADDRESS = re.compile(r"[^\s\x00-\x1f\x7f<>\",;@]+@[^\s\x00-\x1f\x7f<>\",;@]+")


@dataclass(frozen=True)
class Party:
    """An organizer or attendee. ValueError if `email` is not one bare address."""

    email: str
    name: str

    def __post_init__(self) -> None:
        if not _ADDRESS.fullmatch(self.email):
            raise ValueError("A calendar user needs one bare mail address.")


@dataclass(frozen=True)
class Entry:
    """One meeting or event as one reader sees it; equal entries are written as equal bytes.

    The three times are aware, and kept in UTC; `stamp` is when this version was made (DTSTAMP and LAST-MODIFIED).
    `timezone` is the IANA zone to write the times in, `status` CONFIRMED, TENTATIVE or CANCELLED, `conference` an https
    address where one joins. Texts may hold anything: control characters are left out, and only `description` and
    `location` keep their lines. ValueError for naive times, an end that is not after the start, and another status.
    """

    uid: str
    sequence: int
    stamp: datetime
    starts_at: datetime
    ends_at: datetime
    timezone: str
    summary: str
    description: str
    location: str
    url: str
    status: str
    conference: str = ""

    def __post_init__(self) -> None:
        # In UTC, because two times of a zone that differ only in `fold` are equal to Python, and so to the cache below.
        for name in ("stamp", "starts_at", "ends_at"):
            at: datetime = getattr(self, name)
            if at.tzinfo is None:
                raise ValueError(f"{name} must be aware.")
            object.__setattr__(self, name, at.astimezone(UTC))
        if self.ends_at <= self.starts_at:
            raise ValueError("An entry must end after it starts.")
        if self.status not in _BUSY:
            raise ValueError(f"STATUS is one of {', '.join(_BUSY)}.")


def request(entry: Entry, *, organizer: Party, attendee: Party) -> bytes:
    """Invites one attendee, or tells them a new version (RFC 5546, 3.2.2). ValueError for a cancelled entry."""
    if entry.status == "CANCELLED":
        raise ValueError("No REQUEST can be made of what is cancelled.")
    tzid, event = _event(entry, entry.status)
    return _message("REQUEST", tzid, event, organizer, attendee, PARTSTAT="NEEDS-ACTION", RSVP="TRUE")


def cancel(entry: Entry, *, organizer: Party, attendee: Party, whole: bool = True) -> bytes:
    """Takes the entry out of one attendee's calendar (RFC 5546, 3.2.5), and asks for no answer.

    `whole` says that it takes place for nobody; without it this attendee alone is invited no more, and it has no
    STATUS. The entry's sequence is the next one, and its own status does not matter.
    """
    tzid, event = _event(entry, "CANCELLED")
    if not whole:
        del event["STATUS"]
    return _message("CANCEL", tzid, event, organizer, attendee)


def decline_counter(entry: Entry, *, organizer: Party, attendee: Party, comment: str = "") -> bytes:
    """Says no to the time that one attendee proposed instead (RFC 5546, 3.2.8), and why in `comment`.

    The entry is what stands as before, with the sequence that the proposal had; its stamp is when this is said.
    """
    tzid, event = _event(replace(entry, description="", conference=""), "CONFIRMED")
    for name in ("STATUS", "TRANSP", "X-MICROSOFT-CDO-BUSYSTATUS", "LAST-MODIFIED"):
        del event[name]
    if comment:
        event.add("COMMENT", _Text(_clean(comment)))
    return _message("DECLINECOUNTER", tzid, event, organizer, attendee)


def _message(method: str, tzid: str | None, event: Event, organizer: Party, attendee: Party, **answer: str) -> bytes:
    """The iTIP message of this event for this attendee alone (RFC 5546, 6.3: nobody else is named)."""
    event.add("ORGANIZER", _address(organizer))
    event.add("ATTENDEE", _address(attendee, CUTYPE="INDIVIDUAL", ROLE="REQ-PARTICIPANT", **answer))
    calendar = _calendar()
    calendar.add("METHOD", method)
    return _joined(calendar, [Component(tzid, event.to_ical())])


@dataclass(frozen=True)
class Component:
    """A written entry, to be kept and joined: the bytes of its VEVENT, and the TZID that its times are in, if any."""

    tzid: str | None
    octets: bytes


def component(entry: Entry) -> Component:
    """The entry as feeds and files have it. It stays the same as long as the entry and TZ_DATA_VERSION do."""
    tzid, event = _event(entry, entry.status)
    return Component(tzid, event.to_ical())


def feed(components: Sequence[Component], *, name: str, source: str, refresh: timedelta) -> bytes:
    """A calendar to subscribe to (RFC 7986): no METHOD, no people, cancelled entries still in it, in the order given.

    `name` is what clients show, `source` the https address of the feed, `refresh` how often they should come back.
    """
    calendar = _calendar()
    calendar.add("NAME", _Text(_line(name)))
    calendar.add("X-WR-CALNAME", _Text(_line(name)))
    calendar.add("SOURCE", vUri(_line(source)), parameters={"VALUE": "URI"})
    calendar.add("REFRESH-INTERVAL", vDuration(refresh), parameters={"VALUE": "DURATION"})
    calendar.add("X-PUBLISHED-TTL", vDuration(refresh))
    return _joined(calendar, components)


def file(entry: Entry) -> bytes:
    """A calendar of one entry, to be added by hand: no METHOD, no attendees."""
    return _joined(_calendar(), [component(entry)])


def _calendar() -> Calendar:
    calendar = Calendar()
    calendar.add("VERSION", "2.0")
    calendar.add("PRODID", PRODID)
    calendar.add("CALSCALE", "GREGORIAN")
    return calendar


def _joined(calendar: Calendar, components: Sequence[Component]) -> bytes:
    zones = [vtimezone(tzid) for tzid in sorted({each.tzid for each in components if each.tzid})]
    head: bytes = calendar.to_ical().removesuffix(_END)
    return b"".join([head, *zones, *(each.octets for each in components), _END])


def _event(entry: Entry, status: str) -> tuple[str | None, Event]:
    """The VEVENT without people, and the TZID that its times are in, None for UTC."""
    tzid = entry.timezone if holds(entry.timezone, entry.starts_at, entry.ends_at) else None
    event = Event()
    event.add("UID", _Text(_line(entry.uid)))
    event.add("SEQUENCE", entry.sequence)
    event.add("DTSTAMP", entry.stamp)
    event.add("LAST-MODIFIED", entry.stamp)
    _add_time(event, "DTSTART", entry.starts_at, tzid)
    _add_time(event, "DTEND", entry.ends_at, tzid)
    event.add("STATUS", status)
    event.add("TRANSP", "TRANSPARENT" if status == "CANCELLED" else "OPAQUE")
    event.add("X-MICROSOFT-CDO-BUSYSTATUS", _BUSY[status])
    event.add("SUMMARY", _Text(_line(entry.summary)))
    if entry.description:
        event.add("DESCRIPTION", _Text(_clean(entry.description)))
    if entry.location:
        event.add("LOCATION", _Text(_clean(entry.location)))
    if entry.url:
        event.add("URL", vUri(_line(entry.url)))
    if entry.conference:  # RFC 7986, 5.11; icalendar's own Conference would quote both features as one
        event.add("CONFERENCE", vUri(_line(entry.conference), params={"VALUE": "URI", "FEATURE": ["VIDEO", "AUDIO"]}))
    return tzid, event


def _add_time(event: Event, name: str, at: datetime, tzid: str | None) -> None:
    if tzid is None:
        event.add(name, at)
    else:  # icalendar would name the zone itself, and calls Abidjan's UTC
        event.add(name, at.astimezone(ZoneInfo(tzid)).replace(tzinfo=None), parameters={"TZID": tzid})


def _address(party: Party, **parameters: str) -> vCalAddress:
    """A calendar address; double quotes cannot stand in CN (RFC 5545, 3.2) and few readers know RFC 6868."""
    name = _line(party.name).replace('"', "'")
    return vCalAddress(f"mailto:{party.email}", params=parameters | ({"CN": name} if name else {}))


class _Text(vText):
    """TEXT as RFC 5545 3.3.11 escapes it. vText takes the \\N of C:\\News for a line break."""

    def to_ical(self) -> bytes:
        return re.sub(r"([\\;,])", r"\\\1", self).replace("\n", "\\n").encode()


def _clean(text: str) -> str:
    r"""Text of lines that end in \n, without control characters (RFC 5545, 3.1), that UTF-8 can hold."""
    return _CONTROL.sub("", _BREAK.sub("\n", text)).encode("utf-8", "replace").decode()


def _line(text: str) -> str:
    """The same on one line."""
    return " ".join(_clean(text).split())

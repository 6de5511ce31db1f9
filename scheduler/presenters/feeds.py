"""Calendars to subscribe to. Whether one has changed is known from its lines; only what is new in it is written.

What an entry becomes is kept by its line, its reader's language and zone, and the links in it: so no two readers share
an entry that holds a door, and a feed of which all is kept is a join.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import cast

from integrations.ical import write
from integrations.ical.timezones import TZ_DATA_VERSION
from scheduler.models import Department, Event, Meeting, Person, Programme, Registration, Seat
from scheduler.presenters import calendars
from scheduler.presenters.i18n import CATALOGUES, words
from scheduler.presenters.links import Links
from scheduler.presenters.meetings import reader
from scheduler.presenters.meetings import view as met
from scheduler.presenters.registrations import view as registered
from scheduler.programme.feeds import Kind, Line, Row

REFRESH = timedelta(hours=1)
MOST_KEPT = 16_384  # components of about a kilobyte
Read = Callable[[Kind, Collection[int]], Iterable[Row]]


@dataclass(frozen=True)
class Voice:
    """In what words, zone and links an entry speaks to its reader."""

    locale: str
    timezone: str
    links: Links


@dataclass(frozen=True)
class Feed:
    """A feed before any of it is written. `source` is its own https address."""

    name: str
    source: str
    voice: Voice
    lines: tuple[Line, ...]

    @property
    def tag(self) -> str:
        """For an ETag: another one whenever a byte of the feed may be another one."""
        facts = [_release(), TZ_DATA_VERSION, self.name, self.source, self.voice.locale, self.voice.timezone]
        lines = [(line.kind.value, line.row_id, line.changed_at.timestamp(), line.facts) for line in self.lines]
        return sha256(repr((facts, lines)).encode()).hexdigest()[:32]

    @property
    def changed(self) -> datetime | None:
        """When the last of its entries changed; None for an empty feed."""
        return max((line.changed_at for line in self.lines), default=None)


_kept: dict[tuple[Voice, Line], write.Component] = {}
_keeping = Lock()


def personal(person: Person, lines: Iterable[Line], links: Links) -> Feed:
    """All that the person is invited to, in their language and zone, under the uids of the invites."""
    name = words(person.locale).gettext("My mentor meetings")
    source = links.feed(person.id, person.feed_generation)
    return Feed(name, source, Voice(person.locale, person.timezone, links), tuple(lines))


def of_programme(programme: Programme, lines: Iterable[Line], links: Links) -> Feed:
    """The programme's events for everybody, in its language."""
    return Feed(
        words(programme.locale).choose(programme.name), links.programme_feed(programme.slug), _voice(programme, links),
        tuple(lines),
    )  # fmt: skip


def of_department(department: Department, lines: Iterable[Line], links: Links) -> Feed:
    """The meetings of a department's pairs and the programme's events, in the programme's language and zone."""
    programme = department.programme
    name = f"{words(programme.locale).choose(programme.name)}: {department.name}"
    source = links.department_feed(department.id, department.feed_generation)
    return Feed(name, source, _voice(programme, links), tuple(lines))


def of_desk(programme: Programme, source: str, lines: Iterable[Line], links: Links) -> Feed:
    """The same for one coordinator: all that is in reach of their desk."""
    spoken = words(programme.locale)
    name = spoken.gettext("%(programme)s: my desk", programme=spoken.choose(programme.name))
    return Feed(name, source, _voice(programme, links), tuple(lines))


def written(feed: Feed, read: Read) -> bytes:
    """The calendar. `read` gives the rows of a kind, and is asked for those alone of which nothing is kept."""
    made = {line: _kept.get((feed.voice, line)) for line in feed.lines}
    for kind in Kind:
        missing = {line.row_id: line for line, component in made.items() if component is None and line.kind is kind}
        for row in read(kind, missing) if missing else ():
            made[missing[row.id]] = _keep(feed.voice, missing[row.id], row)
    components = [component for component in made.values() if component is not None]
    return write.feed(components, name=feed.name, source=feed.source, refresh=REFRESH)


def forget() -> None:
    """Keeps nothing any more, as in a new process."""
    with _keeping:
        _kept.clear()


def kept() -> int:
    """How many components are kept."""
    return len(_kept)


def _keep(voice: Voice, line: Line, row: Row) -> write.Component:
    component = write.component(_ENTRIES[line.kind](row, voice))
    with _keeping:
        while len(_kept) >= MOST_KEPT:  # the oldest, which is as good as the least used: feeds are asked for in turn
            del _kept[next(iter(_kept))]
        _kept[voice, line] = component
    return component


def _seat(row: Row, voice: Voice) -> write.Entry:
    return calendars.meeting_entry(met(cast("Seat", row), voice.links))


def _registration(row: Row, voice: Voice) -> write.Entry:
    registration = cast("Registration", row)
    own = reader(registration.person)
    return calendars.registration_entry(replace(registered(registration, voice.links), reader=own))


def _event(row: Row, voice: Voice) -> write.Entry:
    event = cast("Event", row)
    return calendars.event_entry(event.programme, event, voice.links, locale=voice.locale)


def _meeting(row: Row, voice: Voice) -> write.Entry:
    return calendars.desk_entry(cast("Meeting", row), voice.links, locale=voice.locale)


_ENTRIES: Mapping[Kind, Callable[[Row, Voice], write.Entry]] = {
    Kind.SEAT: _seat,
    Kind.REGISTRATION: _registration,
    Kind.EVENT: _event,
    Kind.MEETING: _meeting,
}


def _voice(programme: Programme, links: Links) -> Voice:
    return Voice(programme.locale, programme.timezone, links)


@cache
def _release() -> str:
    """Of the code and the words that write entries: a new release may write the same entry otherwise."""
    sources = [*Path(__file__).parent.glob("*.py"), *Path(write.__file__).parent.glob("*.py"), *CATALOGUES.glob("*.po")]
    digest = sha256()
    for source in sorted(sources):
        digest.update(source.read_bytes())
    return digest.hexdigest()

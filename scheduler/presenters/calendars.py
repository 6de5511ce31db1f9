"""Meetings and events as entries of a calendar: invites, feeds, files."""

from collections.abc import Sequence
from datetime import timedelta

from integrations.ical import write
from scheduler.models import Event, Person, Programme, Seat
from scheduler.presenters.i18n import words
from scheduler.presenters.links import Links
from scheduler.presenters.meetings import MeetingView, view
from scheduler.states import EventState, Method

REFRESH = timedelta(hours=1)


def invite(meeting: MeetingView, *, method: Method, organizer: str) -> bytes:
    """The iTIP message for this reader alone; `organizer` is the address that the mail comes from."""
    return write.invite(
        meeting_entry(meeting),
        method=method,
        organizer=write.Party(organizer, meeting.programme),
        attendee=write.Party(meeting.reader.email, meeting.reader.name),
    )


def personal_feed(person: Person, seats: Sequence[Seat], links: Links) -> bytes:
    """Everything that the person is invited to, in their language and zone."""
    return write.feed(
        [meeting_entry(view(seat, links)) for seat in seats],
        name=words(person.locale).gettext("My mentor meetings"),
        source=links.feed(person.id, person.feed_generation),
        refresh=REFRESH,
    )


def programme_feed(programme: Programme, events: Sequence[Event], links: Links, *, locale: str) -> bytes:
    """The programme's events for everybody, in this language and the programme's zone."""
    return write.feed(
        [event_entry(programme, event, links, locale=locale) for event in events],
        name=words(locale).choose(programme.name),
        source=links.programme_feed(programme.slug),
        refresh=REFRESH,
    )


def event_file(programme: Programme, event: Event, links: Links, *, locale: str) -> bytes:
    """One event, to add by hand."""
    return write.file(event_entry(programme, event, links, locale=locale))


def meeting_entry(meeting: MeetingView) -> write.Entry:
    """The meeting as its reader's calendar shows it."""
    return write.Entry(
        uid=meeting.uid,
        sequence=meeting.version.sequence,
        stamp=meeting.version.at,
        starts_at=meeting.version.starts_at,
        ends_at=meeting.ends_at,
        timezone=meeting.reader.timezone,
        summary=meeting.title,
        description=_description(meeting),
        location=meeting.location,
        url=meeting.door,
        status="CANCELLED" if meeting.cancelled else "CONFIRMED",
        conference=meeting.door if meeting.joins_by_door and not meeting.cancelled else "",
    )


def event_entry(programme: Programme, event: Event, links: Links, *, locale: str) -> write.Entry:
    """The event as anybody's calendar shows it: no names, no join link."""
    page = links.event(programme.slug, event.slug)
    return write.Entry(
        uid=event.feed_uid,
        sequence=0,
        stamp=event.changed_at,
        starts_at=event.starts_at,
        ends_at=event.starts_at + timedelta(minutes=event.minutes),
        timezone=event.timezone,
        summary=words(locale).choose(event.title),
        description=page,
        location=event.place,
        url=page,
        status="CANCELLED" if event.state is EventState.CANCELLED else "CONFIRMED",
    )


def _description(meeting: MeetingView) -> str:
    """Plain text, short, the door on a line of its own, since some calendars show nothing else of it."""
    _ = meeting.words.gettext
    lines = [f"{_('How')}: {meeting.mode}"]
    lines += [f"{what}: {text}" for what, text in meeting.facts]
    if meeting.when_for_partner:
        lines.append(_("For %(name)s: %(when)s", name=meeting.partner, when=meeting.when_for_partner))
    lines += ["", _("Join here:") if meeting.joins_by_door else _("More about the meeting:"), meeting.door]
    return "\n".join(lines)

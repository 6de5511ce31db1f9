"""Meetings and events as entries of a calendar, and as invites and files of one entry."""

from dataclasses import replace
from datetime import datetime
from typing import TypedDict

from integrations.ical import write
from scheduler.models import Event, Meeting, Programme
from scheduler.presenters.i18n import words
from scheduler.presenters.labels import label
from scheduler.presenters.links import Links
from scheduler.presenters.meetings import MeetingView
from scheduler.presenters.registrations import RegistrationView
from scheduler.states import EventState, MeetingState, Method


def invite(meeting: MeetingView, *, method: Method, organizer: str) -> bytes:
    """The iTIP message for this reader alone; `organizer` is the address that the mail comes from."""
    message = write.request if method is Method.REQUEST else write.cancel
    return message(meeting_entry(meeting), **_parties(meeting, organizer))


def decline_counter(told: MeetingView | RegistrationView, *, at: datetime, comment: str, organizer: str) -> bytes:
    """Says to this reader that the time they proposed does not suit, and that all stays as it is; `at` is when."""
    return write.decline_counter(replace(_entry(told), stamp=at), comment=comment, **_parties(told, organizer))


def event_invite(registration: RegistrationView, *, method: Method, organizer: str) -> bytes:
    """The iTIP message for the holder of this seat alone. Whoever gives it up is not invited any more to what stays."""
    entry, parties = registration_entry(registration), _parties(registration, organizer)
    if method is Method.REQUEST:
        return write.request(entry, **parties)
    return write.cancel(entry, whole=registration.called_off, **parties)


def withdrawal(told: MeetingView | RegistrationView, *, organizer: str) -> bytes:
    """Takes the entry out of this reader's calendar alone: it was never for them, and takes place."""
    return write.cancel(_entry(told), whole=False, **_parties(told, organizer))


class _Parties(TypedDict):
    organizer: write.Party
    attendee: write.Party


def _parties(told: MeetingView | RegistrationView, organizer: str) -> _Parties:
    return {
        "organizer": write.Party(organizer, told.programme),
        "attendee": write.Party(told.reader.email, told.reader.name),
    }


def _entry(told: MeetingView | RegistrationView) -> write.Entry:
    return meeting_entry(told) if isinstance(told, MeetingView) else registration_entry(told)


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
        url="" if meeting.cancelled else meeting.door,
        status="CANCELLED" if meeting.cancelled else "CONFIRMED",
        conference=meeting.door if meeting.joins_by_door and not meeting.cancelled else "",
    )


def registration_entry(registration: RegistrationView) -> write.Entry:
    """The event as the calendar of somebody with a seat shows it: with the way in."""
    return write.Entry(
        uid=registration.uid,
        sequence=registration.version.sequence,
        stamp=registration.version.at,
        starts_at=registration.version.starts_at,
        ends_at=registration.ends_at,
        timezone=registration.reader.timezone,
        summary=registration.title,
        description=_event_description(registration),
        location=registration.location,
        url=registration.door if registration.joins_by_door else registration.page,
        status="CANCELLED" if registration.cancelled else "CONFIRMED",
        conference=registration.door if registration.joins_by_door else "",
    )


def receipt_file(registration: RegistrationView) -> bytes:
    """The event to add by hand from the receipt: the invite's own uid, so that the two are one, but no way in."""
    entry = registration_entry(registration)
    plain = replace(entry, location=registration.version.place, description=registration.page, url=registration.page)
    return write.file(replace(plain, conference=""))


def event_entry(programme: Programme, event: Event, links: Links, *, locale: str) -> write.Entry:
    """The event as anybody's calendar shows it: no names, no join link."""
    page = links.event(programme.slug, event.slug)
    return write.Entry(
        uid=event.feed_uid,
        sequence=event.sequence,
        stamp=event.changed_at,
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        timezone=event.timezone,
        summary=words(locale).choose(event.title),
        description=page,
        location=event.place,
        url=page,
        status="CANCELLED" if event.state is EventState.CANCELLED else "CONFIRMED",
    )


def desk_entry(meeting: Meeting, links: Links, *, locale: str) -> write.Entry:
    """A pair's meeting as its coordinators see it, in the programme's zone: who, when and how, and no way in."""
    pair, programme, spoken = meeting.pair, meeting.pair.programme, words(locale)
    page = links.desk_pair(programme.slug, pair.id)
    how = spoken.gettext(label(meeting.mode))
    return write.Entry(
        uid=meeting.uid,
        sequence=meeting.sequence,
        stamp=meeting.changed_at,
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        timezone=programme.timezone,
        summary=f"{pair.mentor.name} – {pair.mentee.name}",
        description=f"{spoken.gettext('How')}: {how}\n\n{page}",
        location=meeting.place,
        url=page,
        status="CANCELLED" if meeting.state is MeetingState.CANCELLED else "CONFIRMED",
    )


def _description(meeting: MeetingView) -> str:
    """Plain text, short, the door on a line of its own, since some calendars show nothing else of it.

    What is cancelled has no way in.
    """
    _ = meeting.words.gettext
    lines = [f"{_('How')}: {meeting.mode}"]
    lines += [f"{what}: {text}" for what, text in meeting.facts]
    if meeting.when_for_partner:
        lines.append(_("For %(name)s: %(when)s", name=meeting.partner, when=meeting.when_for_partner))
    if not meeting.cancelled:
        lines += ["", _("Join here:") if meeting.joins_by_door else _("More about the meeting:"), meeting.door]
    return "\n".join(lines)


def _event_description(registration: RegistrationView) -> str:
    _ = registration.words.gettext
    lines = [f"{_('How')}: {registration.how}"]
    if registration.version.place:
        lines.append(f"{_('Place')}: {registration.version.place}")
    if registration.version.recorded and not registration.cancelled:
        lines.append(_("This event will be recorded."))
    if registration.joins_by_door:
        lines += ["", _("Join here:"), registration.door]
    return "\n".join([*lines, "", _("More about the event:"), registration.page])

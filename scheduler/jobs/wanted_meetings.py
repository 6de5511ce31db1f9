"""What a meeting or an event should be at Zoom: a pair's opens by itself, and at an event somebody keeps the door."""

from collections.abc import Iterable
from dataclasses import replace

from sqlalchemy.orm import Session

from integrations.zoom.client import WantedMeeting
from integrations.zoom.errors import HostNotAllowed, MissingScope
from scheduler.jobs.adapters import Zoom
from scheduler.models import Event, Meeting, ZoomMeeting
from scheduler.presenters.i18n import words
from scheduler.programme import access


def wanted_meeting(row: ZoomMeeting) -> WantedMeeting:
    """The row's side at Zoom, as the meeting or event stands now. At an event everybody comes in muted.

    What is made keeps the passcode that it has, which may have signs that we could not ask for.
    """
    about = row.about
    is_event = isinstance(about, Event)
    return WantedMeeting(
        reference=row.reference,
        topic=_of_event(about) if isinstance(about, Event) else _of_pair(about),
        starts_at=about.starts_at,
        minutes=about.minutes,
        timezone=about.timezone,
        passcode="" if row.zoom_id is not None else row.passcode,
        muted=is_event,
        locked=frozenset(row.locked),
    )


def leaders(session: Session, row: ZoomMeeting) -> tuple[str, ...]:
    """The addresses of those who lead the event; nobody leads a pair's meeting."""
    about = row.about
    return tuple(led.email for led in access.facilitators_of(session, about)) if isinstance(about, Event) else ()


def with_leaders(wanted: WantedMeeting, emails: Iterable[str], host: str, zoom: Zoom) -> WantedMeeting:
    """The same, with those as alternative hosts whom Zoom takes as such: licensed, active users of the account.

    They, as well as the host, let people in from a waiting room; where there is none of them, it opens by itself.
    """
    found = tuple(email for email in emails if email != host and _may_host(zoom, email))
    return replace(wanted, alternative_hosts=found, waiting_room=True) if found else wanted


def _may_host(zoom: Zoom, email: str) -> bool:
    try:
        found = zoom.user(email)
    except (HostNotAllowed, MissingScope):
        return False
    return found.licensed and found.active


def _of_pair(meeting: Meeting) -> str:
    pair = meeting.pair
    return f"{words(pair.programme.locale).choose(pair.programme.name)}: {pair.mentee.name} & {pair.mentor.name}"


def _of_event(event: Event) -> str:
    chosen = words(event.programme.locale)
    return f"{chosen.choose(event.programme.name)}: {chosen.choose(event.title)}"

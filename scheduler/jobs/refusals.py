"""The steps that refuse a time which somebody's calendar proposed: by DECLINECOUNTER, and by mail with other times."""

from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from scheduler.jobs import post
from scheduler.jobs.adapters import World
from scheduler.messages import SendEventRefusal, SendRefusal
from scheduler.models import Registration
from scheduler.presenters import calendars, refusals
from scheduler.presenters.letters import Letter
from scheduler.presenters.meetings import MeetingView
from scheduler.presenters.meetings import view as met
from scheduler.presenters.registrations import RegistrationView
from scheduler.presenters.registrations import view as registered
from scheduler.programme import doors
from scheduler.states import Invited, Method


@dataclass(frozen=True)
class Facts:
    """What stands, as its reader is told it; the address that its invite came from; whether the calendar is told."""

    message: SendRefusal | SendEventRefusal
    told: MeetingView | RegistrationView
    organizer: str
    letter: Letter
    by_calendar: bool = True


def read(session: Session, message: SendRefusal, world: World) -> Facts:
    """The meeting that stands, for its reader."""
    seat = doors.seat_at(session, message.meeting_id, message.person_id)
    meeting = met(seat, world.links, at=message.version, cancelled=False)
    organizer = world.organizers.of(Invited.MEETING, message.meeting_id)
    if not message.plain:
        return Facts(message, meeting, organizer, refusals.refusal(meeting))
    move, hours = world.links.me(f"meetings/{message.meeting_id}/move"), world.links.me("times")
    letter = refusals.other_times(meeting, message.starts, move=move, hours=hours)
    return Facts(message, meeting, organizer, letter, by_calendar=False)


def read_event(session: Session, message: SendEventRefusal, world: World) -> Facts:
    """The event that stands, in the version that was answered, for the holder of the seat."""
    row = session.get_one(Registration, message.registration_id)
    registration = replace(registered(row, world.links), version=message.version)
    organizer = world.organizers.of(Invited.REGISTRATION, message.registration_id)
    return Facts(message, registration, organizer, refusals.event_refusal(registration))


def perform(facts: Facts, world: World, *, doubt: bool) -> None:
    """Sends the mail. After a lost attempt it goes out again, as the same message."""
    message, told = facts.message, facts.told
    part = "refused" if facts.by_calendar else "other"
    envelope = post.Envelope(
        recipient=told.reader.email,
        sender=told.programme,
        reply_to=told.contact,
        key=f"{told.uid}.{message.version.sequence}.{part}-{message.at:%Y%m%d%H%M%S%f}.{message.person_id}",
        thread=f"{told.uid}.0.{message.person_id}",
        date=message.at,
        calendar=_calendar(facts) if facts.by_calendar else None,
        method=Method.DECLINECOUNTER if facts.by_calendar else None,
        organizer=facts.organizer,
    )
    post.send(facts.letter, envelope, world)


def _calendar(facts: Facts) -> bytes:
    told, comment = facts.told, refusals.sentence(facts.told)
    with post.writable():
        return calendars.decline_counter(told, at=facts.message.at, comment=comment, organizer=facts.organizer)

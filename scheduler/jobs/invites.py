"""The step that sends an invite."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from scheduler.jobs import post
from scheduler.jobs.adapters import World
from scheduler.messages import SendInvite
from scheduler.presenters import calendars, letters
from scheduler.presenters.meetings import MeetingView, view
from scheduler.programme import doors, wall_clocks
from scheduler.states import Change, Invited, Method


@dataclass(frozen=True)
class Facts:
    """What the message tells its reader, and whose mails it belongs with."""

    message: SendInvite
    meeting: MeetingView


def read(session: Session, message: SendInvite, world: World) -> Facts:
    """The version that the message is about, for its reader at their address, language and zone of today."""
    seat = doors.seat_at(session, message.meeting_id, message.person_id)
    cancelled = message.method is Method.CANCEL
    return Facts(message, view(seat, world.links, at=message.version, cancelled=cancelled))


def perform(facts: Facts, world: World, *, doubt: bool) -> str:
    """Sends the mail. After a lost attempt it goes out again, as the same message: better twice than never.

    Returns the zone whose wall clock the reader was told.
    """
    message = facts.message
    letter = letters.invite(facts.meeting, message.change, was=message.was, was_minutes=message.was_minutes)
    post.send(letter, _envelope(facts, world), world)
    return facts.meeting.reader.timezone


def record(session: Session, message: SendInvite, result: str, *, now: datetime) -> None:
    """Notes what the reader was told, if it still holds. That it is sent stands in the delivery itself."""
    seat = doors.seat_at(session, message.meeting_id, message.person_id)
    if message.method is Method.REQUEST and seat.meeting.sequence == message.version.sequence:
        wall_clocks.tell(seat, zone=result, starts_at=message.version.starts_at)


def _envelope(facts: Facts, world: World) -> post.Envelope:
    message, meeting = facts.message, facts.meeting
    organizer = world.organizers.of(Invited.MEETING, message.meeting_id)
    with post.writable():
        calendar = calendars.invite(meeting, method=message.method, organizer=organizer)
    return post.Envelope(
        recipient=meeting.reader.email,
        sender=meeting.programme,
        reply_to=meeting.contact,
        key=_key(facts),
        thread=f"{meeting.uid}.0.{message.person_id}",
        date=message.version.at,
        calendar=calendar,
        method=message.method,
        organizer=organizer,
    )


def _key(facts: Facts) -> str:
    """The same for a version, so that a copy sent twice is known as one; what is asked for once more is new."""
    message = facts.message
    again = f"again-{message.version.at:%Y%m%d%H%M%S%f}." if message.change is Change.REFRESHED else ""
    return f"{facts.meeting.uid}.{message.version.sequence}.{again}{message.person_id}"

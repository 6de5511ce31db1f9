"""The step that takes an invite back from an address that was not the person's own."""

from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from scheduler.jobs import post
from scheduler.jobs.adapters import World
from scheduler.messages import SendWithdrawal
from scheduler.models import Registration
from scheduler.presenters import calendars, letters, meetings, registrations
from scheduler.presenters.meetings import MeetingView, Reader
from scheduler.presenters.registrations import RegistrationView
from scheduler.programme import doors
from scheduler.states import Invited, Method, RegistrationState


@dataclass(frozen=True)
class Facts:
    """What is taken back, as the wrong mailbox was told it, and the address that its invite came from."""

    message: SendWithdrawal
    told: MeetingView | RegistrationView
    organizer: str


def read(session: Session, message: SendWithdrawal, world: World) -> Facts:
    """The meeting or the event as it is now, for a reader of whom nothing is known but the address."""
    if message.meeting_id is not None:
        seat = doors.seat_at(session, message.meeting_id, message.person_id)
        meeting = meetings.view(seat, world.links, cancelled=True)
        at = replace(meeting.version, sequence=message.sequence, at=message.at)
        told = replace(meeting, version=at, reader=_nobody(meeting.reader, message))
        return Facts(message, told, world.organizers.of(Invited.MEETING, message.meeting_id))
    row = session.get_one(Registration, message.registration_id)
    place = registrations.view(row, world.links)
    at_event = replace(place.version, sequence=message.sequence, at=message.at)
    reader, state = _nobody(place.reader, message), RegistrationState.CANCELLED
    shown = replace(place, version=at_event, reader=reader, state=state)
    return Facts(message, shown, world.organizers.of(Invited.REGISTRATION, row.id))


def perform(facts: Facts, world: World, *, doubt: bool) -> None:
    """Sends the mail. After a lost attempt it goes out again, as the same message: better twice than never."""
    message, told = facts.message, facts.told
    with post.writable():
        calendar = calendars.withdrawal(told, organizer=facts.organizer)
    envelope = post.Envelope(
        recipient=message.address,
        sender=told.programme,
        reply_to=told.contact,
        key=f"{told.uid}.{message.sequence}.withdrawn.{message.person_id}",
        thread=f"{told.uid}.0.{message.person_id}",
        date=message.at,
        calendar=calendar,
        method=Method.CANCEL,
        organizer=facts.organizer,
    )
    post.send(letters.withdrawal(told.reader.locale, programme=told.programme, contact=told.contact), envelope, world)


def _nobody(reader: Reader, message: SendWithdrawal) -> Reader:
    return replace(reader, name="", email=message.address)

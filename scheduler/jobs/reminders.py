"""The steps that remind somebody of a meeting or an event."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from scheduler.jobs import post
from scheduler.jobs.adapters import World
from scheduler.messages import SendEventReminder, SendReminder
from scheduler.models import Person, Programme
from scheduler.presenters import meetings, registrations
from scheduler.presenters.reminders import Reminded, of_event, of_meeting, reminder
from scheduler.programme import doors, reminders
from scheduler.programme.people.reminder_choices import wanted
from scheduler.states import ReminderKind


@dataclass(frozen=True)
class Facts:
    """What the mail says, and the uid of the invite whose mails it belongs with."""

    message: SendReminder | SendEventReminder
    told: Reminded
    uid: str


def read(session: Session, message: SendReminder, world: World) -> Facts | None:
    """The meeting as it is now. None where nobody need be reminded of it any more."""
    seat = reminders.seat_to_remind(session, message)
    if seat is None:
        return None
    spare = doors.link(session, seat.meeting) if _is_last(message, seat.person, seat.meeting.pair.programme) else ""
    told = of_meeting(meetings.view(seat, world.links), spare=spare, choices=_choices(world))
    return Facts(message, told, seat.meeting.uid)


def read_event(session: Session, message: SendEventReminder, world: World) -> Facts | None:
    """The event as it is now. None where nobody need be reminded of it any more."""
    row = reminders.registration_to_remind(session, message)
    if row is None:
        return None
    spare = doors.event_link(session, row) if _is_last(message, row.person, row.event.programme) else ""
    told = of_event(registrations.view(row, world.links), spare=spare, choices=_choices(world))
    return Facts(message, told, row.uid)


def perform(facts: Facts, world: World, *, doubt: bool) -> None:
    """Sends the mail. After a lost attempt it goes out again, as the same message: better twice than never."""
    message, told = facts.message, facts.told
    envelope = post.Envelope(
        recipient=told.reader.email,
        sender=told.programme,
        reply_to=told.contact,
        key=f"{facts.uid}.{message.reminder}.{message.at:%Y%m%d%H%M%S}.{message.person_id}",
        thread=f"{facts.uid}.0.{message.person_id}",
        date=message.at,
    )
    post.send(reminder(told), envelope, world)


def _is_last(message: SendReminder | SendEventReminder, person: Person, programme: Programme) -> bool:
    """Whether no reminder of the same comes after this one."""
    return message.reminder is ReminderKind.HOUR or ReminderKind.HOUR not in wanted(person, programme)


def _choices(world: World) -> str:
    return world.links.me("#reminders")

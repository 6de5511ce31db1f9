"""The step that tells somebody of their registration, with an invite of its own where they have a seat."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from scheduler.jobs import post
from scheduler.jobs.adapters import World
from scheduler.messages import SendRegistration
from scheduler.models import Registration
from scheduler.presenters import calendars
from scheduler.presenters.registrations import RegistrationView, as_told, told, view
from scheduler.programme import wall_clocks
from scheduler.programme.events import standing
from scheduler.states import Invited, Method, RegistrationChange, RegistrationState


@dataclass(frozen=True)
class Facts:
    """What the message tells its reader."""

    message: SendRegistration
    registration: RegistrationView


def read(session: Session, message: SendRegistration, world: World) -> Facts:
    """The version that the message is about; the place in the line is today's."""
    row = session.get_one(Registration, message.registration_id)
    waits = row.state is RegistrationState.WAITLISTED
    place = standing.place_in_line(session, row) if waits else 1  # promoted meanwhile: was the first
    return Facts(message, as_told(view(row, world.links, place_in_line=place), message))


def perform(facts: Facts, world: World, *, doubt: bool) -> str:
    """Sends the mail. After a lost attempt it goes out again, as the same message: better twice than never.

    Returns the zone whose wall clock the reader was told.
    """
    post.send(told(facts.registration, facts.message), _envelope(facts, world), world)
    return facts.registration.reader.timezone


def record(session: Session, message: SendRegistration, result: str, *, now: datetime) -> None:
    """Notes what the holder was told, if it still holds. That it is sent stands in the delivery itself."""
    row = session.get_one(Registration, message.registration_id)
    if message.method is Method.REQUEST and row.sequence == message.version.sequence:
        wall_clocks.tell(row, zone=result, starts_at=message.version.starts_at)


def _envelope(facts: Facts, world: World) -> post.Envelope:
    message, registration = facts.message, facts.registration
    first = f"{registration.uid}.0.{message.person_id}"
    return post.Envelope(
        recipient=registration.reader.email,
        sender=registration.programme,
        reply_to=registration.contact,
        key=_key(facts),
        thread=first,
        date=message.version.at,
        calendar=_calendar(facts, world),
        method=message.method,
        organizer=_organizer(facts, world),
    )


def _organizer(facts: Facts, world: World) -> str:
    return world.organizers.of(Invited.REGISTRATION, facts.message.registration_id)


def _key(facts: Facts) -> str:
    """The same for a version, so that a copy sent twice is known as one; a receipt asked for once more is new."""
    message = facts.message
    anew = message.change in {RegistrationChange.AGAIN, RegistrationChange.REFRESHED}
    again = f"again-{message.version.at:%Y%m%d%H%M%S%f}." if anew else ""
    return f"{facts.registration.uid}.{message.version.sequence}.{again}{message.person_id}"


def _calendar(facts: Facts, world: World) -> bytes | None:
    method = facts.message.method
    if method is None:
        return None
    with post.writable():
        return calendars.event_invite(facts.registration, method=method, organizer=_organizer(facts, world))

"""The step that sends an invite."""

from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage

from sqlalchemy import select
from sqlalchemy.orm import Session

from integrations.mail.message import Mail, compose
from integrations.outcome import Rejected
from scheduler.jobs.adapters import World
from scheduler.messages import SendInvite
from scheduler.models import Seat
from scheduler.presenters import calendars, letters
from scheduler.presenters.meetings import MeetingView, view
from scheduler.states import Method


@dataclass(frozen=True)
class Facts:
    """What the message tells its reader, and whose mails it belongs with."""

    message: SendInvite
    meeting: MeetingView


def read(session: Session, message: SendInvite, world: World) -> Facts:
    """The version that the message is about, for its reader at their address, language and zone of today."""
    query = select(Seat).where(Seat.meeting_id == message.meeting_id, Seat.person_id == message.person_id)
    seat = session.scalars(query).one()
    cancelled = message.method is Method.CANCEL
    return Facts(message, view(seat, world.links, at=message.version, cancelled=cancelled))


def perform(facts: Facts, world: World, *, doubt: bool) -> None:
    """Sends the mail. After a lost attempt it goes out again, as the same message: better twice than never."""
    world.mailer.send(_compose(facts, world))


def record(session: Session, message: SendInvite, result: None, *, now: datetime) -> None:
    """That it is sent stands in the delivery itself."""


def _compose(facts: Facts, world: World) -> EmailMessage:
    """The mail with its invite. Rejected if the people's data cannot be put into one: nobody could send it."""
    message, meeting = facts.message, facts.meeting
    letter = letters.invite(meeting, message.change, was=message.was, was_minutes=message.was_minutes)
    first, this = (_message_id(facts, world, sequence) for sequence in (0, message.version.sequence))
    try:
        return compose(
            Mail(
                sender=(meeting.programme, world.sender),
                recipient=meeting.reader.email,
                reply_to=meeting.contact,
                subject=letter.subject,
                text=letter.text,
                html=letter.html,
                calendar=calendars.invite(meeting, method=message.method, organizer=world.sender),
                method=message.method,
                message_id=this,
                references=() if this == first else (first,),
                date=message.version.at,
            )
        )
    except ValueError as bad:
        raise Rejected(str(bad)) from bad


def _message_id(facts: Facts, world: World, sequence: int) -> str:
    """Always the same for a version and its reader, so that a copy sent twice is known as one."""
    domain = world.sender.rpartition("@")[2]
    return f"<{facts.meeting.uid}.{sequence}.{facts.message.person_id}@{domain}>"

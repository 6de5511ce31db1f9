"""The steps that ask somebody to register for an event, and tell them if it moves or is called off."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.jobs import post
from scheduler.jobs.adapters import World
from scheduler.messages import SendEventInvitation, SendEventNews
from scheduler.models import Event, EventInvitation
from scheduler.presenters.event_invitations import EventAsked, event_invitation
from scheduler.presenters.i18n import words
from scheduler.presenters.meetings import reader
from scheduler.programme.events import audiences, invited


@dataclass(frozen=True)
class Facts:
    """What the mail says, and the asking that it belongs to."""

    message: SendEventInvitation | SendEventNews
    asked: EventAsked
    at: datetime


def read(session: Session, message: SendEventInvitation, world: World) -> Facts | None:
    """The event as it is now. None where nobody need be asked any more: it is off, or they have answered meanwhile."""
    query = select(EventInvitation).where(
        EventInvitation.event_id == message.event_id, EventInvitation.person_id == message.person_id
    )
    row = session.scalars(query).one()
    if not audiences.is_open_question(session, row):
        return None
    at = row.reminded_at if message.reminder and row.reminded_at else row.invited_at
    return Facts(message, _asked(row, world, reminder=message.reminder, at=at), at)


def read_news(session: Session, message: SendEventNews, world: World) -> Facts | None:
    """The event as it is now. None where the news are old, or the person has heard nothing of the event yet."""
    row = invited.to_tell(session, message)
    if row is None:
        return None
    spoken, zone = words(row.person.locale), row.person.timezone
    was = spoken.span(message.was, message.was_minutes, zone) if message.was else ""
    asked = replace(_asked(row, world, reminder=False, at=message.at), news=message.news, was=was)
    return Facts(message, asked, message.at)


def perform(facts: Facts, world: World, *, doubt: bool) -> None:
    """Sends the mail. After a lost attempt it goes out again, as the same message: better twice than never."""
    message, asked = facts.message, facts.asked
    first = f"event.{message.event_id}.{message.person_id}"
    is_first = isinstance(message, SendEventInvitation) and not message.reminder
    this = first if is_first else f"{first}.{int(facts.at.timestamp())}"
    envelope = post.Envelope(asked.reader.email, asked.programme, asked.contact, key=this, date=facts.at, thread=first)
    post.send(event_invitation(asked), envelope, world)


def _asked(row: EventInvitation, world: World, *, reminder: bool, at: datetime) -> EventAsked:
    event: Event = row.event
    spoken = words(row.person.locale)
    return EventAsked(
        reader=reader(row.person),
        programme=spoken.choose(event.programme.name),
        contact=event.programme.contact,
        title=spoken.choose(event.title),
        description=spoken.choose(event.description),
        format=event.format,
        place=event.place,
        starts_at=event.starts_at,
        minutes=event.minutes,
        timezone=event.timezone,
        opens_at=event.opens_at if event.opens_at and event.opens_at > at else None,
        closes_at=event.closes_at or event.starts_at,
        seats=event.capacity,
        recorded=event.recorded,
        page=world.links.event(event.programme.slug, event.slug),
        reminder=reminder,
    )

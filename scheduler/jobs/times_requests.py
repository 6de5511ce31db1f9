"""The step that asks somebody for their times."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from scheduler.jobs import post
from scheduler.jobs.adapters import World
from scheduler.messages import SendTimesRequest
from scheduler.models import TimesRequest
from scheduler.presenters import times
from scheduler.presenters.i18n import words
from scheduler.presenters.meetings import reader
from scheduler.presenters.times import TimesAsked
from scheduler.programme.people import asking, hours


@dataclass(frozen=True)
class Facts:
    """What the mail says, and the asking that it belongs to."""

    message: SendTimesRequest
    asked: TimesAsked
    at: datetime


def read(session: Session, message: SendTimesRequest, world: World) -> Facts:
    """The person as they are now, with the hours that we know of them."""
    row = session.get_one(TimesRequest, message.times_request_id)
    at = row.reminded_at if message.reminder and row.reminded_at else row.asked_at
    asked = TimesAsked(
        reader=reader(row.person),
        programme=words(row.person.locale).choose(row.programme.name),
        contact=row.programme.contact,
        partners=tuple(asking.partners(session, row)),
        hours=hours.of(session, row.person, since=at.date()),
        reminder=message.reminder,
        link=world.links.times(row.id, row.generation),
    )
    return Facts(message, asked, at)


def perform(facts: Facts, world: World, *, doubt: bool) -> None:
    """Sends the mail. After a lost attempt it goes out again, as the same message: better twice than never."""
    message, asked = facts.message, facts.asked
    first, this = (f"times.{message.times_request_id}.{number}" for number in (0, message.reminder))
    envelope = post.Envelope(asked.reader.email, asked.programme, asked.contact, key=this, date=facts.at, thread=first)
    post.send(times.request(asked), envelope, world)

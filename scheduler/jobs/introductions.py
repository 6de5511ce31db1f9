"""The step that tells one of a pair of the other."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from scheduler.jobs import post
from scheduler.jobs.adapters import World
from scheduler.messages import SendIntroduction
from scheduler.models import Pair
from scheduler.presenters.i18n import words
from scheduler.presenters.introductions import Introduced, introduction
from scheduler.presenters.meetings import reader
from scheduler.programme.people import asking
from scheduler.states import Role


@dataclass(frozen=True)
class Facts:
    """What the mail says, and whom to."""

    message: SendIntroduction
    pair: Introduced


def read(session: Session, message: SendIntroduction, world: World) -> Facts:
    """The two as they are now."""
    pair = session.get_one(Pair, message.pair_id)
    to_mentor = message.person_id == pair.mentor_id
    me, partner = (pair.mentor, pair.mentee) if to_mentor else (pair.mentee, pair.mentor)
    asked = asking.request_to(session, pair.programme, me)
    introduced = Introduced(
        reader=reader(me),
        partner=reader(partner),
        role=Role.MENTEE if to_mentor else Role.MENTOR,
        programme=words(me.locale).choose(pair.programme.name),
        contact=pair.programme.contact,
        at=pair.introduced_at or pair.created_at,
        minutes=pair.programme.meeting_minutes,
        times=world.links.times(asked.id, asked.generation) if asked else world.links.me("times"),
        home=world.links.me(),
    )
    return Facts(message, introduced)


def perform(facts: Facts, world: World, *, doubt: bool) -> None:
    """Sends the mail. After a lost attempt it goes out again, as the same message: better twice than never."""
    message, pair = facts.message, facts.pair
    key = f"pair.{message.pair_id}.{message.person_id}"
    post.send(
        introduction(pair), post.Envelope(pair.reader.email, pair.programme, pair.contact, key=key, date=pair.at), world
    )

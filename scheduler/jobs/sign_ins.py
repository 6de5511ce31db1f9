"""The step that sends the mail to sign in with."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from scheduler.jobs import post
from scheduler.jobs.adapters import World
from scheduler.messages import SendSignIn
from scheduler.presenters import letters
from scheduler.programme import access
from scheduler.programme.people import sign_ins


@dataclass(frozen=True)
class Facts:
    """Whose mail it is, in which language, and what it lets in by."""

    sign_in_id: int
    email: str
    locale: str
    link: str
    code: str
    asked_at: datetime
    minutes: int


def read(session: Session, message: SendSignIn, world: World) -> Facts | None:
    """What goes into the mail. None where nobody is to have one: we do not know the address, or it is used already."""
    found = sign_ins.to_mail(session, message.sign_in_id)
    if found is None:
        return None
    person = access.person_of(session, found.email)
    return Facts(
        sign_in_id=found.id,
        email=found.email,
        locale=person.locale if person else message.locale,
        link=world.links.sign_in(found.id, found.nonce),
        code=world.links.code(found.id, found.nonce),
        asked_at=found.created_at,
        minutes=(found.expires_at - found.created_at) // timedelta(minutes=1),
    )


def perform(facts: Facts, world: World, *, doubt: bool) -> None:
    """Sends the mail. After a lost attempt it goes out again, as the same message: better twice than never."""
    letter = letters.sign_in(facts.locale, link=facts.link, code=facts.code, minutes=facts.minutes)
    key = f"sign-in.{facts.sign_in_id}"
    post.send(letter, post.Envelope(facts.email, "Träff", world.sender, key=key, date=facts.asked_at), world)

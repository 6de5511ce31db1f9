"""Signing in without a password: a mail holds a link and a code, either of which opens one session, once."""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, delete, exists, func, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from scheduler import outbox
from scheduler.errors import CodeSpent, LinkSpent
from scheduler.messages import SendSignIn
from scheduler.models import Coordinator, Delivery, Facilitator, Person, SignIn, WebSession
from scheduler.programme.events import limits

ASKED_LASTS = timedelta(minutes=15)
SESSION_LASTS = timedelta(days=14)
KEPT = timedelta(days=1)  # what has expired, and whom the mail was for
NONCES = 10**9  # what a token can carry
MOST_TRIES = 5


@dataclass(frozen=True)
class Opened:
    """A session that was just opened: its token, which stands nowhere else, for whom, and where they wanted to go."""

    token: str
    email: str
    leads_to: str


def ask(session: Session, email: str, *, locale: str, leads_to: str, now: datetime) -> SignIn | None:
    """A sign-in whose mail is on its way if we know the address; None if too many were asked for lately.

    Whether we know it is found out by the worker: what happens here is the same for every address. `locale` is the
    language of the mail to somebody who has told us none.
    """
    _forget(session, now)
    limits.take_turn(session, f"sign-in {email}")
    to_one = limits.past(session, limits.SIGN_INS_TO_ONE, SignIn.created_at, SignIn.email == email, now=now)
    in_all = limits.past(session, limits.SIGN_INS, SignIn.created_at, _is_known(SignIn.email), now=now)
    if to_one or in_all:
        return None
    made = make(session, email, valid=ASKED_LASTS, now=now, leads_to=leads_to)
    outbox.put(session, SendSignIn(made.id, locale), programme_id=None, now=now)
    return made


def make(session: Session, email: str, *, valid: timedelta, now: datetime, leads_to: str = "") -> SignIn:
    """A sign-in for the address, which works once within `valid`; its link and code are made of its id and nonce."""
    made = SignIn(
        email=email, nonce=secrets.randbelow(NONCES), created_at=now, expires_at=now + valid, leads_to=leads_to
    )
    session.add(made)
    session.flush()
    return made


def to_mail(session: Session, sign_in_id: int) -> SignIn | None:
    """The sign-in, if it has not been used and we know whose address it is."""
    query = select(SignIn).where(SignIn.id == sign_in_id, SignIn.used_at.is_(None))
    return session.scalars(query.where(_is_known(SignIn.email))).one_or_none()


def use_link(session: Session, sign_in_id: int, nonce: int, *, now: datetime) -> Opened:
    """Uses the sign-in up and opens a session. LinkSpent if it was used, is old, or is none."""
    found = session.get(SignIn, sign_in_id)
    if found is None or found.nonce != nonce or not _use_up(session, found, now):
        raise LinkSpent
    return _open(session, found, now)


def use_code(session: Session, sign_in_id: int, *, right: Callable[[int], bool], now: datetime) -> Opened | None:
    """The same by code, which is `right` for a nonce or not; None for a wrong one, which is counted and kept.

    CodeSpent if it was used, is old, or was mistyped too often: the caller must be the browser that asked, so that
    nobody else can use the tries up.
    """
    found = session.get(SignIn, sign_in_id, with_for_update=True)
    if found is None or found.tries >= MOST_TRIES or found.used_at is not None or found.expires_at <= now:
        raise CodeSpent
    if not right(found.nonce):
        found.tries += 1
        return None
    if not _use_up(session, found, now):
        raise CodeSpent
    return _open(session, found, now)


def _use_up(session: Session, found: SignIn, now: datetime) -> bool:
    """Whether this transaction is the one that uses it: the database lets one pass, however many come at once."""
    used = session.execute(
        update(SignIn)
        .where(SignIn.id == found.id, SignIn.used_at.is_(None), SignIn.expires_at > now)
        .values(used_at=now)
    )
    return cast("CursorResult[Any]", used).rowcount == 1


def _open(session: Session, used: SignIn, now: datetime) -> Opened:
    token = secrets.token_urlsafe(32)
    session.add(WebSession(email=used.email, token_hash=_hash(token), created_at=now, expires_at=now + SESSION_LASTS))
    session.flush()
    return Opened(token, used.email, used.leads_to)


def signed_in_as(session: Session, token: str, *, now: datetime) -> str | None:
    """The address that this browser is signed in as."""
    query = select(WebSession.email).where(WebSession.token_hash == _hash(token), WebSession.expires_at > now)
    return session.scalars(query).one_or_none()


def browsers_of(session: Session, email: str, *, now: datetime) -> int:
    """How many browsers are signed in as the address."""
    query = select(func.count()).where(WebSession.email == email, WebSession.expires_at > now)
    return session.scalar(query) or 0


def sign_out(session: Session, token: str) -> bool:
    """Ends the session; whether there was one."""
    ended = session.execute(delete(WebSession).where(WebSession.token_hash == _hash(token)))
    return cast("CursorResult[Any]", ended).rowcount == 1


def sign_out_everywhere(session: Session, email: str, *, now: datetime) -> int:
    """Ends every session of the address, and every link and code that is still out; how many sessions there were."""
    session.execute(
        update(SignIn)
        .where(SignIn.email == email, SignIn.used_at.is_(None), SignIn.expires_at > now)
        .values(expires_at=now)
    )
    ended = session.execute(delete(WebSession).where(WebSession.email == email))
    return cast("CursorResult[Any]", ended).rowcount


def _is_known(email: InstrumentedAttribute[str]) -> ColumnElement[bool]:
    """Whether the address in this column is a person's, a coordinator's or a facilitator's."""
    return or_(
        exists().where(Person.email == email),
        exists().where(Coordinator.email == email),
        exists().where(Facilitator.email == email),
    )


def _forget(session: Session, now: datetime) -> None:
    """Lets go of what has long expired: whoever wrote an address here need not be known to us for ever."""
    old = select(SignIn.id).where(SignIn.expires_at <= now - KEPT).order_by(SignIn.id).limit(100)
    ids = session.scalars(old.with_for_update(skip_locked=True)).all()
    streams = [SendSignIn(sign_in_id, "").stream for sign_in_id in ids]
    session.execute(delete(Delivery).where(Delivery.stream.in_(streams)))
    session.execute(delete(SignIn).where(SignIn.id.in_(ids)))
    session.execute(delete(WebSession).where(WebSession.expires_at <= now))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()

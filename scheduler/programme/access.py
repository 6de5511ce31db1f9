"""Who may see what: sign-in links used once, sessions, and the desks of coordinators."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, delete, select, update
from sqlalchemy.orm import Session, joinedload

from scheduler.errors import LinkSpent, UnknownName
from scheduler.models import Coordinator, Department, Programme, SignIn, WebSession

SESSION_LASTS = timedelta(days=14)


@dataclass(frozen=True)
class Desk:
    """What a coordinator sees and steers: a whole programme, or only these departments of it."""

    programme: Programme
    departments: tuple[Department, ...] | None  # None: all


def programme_by_slug(session: Session, slug: str) -> Programme:
    """The programme of this short name. UnknownName if there is none."""
    found = session.scalars(select(Programme).where(Programme.slug == slug)).one_or_none()
    if found is None:
        raise UnknownName(what="programme", name=slug)
    return found


def grant_coordinator(session: Session, email: str, *, programme: Programme, department: str | None) -> None:
    """Gives the address the desk of the department, or of the whole programme. UnknownName for a strange department."""
    department_id = None
    if department is not None:
        found = [row for row in programme.departments if row.name == department]
        if not found:
            raise UnknownName(what="department", name=department)
        department_id = found[0].id
    query = select(Coordinator).where(Coordinator.email == email, Coordinator.programme_id == programme.id)
    if all(row.department_id != department_id for row in session.scalars(query)):
        session.add(Coordinator(email=email, programme_id=programme.id, department_id=department_id))
        session.flush()


def make_sign_in(session: Session, email: str, *, valid: timedelta, now: datetime) -> str:
    """The token of a sign-in link for the address, which works once within `valid`. Only its hash is kept."""
    token = secrets.token_urlsafe(32)
    session.add(SignIn(email=email, token_hash=_hash(token), expires_at=now + valid))
    return token


def sign_in(session: Session, token: str, *, now: datetime) -> str:
    """Uses the link up and opens a session, whose token comes back. LinkSpent if it was used, is old, or is none."""
    used = session.execute(
        update(SignIn)
        .where(SignIn.token_hash == _hash(token), SignIn.used_at.is_(None), SignIn.expires_at > now)
        .values(used_at=now)
        .returning(SignIn.email)
    ).scalar_one_or_none()
    if used is None:
        raise LinkSpent
    session_token = secrets.token_urlsafe(32)
    session.add(WebSession(email=used, token_hash=_hash(session_token), expires_at=now + SESSION_LASTS))
    return session_token


def signed_in_as(session: Session, session_token: str, *, now: datetime) -> str | None:
    """The address that this browser is signed in as."""
    query = select(WebSession.email).where(WebSession.token_hash == _hash(session_token), WebSession.expires_at > now)
    return session.scalars(query).one_or_none()


def sign_out(session: Session, session_token: str) -> bool:
    """Ends the session; whether there was one."""
    ended = session.execute(delete(WebSession).where(WebSession.token_hash == _hash(session_token)))
    return cast("CursorResult[Any]", ended).rowcount == 1


def desks_of(session: Session, email: str) -> list[Desk]:
    """The desks that the address may sit at, one for each programme."""
    query = select(Coordinator).where(Coordinator.email == email).order_by(Coordinator.id)
    rows = session.scalars(query.options(joinedload(Coordinator.programme), joinedload(Coordinator.department))).all()
    desks: dict[int, Desk] = {}
    for row in rows:
        held = desks.get(row.programme_id, Desk(row.programme, ()))
        whole = held.departments is None or row.department is None
        departments = None if whole else (*(held.departments or ()), cast("Department", row.department))
        desks[row.programme_id] = Desk(row.programme, departments)
    return list(desks.values())


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()

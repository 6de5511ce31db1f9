"""Who reaches what: the desks of coordinators, and the events that facilitators lead."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from scheduler.errors import UnknownName
from scheduler.models import Coordinator, Department, Event, Facilitator, Person, Programme
from scheduler.programme import audit, locks
from scheduler.programme.people import sign_ins
from scheduler.programme.pool import hosts
from scheduler.states import Action


@dataclass(frozen=True)
class Desk:
    """What a coordinator sees and steers: a whole programme, or only these departments of it."""

    programme: Programme
    departments: tuple[Department, ...] | None  # None: all


def person_of(session: Session, email: str) -> Person | None:
    """The person of this address."""
    return session.scalars(select(Person).where(Person.email == email)).one_or_none()


def programme_by_slug(session: Session, slug: str) -> Programme:
    """The programme of this short name. UnknownName if there is none."""
    found = session.scalars(select(Programme).where(Programme.slug == slug)).one_or_none()
    if found is None:
        raise UnknownName(what="programme", name=slug)
    return found


def programmes(session: Session) -> Sequence[Programme]:
    """All there are, the latest to start first."""
    return session.scalars(select(Programme).order_by(Programme.starts_on.desc(), Programme.id)).all()


def grant_coordinator(
    session: Session, email: str, *, programme: Programme, department: str | None, by: str, now: datetime
) -> None:
    """Gives the address the desk of the department, or of the whole programme. UnknownName for a strange department."""
    if coordinator_of(session, email, programme=programme, department=department) is not None:
        return
    department_id = None if department is None else _department(programme, department).id
    granted = Coordinator(email=email, programme_id=programme.id, department_id=department_id)
    session.add(granted)
    session.flush()
    audit.note(
        session, Action.COORDINATOR_GRANTED, programme_id=programme.id, by=by, now=now, coordinator=granted.id,
        source="desk" if by else "command-line",
    )  # fmt: skip


def revoke_coordinator(session: Session, coordinator: Coordinator, *, by: str, now: datetime) -> None:
    """Takes back what this row grants, its calendar too, and signs the address out everywhere."""
    session.delete(coordinator)
    session.flush()
    sign_ins.sign_out_everywhere(session, coordinator.email, now=now)
    audit.note(
        session, Action.COORDINATOR_REVOKED, programme_id=coordinator.programme_id, by=by, now=now,
        coordinator=coordinator.id, email=coordinator.email, source="desk" if by else "command-line",
    )  # fmt: skip


def take_back(
    session: Session, programme: Programme, coordinator_id: int, *, by: str, now: datetime
) -> Coordinator | None:
    """Revokes for a coordinator of the whole programme what somebody else was granted of it; None if there is no such.

    Nobody takes back from themselves, nor two from each other: there is always somebody left at the programme's desk.
    """
    locks.take_programme(session, programme)
    granted = coordinators_of(session, programme)
    found = next((row for row in granted if row.id == coordinator_id and row.email != by), None)
    if found is None or not any(row.email == by and row.department_id is None for row in granted):
        return None
    revoke_coordinator(session, found, by=by, now=now)
    return found


def coordinators_of(session: Session, programme: Programme) -> list[Coordinator]:
    """Everything that is granted of the programme's desk, by address; the whole of it before departments."""
    query = select(Coordinator).where(Coordinator.programme_id == programme.id)
    rows = session.scalars(query.options(joinedload(Coordinator.department)))
    return sorted(rows, key=lambda row: (row.email, row.department.name if row.department else ""))


def coordinator_of(session: Session, email: str, *, programme: Programme, department: str | None) -> Coordinator | None:
    """What grants the address the department's desk, or the whole programme's. UnknownName for a strange department."""
    department_id = None if department is None else _department(programme, department).id
    query = select(Coordinator).where(Coordinator.email == email, Coordinator.programme_id == programme.id)
    return next((row for row in session.scalars(query) if row.department_id == department_id), None)


def _department(programme: Programme, name: str) -> Department:
    found = [row for row in programme.departments if row.name == name]
    if not found:
        raise UnknownName(what="department", name=name)
    return found[0]


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


def grant_facilitator(session: Session, email: str, *, event: Event, by: str, now: datetime) -> Facilitator:
    """Lets the address see who is registered, and let people in at Zoom; the same grant if it had it already."""
    query = select(Facilitator).where(Facilitator.email == email, Facilitator.event_id == event.id)
    found = session.scalars(query).one_or_none()
    if found is not None:
        return found
    granted = Facilitator(email=email, event_id=event.id)
    session.add(granted)
    session.flush()
    hosts.refresh(session, event, now=now)  # they let people in
    audit.note(
        session, Action.FACILITATOR_GRANTED, programme_id=event.programme_id, by=by, now=now, event_id=event.id,
        facilitator=granted.id,
    )  # fmt: skip
    return granted


def revoke_facilitator(session: Session, facilitator: Facilitator, *, by: str, now: datetime) -> None:
    """Takes the event out of the address's reach again."""
    event = facilitator.event
    session.delete(facilitator)
    session.flush()
    hosts.refresh(session, event, now=now)
    audit.note(
        session, Action.FACILITATOR_REVOKED, programme_id=event.programme_id, by=by, now=now, event_id=event.id,
        facilitator=facilitator.id, email=facilitator.email,
    )  # fmt: skip


def facilitators_of(session: Session, event: Event) -> list[Facilitator]:
    """Those who lead the event, by address."""
    query = select(Facilitator).where(Facilitator.event_id == event.id).order_by(Facilitator.email)
    return list(session.scalars(query))


def events_led_by(session: Session, email: str) -> list[Event]:
    """The events that the address leads, by start."""
    query = select(Event).join(Facilitator, Facilitator.event_id == Event.id).where(Facilitator.email == email)
    by_start = query.order_by(Event.starts_at, Event.id).options(joinedload(Event.programme))
    return list(session.scalars(by_start))

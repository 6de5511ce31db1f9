"""Brings a programme folder into the database: what is new is created, what differs is changed, the rest left alone."""

import uuid
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from scheduler.db import Base
from scheduler.models import Availability, Coordinator, Department, Event, Membership, Pair, Person, Programme
from scheduler.programme import folder as folders
from scheduler.programme.folder.record import Problems
from scheduler.programme.folder.rows import EventRow, Folder, WindowRow
from scheduler.slots import zones
from scheduler.states import EventState, Role


@dataclass
class Report:
    """How many rows of each kind were created, changed, and left alone."""

    created: Counter[str] = field(default_factory=Counter)
    changed: Counter[str] = field(default_factory=Counter)
    same: Counter[str] = field(default_factory=Counter)


class _Loader:
    """One run over one folder; mistakes that only the database can show are collected like those of the files."""

    def __init__(self, session: Session, folder: Folder, now: datetime) -> None:
        self.session = session
        self.folder = folder
        self.now = now
        self.report = Report()
        self.problems = Problems()

    def put(self, kind: str, row: Base | None, model: type[Base], key: dict[str, Any], values: dict[str, Any]) -> Any:
        """The row, created by key and values, or changed to the values, and counted as the one or the other."""
        if row is None:
            row = model(**key, **values)
            self.session.add(row)
            self.report.created[kind] += 1
            return row
        differs = [name for name, value in values.items() if getattr(row, name) != value]
        for name in differs:
            setattr(row, name, values[name])
        (self.report.changed if differs else self.report.same)[kind] += 1
        return row

    def load(self) -> Programme:
        programme = self._programme()
        departments = self._departments(programme)
        for row in self.folder.events:
            self._event(programme, row)
        people = self._people()
        self._memberships(programme, departments, people)
        self.session.flush()
        self._pairs(programme)
        self._availability(programme)
        folders.refuse(self.problems)
        return programme

    def _programme(self) -> Programme:
        row = self.folder.programme
        found = self.session.scalars(select(Programme).where(Programme.slug == row.slug)).one_or_none()
        values = {
            "name": row.name,
            "timezone": row.timezone,
            "locale": row.locale,
            "starts_on": row.starts_on,
            "ends_on": row.ends_on,
            "contact": row.contact,
            "meeting_minutes": row.meeting_minutes,
            "blackouts": [[first.isoformat(), last.isoformat()] for first, last in row.blackouts],
        }
        programme: Programme = self.put("programmes", found, Programme, {"slug": row.slug}, values)
        self.session.flush()
        return programme

    def _departments(self, programme: Programme) -> dict[str, Department]:
        rows = self.session.scalars(select(Department).where(Department.programme_id == programme.id))
        known = {department.name: department for department in rows}
        for row in self.folder.departments:
            key = {"programme_id": programme.id, "name": row.name}
            known[row.name] = self.put("departments", known.get(row.name), Department, key, {})
        self.session.flush()
        self._coordinators(programme, known)
        return known

    def _coordinators(self, programme: Programme, departments: dict[str, Department]) -> None:
        rows = self.session.scalars(select(Coordinator).where(Coordinator.programme_id == programme.id))
        known = {(row.email, row.department_id): row for row in rows}
        for row in self.folder.departments:
            for email in row.coordinators:
                found = known.get((email, departments[row.name].id))
                key = {"email": email, "programme_id": programme.id, "department_id": departments[row.name].id}
                self.put("coordinators", found, Coordinator, key, {})

    def _event(self, programme: Programme, row: EventRow) -> None:
        query = select(Event).where(Event.programme_id == programme.id, Event.slug == row.slug)
        found = self.session.scalars(query).one_or_none()
        values = {
            "kind": row.kind,
            "title": row.title,
            "audience": row.audience,
            "format": row.format,
            "state": _state(row, found),
            "starts_at": _instant(row.starts, programme.timezone),
            "timezone": programme.timezone,
            "minutes": row.minutes,
            "place": row.place,
            "capacity": row.capacity,
            "opens_at": _instant(row.opens, programme.timezone),
            "closes_at": _instant(row.closes, programme.timezone),
            "waitlist": row.waitlist,
            "questions": list(row.questions),
        }
        key = {"programme_id": programme.id, "slug": row.slug, "feed_uid": str(uuid.uuid4()), "changed_at": self.now}
        changed = self.report.changed["events"]
        event: Event = self.put("events", found, Event, key, values)
        if self.report.changed["events"] > changed:
            event.changed_at = self.now

    def _people(self) -> dict[str, Person]:
        emails = {row.email for row in self.folder.people}
        known = {
            person.email: person for person in self.session.scalars(select(Person).where(Person.email.in_(emails)))
        }
        seen: set[str] = set()
        for row in self.folder.people:
            if row.email not in seen:
                seen.add(row.email)
                values = {"name": row.name, "timezone": row.timezone, "locale": row.locale}
                known[row.email] = self.put("people", known.get(row.email), Person, {"email": row.email}, values)
        self.session.flush()
        return known

    def _memberships(self, programme: Programme, departments: dict[str, Department], people: dict[str, Person]) -> None:
        rows = self.session.scalars(select(Membership).where(Membership.programme_id == programme.id))
        known = {(row.person_id, row.role): row for row in rows}
        for row in self.folder.people:
            person = people[row.email]
            key = {"programme_id": programme.id, "person_id": person.id, "role": row.role}
            values = {"department_id": departments[row.department].id if row.department else None}
            self.put("memberships", known.get((person.id, row.role)), Membership, key, values)

    def _pairs(self, programme: Programme) -> None:
        members = self._members(programme)
        rows = self.session.scalars(select(Pair).where(Pair.programme_id == programme.id))
        known = {(row.mentor_id, row.mentee_id): row for row in rows}
        for row in self.folder.pairs:
            ids = {}
            for role, email in ((Role.MENTOR, row.mentor), (Role.MENTEE, row.mentee)):
                person = members.get((email, role))
                if person is None:
                    where = f"pairs.csv line {row.line}, column {role}"
                    self.problems.note(where, f"{email} is no {role} of this programme; add a row to people.csv")
                else:
                    ids[f"{role}_id"] = person.id
            if len(ids) == 2:
                key = {"programme_id": programme.id, **ids, "created_at": self.now}
                self.put("pairs", known.get((ids["mentor_id"], ids["mentee_id"])), Pair, key, {})

    def _availability(self, programme: Programme) -> None:
        people = {email: person for (email, _), person in self._members(programme).items()}
        given = select(Availability).join(Membership, Membership.person_id == Availability.person_id)
        rows = self.session.scalars(given.where(Membership.programme_id == programme.id))
        known = {row.person_id: row for row in rows}
        windows: dict[str, list[WindowRow]] = {}
        for row in self.folder.windows:
            windows.setdefault(row.email, []).append(row)
        for email, hours in windows.items():
            if email not in people:
                where = f"availability.csv line {hours[0].line}, column email"
                self.problems.note(where, f"{email} is not in this programme; add a row to people.csv")
                continue
            found = known.get(people[email].id)
            if found is not None and found.edited_at is not None:
                self.report.same["availability"] += 1
                continue
            weekly = sorted([row.weekday, row.start, row.end] for row in hours)
            key = {"person_id": people[email].id, "overrides": {}}
            self.put("availability", found, Availability, key, {"weekly": weekly})

    def _members(self, programme: Programme) -> dict[tuple[str, Role], Person]:
        query = select(Membership).where(Membership.programme_id == programme.id).options(joinedload(Membership.person))
        return {(member.person.email, member.role): member.person for member in self.session.scalars(query)}


def load(session: Session, folder: Folder, *, now: datetime) -> tuple[Programme, Report]:
    """Loads the folder and says what it did. BadFolder, by file and line, if it names strangers."""
    loader = _Loader(session, folder, now)
    return loader.load(), loader.report


def _state(row: EventRow, found: Event | None) -> EventState:
    """What the file says, but an event that was cancelled since stays so: people have been told."""
    if found is not None and found.state is EventState.CANCELLED:
        return EventState.CANCELLED
    return EventState.PUBLISHED if row.published else EventState.DRAFT


def _instant(wall: datetime | None, timezone: str) -> datetime | None:
    """The first instant at which a wall in the zone shows this time."""
    return zones.wall_to_instants(wall, timezone)[0] if wall else None

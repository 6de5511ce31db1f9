"""Brings a programme folder into the database: what is new is created, what differs is changed, the rest left alone."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from scheduler.db import Base
from scheduler.models import Availability, Coordinator, Department, Membership, Pair, Person, Programme
from scheduler.phrases import N_
from scheduler.programme import audit
from scheduler.programme import folder as folders
from scheduler.programme.files.loading_events import load_event
from scheduler.programme.files.loading_report import Report
from scheduler.programme.folder.record import Problems, place
from scheduler.programme.folder.rows import Folder, WindowRow
from scheduler.states import Action, Role


class _Loader:
    """One run over one folder; mistakes that only the database can show are collected like those of the files."""

    def __init__(self, session: Session, folder: Folder, by: str, now: datetime, *, keeps_strangers: bool) -> None:
        self.session = session
        self.folder = folder
        self.by = by
        self.now = now
        self.keeps_strangers = keeps_strangers
        self.strangers: set[int] = set()  # people whom this programme did not know, and whose facts stay theirs
        self.report = Report()
        self.problems = Problems()

    def put(
        self, name: tuple[str, str], row: Base | None, model: type[Base], key: dict[str, Any], values: dict[str, Any]
    ) -> Any:
        """The row, created by key and values, or changed to the values, and counted as the one or the other."""
        if row is None:
            row = model(**key, **values)
            self.session.add(row)
            self.report.add_created(*name)
            return row
        self.report.compare(*name, {field: getattr(row, field) for field in values}, values)
        for field, value in values.items():
            if getattr(row, field) != value:
                setattr(row, field, value)
        return row

    def load(self) -> Programme:
        programme = self._programme()
        departments = self._departments(programme)
        for row in self.folder.events:
            load_event(self.session, programme, row, self.problems, self.report, by=self.by, now=self.now)
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
        if row.reminders is not None:  # else they are as the desk has them
            values["reminders"] = [kind.value for kind in row.reminders]
        programme: Programme = self.put(("programmes", row.slug), found, Programme, {"slug": row.slug}, values)
        self.session.flush()
        return programme

    def _departments(self, programme: Programme) -> dict[str, Department]:
        rows = self.session.scalars(select(Department).where(Department.programme_id == programme.id))
        known = {department.name: department for department in rows}
        for row in self.folder.departments:
            key = {"programme_id": programme.id, "name": row.name}
            known[row.name] = self.put(("departments", row.name), known.get(row.name), Department, key, {})
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
                granted = self.put(("coordinators", f"{email} ({row.name})"), found, Coordinator, key, {})
                if found is None:
                    self._note_granted(programme, granted)

    def _note_granted(self, programme: Programme, granted: Coordinator) -> None:
        """Who is let in by a file stands in the trail as whoever is let in otherwise."""
        self.session.flush()
        source = "desk" if self.by else "command-line"
        audit.note(
            self.session, Action.COORDINATOR_GRANTED, programme_id=programme.id, by=self.by, now=self.now,
            coordinator=granted.id, source=source,
        )  # fmt: skip

    def _people(self) -> dict[str, Person]:
        emails = {row.email for row in self.folder.people}
        known = {
            person.email: person for person in self.session.scalars(select(Person).where(Person.email.in_(emails)))
        }
        self._note_strangers()
        seen: set[str] = set()
        for row in self.folder.people:
            if row.email not in seen:
                seen.add(row.email)
                found = known.get(row.email)
                values = {"name": row.name}
                if found is None or found.edited_at is None:
                    values |= {"timezone": row.timezone, "locale": row.locale}
                if found is not None and found.id in self.strangers:
                    values = {}
                known[row.email] = self.put(("people", row.email), found, Person, {"email": row.email}, values)
        self.session.flush()
        return known

    def _note_strangers(self) -> None:
        """Who is new here and known elsewhere, or belongs elsewhere too, keeps what is theirs, where it is to be so."""
        if not self.keeps_strangers:
            return
        emails = {row.email for row in self.folder.people} | {row.email for row in self.folder.windows}
        ids = set(self.session.scalars(select(Person.id).where(Person.email.in_(emails))))
        roles = select(Membership.person_id, Programme.slug).join(Membership.programme)
        found = self.session.execute(roles.where(Membership.person_id.in_(ids))).all()
        here = {row.person_id for row in found if row.slug == self.folder.programme.slug}
        self.strangers = (ids - here) | {row.person_id for row in found if row.slug != self.folder.programme.slug}

    def _memberships(self, programme: Programme, departments: dict[str, Department], people: dict[str, Person]) -> None:
        rows = self.session.scalars(select(Membership).where(Membership.programme_id == programme.id))
        known = {(row.person_id, row.role): row for row in rows}
        names = {department.id: name for name, department in departments.items()}
        for row in self.folder.people:
            person = people[row.email]
            name = "memberships", f"{row.email} ({row.role})"
            department_id = departments[row.department].id if row.department else None
            found = known.get((person.id, row.role))
            if found is None:
                key = {"programme_id": programme.id, "person_id": person.id, "role": row.role}
                self.put(name, None, Membership, key, {"department_id": department_id})
            else:
                was = names.get(found.department_id or 0, "")
                self.report.compare(*name, {"department": was}, {"department": row.department})
                found.department_id = department_id

    def _pairs(self, programme: Programme) -> None:
        members = self._members(programme)
        rows = self.session.scalars(select(Pair).where(Pair.programme_id == programme.id))
        known = {(row.mentor_id, row.mentee_id): row for row in rows}
        for row in self.folder.pairs:
            ids = {}
            for role, email in ((Role.MENTOR, row.mentor), (Role.MENTEE, row.mentee)):
                person = members.get((email, role))
                if person is None:
                    why = N_("%(email)s is no %(role)s of this programme; add a row to people.csv")
                    self.problems.note(place("pairs.csv", row.line, role), why, email=email, role=role)
                else:
                    ids[f"{role}_id"] = person.id
            if len(ids) == 2:
                key = {"programme_id": programme.id, **ids, "created_at": self.now}
                found = known.get((ids["mentor_id"], ids["mentee_id"]))
                self.put(("pairs", f"{row.mentee} – {row.mentor}"), found, Pair, key, {})

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
                why = N_("%(email)s is not in this programme; add a row to people.csv")
                self.problems.note(place("availability.csv", hours[0].line, "email"), why, email=email)
                continue
            found = known.get(people[email].id)
            edited = found is not None and found.edited_at is not None
            if edited or people[email].id in self.strangers:
                self.report.same["availability"] += 1
                continue
            weekly = sorted([row.weekday, row.start, row.end] for row in hours)
            key = {"person_id": people[email].id, "overrides": {}}
            self.put(("availability", email), found, Availability, key, {"weekly": weekly})

    def _members(self, programme: Programme) -> dict[tuple[str, Role], Person]:
        query = select(Membership).where(Membership.programme_id == programme.id).options(joinedload(Membership.person))
        return {(member.person.email, member.role): member.person for member in self.session.scalars(query)}


def load(
    session: Session, folder: Folder, *, now: datetime, by: str = audit.TRAFF, keeps_strangers: bool = False
) -> tuple[Programme, Report]:
    """Loads the folder and says what it did.

    With `keeps_strangers`, people of other programmes, and who is known to us and new to this one, keep their name,
    zone, language and hours: a coordinator's file is no way to others' people. BadFolder, by file and line, if it
    names nobody of the programme, or takes seats away that people have.
    """
    loader = _Loader(session, folder, by, now, keeps_strangers=keeps_strangers)
    programme, report = loader.load(), loader.report
    created, changed = report.created.total(), report.changed.total()
    if created or changed:
        source = "desk" if by else "command-line"
        audit.note(
            session, Action.LOADED, programme_id=programme.id, by=by, now=now, created=created, changed=changed,
            source=source,
        )  # fmt: skip
    return programme, report

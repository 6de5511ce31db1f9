"""The audit trail as a desk sees it: who did what to whom, the latest first."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from scheduler.models import AuditEntry, Coordinator, Event, Facilitator, Pair, Person
from scheduler.programme.access import Desk
from scheduler.programme.desk import named, reach

ENTRIES = 50  # on a page


@dataclass(frozen=True)
class About:
    """Narrows the trail to a pair, a person (their pairs included) or an event."""

    pair_id: int | None = None
    person_id: int | None = None
    event_id: int | None = None


@dataclass(frozen=True)
class HistoryRow:
    """An entry with what it is about, as far as that is still there; `role_of` is whose role was granted or revoked."""

    entry: AuditEntry
    pair: Pair | None
    person: Person | None
    event: Event | None
    role_of: str


def history_count(session: Session, desk: Desk, about: About) -> int:
    """How many entries there are."""
    return session.scalar(select(func.count()).select_from(_entries(desk, about).subquery())) or 0


def history_rows(session: Session, desk: Desk, about: About, *, page: int) -> list[HistoryRow]:
    """A page of entries; pages count from 1. A department's desk sees those about its pairs and people alone."""
    query = _entries(desk, about).order_by(AuditEntry.id.desc()).offset((page - 1) * ENTRIES).limit(ENTRIES)
    entries = session.scalars(query).all()
    pairs = named.pairs(session, (row.pair_id for row in entries))
    people = named.people(session, (row.person_id for row in entries))
    events = named.events(session, (row.event_id for row in entries))
    roles = _roles(session, entries)
    return [
        HistoryRow(
            entry=row,
            pair=pairs.get(row.pair_id),
            person=people.get(row.person_id),
            event=events.get(row.event_id),
            role_of=roles.get(row.id, ""),
        )
        for row in entries
    ]


def _entries(desk: Desk, about: About) -> Select[AuditEntry]:
    query = select(AuditEntry).where(AuditEntry.programme_id == desk.programme.id)
    if desk.departments is not None:
        query = query.where(reach.of_row(desk, meeting=None, pair=AuditEntry.pair_id, person=AuditEntry.person_id))
    if about.pair_id is not None:
        query = query.where(AuditEntry.pair_id == about.pair_id)
    if about.event_id is not None:
        query = query.where(AuditEntry.event_id == about.event_id)
    if about.person_id is not None:
        theirs = select(Pair.id).where(or_(Pair.mentor_id == about.person_id, Pair.mentee_id == about.person_id))
        query = query.where(or_(AuditEntry.person_id == about.person_id, AuditEntry.pair_id.in_(theirs)))
    return query


def _roles(session: Session, entries: Sequence[AuditEntry]) -> dict[int, str]:
    """The addresses of the coordinators and facilitators that entries name, by the entry's id."""
    found = {row.id: str(row.details["email"]) for row in entries if "email" in row.details}
    for name, row_id, email in (
        ("coordinator", Coordinator.id, Coordinator.email), ("facilitator", Facilitator.id, Facilitator.email),
    ):  # fmt: skip
        let_in = {row.id: row.details[name] for row in entries if name in row.details}
        emails = {
            row.id: row.email for row in session.execute(select(row_id, email).where(row_id.in_(let_in.values())))
        }
        found |= {entry_id: emails[granted] for entry_id, granted in let_in.items() if granted in emails}
    return found

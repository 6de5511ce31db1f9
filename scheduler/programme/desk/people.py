"""The desk's people: what they are, and whether they have said when they can meet; the silent first."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from scheduler.models import Availability, Event, Meeting, Membership, Pair, Person, Registration, TimesRequest
from scheduler.programme.access import Desk
from scheduler.programme.desk import reach


class TimesState(StrEnum):
    """Whether a person has given times, in the order in which a coordinator should look at them."""

    SILENT = "silent"  # asked, without an answer that one could plan with
    NOT_ASKED = "not-asked"
    GIVEN = "given"


@dataclass(frozen=True)
class PersonRow:
    """A person with the roles that this desk sees. `hours` is None where they have given none that could be used."""

    person: Person
    memberships: tuple[Membership, ...]
    hours: Availability | None
    request: TimesRequest | None

    @property
    def state(self) -> TimesState:
        if self.hours is not None:
            return TimesState.GIVEN
        return TimesState.SILENT if self.request else TimesState.NOT_ASKED

    @property
    def given_at(self) -> datetime | None:
        """When the person gave their times; None where they have not, or where a file did."""
        return self.hours.edited_at if self.hours else None


def people_rows(session: Session, desk: Desk) -> list[PersonRow]:
    """Everybody with a role that this desk sees to: the silent first, and of them those who were asked first."""
    query = select(Membership).where(reach.of_membership(desk)).order_by(Membership.role, Membership.id)
    roles: dict[int, list[Membership]] = defaultdict(list)
    for role in session.scalars(query.options(joinedload(Membership.person), joinedload(Membership.department))):
        roles[role.person_id].append(role)
    hours = hours_of(session, roles)
    asked = select(TimesRequest).where(TimesRequest.programme_id == desk.programme.id)
    requests = {row.person_id: row for row in session.scalars(asked)}
    rows = [PersonRow(mine[0].person, tuple(mine), hours.get(who), requests.get(who)) for who, mine in roles.items()]
    return sorted(rows, key=_order)


def person_row(session: Session, desk: Desk, person_id: int) -> PersonRow | None:
    """One of these rows; None for whoever is not in reach."""
    query = select(Membership).where(reach.of_membership(desk), Membership.person_id == person_id)
    mine = session.scalars(query.order_by(Membership.role).options(joinedload(Membership.department))).all()
    if not mine:
        return None
    asked = select(TimesRequest).where(
        TimesRequest.programme_id == desk.programme.id, TimesRequest.person_id == person_id
    )
    hours = hours_of(session, [person_id]).get(person_id)
    return PersonRow(mine[0].person, tuple(mine), hours, session.scalars(asked).one_or_none())


def silent_of_pair(session: Session, desk: Desk, pair: Pair) -> list[tuple[Person, PersonRow | None]]:
    """Those of the two who have given no times, the mentee first; without a row whoever is not this desk's to ask."""
    known = hours_of(session, [pair.mentee_id, pair.mentor_id])
    silent = [person for person in (pair.mentee, pair.mentor) if person.id not in known]
    return [(person, person_row(session, desk, person.id)) for person in silent]


def hours_of(session: Session, people: Collection[int]) -> dict[int, Availability]:
    """The hours of those who have given any, by the person's id. Saying "never" is giving none."""
    rows = session.scalars(select(Availability).where(Availability.person_id.in_(people)))
    return {row.person_id: row for row in rows if row.weekly or row.overrides}


def pairs_of_person(session: Session, desk: Desk, person: Person) -> list[Pair]:
    """The person's pairs that this desk sees."""
    query = select(Pair).where(reach.of_pair(desk), (Pair.mentor_id == person.id) | (Pair.mentee_id == person.id))
    return list(session.scalars(query.order_by(Pair.id).options(joinedload(Pair.mentor), joinedload(Pair.mentee))))


def meetings_of_person(session: Session, desk: Desk, person: Person) -> list[Meeting]:
    """The meetings of these pairs, the latest first."""
    ids = [pair.id for pair in pairs_of_person(session, desk, person)]
    query = select(Meeting).where(Meeting.pair_id.in_(ids)).order_by(Meeting.starts_at.desc(), Meeting.id)
    return list(session.scalars(query))


def registrations_of_person(session: Session, desk: Desk, person: Person) -> list[Registration]:
    """The person's registrations for the programme's events, the latest event first."""
    query = select(Registration).join(Registration.event).where(Registration.person_id == person.id)
    mine = query.where(Event.programme_id == desk.programme.id).order_by(Event.starts_at.desc(), Registration.id)
    return list(session.scalars(mine.options(joinedload(Registration.event))))


def _order(row: PersonRow) -> tuple[int, float, str, int]:
    asked = row.request.asked_at.timestamp() if row.request and row.state is TimesState.SILENT else 0.0
    return list(TimesState).index(row.state), asked, row.person.name, row.person.id

"""The desk's people: what they are, and whether they have said when they can meet; the silent first."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Text, and_, cast, or_, select
from sqlalchemy.orm import Session, joinedload

from scheduler.models import Availability, Event, Meeting, Membership, Pair, Person, Registration, TimesRequest
from scheduler.programme.access import Desk
from scheduler.programme.desk import reach

# Who has given times. Saying "never" is giving none; JSON is compared as the text that both databases keep.
GAVE_HOURS = or_(cast(Availability.weekly, Text) != "[]", cast(Availability.overrides, Text) != "{}")


class TimesState(StrEnum):
    """Whether a person has given times, in the order in which a coordinator should look at them."""

    SILENT = "silent"  # asked, without an answer that one could plan with
    NOT_ASKED = "not-asked"
    GIVEN = "given"


@dataclass(frozen=True)
class PersonStanding:
    """Whether a person has given times, and all else that finding, counting and sorting people takes."""

    person_id: int
    name: str
    email: str
    state: TimesState
    asked_at: datetime | None

    def is_named(self, text: str) -> bool:
        """Whether the text stands in the name or the address."""
        return stands_in(text, self.name, self.email)


@dataclass(frozen=True)
class PersonRow:
    """A person with the roles that this desk sees. `hours` is None where they have given none that could be used."""

    person: Person
    memberships: tuple[Membership, ...]
    hours: Availability | None
    request: TimesRequest | None

    @property
    def state(self) -> TimesState:
        return _state(gave=self.hours is not None, asked=self.request is not None)

    @property
    def given_at(self) -> datetime | None:
        """When the person gave their times; None where they have not, or where a file did."""
        return self.hours.edited_at if self.hours else None


def people_standings(session: Session, desk: Desk) -> list[PersonStanding]:
    """Everybody with a role that this desk sees to: the silent first, and of them those who were asked first."""
    asked = and_(TimesRequest.person_id == Person.id, TimesRequest.programme_id == desk.programme.id)
    query = (
        select(Person.id, Person.name, Person.email, GAVE_HOURS, TimesRequest.asked_at)
        .outerjoin(Availability, Availability.person_id == Person.id)
        .outerjoin(TimesRequest, asked)
        .where(Person.id.in_(reach.people(desk)))
    )
    standings = [
        PersonStanding(person_id, name, email, _state(gave=bool(gave), asked=asked_at is not None), asked_at)
        for person_id, name, email, gave, asked_at in session.execute(query)
    ]
    return sorted(standings, key=_order)


def people_rows(session: Session, desk: Desk, ids: Sequence[int]) -> list[PersonRow]:
    """These people with the roles that this desk sees to, in their order; without whoever is not in reach."""
    query = select(Membership).where(reach.of_membership(desk), Membership.person_id.in_(ids))
    roles: dict[int, list[Membership]] = defaultdict(list)
    whole = query.options(joinedload(Membership.person), joinedload(Membership.department))
    for role in session.scalars(whole.order_by(Membership.role, Membership.id)):
        roles[role.person_id].append(role)
    hours = hours_of(session, roles)
    asked = select(TimesRequest).where(TimesRequest.programme_id == desk.programme.id)
    requests = {row.person_id: row for row in session.scalars(asked.where(TimesRequest.person_id.in_(roles)))}
    return [
        PersonRow(roles[who][0].person, tuple(roles[who]), hours.get(who), requests.get(who))
        for who in ids
        if who in roles
    ]


def person_row(session: Session, desk: Desk, person_id: int) -> PersonRow | None:
    """One of these rows; None for whoever is not in reach."""
    return next(iter(people_rows(session, desk, [person_id])), None)


def silent_of_pair(session: Session, desk: Desk, pair: Pair) -> list[tuple[Person, PersonRow | None]]:
    """Those of the two who have given no times, the mentee first; without a row whoever is not this desk's to ask."""
    known = with_hours(session, [pair.mentee_id, pair.mentor_id])
    silent = [person for person in (pair.mentee, pair.mentor) if person.id not in known]
    return [(person, person_row(session, desk, person.id)) for person in silent]


def with_hours(session: Session, people: Collection[int]) -> set[int]:
    """The ids of those who have given hours."""
    return set(session.scalars(select(Availability.person_id).where(Availability.person_id.in_(people), GAVE_HOURS)))


def hours_of(session: Session, people: Collection[int]) -> dict[int, Availability]:
    """The hours of those who have given any, by the person's id."""
    rows = session.scalars(select(Availability).where(Availability.person_id.in_(people), GAVE_HOURS))
    return {row.person_id: row for row in rows}


def stands_in(text: str, *words: str) -> bool:
    """Whether the text, in small or capital letters, stands in one of the words."""
    return any(text.casefold() in word.casefold() for word in words)


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


def _state(*, gave: bool, asked: bool) -> TimesState:
    if gave:
        return TimesState.GIVEN
    return TimesState.SILENT if asked else TimesState.NOT_ASKED


def _order(standing: PersonStanding) -> tuple[int, float, str, int]:
    asked = standing.asked_at.timestamp() if standing.asked_at and standing.state is TimesState.SILENT else 0.0
    return list(TimesState).index(standing.state), asked, standing.name, standing.person_id

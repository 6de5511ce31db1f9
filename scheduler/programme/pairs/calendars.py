"""What the database knows of people's time, as the slot engine reads it. The one road from rows to slots."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler import slots
from scheduler.models import Availability, Event, Meeting, Membership, Pair, Person, Programme, Registration, Seat
from scheduler.programme.pairs import fairness, refused_times
from scheduler.slots import Problem, Rank, Ranked, prepare, ranked, zones
from scheduler.states import Audience, EventState, RegistrationState

STEP, FINER_STEP = 15, 5  # minutes; the finer where the usual gives a pair nothing
PER_DAY = 1  # what is offered first lies on different days, not at a quarter, half and three quarters past five
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Calendars:
    """People's hours, meetings and engagements around a span of time: all that slots depend on, read once."""

    start: datetime
    end: datetime
    people: dict[int, slots.Person]  # by person id
    balances: dict[int, int] = field(default_factory=dict)  # by pair id: who has had the early and late hours
    refused: dict[int, frozenset[int]] = field(default_factory=dict)  # by pair id: what one of them said does not fit

    def ranked(self, pair: Pair, *, minutes: int, notice: int, now: datetime) -> list[Ranked]:
        """Every start within the span that suits the pair, the best first; on the finer grid if the usual has none.

        Comfort in it is weighed by who had the hard hours so far: it orders the starts, and is not for show. What
        overlaps a time that one of the two has refused comes after all others, and that time itself last.
        """
        no = self.refused.get(pair.id, frozenset())
        mentee, mentor = self.people[pair.mentee_id], self.people[pair.mentor_id]
        fairly = fairness.weighed((mentee, mentor), self.balances.get(pair.id, 0))
        for step in (STEP, FINER_STEP):
            problem = self.problem(pair, minutes=minutes, step=step, notice=notice, now=now)
            if found := ranked(replace(problem, people=fairly)):
                return sorted(
                    found, key=lambda slot: (refused_times.touches(slot.start, no, minutes), slot.start in no)
                )
        return []

    def prepare(self, pairs: Collection[Pair], *, minutes: int, notice: int, now: datetime) -> None:
        """Works out together what `ranked` will need of these pairs' people: for a wave, which asks about all."""
        prepare(self.problem(pair, minutes=minutes, step=STEP, notice=notice, now=now) for pair in pairs)

    def problem(self, pair: Pair, *, minutes: int, step: int, notice: int, now: datetime) -> Problem:
        """When can this pair meet within the span? The mentee is the first of the people; `notice` in minutes."""
        return Problem(
            now=seconds(now),
            horizon=(seconds(self.start), seconds(self.end)),
            duration=minutes,
            step=step,
            notice=notice,
            people=(self.people[pair.mentee_id], self.people[pair.mentor_id]),
            rank=Rank(per_day=PER_DAY),
        )


def of_pairs(
    session: Session,
    programme: Programme,
    pairs: Collection[Pair],
    *,
    first: date,
    last: date,
    but: Meeting | None = None,
) -> Calendars:
    """The calendars of everybody in these pairs, from the first to the last date of the programme's zone.

    `but` is a meeting that is to be moved: it stands in no way of its own.
    """
    ids = {person_id for pair in pairs for person_id in (pair.mentor_id, pair.mentee_id)}
    start, end, people = of_people(session, programme, ids, first=first, last=last, but=but)
    balances = fairness.balances(session, pairs, people, but=but)
    return Calendars(start, end, people, balances, refused_times.of_pairs(session, pairs))


def of_people(
    session: Session,
    programme: Programme,
    ids: Collection[int],
    *,
    first: date,
    last: date,
    but: Meeting | Event | None = None,
) -> tuple[datetime, datetime, dict[int, slots.Person]]:
    """The span from the first to the last date of the programme's zone, and the people in it, by id.

    `but` is a meeting or an event that is to be moved: it stands in no way of its own.
    """
    start = zones.start_of_day(first, programme.timezone)
    end = zones.start_of_day(last + timedelta(days=1), programme.timezone)
    closed = _blackouts(programme)
    event = but.id if isinstance(but, Event) else None
    busy = _events(session, programme, ids, start, end, but=event)
    places = _registrations(session, ids, start, end, but=event)
    held = _seats(session, ids, start, end, but=but.id if isinstance(but, Meeting) else None)
    hours = {row.person_id: row for row in session.scalars(select(Availability).where(Availability.person_id.in_(ids)))}
    people = {
        person.id: slots.Person.from_data(
            {
                "id": str(person.id),
                "tz": person.timezone,
                "weekly": hours[person.id].weekly if person.id in hours else [],
                "overrides": hours[person.id].overrides if person.id in hours else {},
                "comfort": hours[person.id].comfort if person.id in hours else None,
                "busy": closed + busy.get(person.id, []) + places.get(person.id, []),
                "held": held.get(person.id, []),
            }
        ).to_keep()
        for person in session.scalars(select(Person).where(Person.id.in_(ids)))
    }
    return start, end, people


def seconds(instant: datetime) -> int:
    """Epoch seconds."""
    return int((instant - zones.EPOCH) / timedelta(seconds=1))


def _blackouts(programme: Programme) -> list[list[int]]:
    """The days without pair meetings, which keep everybody busy."""
    return [
        [
            seconds(zones.start_of_day(date.fromisoformat(first), programme.timezone)),
            seconds(zones.start_of_day(date.fromisoformat(last) + timedelta(days=1), programme.timezone)),
        ]
        for first, last in programme.blackouts
    ]


def _events(
    session: Session, programme: Programme, ids: Collection[int], start: datetime, end: datetime, *, but: int | None
) -> dict[int, list[list[int]]]:
    """When each person is expected at an event of the programme: not at one for the public, unless they registered."""
    query = select(Event).where(Event.programme_id == programme.id, Event.state == EventState.PUBLISHED)
    events = [event for event in session.scalars(query.where(Event.audience != Audience.PUBLIC)) if event.id != but]
    members = select(Membership).where(Membership.programme_id == programme.id, Membership.person_id.in_(ids))
    busy: dict[int, list[list[int]]] = {}
    for member in session.scalars(members):
        for event in events:
            if member.role in event.audience.roles and event.starts_at < end and event.ends_at > start:
                busy.setdefault(member.person_id, []).append([seconds(event.starts_at), seconds(event.ends_at)])
    return busy


def _registrations(
    session: Session, ids: Collection[int], start: datetime, end: datetime, *, but: int | None
) -> dict[int, list[list[int]]]:
    """When each person has a seat at an event, of whatever programme and for whomever it is."""
    query = (
        select(Registration.person_id, Event.starts_at, Event.minutes, Event.id)
        .join(Registration.event)
        .where(Registration.person_id.in_(ids), Registration.state == RegistrationState.CONFIRMED)
        .where(Event.state == EventState.PUBLISHED, Event.starts_at < end, Event.starts_at > start - WEEK)
    )
    busy: dict[int, list[list[int]]] = {}
    for person_id, starts_at, minutes, event_id in session.execute(query):
        ends_at = starts_at + timedelta(minutes=minutes)
        if ends_at > start and event_id != but:
            busy.setdefault(person_id, []).append([seconds(starts_at), seconds(ends_at)])
    return busy


def _seats(
    session: Session, ids: Collection[int], start: datetime, end: datetime, *, but: int | None
) -> dict[int, list[list[int]]]:
    """Everybody's own meetings, of whatever programme; a week wider than the span, for limits that count by week."""
    query = select(Seat).where(Seat.person_id.in_(ids), Seat.active)
    if but is not None:
        query = query.where(Seat.meeting_id != but)
    held: dict[int, list[list[int]]] = {}
    for seat in session.scalars(query.where(Seat.starts_at < end + WEEK, Seat.ends_at > start - WEEK)):
        held.setdefault(seat.person_id, []).append([seconds(seat.starts_at), seconds(seat.ends_at)])
    return held


def instant(start: int) -> datetime:
    """The instant of these epoch seconds."""
    return zones.EPOCH + timedelta(seconds=start)

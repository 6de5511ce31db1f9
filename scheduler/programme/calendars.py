"""What the database knows of people's time, as the slot engine reads it. The one road from rows to slots."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.models import Availability, Event, Membership, Pair, Person, Programme, Seat
from scheduler.slots import Problem, zones
from scheduler.states import Audience, EventState, Role

WEEK = timedelta(days=7)
AUDIENCES = {Role.MENTOR: {Audience.MENTORS, Audience.ALL}, Role.MENTEE: {Audience.MENTEES, Audience.ALL}}


@dataclass(frozen=True)
class Calendars:
    """People's hours, meetings and engagements around a span of time: all that slots depend on, read once."""

    start: datetime
    end: datetime
    people: dict[int, dict[str, Any]]  # by person id, each as slots.md writes a person

    def problem(self, pair: Pair, *, minutes: int, step: int, notice: int, now: datetime) -> Problem:
        """When can this pair meet within the span? `notice` in minutes."""
        return Problem.from_data(
            {
                "now": seconds(now),
                "horizon": [seconds(self.start), seconds(self.end)],
                "duration": minutes,
                "step": step,
                "notice": notice,
                "people": [self.people[pair.mentee_id], self.people[pair.mentor_id]],
            }
        )


def of_pairs(session: Session, programme: Programme, pairs: Collection[Pair], *, first: date, last: date) -> Calendars:
    """The calendars of everybody in these pairs, from the first to the last date of the programme's zone."""
    start = zones.start_of_day(first, programme.timezone)
    end = zones.start_of_day(last + timedelta(days=1), programme.timezone)
    ids = {person_id for pair in pairs for person_id in (pair.mentor_id, pair.mentee_id)}
    closed = _blackouts(programme)
    busy = _events(session, programme, ids, start, end)
    held = _seats(session, ids, start, end)
    hours = {row.person_id: row for row in session.scalars(select(Availability).where(Availability.person_id.in_(ids)))}
    people = {
        person.id: {
            "id": str(person.id),
            "tz": person.timezone,
            "weekly": hours[person.id].weekly if person.id in hours else [],
            "overrides": hours[person.id].overrides if person.id in hours else {},
            "busy": closed + busy.get(person.id, []),
            "held": held.get(person.id, []),
        }
        for person in session.scalars(select(Person).where(Person.id.in_(ids)))
    }
    return Calendars(start, end, people)


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
    session: Session, programme: Programme, ids: set[int], start: datetime, end: datetime
) -> dict[int, list[list[int]]]:
    """When each person is expected at an event of the programme."""
    events = session.scalars(
        select(Event).where(Event.programme_id == programme.id, Event.state == EventState.PUBLISHED)
    ).all()
    members = select(Membership).where(Membership.programme_id == programme.id, Membership.person_id.in_(ids))
    busy: dict[int, list[list[int]]] = {}
    for member in session.scalars(members):
        for event in events:
            ends_at = event.starts_at + timedelta(minutes=event.minutes)
            if event.audience in AUDIENCES[member.role] and event.starts_at < end and ends_at > start:
                busy.setdefault(member.person_id, []).append([seconds(event.starts_at), seconds(ends_at)])
    return busy


def _seats(session: Session, ids: set[int], start: datetime, end: datetime) -> dict[int, list[list[int]]]:
    """Everybody's own meetings, of whatever programme; a week wider than the span, for limits that count by week."""
    query = select(Seat).where(Seat.person_id.in_(ids), Seat.active)
    held: dict[int, list[list[int]]] = {}
    for seat in session.scalars(query.where(Seat.starts_at < end + WEEK, Seat.ends_at > start - WEEK)):
        held.setdefault(seat.person_id, []).append([seconds(seat.starts_at), seconds(seat.ends_at)])
    return held

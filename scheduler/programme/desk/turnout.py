"""The best time for an event: how many of those whom it is for can attend, whenever it begins."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.models import Event, Membership, Programme
from scheduler.programme.access import Desk
from scheduler.programme.desk import reach
from scheduler.programme.pairs import calendars
from scheduler.slots import Problem, Rank, attendance, ranked, zones
from scheduler.states import Audience

BEST = 6  # starts that are listed, each on a date of its own


@dataclass(frozen=True)
class Wanted:
    """An event that is to be: for whom, on which of these dates, how long."""

    audience: Audience
    first: date
    last: date
    minutes: int


@dataclass(frozen=True)
class Turnout:
    """How many can attend from each start on, by the quarter; nobody can from one that is not among them.

    `people` are all whom the event is for, `silent` those of them who have not said when they can meet. `best` are the
    starts that most can attend, those with the better hours first.
    """

    people: int
    silent: int
    counts: Mapping[datetime, int]
    best: tuple[tuple[datetime, int], ...]


def turnout(session: Session, desk: Desk, wanted: Wanted, *, moved: Event | None, now: datetime) -> Turnout:
    """How many of the desk's own people can attend. `moved` is the event itself, if it is there: it is in no way."""
    roles = Membership.role.in_(wanted.audience.roles)
    ids = set(session.scalars(select(Membership.person_id).where(reach.of_membership(desk), roles)))
    start, end, people = calendars.of_people(
        session, desk.programme, ids, first=wanted.first, last=wanted.last, but=moved
    )
    if not people:
        return Turnout(0, 0, {}, ())
    problem = Problem(
        now=calendars.seconds(now),
        horizon=(calendars.seconds(start), calendars.seconds(end)),
        duration=wanted.minutes,
        step=calendars.STEP,
        people=tuple(people.values()),
        need=1,
        rank=Rank(limit=BEST, per_day=1, zone=desk.programme.timezone),
    )
    return Turnout(
        people=len(people),
        silent=sum(not person.calendar.hours.are_given for person in people.values()),
        counts={calendars.instant(each): count for each, count in attendance(problem)},
        best=_one_a_date(((calendars.instant(each.start), each.attendees) for each in ranked(problem)), desk.programme),
    )


def _one_a_date(best: Iterable[tuple[datetime, int]], programme: Programme) -> tuple[tuple[datetime, int], ...]:
    """The first of each date: the ranking fills up with more of a date where other dates have none."""
    zone = zones.zone(programme.timezone)
    of_date: dict[date, tuple[datetime, int]] = {}
    for starts_at, count in best:
        of_date.setdefault(starts_at.astimezone(zone).date(), (starts_at, count))
    return tuple(of_date.values())

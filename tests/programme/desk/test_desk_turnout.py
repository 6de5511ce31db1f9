"""How many of an audience can attend an event, and when most can."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from scheduler.models import Event, Person, Programme
from scheduler.programme.access import Desk
from scheduler.programme.desk import Turnout, Wanted, turnout
from scheduler.states import Audience, EventState, Role
from tests.builders import NOW, a_department, a_member, a_pair, a_person, a_place, a_programme, an_event, utc

MONDAY = date(2026, 11, 9)


def member(session: Session, programme: Programme, name: str, *hours: str, **values: object) -> Person:
    weekly = [[0, *hours]] if hours else []
    person = a_person(session, name, weekly=weekly, zone=str(values.get("zone", "Europe/Stockholm")))
    a_member(session, programme, person, values.get("role", Role.MENTEE), values.get("department"))  # type: ignore[arg-type]
    return person


def asked(
    session: Session, programme: Programme, audience: Audience = Audience.MENTEES, *, minutes: int = 60,
    moved: Event | None = None, departments: tuple | None = None, now: datetime = NOW, days: int = 1,
) -> Turnout:  # fmt: skip
    wanted = Wanted(audience, MONDAY, MONDAY + timedelta(days=days - 1), minutes)
    return turnout(session, Desk(programme, departments), wanted, moved=moved, now=now)


def at(hour: int, minute: int = 0) -> datetime:
    """An instant of that Monday, on the clock in Stockholm, which is an hour ahead."""
    return utc(2026, 11, 9, hour - 1, minute)


def test_each_start_has_its_count_and_the_best_is_where_most_can(session: Session) -> None:
    programme = a_programme(session)
    member(session, programme, "Early", "08:00", "10:00")
    member(session, programme, "Both", "09:00", "18:00")
    member(session, programme, "Abroad", "12:00", "13:00", zone="America/New_York")  # 18:00 to 19:00 in Stockholm
    member(session, programme, "Silent")
    found = asked(session, programme)
    assert (found.people, found.silent) == (4, 1)
    assert found.best == ((at(9), 2),)
    assert {found.counts.get(at(hour), 0): hour for hour in (7, 9, 17)} == {0: 7, 2: 9, 1: 17}
    assert [found.counts.get(at(8, minute), 0) for minute in (0, 15, 45)] == [1, 1, 1]
    assert at(17, 15) not in found.counts
    assert found.counts[at(18)] == 1


@pytest.mark.parametrize(
    ("audience", "people"),
    [(Audience.MENTEES, 1), (Audience.MENTORS, 2), (Audience.ALL, 3), (Audience.PUBLIC, 3)],
)
def test_the_audience_is_counted_and_nobody_else(session: Session, audience: Audience, people: int) -> None:
    programme = a_programme(session)
    a_pair(session, programme)
    member(session, programme, "Second", "08:00", "10:00", role=Role.MENTOR)
    member(session, a_programme(session, "other"), "Elsewhere", "08:00", "10:00")
    assert asked(session, programme, audience).people == people


def test_who_mentors_and_is_mentored_is_one_person(session: Session) -> None:
    programme = a_programme(session)
    person = member(session, programme, "Double", "08:00", "10:00")
    a_member(session, programme, person, Role.MENTOR)
    found = asked(session, programme, Audience.ALL)
    assert (found.people, found.counts[at(9)]) == (1, 1)


def test_a_department_counts_its_own_people(session: Session) -> None:
    programme = a_programme(session)
    physics, english = a_department(session, programme, "Fysikum"), a_department(session, programme, "Engelska")
    member(session, programme, "Alva", "08:00", "10:00", department=physics)
    member(session, programme, "Bodil", "08:00", "10:00", department=english)
    member(session, programme, "Nowhere", "08:00", "10:00")
    found = asked(session, programme, departments=(physics,))
    assert (found.people, found.counts[at(9)]) == (1, 1)


def test_a_desk_without_such_people_has_no_counts(session: Session) -> None:
    assert asked(session, a_programme(session)) == Turnout(0, 0, {}, ())


def test_what_is_past_is_no_start(session: Session) -> None:
    programme = a_programme(session)
    member(session, programme, "Day", "08:00", "12:00")
    found = asked(session, programme, now=at(10) + timedelta(seconds=1))
    assert min(found.counts) == at(10, 15)
    assert found.best == ((at(10, 15), 1),)


def test_the_best_starts_lie_on_different_dates(session: Session) -> None:
    programme = a_programme(session)
    member(session, programme, "Often", "08:00", "12:00")
    found = asked(session, programme, days=15)
    assert [(starts_at.date() - MONDAY).days for starts_at, _ in found.best[:3]] == [0, 7, 14]


def test_published_events_and_days_without_meetings_are_taken_and_drafts_are_not(session: Session) -> None:
    programme = a_programme(session, blackouts=[["2026-11-16", "2026-11-16"]])
    member(session, programme, "Day", "08:00", "17:00")
    taken = an_event(session, programme, "taken", starts_at=at(9), minutes=60, audience=Audience.ALL)
    an_event(session, programme, "draft", starts_at=at(13), audience=Audience.ALL, state=EventState.DRAFT)
    found = asked(session, programme, days=8)
    assert [at(hour) in found.counts for hour in (8, 9, 10, 13)] == [True, False, True, True]
    assert max(found.counts) < utc(2026, 11, 10)
    assert at(9) in asked(session, programme, moved=taken).counts


def test_a_seat_at_the_event_that_moves_is_no_obstacle_but_one_at_another_is(session: Session) -> None:
    programme = a_programme(session)
    person = member(session, programme, "Seated", "08:00", "17:00")
    event = an_event(session, programme, starts_at=at(9), minutes=60)
    a_place(session, event, person)
    assert at(9) not in asked(session, programme).counts
    assert at(9) in asked(session, programme, moved=event).counts

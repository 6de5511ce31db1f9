"""The pool as a desk sees it: what is free agrees with what can be booked."""

from datetime import date, datetime, timedelta
from functools import partial

import pytest
from sqlalchemy.orm import Session

from scheduler.db import Database
from scheduler.errors import NoHostFree
from scheduler.models import Pair, Programme
from scheduler.programme import access, desk
from scheduler.programme.pairs import meetings
from scheduler.programme.pairs.modes import Video
from tests.builders import NOW, a_meeting, a_pair, a_person, a_programme, some_hosts, utc

MONDAY = date(2026, 11, 9)  # the meetings of a_meeting are at 10:00 in Stockholm on that day
COORDINATOR = "coordinator@example.org"


@pytest.fixture
def programme(database: Database) -> Programme:
    with database.writing() as session:
        found = a_programme(session)
        access.grant_coordinator(session, COORDINATOR, programme=found, department=None, by="", now=NOW)
        return found


def pairs(session: Session, programme: Programme, count: int) -> list[Pair]:
    return [
        a_pair(session, programme, a_person(session, f"Mentor {n}"), a_person(session, f"Mentee {n}"))
        for n in range(count)
    ]


def seen(session: Session, monday: date = MONDAY, now: datetime = NOW) -> desk.Pool:
    (mine,) = access.desks_of(session, COORDINATOR)
    return desk.pool(session, mine, monday=monday, now=now)


def free(session: Session, hour: int, day: int = 0, monday: date = MONDAY) -> int | None:
    return {row.hour: row.free for row in seen(session, monday).week}[hour][day]


def test_an_hour_tells_how_many_meetings_can_begin_with_the_minutes_around_them(database, programme):
    with database.writing() as session:
        some_hosts(session, 2, 1)
        one, two = pairs(session, programme, 2)
        assert [free(session, hour) for hour in (8, 9, 10, 11)] == [3, 3, 3, 3]
        a_meeting(session, one)  # 10:00-10:45, kept from 09:50 to 10:50
        assert [free(session, hour) for hour in (8, 9, 10, 11)] == [3, 3, 2, 3]
        a_meeting(session, two, starts_at=NOW + timedelta(days=7, minutes=20))
        assert [free(session, hour) for hour in (8, 9, 10, 11)] == [3, 3, 1, 2]
        assert [free(session, hour, day=1) for hour in (8, 9, 10, 11)] == [3, 3, 3, 3]


def test_as_many_can_be_booked_as_it_says_and_no_more(database, programme):
    with database.writing() as session:
        some_hosts(session, 2, 1)
        everybody = pairs(session, programme, 5)
        a_meeting(session, everybody.pop())
        for _ in range(free(session, 10) or 0):
            a_meeting(session, everybody.pop())
        assert free(session, 10) == 0
        with pytest.raises(NoHostFree):
            a_meeting(session, everybody.pop())


def test_what_has_begun_and_what_the_clocks_skip_has_no_number(database, programme):
    with database.writing() as session:
        some_hosts(session, 1)
        (pair,) = pairs(session, programme, 1)
        this_week = {row.hour: row.free for row in seen(session, date(2026, 11, 2)).week}
        assert this_week[10] == [None, 1, 1, 1, 1, 1, 1]  # it is ten sharp
        assert this_week[11] == [1] * 7
        a_meeting(session, pair, starts_at=utc(2027, 3, 25, 1, 30))  # 02:30 shows the hour in which it is
        clocks_change = {row.hour: row.free for row in seen(session, date(2027, 3, 22)).week}
        assert clocks_change[2] == [1, 1, 1, 0, 1, 1, None]
        assert 3 not in clocks_change


def test_the_next_free_time_is_the_first_quarter_at_which_a_meeting_can_be_booked(database, programme):
    with database.writing() as session:
        some_hosts(session, 1)
        one, two = pairs(session, programme, 2)
        now = NOW + timedelta(minutes=1)
        assert seen(session, now=now).next_free == NOW + timedelta(minutes=15)
        a_meeting(session, one, starts_at=NOW + timedelta(minutes=20))
        expected = NOW + timedelta(minutes=90)  # 20 + 45, five over, ten before, and the next quarter after 80
        assert seen(session, now=now).next_free == expected
        book = partial(meetings.book, session, two, minutes=45, how=Video(), now=now)
        with pytest.raises(NoHostFree), session.begin_nested():
            book(starts_at=expected - timedelta(minutes=15))
        book(starts_at=expected)


def test_a_host_that_left_stays_in_sight_while_it_hosts_something(database, programme):
    with database.writing() as session:
        old, _ = some_hosts(session, 1, 1)
        (pair,) = pairs(session, programme, 1)
        a_meeting(session, pair, days=1)
        old.retired = True
        assert [row.host.retired for row in seen(session).hosts] == [False, True]
        later = NOW + timedelta(days=2)
        assert [row.host.retired for row in seen(session, now=later).hosts] == [False]


def test_without_hosts_there_is_nothing(database, programme):
    with database.reading() as session:
        found = seen(session)
    assert (found.at_once, found.hosts, found.next_free) == (0, [], None)

"""Pairs and hosts as the engine plans them."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from scheduler.db import Database
from scheduler.models import Pair
from scheduler.programme.pairs import calendars
from scheduler.programme.pool import hosts
from scheduler.programme.waves import wave_cohorts
from scheduler.slots import CohortPair
from tests.builders import NOW, a_meeting, a_pair, a_person, a_programme, some_hosts, utc

MONDAY = date(2026, 11, 9)
EVENING = [[0, "17:00", "18:15"]]


@pytest.fixture
def house(database: Database) -> Database:
    with database.writing() as session:
        some_hosts(session, 2)
        programme = a_programme(session)
        a_pair(session, programme, *(a_person(session, name, weekly=EVENING) for name in ("Mo", "Me")))
        a_pair(session, programme, *(a_person(session, name, weekly=[]) for name in ("Silent Mo", "Silent Me")))
    return database


def pairs(session: Session, *, no: frozenset[int] = frozenset(), needs_host: bool = True) -> list[CohortPair]:
    rows = [session.get_one(Pair, number) for number in (1, 2)]
    known = calendars.of_pairs(session, rows[0].programme, rows, first=MONDAY, last=MONDAY)
    return wave_cohorts.pairs_of(replace(known, refused={1: no}), rows, 45, NOW, needs_host=needs_host)


def test_a_start_is_worth_more_the_more_comfortable_it_is_for_both(house):
    with house.reading() as session:
        one, silent = pairs(session)
    starts = [calendars.seconds(utc(2026, 11, 9, 16, minute)) for minute in (0, 15, 30)]
    # Touching six o'clock costs comfort: 70 and 50 for each, twice the worst and the total.
    assert one.options == ((starts[0], 1 + 140 + 140), (starts[1], 1 + 140 + 140), (starts[2], 1 + 100 + 100))
    assert (one.id, one.people, one.duration, one.needs_host) == ("1", ("1", "2"), 45, True)
    assert silent.options == ()


def test_what_was_refused_is_no_option(house):
    with house.reading() as session:
        start = calendars.seconds(utc(2026, 11, 9, 16))
        one, _ = pairs(session, no=frozenset({start}), needs_host=False)
    assert start not in [at for at, _ in one.options]
    assert (len(one.options), one.needs_host) == (2, False)


def test_a_lane_is_busy_with_its_leases_and_the_gap_to_them(house):
    with house.writing() as session:
        a_meeting(session, session.get_one(Pair, 1), starts_at=utc(2026, 11, 9, 16))
        pool = hosts.lanes(session)
        first, second = wave_cohorts.hosts_of(session, pool, NOW, NOW)
    begin, quarter = utc(2026, 11, 9, 16), timedelta(minutes=15)
    assert (first.id, second.id) == ("zoom-1@example.org#0", "zoom-1@example.org#1")
    busy = tuple(map(calendars.seconds, (begin - quarter, begin + timedelta(minutes=45) + quarter)))
    assert (first.busy, second.busy) == ((busy,), ())

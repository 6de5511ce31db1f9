"""Thirty-two bookings at once for the last free host: one gets it. With the guards off, several do."""

import pytest
from sqlalchemy import text

from scheduler.db import Database
from scheduler.models import Delivery, Lease, Pair, ZoomMeeting
from scheduler.programme.pairs.modes import Video
from scheduler.programme.pool import hosts
from scheduler.states import Channel
from tests.builders import a_meeting, a_pair, a_person, a_programme, some_hosts
from tests.crowds import at_once
from tests.races import Race
from tests.walks.test_races import START, booking, count, overlaps, unguarded

CONTENDERS = 32


@pytest.fixture
def contended(database: Database) -> Database:
    """Two hosts, one of them taken at that time, and as many pairs as contenders."""
    return prepared(database)


def prepared(database: Database) -> Database:
    with database.writing() as session:
        some_hosts(session, 1, 1)
        programme = a_programme(session)
        for number in range(CONTENDERS + 1):
            a_pair(session, programme, *(a_person(session, f"{who} {number}") for who in ("Mentor", "Mentee")))
        a_meeting(session, session.get_one(Pair, CONTENDERS + 1), starts_at=START)
    return database


def test_one_gets_it_and_the_others_hear_when_the_next_is_free(contended: Database) -> None:
    outcomes = at_once([booking(contended, 1 + number, Video()) for number in range(CONTENDERS)])
    assert outcomes == {"done": 1, "HostsTaken": CONTENDERS - 1}
    assert overlaps(contended, Lease, "host_id", "lane") == 0
    assert (count(contended, Lease), count(contended, ZoomMeeting)) == (2, 2)
    with contended.reading() as session:
        assert session.query(Delivery).filter_by(channel=Channel.ZOOM).count() == 2


def test_with_the_guards_off_the_last_host_is_given_away_twice(
    postgres: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control, on PostgreSQL: SQLite has one writer at a time, whatever we forget."""
    prepared(postgres)
    lanes = hosts.lanes
    monkeypatch.setattr(hosts, "_choose", Race().after(hosts._choose))
    monkeypatch.setattr(hosts, "lanes", lambda session, lock=False: lanes(session))
    with unguarded(postgres, "lease") as database:
        outcomes = at_once([booking(database, 1 + number, Video()) for number in range(CONTENDERS)])
        assert outcomes["done"] > 1
        assert overlaps(postgres, Lease, "host_id", "lane") > 0
        with postgres.engine.begin() as connection:  # the guard comes back only over clean tables
            for table in ("delivery", "lease", "zoom_meeting"):
                connection.execute(text(f"DELETE FROM {table}"))

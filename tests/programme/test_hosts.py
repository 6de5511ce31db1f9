"""The pool: what the settings say, one meeting a lane with the gap between, the load even."""

from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import select

from scheduler.errors import NoHostFree
from scheduler.models import Host, Lease
from scheduler.programme import hosts
from scheduler.settings import HostSetting
from tests.builders import NOW, a_meeting, a_pair, a_person, a_programme, some_hosts


def pairs(session, count):
    programme = a_programme(session)
    return [
        a_pair(session, programme, a_person(session, f"Mentor {n}"), a_person(session, f"Mentee {n}"))
        for n in range(count)
    ]


def test_the_pool_follows_the_settings_and_forgets_nobody(database):
    with database.writing() as session:
        hosts.sync(session, [HostSetting("a@example.org", 1), HostSetting("b@example.org", 2)])
    with database.writing() as session:
        hosts.sync(session, [HostSetting("b@example.org", 1), HostSetting("c@example.org", 1)])
    with database.reading() as session:
        rows = [(host.email, host.capacity, host.retired) for host in session.scalars(select(Host).order_by(Host.id))]
        assert rows == [("a@example.org", 1, True), ("b@example.org", 1, False), ("c@example.org", 1, False)]
        assert [str(lane) for lane in hosts.lanes(session)] == ["b@example.org#0", "c@example.org#0"]
    with database.writing() as session:
        hosts.sync(session, [HostSetting("a@example.org", 1)])
    with database.reading() as session:
        assert [lane.email for lane in hosts.lanes(session)] == ["a@example.org"]


def test_a_host_of_two_lanes_opens_two_meetings_at_a_time_and_no_third(database):
    with database.writing() as session:
        some_hosts(session, 2)
        one, two, three = pairs(session, 3)
        a_meeting(session, one)
        a_meeting(session, two)
        with pytest.raises(NoHostFree):
            a_meeting(session, three)
        assert sorted(session.scalars(select(Lease.lane))) == [0, 1]


def test_the_load_is_even_where_hosts_are_equally_free(database):
    with database.writing() as session:
        some_hosts(session, 1, 1, 1)
        for number, pair in enumerate(pairs(session, 8)):
            a_meeting(session, pair, starts_at=NOW + timedelta(days=7, hours=2 * number))
        counts = Counter(session.scalars(select(Lease.host_id)))
    assert sorted(counts.values()) == [2, 3, 3]


def test_meetings_of_one_host_keep_a_quarter_of_an_hour_between_them(database):
    with database.writing() as session:
        some_hosts(session, 1)
        one, two, three = pairs(session, 3)
        a_meeting(session, one, starts_at=NOW + timedelta(days=7))
        a_meeting(session, two, starts_at=NOW + timedelta(days=7, minutes=60))
        for minutes in (59, -59):
            with pytest.raises(NoHostFree), session.begin_nested():
                a_meeting(session, three, starts_at=NOW + timedelta(days=7, minutes=minutes))
        a_meeting(session, three, starts_at=NOW + timedelta(days=7, minutes=-60))


def test_a_retired_host_gets_no_new_meeting(database):
    with database.writing() as session:
        old, _ = some_hosts(session, 1, 1)
        old.retired = True
        one, two = pairs(session, 2)
        a_meeting(session, one)
        assert session.scalars(select(Lease)).one().host_id == 2
        with pytest.raises(NoHostFree):
            a_meeting(session, two)

"""The pool: what the settings say, one meeting a lane with the gap between, the load even."""

from collections import Counter
from contextlib import suppress
from datetime import timedelta
from itertools import pairwise

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.errors import HostsTaken, NoHostFree
from scheduler.models import Host, Lease, Pair, ZoomMeeting
from scheduler.phrases import Moment
from scheduler.presenters.i18n import words
from scheduler.programme import doors
from scheduler.programme.pairs import meetings
from scheduler.programme.pool import budgets, hosts
from scheduler.programme.pool.hosts import Board
from scheduler.settings import HostSetting
from scheduler.states import Channel, HostKind
from tests.builders import (
    NOW,
    a_meeting,
    a_pair,
    a_person,
    a_programme,
    an_event,
    deliveries,
    some_hosts,
    utc,
)


def pairs(session: Session, count: int) -> list[Pair]:
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


def test_a_full_pool_is_a_refusal_with_the_next_free_time(database):
    with database.writing() as session:
        some_hosts(session, 1)
        one, two, three = pairs(session, 3)
        a_meeting(session, one, starts_at=NOW + timedelta(days=7))
        a_meeting(session, two, starts_at=NOW + timedelta(days=7, hours=1))
        with pytest.raises(HostsTaken) as refused, session.begin_nested():
            a_meeting(session, three, starts_at=NOW + timedelta(days=7, minutes=5))
    assert refused.value.values["next"] == Moment(NOW + timedelta(days=7, hours=2), "Europe/Stockholm")
    assert "the next time at which one is: 2026-11-09 12:00 (Europe/Stockholm)" in str(refused.value)
    assert "Monday 9 November 2026, 12:00, Stockholm (GMT+1)" in words("en").refusal(refused.value)


def test_a_pool_without_room_for_that_length_for_ever_says_no_more_than_that(database):
    assert Board([], [], {}).next_free(NOW, 45) is None


def test_a_host_whose_day_is_used_up_is_passed_over_until_it_ends(database):
    with database.writing() as session:
        some_hosts(session, 1, 1)
        budgets.exhaust(session, 1, now=NOW)
        for number, pair in enumerate(pairs(session, 3)):
            a_meeting(session, pair, starts_at=NOW + timedelta(days=7, hours=2 * number))
        assert Counter(session.scalars(select(Lease.host_id))) == {2: 3}


def test_where_every_day_is_used_up_what_begins_after_midnight_waits_for_it_and_the_rest_is_refused(database):
    midnight = utc(2026, 11, 3)
    with database.writing() as session:
        some_hosts(session, 1)
        budgets.exhaust(session, 1, now=NOW)
        (one,) = pairs(session, 1)
        with pytest.raises(HostsTaken) as refused, session.begin_nested():
            a_meeting(session, one, starts_at=midnight + timedelta(minutes=15))
        free = midnight + hosts.MAKING + hosts.BEFORE + timedelta(minutes=5)
        assert refused.value.values["next"] == Moment(free, "Europe/Stockholm")
        a_meeting(session, one, starts_at=midnight + timedelta(minutes=30))
        starts = [midnight + timedelta(minutes=minutes) for minutes in (15, 90)]
        assert hosts.with_room(session, starts, 45, now=NOW) == {starts[1]}


def test_a_meeting_that_cannot_be_changed_in_time_goes_to_another_host(database):
    """Zoom opens a meeting ten minutes before the start that it knows: too late for one that moved forward."""
    with database.writing() as session:
        some_hosts(session, 1, 1)
        pair, *_ = pairs(session, 1)
        meeting = a_meeting(session, pair, days=1)
        budgets.exhaust(session, 1, now=NOW)
        meetings.reschedule(session, meeting, starts_at=NOW + timedelta(days=2), minutes=45, now=NOW)
        assert session.scalars(select(Lease).where(Lease.active)).one().host_id == 1, "there is time until tomorrow"
        meetings.reschedule(session, meeting, starts_at=NOW + timedelta(hours=2), minutes=45, now=NOW)
        assert session.scalars(select(Lease).where(Lease.active)).one().host_id == 2
        wanted = session.scalars(select(ZoomMeeting).order_by(ZoomMeeting.id)).all()
        assert [(row.host_id, row.wanted) for row in wanted] == [(1, False), (2, True)]
        assert meeting.sequence == 2, "one for each move, none for the link"


def test_whatever_is_offered_for_moving_a_meeting_can_be_had_and_nothing_else(database):
    """Its host may change nothing more today, and there is no other."""
    midnight = utc(2026, 11, 3)
    starts = [NOW + timedelta(hours=2), *(midnight + timedelta(minutes=minutes) for minutes in (0, 15, 30, 60))]
    with database.writing() as session:
        some_hosts(session, 1)
        pair, *_ = pairs(session, 1)
        meeting = a_meeting(session, pair)
        budgets.exhaust(session, 1, now=NOW)
        had = set()
        for start in starts:
            trial = session.begin_nested()
            with suppress(NoHostFree):
                meetings.reschedule(session, meeting, starts_at=start, minutes=45, now=NOW)
                had.add(start)
            trial.rollback()
        assert had == set(starts[3:])
        assert hosts.with_room(session, starts, 45, now=NOW, but=meeting) == had


def test_an_event_has_its_host_like_any_meeting(database):
    with database.writing() as session:
        some_hosts(session, 1)
        event = an_event(session, a_programme(session, "other"), starts_at=NOW + timedelta(days=7))
        pair, *_ = pairs(session, 1)
        assert hosts.lease(session, event, preferred=None, now=NOW).event_id == event.id
        with pytest.raises(HostsTaken), session.begin_nested():
            a_meeting(session, pair, starts_at=NOW + timedelta(days=7))
        event.starts_at += timedelta(days=1)
        hosts.move(session, event, now=NOW)
        a_meeting(session, pair, starts_at=NOW + timedelta(days=7))
        hosts.release(session, event, now=NOW)
        assert [row.kind for row in deliveries(session) if row.event_id == event.id] == [
            "CreateZoomMeeting", "UpdateZoomMeeting", "DeleteZoomMeeting",
        ]  # fmt: skip
        assert not hosts.wanted_row(session, event)


def test_a_pasted_link_is_a_host_whose_meetings_are_there_already(database):
    with database.writing() as session:
        room = Host(email="Room 1", capacity=1, kind=HostKind.LINK, join_url="https://zoom.us/j/1", passcode="p")
        session.add(room)
        hosts.sync(session, [])
        one, two = pairs(session, 2)
        meeting = a_meeting(session, one)
        with pytest.raises(HostsTaken), session.begin_nested():
            a_meeting(session, two)
        assert doors.link(session, meeting) == "https://zoom.us/j/1"
        meetings.reschedule(session, meeting, starts_at=NOW + timedelta(days=8), minutes=45, now=NOW)
        assert doors.link(session, meeting) == "https://zoom.us/j/1"
        a_meeting(session, two)
        meetings.cancel(session, meeting, now=NOW)
        assert {row.channel for row in deliveries(session)} == {Channel.MAIL}, "nobody is asked at Zoom"


def test_five_hundred_meetings_on_five_hosts_are_even_and_none_overlaps_or_goes_over_a_budget(sqlite):
    """All are booked in one day: what a day cannot make waits for the next one, and is due before it begins."""
    with sqlite.writing() as session:
        some_hosts(session, 1, 1, 1, 1, 1)
        programme = a_programme(session)
        mentors = [a_person(session, f"Mentor {number}") for number in range(5)]
        of_hour = [a_pair(session, programme, mentor, a_person(session, f"To {mentor.name}")) for mentor in mentors]
        for number in range(500):
            a_meeting(session, of_hour[number % 5], starts_at=NOW + timedelta(days=3, hours=number // 5))
        leases = session.scalars(select(Lease).order_by(Lease.host_id, Lease.starts_at)).all()
        assert Counter(lease.host_id for lease in leases) == dict.fromkeys(range(1, 6), 100)
        for earlier, later in pairwise(leases):
            assert earlier.host_id < later.host_id or earlier.ends_at <= later.starts_at
        assert set(budgets.opens(session, range(1, 6), now=NOW).values()) == {utc(2026, 11, 3)}

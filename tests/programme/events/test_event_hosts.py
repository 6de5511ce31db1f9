"""What the pool keeps for events: a host that is clear of every meeting, or a refusal that says when there is one."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.db import Database
from scheduler.errors import BadFolder, EventHostsTaken
from scheduler.models import Delivery, Event, Lease, Programme
from scheduler.programme.events import event_hosts, events
from scheduler.programme.files import loading
from scheduler.states import EventFormat, EventState
from tests.builders import NOW, a_meeting, a_pair, a_programme, an_event, some_hosts, utc
from tests.programme.folder.files import read

BY = "all@example.org"
WALL = datetime.fromisoformat
DRAFT: dict[str, Any] = {"state": EventState.DRAFT}


@pytest.fixture
def programme(database: Database) -> Programme:
    with database.writing() as session:
        some_hosts(session, 1)
        return a_programme(session)


def leases(session: Session) -> Sequence[Lease]:
    return session.scalars(select(Lease).where(Lease.active)).all()


def owed(session: Session) -> list[str]:
    return [row.kind for row in session.scalars(select(Delivery).order_by(Delivery.id)) if row.channel == "zoom"]


def test_a_full_pool_refuses_and_names_the_next_free_time(database, programme):
    with database.writing() as session:
        a_meeting(session, a_pair(session, programme), starts_at=NOW + timedelta(days=7, hours=9, minutes=30))
        event = an_event(session, programme, **DRAFT)  # 18:00-20:00 in Stockholm; the pair meets 19:30-20:15
        with pytest.raises(EventHostsTaken) as refused:
            events.publish(session, event, by=BY, now=NOW)
        assert str(refused.value) == (
            "No Zoom host is free at that time; the next time at which one is: 2026-11-09 20:30 (Europe/Stockholm). "
            "Choose another time, or paste a link to a meeting."
        )
        session.expire_all()
        events.move(session, event, starts=WALL("2026-11-09T20:30"), minutes=120, by=BY, now=NOW)
        events.publish(session, event, by=BY, now=NOW)
        assert len(leases(session)) == 2


def test_a_refused_publishing_leaves_a_draft(database, programme):
    with database.writing() as session:
        a_meeting(session, a_pair(session, programme), starts_at=NOW + timedelta(days=7, hours=8))
        event_id = an_event(session, programme, **DRAFT).id
    with pytest.raises(EventHostsTaken), database.writing() as session:
        events.publish(session, session.get_one(Event, event_id), by=BY, now=NOW)
    with database.reading() as session:
        assert session.get_one(Event, event_id).state is EventState.DRAFT


def test_a_pair_is_refused_where_an_event_has_the_host(database, programme):
    with database.writing() as session:
        events.publish(session, an_event(session, programme, **DRAFT), by=BY, now=NOW)
        pair = a_pair(session, programme)
        with pytest.raises(Exception, match="No Zoom host is free"), session.begin_nested():
            a_meeting(session, pair, starts_at=NOW + timedelta(days=7, hours=10))
        a_meeting(session, pair, starts_at=NOW + timedelta(days=7, hours=10, minutes=15))


@pytest.mark.parametrize(
    ("values", "kept"),
    [
        ({}, True),
        ({"format": EventFormat.HYBRID, "place": "Aula"}, True),
        ({"format": EventFormat.ON_SITE, "place": "Aula"}, False),
        ({"link": "https://meet.example.net/1"}, False),
        ({"days": -7}, False),
    ],
)
def test_only_who_comes_from_afar_to_what_is_to_come_needs_one(database, programme, values, kept):
    with database.writing() as session:
        events.publish(session, an_event(session, programme, **DRAFT, **values), by=BY, now=NOW)
        assert len(leases(session)) == kept
        assert owed(session) == ["CreateZoomMeeting"] * kept


def test_zoom_hears_of_what_it_shows_and_of_nothing_else(database, programme):
    with database.writing() as session:
        event = an_event(session, programme, **DRAFT)
        events.publish(session, event, by=BY, now=NOW)
        for values, count in (
            ({"capacity": 9}, 0), ({"description": {"sv": "Mer"}}, 0), ({"title": {"sv": "Nytt"}}, 1),
        ):  # fmt: skip
            before = len(owed(session))
            events.change(session, event, **values, by=BY, now=NOW)
            assert owed(session)[before:] == ["UpdateZoomMeeting"] * count, values


def test_what_is_over_keeps_what_it_had(database, programme):
    with database.writing() as session:
        event = an_event(session, programme, **DRAFT)
        events.publish(session, event, by=BY, now=NOW)
        later = NOW + timedelta(days=8)
        events.change(session, event, link="https://meet.example.net/recording", by=BY, now=later)
        assert len(leases(session)) == 1
        assert owed(session) == ["CreateZoomMeeting"]


def test_where_new_rules_of_clocks_move_it_onto_a_taken_hour_it_is_without_a_host(database, programme):
    with database.writing() as session:
        event = an_event(session, programme, **DRAFT)
        events.publish(session, event, by=BY, now=NOW)
        a_meeting(session, a_pair(session, programme), starts_at=event.starts_at + timedelta(minutes=150))
        event.starts_at += timedelta(hours=1)
        event_hosts.settle_or_release(session, event, now=NOW)
        assert [row.event_id for row in leases(session)] == [None]
        assert owed(session)[-1] == "DeleteZoomMeeting"


def test_a_file_with_an_event_at_a_time_when_every_host_is_taken_is_refused_by_its_place(database, programme, tmp_path):
    with database.writing() as session:
        a_meeting(session, a_pair(session, programme), starts_at=utc(2026, 11, 3, 16))
        with pytest.raises(BadFolder) as refused:
            loading.load(session, read(tmp_path), now=NOW)
    assert [str(each) for each in refused.value.problems] == [
        "programme.toml line 22, column 1 (starts): No Zoom host is free at that time; the next time at which one is: "
        "2026-11-03 18:00 (Europe/Stockholm). Choose another time, or paste a link to a meeting."
    ]


def test_what_was_published_before_there_was_a_pool_gets_a_host_once(database):
    with database.writing() as session:
        programme = a_programme(session)
        late = an_event(session, programme)
        an_event(session, programme, "pasted", link="https://meet.example.net/a")
        an_event(session, programme, "draft", **DRAFT)
        an_event(session, programme, "off", state=EventState.CANCELLED)
        an_event(session, programme, "here", format=EventFormat.ON_SITE)
        an_event(session, programme, "over", starts_at=NOW - timedelta(days=1))
        event_hosts.settle_left_out(session, now=NOW)
        assert leases(session) == []
    with database.writing() as session:
        some_hosts(session, 1)
    for _ in range(2):
        with database.writing() as session:
            event_hosts.settle_left_out(session, now=NOW)
            assert [lease.event_id for lease in leases(session)] == [late.id]
            assert owed(session) == ["CreateZoomMeeting"]


def test_of_two_that_were_left_out_the_second_has_to_wait_until_the_host_is_free(database):
    with database.writing() as session:
        programme = a_programme(session)
        first, second = (an_event(session, programme, slug) for slug in ("first", "second"))
        some_hosts(session, 1)
        event_hosts.settle_left_out(session, now=NOW)
        assert [lease.event_id for lease in leases(session)] == [first.id]
        event_hosts.settle_left_out(session, now=NOW)
        assert [lease.event_id for lease in leases(session)] == [first.id]
        events.cancel(session, first, by=BY, now=NOW)
        event_hosts.settle_left_out(session, now=NOW)
        assert [lease.event_id for lease in leases(session)] == [second.id]

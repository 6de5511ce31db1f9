"""A host's day at Zoom: counted before the call, a share kept for changes, whole again at 00:00 UTC."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.db import Database
from scheduler.models import Host, HostDay, Pair, ZoomMeeting
from scheduler.programme.pool import budgets
from scheduler.programme.pool.budgets import CREATES, DAILY, KEPT
from scheduler.states import HostKind
from tests.builders import NOW, a_meeting, a_pair, a_programme, some_hosts, utc

EVENING = utc(2026, 11, 2, 23, 59)
MIDNIGHT = utc(2026, 11, 3)


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.writing() as session:
        some_hosts(session, 1, 1)
        yield session


def spend(
    session: Session, *, creates: int = 0, updates: int = 0, now: datetime = NOW, host: int = 1
) -> tuple[int, int]:
    """How many of each were granted."""
    made = sum(budgets.spend_create(session, host, now=now) for _ in range(creates))
    return made, sum(budgets.spend_update(session, host, now=now) for _ in range(updates))


def test_creates_leave_a_share_for_changes(session):
    assert spend(session, creates=DAILY, updates=DAILY) == (CREATES, KEPT)
    assert budgets.used(session, NOW) == {"zoom-1@example.org": DAILY}
    assert spend(session, creates=1, updates=1, host=2) == (1, 1), "each host has its own day"


def test_changes_may_use_up_the_day_and_creates_then_wait(session):
    assert spend(session, updates=DAILY + 1) == (0, DAILY)
    assert spend(session, creates=1) == (0, 0)


def test_the_day_begins_anew_at_midnight_in_utc_whatever_the_zone(session):
    spend(session, creates=CREATES, now=EVENING)
    assert spend(session, creates=1, now=EVENING) == (0, 0)
    assert spend(session, creates=1, now=MIDNIGHT) == (1, 0)
    assert budgets.reset(EVENING) == MIDNIGHT
    assert budgets.reset(MIDNIGHT) == MIDNIGHT + timedelta(days=1)


def test_what_zoom_refused_is_given_back_on_its_own_day_only(session):
    spend(session, creates=2, now=EVENING)
    budgets.refund_create(session, 1, since=EVENING, now=EVENING)
    assert budgets.used(session, EVENING) == {"zoom-1@example.org": 1}
    spend(session, creates=1, now=MIDNIGHT)
    budgets.refund_create(session, 1, since=EVENING, now=MIDNIGHT)
    assert budgets.used(session, MIDNIGHT) == {"zoom-1@example.org": 1}


def test_a_host_that_zoom_calls_exhausted_does_nothing_more_that_day(session):
    budgets.exhaust(session, 1, now=NOW)
    assert spend(session, creates=1, updates=1) == (0, 0)
    assert budgets.changes_open(session, 1, now=NOW) == MIDNIGHT
    assert spend(session, creates=1, updates=1, now=MIDNIGHT) == (1, 1)


def owe(session: Session, count: int) -> None:
    """Meetings that are booked on the first host and not made at Zoom yet."""
    session.get_one(Host, 2).retired = True
    pair = a_pair(session, a_programme(session)) if not session.get(Pair, 1) else session.get_one(Pair, 1)
    for _ in range(count):
        number = len(session.scalars(select(ZoomMeeting.id)).all())
        a_meeting(session, pair, starts_at=NOW + timedelta(days=40, hours=2 * number))


def test_a_host_opens_behind_what_it_has_yet_to_make(session):
    assert budgets.opens(session, [1, 2], now=NOW) == {1: NOW, 2: NOW}
    spend(session, creates=CREATES - 2)
    owe(session, 1)
    assert budgets.opens(session, [1], now=NOW) == {1: NOW}
    owe(session, 1)
    assert budgets.opens(session, [1, 2], now=NOW) == {1: MIDNIGHT, 2: NOW}
    session.add(HostDay(host_id=2, day=NOW.date(), creates=0, updates=DAILY - 1, exhausted=False))
    session.flush()
    assert budgets.opens(session, [2], now=NOW) == {2: NOW}
    spend(session, updates=1, host=2)
    assert budgets.opens(session, [2], now=NOW) == {2: MIDNIGHT}


def test_more_than_a_day_of_waiting_opens_the_day_after(session):
    budgets.exhaust(session, 1, now=NOW)
    owe(session, CREATES - 1)
    assert budgets.opens(session, [1], now=NOW) == {1: MIDNIGHT}
    owe(session, 1)
    assert budgets.opens(session, [1], now=NOW) == {1: MIDNIGHT + timedelta(days=1)}


def test_what_is_on_its_way_counts_once_and_a_link_not_at_all(session):
    owe(session, 2)
    first, second = session.scalars(select(ZoomMeeting).order_by(ZoomMeeting.id))
    spend(session, creates=CREATES - 1)
    assert budgets.opens(session, [1], now=NOW) == {1: MIDNIGHT}
    first.intent_at, second.wanted = NOW, False  # counted when it was intended; not wanted any more
    session.flush()
    assert budgets.opens(session, [1], now=NOW) == {1: NOW}
    second.wanted = True
    session.get_one(Host, 1).kind = HostKind.LINK
    session.flush()
    assert budgets.opens(session, [1], now=NOW) == {1: NOW}

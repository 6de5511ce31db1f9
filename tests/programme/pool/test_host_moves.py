"""What a used up host cannot make in time goes to another one, and nobody's invite changes."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.db import Database
from scheduler.models import Delivery, Lease, Meeting, ZoomMeeting
from scheduler.programme.pool import budgets, host_moves, hosts, zoom_meetings
from scheduler.states import Channel
from tests.builders import NOW, a_meeting, a_pair, a_person, a_programme, an_event, some_hosts

SOON, LATER, TOMORROW = NOW + timedelta(hours=3), NOW + timedelta(hours=5), NOW + timedelta(days=1)


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.writing() as session:
        some_hosts(session, 1, 1)
        yield session


def stranded(session: Session, starts_at: datetime = SOON) -> Meeting:
    """A meeting that is booked on the first host, which then turns out to have nothing left today."""
    meeting = a_meeting(session, a_pair(session, a_programme(session)), starts_at=starts_at)
    budgets.exhaust(session, 1, now=NOW)
    session.flush()
    return meeting


def leased(session: Session) -> Sequence[int]:
    return session.scalars(select(Lease.host_id).where(Lease.active).order_by(Lease.id)).all()


def test_a_meeting_of_today_goes_to_another_host_without_a_word_to_anybody(session):
    meeting = stranded(session)
    mails = session.query(Delivery).filter_by(channel=Channel.MAIL).count()
    host_moves.move_stranded(session, now=NOW)
    assert leased(session) == [2]
    row = hosts.wanted_row(session, meeting)
    assert row is not None
    assert (row.host_id, zoom_meetings.is_owed(session, row)) == (2, True)
    assert (meeting.sequence, session.query(Delivery).filter_by(channel=Channel.MAIL).count()) == (0, mails)
    host_moves.move_stranded(session, now=NOW)
    assert leased(session) == [2]


def test_an_event_of_today_goes_too(session):
    event = an_event(session, a_programme(session), starts_at=SOON)
    hosts.lease(session, event, now=NOW)
    budgets.exhaust(session, 1, now=NOW)
    session.flush()
    host_moves.move_stranded(session, now=NOW)
    assert leased(session) == [2]


@pytest.mark.parametrize("case", ["tomorrow", "made", "in doubt", "begun", "with room"])
def test_what_is_not_stranded_stays(session, case):
    meeting = stranded(session, TOMORROW if case == "tomorrow" else SOON)
    row = hosts.wanted_row(session, meeting)
    now = NOW
    if case == "made":
        row.zoom_id = 90_000_000_000
    if case == "in doubt":
        row.intent_at = NOW
    if case == "begun":
        now = SOON
    if case == "with room":
        budgets._today(session, 1, NOW).exhausted = False
    session.flush()
    host_moves.move_stranded(session, now=now)
    assert leased(session) == [1]


def test_where_no_other_host_is_free_it_waits_where_it_is(session):
    meeting = stranded(session)
    budgets.exhaust(session, 2, now=NOW)
    session.flush()
    host_moves.move_stranded(session, now=NOW)
    assert leased(session) == [1]
    assert hosts.wanted_row(session, meeting).host_id == 1
    assert session.query(ZoomMeeting).count() == session.query(Meeting).count() == 1


def test_what_cannot_be_helped_takes_no_turn_from_what_can(session, monkeypatch):
    """Two begin in an hour for which no other host is free, and two later; the last host is free for one of these."""
    programme = a_programme(session)
    some_hosts(session, 1, 1, 1)
    for number, starts_at in enumerate((SOON, SOON, LATER, LATER, SOON)):
        pair = a_pair(session, programme, *(a_person(session, f"{who} {number}") for who in ("Mentor", "Mentee")))
        a_meeting(session, pair, starts_at=starts_at)
    assert leased(session) == [1, 2, 3, 4, 5]
    for host in (1, 2, 3, 4):
        budgets.exhaust(session, host, now=NOW)
    session.flush()
    monkeypatch.setattr(host_moves, "AT_A_TIME", 1)
    host_moves.move_stranded(session, now=NOW)
    assert leased(session) == [1, 2, 4, 5, 5]

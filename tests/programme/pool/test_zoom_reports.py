"""When Zoom is asked who was there: twice after the end, once by however many processes, webhooks or not."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from scheduler.db import Database
from scheduler.jobs import periodic
from scheduler.models import Delivery, Host, Meeting, Programme, ZoomMeeting
from scheduler.programme.pairs import meetings
from scheduler.programme.pool import zoom_reports
from scheduler.states import EventState
from tests.builders import NOW, a_meeting, a_pair, a_programme, an_event, some_hosts
from tests.crowds import another_process, at_once, overtake, unguarded

START = NOW + timedelta(days=2)
END = START + timedelta(minutes=45)
HALF_AN_HOUR, A_DAY = timedelta(minutes=30), timedelta(days=1)


@pytest.fixture
def house(database: Database) -> Database:
    with database.writing() as session:
        some_hosts(session, 1)
        a_meeting(session, a_pair(session, a_programme(session)), starts_at=START)
        session.scalars(select(ZoomMeeting)).one().zoom_id = 7
    return database


def asks(house: Database, now: datetime) -> int:
    """How often Zoom has been asked by then."""
    with house.writing() as session:
        zoom_reports.ask_due(session, now=now)
        return len(session.scalars(select(Delivery).where(Delivery.kind == "FetchAttendance")).all())


def test_half_an_hour_and_a_day_after_the_end(house: Database) -> None:
    times = [END, END + HALF_AN_HOUR - timedelta(seconds=1), END + HALF_AN_HOUR, END + timedelta(hours=2),
             END + A_DAY - timedelta(seconds=1), END + A_DAY, END + 2 * A_DAY, END + 6 * A_DAY]  # fmt: skip
    assert [asks(house, now) for now in times] == [0, 0, 1, 1, 1, 2, 2, 2]


def test_later_where_zoom_says_that_it_went_on(house: Database) -> None:
    with house.writing() as session:
        session.scalars(select(ZoomMeeting)).one().ended_at = END + timedelta(hours=1)
    assert [asks(house, END + timedelta(minutes=minutes)) for minutes in (30, 89, 90)] == [0, 0, 1]


def test_once_where_the_process_was_away_for_days(house: Database) -> None:
    assert [asks(house, END + days * A_DAY) for days in (3, 4)] == [1, 1]


def test_again_where_it_was_moved_after_it_was_asked(house: Database) -> None:
    assert asks(house, END + HALF_AN_HOUR) == 1
    with house.writing() as session:
        meeting = session.scalars(select(Meeting)).one()
        meetings.reschedule(session, meeting, starts_at=START + 3 * A_DAY, minutes=45, now=END + 2 * HALF_AN_HOUR)
    moved = END + 3 * A_DAY
    assert [asks(house, now) for now in (moved, moved + HALF_AN_HOUR, moved + A_DAY)] == [1, 2, 3]


def let_go(session: Session, meeting: Meeting) -> None:
    meetings.cancel(session, meeting, now=NOW)


def say(session: Session, meeting: Meeting) -> None:
    meetings.mark_held(session, meeting, by="emil.mentee@example.org", now=END)


def never_made(session: Session, meeting: Meeting) -> None:
    session.scalars(select(ZoomMeeting)).one().zoom_id = None


def without_zoom(session: Session, meeting: Meeting) -> None:
    session.scalars(select(Host)).one().retired = True


@pytest.mark.parametrize("change", [let_go, say, never_made, without_zoom])
def test_not_where_nobody_needs_it_or_zoom_cannot_know(house: Database, change: Callable[..., None]) -> None:
    with house.writing() as session:
        change(session, session.scalars(select(Meeting)).one())
    assert asks(house, END + HALF_AN_HOUR) == 0


def test_many_processes_ask_once(house: Database) -> None:
    assert at_once([lambda: periodic.tick(house, now=END + HALF_AN_HOUR)] * 6) == {"done": 6}
    assert asks(house, END + HALF_AN_HOUR) == 1


def a_rival_asks(house: Database, patch: pytest.MonkeyPatch, *, first: Database) -> int:
    """One process has seen what is due, and another does the same from beginning to end; how often Zoom is asked."""
    now = END + HALF_AN_HOUR
    with another_process(house) as rival:
        overtake(patch, zoom_reports, "_is_due", lambda: rival(lambda session: zoom_reports.ask_due(session, now=now)))
        with first.writing() as session:
            zoom_reports.ask_due(session, now=now)
    return asks(house, now)


def test_two_processes_that_look_at_once_ask_once(house: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    assert a_rival_asks(house, monkeypatch, first=house) == 1


def test_with_the_lock_off_the_same_two_ask_twice(house: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Select, "with_for_update", lambda query, **_: query)
    with unguarded(house) as bare:
        assert a_rival_asks(house, monkeypatch, first=bare) == 2


def test_of_events_too(house: Database) -> None:
    with house.writing() as session:
        programme = session.scalars(select(Programme)).one()
        for slug, state in (("evening", EventState.PUBLISHED), ("off", EventState.CANCELLED)):
            event = an_event(session, programme, slug, starts_at=START + A_DAY * 3, minutes=45, state=state)
            host = session.scalars(select(Host)).one()
            session.add(ZoomMeeting(event=event, host=host, reference=slug, wanted=True, zoom_id=70 + event.id))
    assert [asks(house, END + 3 * A_DAY + wait) for wait in (timedelta(0), HALF_AN_HOUR, A_DAY)] == [1, 2, 3]
    with house.reading() as session:
        rows = session.scalars(select(Delivery).where(Delivery.kind == "FetchAttendance").order_by(Delivery.id))
        assert [(row.meeting_id, row.event_id) for row in rows] == [(1, None), (None, 1), (None, 1)]

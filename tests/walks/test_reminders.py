"""Reminders as they leave the house: once, as of their sending, in their reader's words and zone."""

from collections import Counter
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from scheduler.db import Database
from scheduler.jobs import periodic
from scheduler.models import Delivery, Event, Meeting, Person, Programme, Registration, ZoomMeeting
from scheduler.programme import reminders
from scheduler.programme.events import events, registrations
from scheduler.programme.pairs import meetings
from scheduler.programme.pairs.modes import How, Hybrid, OnSite, Phone, Walk
from scheduler.states import DeliveryState, EventFormat
from tests.builders import LINKS, NOW, a_meeting, a_pair, a_person, a_place, a_programme, an_event, some_hosts, utc
from tests.crowds import at_once
from tests.races import Race
from tests.world import Installation
from tests.world import text_of as plain_text

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
GAP_WEEK = utc(2027, 3, 17, 15)  # New York has summer time, Stockholm has not
ORDINARY = utc(2027, 2, 17, 15)


def a_meeting_abroad(
    house: Installation, *, how: How | None = None, start: datetime = GAP_WEEK, **of_sven: object
) -> None:
    """Sven, a mentee who reads Swedish, and Nina, his mentor in New York, meet on video."""
    with house.database.writing() as session:
        some_hosts(session, 1)
        programme = a_programme(session, blackouts=[])
        nina = a_person(session, "Nina York", zone="America/New_York")
        sven = a_person(session, "Sven Holm", locale="sv")
        for name, value in of_sven.items():
            setattr(sven, name, value)
        a_meeting(session, a_pair(session, programme, nina, sven), starts_at=start, how=how)
    house.work()
    house.post.received.clear()


def a_seat(house: Installation, *, start: datetime = GAP_WEEK, **of_event: object) -> None:
    """Nina has a seat at an event in Stockholm."""
    with house.database.writing() as session:
        programme = a_programme(session, blackouts=[])
        values: dict[str, Any] = {
            "starts_at": start,
            "link": "https://zoom.example.com/j/99",
            "title": {"en": "Goals & meaning"},
        }
        event = an_event(session, programme, **{**values, **of_event})
        a_place(session, event, a_person(session, "Nina York", zone="America/New_York"))


def look_and_send(house: Installation, at: datetime) -> None:
    """What is due at that time is owed, and sent."""
    house.clock.now = at
    house.worker.tick()
    house.work()


def reminders_to(house: Installation, name: str) -> list[EmailMessage]:
    """The reminders that went to somebody."""
    return [mail for mail in house.post.to(name) if "Reminder" in mail["Subject"] or "Påminnelse" in mail["Subject"]]


def text_of(mail: EmailMessage) -> str:
    return plain_text(mail).replace("\r\n", "\n")


def raw_link(house: Installation) -> str:
    with house.database.reading() as session:
        return session.scalars(select(ZoomMeeting.join_url)).one() or ""


@pytest.mark.parametrize("recorded", [True, False])
def test_that_an_event_is_recorded_stands_in_its_reminders(house, recorded):
    a_seat(house, recorded=recorded)
    look_and_send(house, GAP_WEEK - DAY)
    (mail,) = reminders_to(house, "Nina")
    assert ("Recording: This event will be recorded." in text_of(mail)) is recorded
    assert ("This event will be recorded." in mail.get_body(("html",)).get_content()) is recorded


def test_the_two_mails_of_a_video_meeting(house):
    a_meeting_abroad(house)
    look_and_send(house, GAP_WEEK - DAY)
    look_and_send(house, GAP_WEEK - HOUR)
    day, hour = reminders_to(house, "Nina")
    assert day["Subject"] == hour["Subject"] == "Reminder: Mentor meeting with Sven Holm, Wed 17 Mar at 11:00, New York"
    assert day["Message-ID"] != hour["Message-ID"]
    assert day["References"] == hour["References"], "both stand below the invite"
    for mail in (day, hour):
        text = text_of(mail)
        assert "You and Sven Holm meet soon." in text
        assert "When: Wednesday 17 March 2027, 11:00–11:45, New York (GMT-4)" in text
        assert "For Sven Holm: Wednesday 17 March 2027, 16:00–16:45, Stockholm (GMT+1)" in text
        assert "This week the difference between New York and Stockholm is 5 hours instead of 6." in text
        assert f"\n{LINKS.base_url}/j/" in text
        assert "https://traff.example.org/me/#reminders" in text
        assert not [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
        html = mail.get_body(("html",)).get_content()
        assert "is 5 hours instead of 6" in html
        assert (raw_link(house) in html) == (raw_link(house) in text) == (mail is hour)


def test_in_swedish(house):
    a_meeting_abroad(house)
    look_and_send(house, GAP_WEEK - HOUR)
    (mail,) = reminders_to(house, "Sven")
    assert mail["Subject"] == "Påminnelse: Mentormöte med Nina York, ons 17 mars kl. 16:00, Stockholm"
    text = text_of(mail)
    assert "Du och Nina York ses snart." in text
    assert "Den här veckan skiljer det 5 timmar mellan Stockholm och New York i stället för 6." in text
    for english in ("Should that", "Does the", "Choose", "Read more", "Join"):
        assert english not in text


def test_in_an_ordinary_week_nothing_is_said_of_clocks(house):
    a_meeting_abroad(house, start=ORDINARY)
    look_and_send(house, ORDINARY - HOUR)
    assert "difference" not in text_of(reminders_to(house, "Nina")[0])


@pytest.mark.parametrize(("chosen", "before"), [(["day"], DAY), (["hour"], HOUR)])
def test_the_only_reminder_holds_the_raw_link(house, chosen, before):
    a_meeting_abroad(house, reminders=chosen)
    look_and_send(house, GAP_WEEK - before)
    (mail,) = reminders_to(house, "Sven")
    assert raw_link(house) in text_of(mail)


@pytest.mark.parametrize(
    ("how", "facts"),
    [
        (Walk("Norra porten", "Café Proviant", "4 km", "+46 70 1"),
         ["Meeting point: Norra porten", "If it rains: Café Proviant", "Route: 4 km", "Phone: +46 70 1"]),
        (OnSite("Albano 3"), ["Place: Albano 3", "At the place: Wednesday 17 March 2027, 16:00–16:45, Stockholm"]),
        (Hybrid("Albano 3", "https://meet.example.net/x"), ["Place: Albano 3", "https://meet.example.net/x"]),
        (Phone("+46 8 16"), ["Phone: +46 8 16"]),
    ],
    ids=lambda value: type(value).__name__,
)  # fmt: skip
def test_where_to_be(house, how, facts):
    a_meeting_abroad(house, how=how)
    look_and_send(house, GAP_WEEK - HOUR)
    text = text_of(reminders_to(house, "Nina")[0])
    for fact in facts:
        assert fact in text
    assert ("straight to the video" in text) == isinstance(how, Hybrid)


def test_the_two_mails_of_an_event(house):
    a_seat(house, format=EventFormat.HYBRID, place="Aula Magna")
    look_and_send(house, GAP_WEEK - DAY)
    look_and_send(house, GAP_WEEK - HOUR)
    day, hour = reminders_to(house, "Nina")
    for mail in (day, hour):
        text = text_of(mail)
        assert mail["Subject"] == "Reminder: Goals & meaning, Wed 17 Mar at 11:00, New York"
        assert "You have a seat at Goals & meaning, which begins soon." in text
        assert "At the place: Wednesday 17 March 2027, 16:00–18:00, Stockholm (GMT+1)" in text
        assert "Place: Aula Magna" in text
        assert "This week the difference between New York and Stockholm is 5 hours instead of 6." in text
        assert "Give your seat to somebody else here:\nhttps://traff.example.org/r/" in text
        assert ("https://zoom.example.com/j/99" in text) == (mail is hour)


def test_a_link_is_the_one_of_the_hour_at_which_it_is_sent(house):
    a_seat(house)
    house.clock.now = GAP_WEEK - HOUR
    house.worker.tick()
    with house.database.writing() as session:
        session.scalars(select(Event)).one().link = "https://zoom.example.com/j/newer"
    house.work()
    assert "https://zoom.example.com/j/newer" in text_of(reminders_to(house, "Nina")[0])


def cancel(session: Session) -> None:
    for meeting in session.scalars(select(Meeting)):
        meetings.cancel(session, meeting, now=GAP_WEEK - HOUR)


def move(session: Session) -> None:
    for meeting in session.scalars(select(Meeting)):
        meetings.reschedule(session, meeting, starts_at=GAP_WEEK + DAY, minutes=45, now=GAP_WEEK - HOUR)


def call_off(session: Session) -> None:
    for event in session.scalars(select(Event)):
        events.cancel(session, event, by="", now=GAP_WEEK - HOUR)


def give_up(session: Session) -> None:
    for row in session.scalars(select(Registration)):
        registrations.cancel(session, row, by="", now=GAP_WEEK - HOUR)


@pytest.mark.parametrize(
    ("stage", "change"),
    [(a_meeting_abroad, cancel), (a_meeting_abroad, move), (a_seat, call_off), (a_seat, give_up)],
)
def test_what_is_no_longer_so_when_it_would_be_sent_stays_at_home(house, stage, change):
    stage(house)
    house.clock.now = GAP_WEEK - HOUR
    house.worker.tick()
    with house.database.writing() as session:
        change(session)
    house.work()
    assert reminders_to(house, "Nina") == []
    with house.database.reading() as session:
        states = session.scalars(select(Delivery.state).where(Delivery.kind.contains("Reminder"))).all()
    assert set(states) == {DeliveryState.SUPERSEDED}


@pytest.mark.parametrize("late", [0 * MINUTE, 10 * MINUTE])
@pytest.mark.parametrize("stage", [a_meeting_abroad, a_seat])
def test_a_worker_that_comes_back_after_the_start_sends_none(house, stage, late):
    stage(house)
    house.clock.now = GAP_WEEK - HOUR
    house.worker.tick()
    house.clock.now = GAP_WEEK + late
    house.work()
    assert reminders_to(house, "Nina") == []


def test_a_worker_that_comes_back_in_time_sends_it_once(house):
    a_seat(house)
    house.clock.now = GAP_WEEK - HOUR
    house.worker.tick()
    look_and_send(house, GAP_WEEK - MINUTE)
    assert len(reminders_to(house, "Nina")) == 1


MANY = 6


@pytest.fixture
def crowd(database: Database) -> Database:
    """Five meetings and an event with five seats, that begin at one time."""
    with database.writing() as session:
        programme = a_programme(session)
        event = an_event(session, programme, starts_at=NOW + 7 * DAY)
        for number in range(5):
            pair = a_pair(session, programme, *(a_person(session, f"{who} {number}") for who in ("Mentor", "Mentee")))
            a_meeting(session, pair, how=Phone("1"))
            a_place(session, event, pair.mentee)
    return database


def ticks_at_once(database, monkeypatch, task, race):
    monkeypatch.setattr(reminders, "_note_due", race.before(reminders._note_due))
    monkeypatch.setattr(periodic, "TASKS", (task,))
    return at_once([lambda: periodic.tick(database, now=NOW + 7 * DAY - HOUR)] * MANY)


def count_of_mails(database: Database) -> Counter[tuple[str, int | None]]:
    """How many reminders each person is owed, by kind."""
    with database.reading() as session:
        rows = session.scalars(select(Delivery).where(Delivery.kind.contains("Reminder")))
        return Counter((row.kind, row.person_id) for row in rows)


TASKS = pytest.mark.parametrize(
    ("task", "owed"), [(reminders.remind_of_meetings, 10), (reminders.remind_of_events, 5)], ids=["meetings", "events"]
)


@TASKS
def test_many_ticks_at_once_owe_each_reminder_once(crowd, monkeypatch, task, owed):
    assert ticks_at_once(crowd, monkeypatch, task, Race(patience=0.05)) == {"done": MANY}
    found = count_of_mails(crowd)
    assert (len(found), set(found.values())) == (owed, {1})


@TASKS
def test_with_the_locks_off_the_same_ticks_owe_them_twice(crowd, monkeypatch, task, owed):
    """The control. Transactions, too, are as SQLAlchemy would begin them by itself."""
    monkeypatch.setattr(reminders, "_taken", lambda seats: seats)
    monkeypatch.setattr(reminders, "_locked", lambda events: events)
    bare = Database.__new__(Database)
    bare.engine = create_engine(crowd.url)
    ticks_at_once(bare, monkeypatch, task, Race())
    bare.engine.dispose()
    assert max(count_of_mails(crowd).values()) > 1


@TASKS
def test_of_a_crowd_some_are_owed_theirs_at_each_tick_and_all_once(crowd, monkeypatch, task, owed):
    monkeypatch.setattr(reminders, "AT_A_TIME", 3)
    monkeypatch.setattr(periodic, "TASKS", (task,))
    for ticks in range(1, 6):
        periodic.tick(crowd, now=NOW + 7 * DAY - HOUR + ticks * MINUTE)
        found = count_of_mails(crowd)
        assert (len(found), set(found.values())) == (min(3 * ticks, owed), {1})


def test_a_change_within_a_day_goes_by_mail_whatever_reminders_one_chose(house):
    a_meeting_abroad(house, reminders=[])
    house.clock.now = GAP_WEEK - HOUR
    for change in (move, cancel):
        with house.database.writing() as session:
            change(session)
        house.work()
    subjects = [mail["Subject"].partition(":")[0] for mail in house.post.to("Sven")]
    assert subjects == ["Ny tid", "Inställt"]


def test_everybody_of_a_large_event_is_reminded_in_one_tick(sqlite):
    with sqlite.writing() as session:
        event = an_event(session, a_programme(session), starts_at=NOW + 7 * DAY)
        for number in range(100):
            a_place(session, event, a_person(session, f"Person {number}", weekly=[]))
    periodic.tick(sqlite, now=NOW + 7 * DAY - HOUR)
    with sqlite.reading() as session:
        assert len(count_of_mails(sqlite)) == session.query(Person).count() == 100
        assert session.query(Programme).count() == 1

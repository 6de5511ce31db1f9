"""An event moves, grows and is called off: the mails that registrants get, and what the public feed shows."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import icalendar
import pytest
from sqlalchemy import select

from scheduler.models import Event
from scheduler.programme.events import events
from tests.builders import a_programme, a_registration, an_event, utc
from tests.world import Installation, entry_of, text_of

BY = "all@example.org"
WALL = datetime.fromisoformat


@pytest.fixture
def booked(house):
    """Ada in New York and Bea have the two seats, and Cia waits; their first mails have been read."""
    with house.database.writing() as session:
        event = an_event(session, a_programme(session), capacity=2)
        a_registration(session, event, "Ada", timezone="America/New_York")
        for name in ("Bea", "Cia"):
            a_registration(session, event, name)
    house.work()
    house.first = entry_of(house.post.to("ada")[0])
    house.post.received.clear()
    house.clock.sleep(hours=1)
    return house


def change(house: Installation, command: Callable[..., object], **values: object) -> None:
    with house.database.writing() as session:
        event = session.scalars(select(Event)).one()
        command(session, event, **values, by=BY, now=house.clock.now)
    house.work()


def published(house: Installation) -> Any:
    answer = house.browser().get("/p/mentor/events.ics")
    (entry,) = icalendar.Calendar.from_ical(answer.data).events
    return entry


def test_a_move_is_mailed_with_the_next_sequence_the_new_time_and_the_old(booked):
    change(booked, events.move, starts=WALL("2026-11-10T17:30"), minutes=60)
    assert len(booked.post.mails()) == 3
    (mail,) = booked.post.to("ada")
    entry = entry_of(mail)
    assert entry["UID"] == booked.first["UID"]
    assert (booked.first["SEQUENCE"], entry["SEQUENCE"]) == (0, 1)
    assert entry.start == utc(2026, 11, 10, 16, 30)
    text = text_of(mail)
    assert "Tuesday 10 November 2026, 11:30–12:30, New York (GMT-5)" in text
    assert "Monday 9 November 2026, 12:00–14:00, New York (GMT-5)" in text, "when it was"
    (waiting,) = booked.post.to("cia")
    assert waiting.get_content_type() != "multipart/mixed", "who waits gets no invite"
    assert "Tuesday 10 November 2026, 17:30–18:30, Stockholm (GMT+1)" in text_of(waiting)
    assert (published(booked).start, published(booked)["SEQUENCE"]) == (utc(2026, 11, 10, 16, 30), 1)


def test_one_seat_more_invites_the_first_who_waits(booked):
    change(booked, events.change, capacity=3)
    (mail,) = booked.post.mails()
    assert str(mail["To"]).startswith("cia")
    assert entry_of(mail)["SEQUENCE"] == 1


def test_other_words_are_mailed_to_nobody_and_stand_in_the_feed(booked):
    change(booked, events.change, title={"sv": "Mål", "en": "Goals"}, link="https://meet.example.net/goals")
    assert booked.post.mails() == []
    assert (published(booked)["SUMMARY"], published(booked)["SEQUENCE"]) == ("Mål", 0)
    assert "meet.example.net" not in str(published(booked).to_ical())


def test_calling_off_takes_it_out_of_calendars_and_marks_it_in_the_feed(booked):
    change(booked, events.cancel)
    assert len(booked.post.mails()) == 3
    (mail,) = booked.post.to("bea")
    entry = entry_of(mail)
    assert (entry["SEQUENCE"], entry["STATUS"]) == (1, "CANCELLED")
    assert (published(booked)["SEQUENCE"], published(booked)["STATUS"]) == (1, "CANCELLED")

"""Invitations to events as they leave the house: in the reader's words and zone, and only while they are a question."""

from collections.abc import Callable
from datetime import datetime, timedelta
from email.message import EmailMessage

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.db import Database
from scheduler.jobs.adapters import World
from scheduler.jobs.worker import Worker
from scheduler.models import Event, Person
from scheduler.programme.events import audiences, events
from scheduler.states import Audience, EventFormat, RegistrationState, Role
from tests.builders import LINKS, NOW, a_member, a_person, a_place, a_programme, an_event
from tests.jobs.zoom_house import Post
from tests.world import Clock

DAY = timedelta(days=1)
PAGE = "https://traff.example.org/p/mentor/e/workshop/"


@pytest.fixture
def post() -> Post:
    return Post()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def worker(sqlite: Database, post: Post, clock: Clock) -> Worker:
    """Amy in New York and Sven in Stockholm are asked to a workshop at half past six in Stockholm."""
    with sqlite.writing() as session:
        programme = a_programme(session)
        for name, zone, locale in (("Amy", "America/New_York", "en"), ("Sven", "Europe/Stockholm", "sv")):
            a_member(session, programme, a_person(session, name, zone=zone, locale=locale), Role.MENTEE)
        event = an_event(
            session, programme, audience=Audience.MENTEES, format=EventFormat.HYBRID, place="Aula Magna", capacity=90,
            title={"sv": "Mål & mening", "en": "Goals & meaning"}, description={"en": "Bring <a pen>.\n\nAnd paper."},
            opens_at=NOW + DAY,
        )  # fmt: skip
        audiences.invite(session, event, by="all@example.org", now=NOW)
    return Worker(sqlite, World(post, None, LINKS, "traff@example.org"), clock=clock)


def the_text(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    content: str = part.get_content()
    return content.replace("\r\n", "\n")


def test_each_gets_one_in_their_words_and_on_their_clock(worker: Worker, post: Post) -> None:
    assert worker.drain() == 0
    amy, sven = post.sent
    assert (amy["To"], amy["Reply-To"]) == ("amy@example.org", "alumni@example.org")
    assert amy["Subject"] == "Goals & meaning, Mon 9 Nov at 12:00, New York: will you come?"
    assert the_text(amy) == (
        "Hello Amy,\n\n"
        "You are invited to an event of The mentorship programme:\n\n"
        "Goals & meaning\n\n"
        "When: Monday 9 November 2026, 12:00–14:00, New York (GMT-5)\n"
        "Organisers' time: Monday 9 November 2026, 18:00–20:00, Stockholm (GMT+1)\n"
        "How: On site and online\n"
        "Place: Aula Magna\n"
        "Seats: 90\n"
        "Registration opens: Tuesday 3 November 2026, 04:00, New York\n"
        "Registration closes: Monday 9 November 2026, 12:00, New York\n\n"
        "Bring <a pen>.\n\nAnd paper.\n\n"
        f"Register here:\n{PAGE}\n\n"
        "Questions? Answer this mail; it reaches alumni@example.org.\n\n"
        "-- \nThe mentorship programme\n"
    )
    assert f'href="{PAGE}"' in html(amy)
    assert "Bring &lt;a pen&gt;." in html(amy)
    assert sven["Subject"] == "Mål & mening, mån 9 nov. kl. 18:00, Stockholm: kommer du?"
    assert "New York" not in the_text(sven)
    assert the_text(sven).count("Stockholm (GMT+1)") == 1, "one zone where both are the same"


def test_they_say_that_the_event_will_be_recorded(worker: Worker, post: Post) -> None:
    change(worker, lambda session: setattr(session.scalars(select(Event)).one(), "recorded", True))
    worker.drain()
    amy, sven = post.sent
    assert "Recording: This event will be recorded.\n" in the_text(amy)
    assert "This event will be recorded." in html(amy)
    assert "Inspelning: Evenemanget spelas in.\n" in the_text(sven)


def test_a_reminder_is_a_mail_of_its_own_in_the_same_thread(worker: Worker, post: Post, clock: Clock) -> None:
    worker.drain()
    for _ in range(2):
        clock.sleep(days=1)
        with worker.database.writing() as session:
            audiences.remind(session, session.scalars(select(Event)).one(), by="", now=clock())
        worker.drain()
    amy = [mail for mail in post.sent if mail["To"] == "amy@example.org"]
    assert len({mail["Message-ID"] for mail in amy}) == 3
    assert {mail["References"] for mail in amy[1:]} == {amy[0]["Message-ID"]}
    assert amy[1]["Subject"] == "Reminder: Goals & meaning, Mon 9 Nov at 12:00, New York"
    assert "We have not heard yet whether you come" in the_text(amy[1])
    assert "Registration opens" not in the_text(amy[2]), "it has opened"


def test_whoever_registered_meanwhile_is_not_asked(worker: Worker, post: Post) -> None:
    with worker.database.writing() as session:
        amy = session.scalars(select(Person).where(Person.name == "Amy")).one()
        a_place(session, session.scalars(select(Event)).one(), amy)
    assert worker.drain() == 0
    assert [mail["To"] for mail in post.sent] == ["sven@example.org"]


def test_nobody_is_asked_to_what_was_called_off(worker: Worker, post: Post) -> None:
    with worker.database.writing() as session:
        events.cancel(session, session.scalars(select(Event)).one(), by="", now=NOW)
    assert worker.drain() == 0
    assert post.sent == []


def to(post: Post, name: str) -> list[EmailMessage]:
    return [mail for mail in post.sent if mail["To"] == f"{name}@example.org"]


def html(mail: EmailMessage) -> str:
    part = mail.get_body(("html",))
    assert part is not None
    content: str = part.get_content()
    return content


def call_off(session: Session) -> None:
    events.cancel(session, session.scalars(select(Event)).one(), by="", now=NOW + DAY)


def move(session: Session) -> None:
    starts = datetime(2026, 11, 10, 19, 30)  # noqa: DTZ001 - on the wall in Stockholm
    events.move(session, session.scalars(select(Event)).one(), starts=starts, minutes=90, by="", now=NOW + DAY)


def change(worker: Worker, write: Callable[[Session], None]) -> None:
    with worker.database.writing() as session:
        write(session)


class TestNews:
    @pytest.fixture
    def asked(self, worker: Worker, clock: Clock) -> Worker:
        """Both have been asked, and it is a day later."""
        worker.drain()
        clock.now = NOW + DAY
        return worker

    def test_whoever_is_invited_hears_of_a_new_time(self, asked: Worker, post: Post) -> None:
        change(asked, move)
        asked.drain()
        first, news = to(post, "amy")
        assert news["Subject"] == "New time: Goals & meaning, Tue 10 Nov at 13:30, New York"
        assert news["References"] == first["Message-ID"] != news["Message-ID"]
        for text in (the_text(news), html(news)):
            assert "that you are invited to has a new time" in text
            assert "Monday 9 November 2026, 12:00–14:00, New York (GMT-5)" in text
            assert PAGE in text
        assert "är inbjuden till har fått en ny tid" in the_text(to(post, "sven")[1])

    def test_and_that_it_is_cancelled_and_where_to_register_no_more(self, asked: Worker, post: Post) -> None:
        change(asked, call_off)
        asked.drain()
        news = to(post, "amy")[1]
        assert news["Subject"] == "Cancelled: Goals & meaning, Mon 9 Nov at 12:00, New York"
        for text in (the_text(news), html(news)):
            assert "that you are invited to is cancelled" in text
            assert "Monday 9 November 2026, 12:00–14:00, New York (GMT-5)" in text
            assert PAGE not in text
            assert "Register" not in text

    @pytest.mark.parametrize("news", [move, call_off])
    def test_whoever_registered_or_said_no_hears_it_as_such_alone(
        self, asked: Worker, post: Post, news: Callable[[Session], None]
    ) -> None:
        with asked.database.writing() as session:
            event = session.scalars(select(Event)).one()
            people = {person.name.split()[0]: person for person in session.scalars(select(Person))}
            a_place(session, event, people["Amy"])
            a_place(session, event, people["Sven"], RegistrationState.CANCELLED)
        change(asked, news)
        asked.drain()
        assert (len(to(post, "amy")), len(to(post, "sven"))) == (2, 1)
        assert "invited to" not in the_text(to(post, "amy")[1])

    def test_whoever_was_not_reached_yet_is_told_nothing_of_what_is_off(
        self, worker: Worker, post: Post, clock: Clock
    ) -> None:
        change(worker, call_off)
        clock.now = NOW + DAY
        worker.drain()
        assert post.sent == []

    def test_of_two_moves_the_last_is_told(self, asked: Worker, post: Post) -> None:
        change(asked, move)
        change(asked, call_off)
        asked.drain()
        assert [mail["Subject"].partition(":")[0] for mail in to(post, "amy")[1:]] == ["Cancelled"]

    def test_after_registration_has_closed_nobody_is_told(self, asked: Worker, post: Post) -> None:
        with asked.database.writing() as session:
            session.scalars(select(Event)).one().closes_at = NOW + DAY
        change(asked, call_off)
        asked.drain()
        assert len(to(post, "amy")) == 1

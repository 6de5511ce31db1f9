"""The steps that ask and introduce: what a mailbox gets of it, sent once more or not."""

from dataclasses import dataclass, field
from datetime import timedelta
from email.message import EmailMessage

import pytest
from sqlalchemy import select

from integrations.outcome import OutcomeUnknown
from scheduler.db import Database
from scheduler.jobs.adapters import World
from scheduler.jobs.worker import Worker
from scheduler.models import Pair, Person, TimesRequest
from scheduler.programme.people import hours
from scheduler.states import DeliveryState
from tests.builders import LINKS, NOW, a_pair, a_person, a_programme, deliveries
from tests.jobs import zoom_house
from tests.world import Clock, text_of


@dataclass
class Post(zoom_house.Post):
    """A post office in memory. `trouble` is raised, once each, after the mail was taken."""

    trouble: list[Exception] = field(default_factory=list)

    def send(self, message: EmailMessage) -> None:
        super().send(message)
        if self.trouble:
            raise self.trouble.pop(0)

    def to(self, name: str) -> list[EmailMessage]:
        return [mail for mail in self.sent if str(mail["To"]).startswith(name)]


@pytest.fixture
def post() -> Post:
    return Post()


@pytest.fixture
def worker(database: Database, post: Post) -> Worker:
    with database.writing() as session:
        maria = a_person(session, "Maria Mentor", zone="America/New_York", locale="sv")
        a_pair(session, a_programme(session), maria, a_person(session, "Emil Mentee", weekly=[]))
    return Worker(database, World(post, None, LINKS, "traff@example.org"), clock=Clock())


def test_each_gets_a_request_and_an_introduction_of_their_own(worker, post):
    worker.tick()
    assert worker.drain() == 0
    assert [str(mail["Subject"]) for mail in post.to("maria")] == [
        "När kan du träffas? Mentorprogrammet",
        "Din adept: Emil Mentee",
    ]
    assert [str(mail["Subject"]) for mail in post.to("emil")] == [
        "When can you meet? The mentorship programme",
        "Your mentor: Maria Mentor",
    ]
    with worker.database.reading() as session:
        requests = {row.person.name: row for row in session.scalars(select(TimesRequest))}
        for name, request in requests.items():
            mails = post.to(name.split()[0].lower())
            link = LINKS.times(request.id, request.generation)
            other = LINKS.times(3 - request.id, 1)
            for mail in mails:
                assert link in text_of(mail)
                assert other not in mail.as_string()
                assert str(mail["Reply-To"]) == "alumni@example.org"
                assert len(str(mail["To"]).split(",")) == 1
    assert "17:00–21:00" in text_of(post.to("maria")[0]), "the hours that we have, to be checked"
    assert "17:00" not in text_of(post.to("emil")[0])


def test_an_attempt_that_was_lost_is_made_again_as_the_same_message(worker, post):
    worker.tick()
    post.trouble = [OutcomeUnknown("the connection broke")]
    worker.drain()
    worker.clock.sleep(minutes=10)
    worker.drain()
    first, again = (mail for mail in post.to("emil") + post.to("maria") if "/times.1.0" in f"/{mail['Message-ID'][1:]}")
    assert first.as_bytes() == again.as_bytes()


def test_reminders_belong_to_the_first_asking(worker, post):
    for days in (0, 4, 8, 12, 30):
        worker.clock.now = NOW + timedelta(days=days)
        worker.tick()
        worker.drain()
    asked = [mail for mail in post.to("emil") if "times." in str(mail["Message-ID"])]
    assert [str(mail["Subject"]).partition(":")[0] for mail in asked] == [
        "When can you meet? The mentorship programme",
        "Reminder",
        "Last reminder",
    ]
    assert [mail["References"] for mail in asked] == [None, asked[0]["Message-ID"], asked[0]["Message-ID"]]
    assert len(post.to("maria")) == 2, "whose hours we have"


def test_who_answers_before_the_mail_goes_out_is_not_asked(worker, post):
    worker.tick()
    with worker.database.writing() as session:
        emil = session.scalars(select(Person).where(Person.name == "Emil Mentee")).one()
        hours.give(
            session, emil, timezone="Europe/Stockholm", weekly=[(0, "09:00", "10:00")], overrides={}, comfort=None,
            by=emil.email, now=NOW,
        )  # fmt: skip
    worker.drain()
    assert [str(mail["Subject"]) for mail in post.to("emil")] == ["Your mentor: Maria Mentor"]
    with worker.database.reading() as session:
        states = sorted(row.state for row in deliveries(session))
    assert states == [DeliveryState.DONE] * 3 + [DeliveryState.SUPERSEDED]


def test_a_pair_whose_mails_no_server_takes_fails_alone(worker, post):
    with worker.database.writing() as session:
        session.scalars(select(Pair)).one().mentor.email = "nobody at all"
    worker.tick()
    assert worker.drain() == 2
    assert len(post.to("emil")) == 2

"""One of each kind of what reaches people, from the rows of a whole flow to the byte.

`python -m tests.walks.test_golden` writes the golden files anew; read the difference before you commit it.
"""

import uuid
from collections.abc import Iterator
from email import message_from_bytes, policy
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest import mock

import pytest

from integrations.mail.message import to_bytes
from scheduler.db import Database
from scheduler.jobs import periodic
from scheduler.jobs.adapters import World
from scheduler.jobs.worker import Worker
from scheduler.migrations import migrate
from scheduler.models import Person, Programme
from scheduler.programme.access import Desk
from scheduler.programme.pairs.modes import Walk
from scheduler.states import EventFormat
from tests.builders import (
    LINKS,
    NOW,
    a_department,
    a_meeting,
    a_pair,
    a_person,
    a_programme,
    a_registration,
    an_event,
    utc,
)
from tests.presenters.feeding import of_desk, of_programme, personal, written
from tests.world import SENDER, Clock, payload_of

GOLDEN = Path(__file__).parents[1] / "golden"
WALK = Walk("Båthuset vid Brunnsviken", "Café Proviant", "4 km, utan trappor", "+46 70 123 45 67")
NAMES = (
    "meeting.eml", "registration.eml", "registration.ics", "reminder.eml", "feed-person.ics", "feed-programme.ics",
    "feed-department.ics",
)  # fmt: skip


class Postbox:
    def __init__(self) -> None:
        self.taken: list[bytes] = []

    def send(self, message) -> None:
        self.taken.append(to_bytes(message))

    def check(self) -> str:
        return ""


def made(database: Database) -> dict[str, bytes]:
    """By file name."""
    post, clock = Postbox(), Clock()
    worker = Worker(database, World(post, None, LINKS, SENDER), clock=clock)
    uids = [uuid.UUID(int=number) for number in range(1, 10)]
    with mock.patch.object(uuid, "uuid4", side_effect=uids), database.writing() as session:
        programme = a_programme(session)
        physics = a_department(session, programme, "Fysikum")
        maria = a_person(session, "Maria Mentor", zone="America/St_Johns", locale="sv")
        emil = a_person(session, "Emil Mentee")
        pair = a_pair(session, programme, maria, emil, mentor_of=physics, mentee_of=physics)
        a_meeting(session, pair, starts_at=utc(2026, 11, 9, 16), how=WALK)
        workshop = an_event(session, programme, format=EventFormat.HYBRID, place="Aula Magna; ingång B", capacity=90)
        a_registration(session, workshop, "Åsa Öberg", email=emil.email, timezone="Asia/Kathmandu", locale="sv")
    worker.drain()
    found = {"meeting.eml": of(post, "maria"), "registration.eml": of(post, "emil", "Kväll")}
    found["registration.ics"] = calendar_in(found["registration.eml"])
    with database.reading() as session:
        maria = session.query(Person).filter_by(name="Maria Mentor").one()
        found["feed-person.ics"] = written(session, personal(session, maria, now=NOW))
        programme = session.get_one(Programme, 1)
        found["feed-programme.ics"] = written(session, of_programme(session, programme, now=NOW))
        desk = Desk(programme, tuple(programme.departments))
        found["feed-department.ics"] = written(session, of_desk(session, desk, now=NOW))
    post.taken.clear()
    clock.now = utc(2026, 11, 8, 16)  # a day before the meeting
    periodic.tick(database, now=clock.now)
    worker.drain()
    return found | {"reminder.eml": of(post, "maria")}


def of(post: Postbox, name: str, subject: str = "") -> bytes:
    """The last mail to the person of that first name whose subject has these words."""
    mails = [(content, message_from_bytes(content, policy=policy.default)) for content in post.taken]
    return [content for content, mail in mails if mail["To"].startswith(name) and subject in mail["Subject"]][-1]


def calendar_in(mail: bytes) -> bytes:
    parts = message_from_bytes(mail, policy=policy.default).walk()
    (content,) = (payload_of(part) for part in parts if part.get_content_type() == "text/calendar")
    return content


@pytest.fixture(scope="module")
def found(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, bytes]]:
    path = tmp_path_factory.mktemp("golden") / "traff.db"
    path.write_bytes(sqlite_template.read_bytes())
    database = Database(f"sqlite:///{path}")
    yield made(database)
    database.close()


@pytest.mark.parametrize("name", NAMES)
def test_golden(found: dict[str, bytes], name: str) -> None:
    assert found[name] == (GOLDEN / name).read_bytes()


def test_there_is_one_of_each(found: dict[str, bytes]) -> None:
    assert found.keys() == set(NAMES)


if __name__ == "__main__":
    with TemporaryDirectory() as folder:
        fresh = Database(f"sqlite:///{folder}/traff.db")
        migrate(fresh)
        for file_name, octets in made(fresh).items():
            (GOLDEN / file_name).write_bytes(octets)
        fresh.close()

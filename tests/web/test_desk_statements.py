"""The desk asks the database as often for eighty pairs as for ten."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from scheduler.db import Database
from scheduler.models import Pair, Programme
from scheduler.programme import access
from scheduler.programme.pairs import meetings, proposals
from scheduler.programme.pairs.modes import Phone, Video
from scheduler.programme.people import asking
from tests.builders import (
    NOW,
    a_department,
    a_meeting,
    a_pair,
    a_person,
    a_programme,
    a_registration,
    an_event,
    some_hosts,
)
from tests.web.conftest import Stage, staged
from tests.web.world import ALL, PHYSICS, World

PAGES = (
    "", "pairs", "pairs?state=booked", "people", "deliveries", "deliveries?state=waiting", "history", "pool",
    "imports", "imports/people.csv", "imports/pairs.csv", "imports/availability.csv",
    "wave?first=2026-11-09&last=2026-11-22&minutes=45&sending=book",
)  # fmt: skip
OF_A_DEPARTMENT = tuple(page for page in PAGES if "imports" not in page)


def stocked(path: Path, template: Path, pairs: int) -> Stage:
    """A programme with so many pairs, in turn booked, proposed, to log, and without anything."""
    path.write_bytes(template.read_bytes())
    database = Database(f"sqlite:///{path}")
    with database.writing() as session:
        some_hosts(session, 10)
        programme = a_programme(session)
        department = a_department(session, programme, "Fysikum")
        for email, name in ((ALL, None), (PHYSICS, "Fysikum")):
            access.grant_coordinator(session, email, programme=programme, department=name, by="", now=NOW)
        for number in range(pairs):
            people = a_person(session, f"Mentor {number:02}"), a_person(session, f"Mentee {number:02}")
            pair = a_pair(session, programme, *people, mentor_of=department, mentee_of=department)
            slot = NOW + timedelta(days=7 + number % 5, hours=7)
            if number % 4 == 0:
                meetings.book(session, pair, starts_at=slot, minutes=45, how=Video("https://a.example"), now=NOW, by="")
            elif number % 4 == 1:
                starts, how = [slot + timedelta(hours=2)], Video("https://a.example")
                proposals.propose(
                    session, pair, starts=starts, minutes=45, how=how, first=NOW.date(), last=NOW.date() +
                    timedelta(days=20), made_by=None, by="", now=NOW,
                )  # fmt: skip
            elif number % 4 == 2:
                was = NOW - timedelta(days=3)
                meetings.book(
                    session, pair, starts_at=was, minutes=45, how=Video("https://a.example"),
                    now=was - timedelta(days=1), by="",
                )  # fmt: skip
        asking.ask_all(session, programme, by="", now=NOW)
    return staged(database, World())


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    """The statements that the database is sent meanwhile."""
    sent: list[str] = []

    def note(*facts: object) -> None:
        sent.append(str(facts[2]))

    event.listen(engine, "before_cursor_execute", note)
    yield sent
    event.remove(engine, "before_cursor_execute", note)


def statements(stage: Stage, email: str, pages: tuple[str, ...]) -> dict[str, int]:
    visitor = stage.visitor(email=email)
    found = {}
    for page in pages:
        with counted(stage.database.engine) as sent:
            assert visitor.get(f"/c/mentor/{page}").status_code == 200, page
        found[page] = len(sent)
    return found


@pytest.mark.parametrize(("email", "pages"), [(ALL, PAGES), (PHYSICS, OF_A_DEPARTMENT)], ids=["all", "department"])
def test_as_many_for_eighty_pairs_as_for_ten(
    sqlite_template: Path, tmp_path: Path, email: str, pages: tuple[str, ...]
) -> None:
    few, many = (stocked(tmp_path / f"{pairs}.db", sqlite_template, pairs) for pairs in (10, 80))
    expected = statements(few, email, pages)
    assert statements(many, email, pages) == expected
    assert all(count > 1 for count in expected.values()), "the control: statements are counted"
    assert max(expected.values()) < 30
    for stage in (few, many):
        stage.database.close()


def test_as_many_for_a_pair_of_many_meetings_and_an_event_of_many_registrations(
    sqlite_template: Path, tmp_path: Path
) -> None:
    counts = []
    for size in (2, 20):
        stage = stocked(tmp_path / f"{size}.db", sqlite_template, 4)
        with stage.database.writing() as session:
            event, pair = an_event(session, session.get_one(Programme, 1)), session.get_one(Pair, 1)
            for number in range(size):
                a_registration(session, event, f"Person {number}")
                a_meeting(session, pair, days=70 + number, how=Phone("1"))
            person = pair.mentee
        pages = ("pairs/1", f"events/{event.id}/registrations")
        with_truths = statements(stage, ALL, pages)
        with counted(stage.database.engine) as sent:
            assert stage.visitor(email=person.email).read("/me/").text.count("version 1 on its way") == size + 1
        counts.append({**with_truths, "/me/": len(sent)})
        stage.database.close()
    assert counts[0] == counts[1]

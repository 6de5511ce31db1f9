"""Every calendar that any flow makes, as other people's parsers read it: the same events for all of them."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from scheduler.db import Database
from scheduler.models import Pair, Person
from scheduler.programme import access
from scheduler.programme.events import events, registrations
from scheduler.programme.pairs import meetings
from scheduler.programme.pairs.modes import Hybrid, Walk
from scheduler.programme.people import subscriptions
from scheduler.programme.replies import refusals
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
    some_hosts,
)
from tests.conformance.calendars.parsers import PARSERS, by_the_rfc
from tests.integrations.ical.reader import components
from tests.world import Installation, installation, payload_of

NAME = 'Åsa "Ässet" Öberg; 山田, på: «plats»'  # one of those that every layer must carry
DESK = "anna@example.org"


def corpus(house: Installation) -> dict[str, bytes]:
    """By what it is: everything that a year brings."""
    found: dict[str, bytes] = {}

    def sent(what: str) -> None:
        """Works off what is owed, and keeps the calendars in it."""
        before = len(house.post.received)
        house.work()
        for number, mail in enumerate(house.post.mails()[before:]):
            parts = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
            found.update({f"{what} {number}": payload_of(part) for part in parts})

    with house.database.writing() as session:
        some_hosts(session, 2)
        pair = _people(session)
        moved = a_meeting(session, pair, days=5, how=Hybrid("Albano; hus 3, våning 2", ""))
        a_meeting(session, pair, days=150, how=Walk("The bridge, south side", "Café", "4 km", "+46 70 123 45 67"))
    sent("request")
    with house.database.writing() as session:
        moved = session.merge(moved)
        starts_at = moved.starts_at + timedelta(days=1)
        meetings.reschedule(session, moved, starts_at=starts_at, minutes=30, now=house.clock.now)
    sent("moved")
    with house.database.writing() as session:
        moved = session.merge(moved)
        refusals.owe_for(session, moved, moved.pair.mentor_id, slots=False, now=house.clock.now)
    sent("decline-counter")
    with house.database.writing() as session:
        moved = session.merge(moved)
        meetings.cancel(session, moved, now=house.clock.now)
    sent("cancel")
    with house.database.writing() as session:
        place = "Aula Magna, Frescati; ingång B"
        programme = session.get_one(Pair, 1).programme
        workshop = an_event(session, programme, days=150, format=EventFormat.HYBRID, place=place)
        first = a_registration(session, workshop, NAME, email="asa@example.org", timezone="America/St_Johns")
        a_registration(session, workshop, "Bo B")
    sent("registration")
    with house.database.writing() as session:
        workshop, first = session.merge(workshop), session.merge(first)
        starts = (workshop.starts_at + timedelta(hours=1)).replace(tzinfo=None)
        events.move(session, workshop, starts=starts, minutes=90, by="", now=house.clock.now)
        registrations.cancel(session, first, by="", now=house.clock.now)
    sent("moved event, uninvite")
    with house.database.writing() as session:
        events.cancel(session, session.merge(workshop), by="", now=house.clock.now)
        an_event(session, session.get_one(Pair, 1).programme, "open", days=-200, timezone="Australia/Lord_Howe")
    sent("cancelled event")
    browser = house.browser()
    for what, address in _addresses(house.database).items():
        answer = browser.get(address)
        assert answer.status_code == 200, (what, answer.status)
        found[what] = answer.data
    return found


def _people(session: Session) -> Pair:
    """Two of a department, far apart; one of them has an awkward name."""
    programme = a_programme(session)
    department = a_department(session, programme, "Fysikum; astro")
    access.grant_coordinator(session, DESK, programme=programme, department="Fysikum; astro", by="", now=NOW)
    far = Person(email="asa@example.org", name=NAME, timezone="America/St_Johns", locale="sv")
    session.add(far)
    session.flush()
    near = a_person(session, "Emil Mentee", zone="Asia/Kathmandu")
    return a_pair(session, programme, far, near, mentor_of=department, mentee_of=department)


def _addresses(database: Database) -> dict[str, str]:
    with database.reading() as session:
        programme = session.get_one(Pair, 1).programme
        own = subscriptions.own(session, access.desks_of(session, DESK)[0], DESK)
        assert own is not None
        people = {f"feed of {row.name}": LINKS.feed(row.id, 1) for row in session.query(Person)}
        return people | {
            "feed of the programme": LINKS.programme_feed(programme.slug),
            "feed of the department": LINKS.department_feed(programme.departments[0].id, 1),
            "feed of the desk": LINKS.desk_feed(own.id, 1),
            "file of the event": f"{LINKS.event(programme.slug, 'open').rstrip('/')}.ics",
        }


@pytest.fixture(scope="module")
def calendars_of_a_year(
    sqlite_template: object, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, bytes]]:
    path = tmp_path_factory.mktemp("flows") / "traff.db"
    path.write_bytes(sqlite_template.read_bytes())  # type: ignore[attr-defined]
    database = Database(f"sqlite:///{path}")
    with installation(database) as house:
        yield corpus(house)
    database.close()


def test_there_is_one_of_each_kind(calendars_of_a_year: dict[str, bytes]) -> None:
    kinds = set()
    for content in calendars_of_a_year.values():
        (calendar,) = components(content, "VCALENDAR")
        method = calendar["METHOD"][0].value if "METHOD" in calendar else "none"
        for event in components(content, "VEVENT"):
            status = event["STATUS"][0].value if "STATUS" in event else "none"
            kinds.add((method, status, event["SEQUENCE"][0].value > "0"))
    assert kinds >= {
        ("REQUEST", "CONFIRMED", False), ("REQUEST", "CONFIRMED", True), ("CANCEL", "CANCELLED", True),
        ("CANCEL", "none", True), ("DECLINECOUNTER", "none", True), ("none", "CONFIRMED", False),
        ("none", "CANCELLED", True),
    }  # fmt: skip
    feeds = [name for name in calendars_of_a_year if name.startswith("feed")]
    assert len(feeds) >= 5
    assert all(components(calendars_of_a_year[name], "VEVENT") for name in feeds)


@pytest.mark.parametrize("parser", PARSERS)
def test_all_have_the_same_events(calendars_of_a_year: dict[str, bytes], parser: str) -> None:
    names, contents = list(calendars_of_a_year), list(calendars_of_a_year.values())
    for name, expected, found in zip(names, by_the_rfc(contents), PARSERS[parser](contents), strict=True):
        assert found == expected, name


@pytest.mark.parametrize("parser", PARSERS)
def test_a_shifted_hour_would_be_seen(calendars_of_a_year: dict[str, bytes], parser: str) -> None:
    """The control: the same calendar with its daylight time an hour later."""
    right = next(each for each in calendars_of_a_year.values() if b"TZID=Europe/Stockholm" in each)
    wrong = right.replace(b"TZID=Europe/Stockholm", b"TZID=Europe/London").replace(
        b"TZID:Europe/Stockholm", b"TZID:Europe/London"
    )
    assert PARSERS[parser]([wrong.replace(b"TZOFFSETTO:+0", b"TZOFFSETTO:+1")]) != by_the_rfc([right])

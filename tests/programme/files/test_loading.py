"""Loading on both databases: new rows are created, changed ones changed, the rest left alone; all of it or nothing."""

from collections import Counter
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.db import Base, Database
from scheduler.errors import BadFolder
from scheduler.models import (
    Availability,
    Coordinator,
    Department,
    Event,
    Membership,
    Pair,
    Person,
    Programme,
)
from scheduler.programme.files import loading
from scheduler.programme.files.loading_report import Report
from scheduler.states import EventState, Role
from tests.builders import NOW, utc
from tests.programme.folder.files import AVAILABILITY, EXAMPLE, PAIRS, PEOPLE, edited, read

LATER = NOW + timedelta(days=1)
Rows = dict[str, list[tuple[Any, ...]]]


def load(
    database: Database, path: Path, changes: dict[str, str | bytes | None] | None = None, *, now: datetime = NOW
) -> Report:
    """Loads the small folder, changed so, in one transaction."""
    with database.writing() as session:
        return loading.load(session, read(path, changes), now=now)[1]


def contents(database: Database) -> Rows:
    """Every row of every table."""
    with database.engine.connect() as connection:
        return {
            table.name: [tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key))]
            for table in Base.metadata.sorted_tables
        }


def changed_tables(before: Rows, after: Rows) -> dict[str, int]:
    """How many rows of each table are others than before."""
    counts = {}
    for table, rows in after.items():
        counts[table] = len(rows) - sum(row in before[table] for row in rows)
        assert len(rows) >= len(before[table]), f"a row of {table} is gone"
    return {table: count for table, count in counts.items() if count}


@pytest.fixture
def loaded(database: Database, tmp_path: Path) -> Database:
    load(database, tmp_path)
    return database


def test_a_first_load_creates_everything(database: Database, tmp_path: Path) -> None:
    report = load(database, tmp_path)
    assert (report.changed, report.same) == (Counter(), Counter())
    assert report.created == {
        "programmes": 1, "departments": 1, "coordinators": 1, "events": 1, "people": 2, "memberships": 2, "pairs": 1,
        "availability": 2,
    }  # fmt: skip
    assert {table: len(rows) for table, rows in contents(database).items() if rows} == {
        "programme": 1, "department": 1, "coordinator": 1, "event": 1, "person": 2, "membership": 2, "pair": 1,
        "availability": 2, "audit_entry": 3,
    }  # fmt: skip


def test_what_the_files_say_stands_in_the_rows(loaded: Database) -> None:
    with loaded.reading() as session:
        programme = session.scalars(select(Programme)).one()
        assert programme.name == {"sv": "Mentorskapsprogrammet 2026-27", "en": "Mentorship programme 2026-27"}
        assert (programme.timezone, programme.locale, programme.contact) == (
            "Europe/Stockholm",
            "sv",
            "alumni@example.org",
        )
        assert (programme.starts_on, programme.ends_on) == (date(2026, 11, 2), date(2027, 5, 28))
        assert (programme.meeting_minutes, programme.blackouts) == (45, [["2026-12-21", "2027-01-06"]])
        event = session.scalars(select(Event)).one()
        assert event.title == {"sv": "Workshop för adepter", "en": "Workshop for mentees"}
        assert (event.starts_at, event.opens_at, event.closes_at) == (
            utc(2026, 11, 3, 16), utc(2026, 10, 12, 7), utc(2026, 11, 3, 11),
        )  # fmt: skip
        assert (event.timezone, event.state, event.changed_at) == ("Europe/Stockholm", EventState.PUBLISHED, NOW)
        assert event.questions == [
            {"name": "diet", "text": {"sv": "Specialkost?", "en": "Any diet?"}, "required": False}
        ]
        pair = session.scalars(select(Pair)).one()
        assert (pair.mentor.name, pair.mentee.name, pair.created_at) == ("Maria Åkesson", "Emil Öberg", NOW)
        assert (pair.mentor.timezone, pair.mentor.locale) == ("Europe/London", "en")
        assert pair.mentee.availability is not None
        assert pair.mentee.availability.weekly == [[0, "18:00", "20:00"], [4, "22:00", "01:00"]]
        assert (pair.mentee.availability.overrides, pair.mentee.availability.edited_at) == ({}, None)
        coordinator = session.scalars(select(Coordinator)).one()
        assert coordinator.department is not None
        assert (coordinator.email, coordinator.department.name) == ("anna@example.org", "Fysikum")
        assert [member.department for member in session.scalars(select(Membership))] == [coordinator.department] * 2


def test_letters_of_all_kinds_survive(database: Database, tmp_path: Path) -> None:
    names = {"aa@example.org": "Åsa-Örjan Ähström", "bb@example.org": "Ngũgĩ 李小龍", "cc@example.org": "O'Neil 🚀"}
    rows = "".join(f'{email},{name},mentor,"Språk & ""Kött""",,\n' for email, name in names.items())
    load(
        database,
        tmp_path,
        {
            "programme.toml": edited('"Fysikum"', "'Språk & \"Kött\"'"),
            "people.csv": "email,name,role,department,timezone,locale\n" + rows,
            "pairs.csv": None,
            "availability.csv": None,
        },
    )
    with database.reading() as session:
        assert {person.email: person.name for person in session.scalars(select(Person))} == names
        assert session.scalars(select(Department.name)).all() == ['Språk & "Kött"']


def test_the_second_load_changes_nothing(loaded: Database, tmp_path: Path) -> None:
    before = contents(loaded)
    report = load(loaded, tmp_path, now=LATER)
    assert (report.created, report.changed) == (Counter(), Counter())
    assert report.same == {
        "programmes": 1, "departments": 1, "coordinators": 1, "events": 1, "people": 2, "memberships": 2, "pairs": 1,
        "availability": 2,
    }  # fmt: skip
    assert contents(loaded) == before


CHANGES: dict[str, tuple[str, str, str, dict[str, int]]] = {
    # the file, what stands there, what is written instead, the rows that change
    "the name of the programme": ("programme.toml", "programme 2026-27", "programme", {"programme": 1}),
    "a blackout": ("programme.toml", "2027-01-06", "2027-01-07", {"programme": 1}),
    "the length of meetings": ("programme.toml", "meeting_minutes = 45", "meeting_minutes = 60", {"programme": 1}),
    "the time of an event": ("programme.toml", "2026-11-03T17:00", "2026-11-03T18:00", {"event": 1}),
    "the title of an event": ("programme.toml", "Workshop for mentees", "Workshop", {"event": 1}),
    "the places at an event": ("programme.toml", "capacity = 90", "", {"event": 1}),
    "a question": ("programme.toml", "required = false", "required = true", {"event": 1}),
    "whether an event is published": ("programme.toml", "published = true", "published = false", {"event": 1}),
    "the zone of the programme, which its events are held in": (
        "programme.toml", 'timezone = "Europe/Stockholm"', 'timezone = "Europe/Helsinki"', {"programme": 1, "event": 1},
    ),
    "the name of a person": ("people.csv", "Maria Åkesson", "Maria Ek", {"person": 1}),
    "the zone of a person": ("people.csv", "Europe/London", "Asia/Tokyo", {"person": 1}),
    "the language of a person": ("people.csv", "Europe/London,en", "Europe/London,sv", {"person": 1}),
    "the department of a person": ("people.csv", "mentor,Fysikum", "mentor,", {"membership": 1}),
    "the hours of a person": ("availability.csv", "fri,22:00", "fri,21:00", {"availability": 1}),
    "one hour more of a person": (
        "availability.csv", "emil@example.org,fri", "emil@example.org,sat,10:00,12:00\nemil@example.org,fri",
        {"availability": 1},
    ),
}  # fmt: skip
TEXTS = {"programme.toml": EXAMPLE, "people.csv": PEOPLE, "pairs.csv": PAIRS, "availability.csv": AVAILABILITY}
KINDS = {"programme": "programmes", "event": "events", "person": "people", "membership": "memberships",
         "availability": "availability"}  # fmt: skip


@pytest.mark.parametrize("what", CHANGES)
def test_what_differs_is_changed_and_nothing_else(loaded: Database, tmp_path: Path, what: str) -> None:
    file, old, new, rows = CHANGES[what]
    before = contents(loaded)
    report = load(loaded, tmp_path, {file: edited(old, new, TEXTS[file])}, now=LATER)
    assert report.created == Counter()
    assert report.changed == {KINDS[table]: count for table, count in rows.items()}
    noted = {"audit_entry": 2 if "event" in rows else 1}  # the load, and what it did to the event
    assert changed_tables(before, contents(loaded)) == rows | noted
    with loaded.reading() as session:
        assert session.scalars(select(Event.changed_at)).one() == (LATER if "event" in rows else NOW)


def test_a_moved_event_keeps_what_calendars_know_it_by(loaded: Database, tmp_path: Path) -> None:
    with loaded.reading() as session:
        before = session.scalars(select(Event)).one()
    load(loaded, tmp_path, {"programme.toml": edited("2026-11-03T17:00", "2026-11-10T17:00")}, now=LATER)
    with loaded.reading() as session:
        after = session.scalars(select(Event)).one()
    assert (after.id, after.feed_uid) == (before.id, before.feed_uid)
    assert after.starts_at - before.starts_at == timedelta(days=7)


def test_an_hour_that_comes_twice_is_its_first_pass(database: Database, tmp_path: Path) -> None:
    text = edited("2026-11-03T17:00:00", "2026-10-25T02:30:00").replace("2026-11-03T12:00:00", "2026-10-25T02:15:00")
    load(database, tmp_path, {"programme.toml": text})
    with database.reading() as session:
        event = session.scalars(select(Event)).one()
    assert event.starts_at == utc(2026, 10, 25, 0, 30), "02:30 in summer time, not the 02:30 an hour later"
    assert event.closes_at == utc(2026, 10, 25, 0, 15)


def test_a_cancelled_event_is_not_called_back_by_its_file(loaded: Database, tmp_path: Path) -> None:
    with loaded.writing() as session:
        session.scalars(select(Event)).one().state = EventState.CANCELLED
    report = load(loaded, tmp_path, now=LATER)
    assert (report.same["events"], report.changed["events"]) == (1, 0)
    load(loaded, tmp_path, {"programme.toml": edited("Workshop for mentees", "Workshop")}, now=LATER)
    with loaded.reading() as session:
        event = session.scalars(select(Event)).one()
    assert (event.title["en"], event.state) == ("Workshop", EventState.CANCELLED)


def test_what_is_absent_from_the_files_stays(loaded: Database, tmp_path: Path) -> None:
    before = contents(loaded)
    report = load(
        loaded,
        tmp_path,
        {
            "programme.toml": EXAMPLE[: EXAMPLE.index("[[departments]]")],
            "people.csv": None,
            "pairs.csv": None,
            "availability.csv": None,
        },
        now=LATER,
    )
    assert (report.created, report.changed, report.same) == (Counter(), Counter(), {"programmes": 1})
    assert contents(loaded) == before


def test_pairs_and_hours_of_people_from_an_earlier_load_are_taken(loaded: Database, tmp_path: Path) -> None:
    people = "email,name,role,department,timezone,locale\nnils@example.org,Nils,mentee,,,\n"
    pairs = "mentor,mentee\nmaria@example.org,nils@example.org\n"
    hours = "email,weekday,start,end\nmaria@example.org,sun,10:00,12:00\n"
    report = load(loaded, tmp_path, {"people.csv": people, "pairs.csv": pairs, "availability.csv": hours})
    assert report.created == {"people": 1, "memberships": 1, "pairs": 1}
    assert report.changed == {"availability": 1}


@pytest.mark.parametrize("hours", [[[6, "08:00", "09:00"]], []])
def test_hours_that_their_person_edited_are_left_alone(loaded: Database, tmp_path: Path, hours: list[Any]) -> None:
    with loaded.writing() as session:
        emil = session.scalars(select(Person).where(Person.email == "emil@example.org")).one()
        assert emil.availability is not None
        emil.availability.weekly = hours
        emil.availability.overrides = {"2026-12-01": [["10:00", "12:00"]]}
        emil.availability.edited_at = NOW
    before = contents(loaded)
    report = load(loaded, tmp_path, {"availability.csv": AVAILABILITY.replace("mon", "tue")}, now=LATER)
    assert (report.changed["availability"], report.same["availability"]) == (1, 1), "Maria's, and Emil's"
    with loaded.reading() as session:
        emil = session.scalars(select(Person).where(Person.email == "emil@example.org")).one()
        assert emil.availability is not None
        assert emil.availability.weekly == hours
        assert emil.availability.overrides == {"2026-12-01": [["10:00", "12:00"]]}
    assert changed_tables(before, contents(loaded)) == {"availability": 1, "audit_entry": 1}


@pytest.mark.parametrize(
    ("edited_at", "zone", "locale"), [(NOW, "America/New_York", "en"), (None, "Europe/Stockholm", "sv")]
)
def test_a_zone_and_language_that_their_person_chose_are_left_alone(
    loaded: Database, tmp_path: Path, edited_at: datetime | None, zone: str, locale: str
) -> None:
    """Nine o'clock in New York must not become nine o'clock in Stockholm because a file is loaded again."""
    with loaded.writing() as session:
        emil = session.scalars(select(Person).where(Person.email == "emil@example.org")).one()
        emil.timezone, emil.locale, emil.edited_at = "America/New_York", "en", edited_at
    load(loaded, tmp_path, {"people.csv": PEOPLE.replace("Emil Öberg", "Emil Åberg")}, now=LATER)
    with loaded.reading() as session:
        emil = session.scalars(select(Person).where(Person.email == "emil@example.org")).one()
        assert (emil.name, emil.timezone, emil.locale) == ("Emil Åberg", zone, locale)


STRANGERS = {
    "no mentor of the programme": (
        {"pairs.csv": PAIRS + "eva@example.org,emil@example.org\n"},
        "pairs.csv line 3, column mentor: eva@example.org is no mentor of this programme; add a row to people.csv.",
    ),
    "a mentor for a mentee": (
        {"pairs.csv": PAIRS + "emil@example.org,maria@example.org\n"},
        "pairs.csv line 3, column mentor: emil@example.org is no mentor of this programme; add a row to people.csv.\n"
        "pairs.csv line 3, column mentee: maria@example.org is no mentee of this programme; add a row to people.csv.",
    ),
    "hours of a stranger": (
        {"availability.csv": AVAILABILITY + "eva@example.org,mon,10:00,11:00\neva@example.org,tue,10:00,11:00\n"},
        "availability.csv line 5, column email: eva@example.org is not in this programme; add a row to people.csv.",
    ),
}


@pytest.mark.parametrize("case", STRANGERS)
@pytest.mark.parametrize("already", ["fresh", "loaded"])
def test_a_stranger_leaves_everything_as_it_was(database: Database, tmp_path: Path, case: str, already: str) -> None:
    if already == "loaded":
        load(database, tmp_path)
    before = contents(database)
    changes, sentences = STRANGERS[case]
    text = EXAMPLE.replace("capacity = 90", "capacity = 91") + '[[departments]]\nname = "Another"\n'
    people = PEOPLE.replace("Maria Åkesson", "Mia") + "nils@example.org,Nils,mentee,,,\n"
    with pytest.raises(BadFolder) as refused:
        load(database, tmp_path, {"programme.toml": text, "people.csv": people, **changes}, now=LATER)
    assert "\n".join(map(str, refused.value.problems)) == sentences
    assert contents(database) == before


def test_strangers_beyond_twenty_are_counted(database: Database, tmp_path: Path) -> None:
    rows = "".join(f"m{number}@example.org,emil@example.org\n" for number in range(25))
    with pytest.raises(BadFolder) as refused:
        load(database, tmp_path, {"pairs.csv": "mentor,mentee\n" + rows})
    assert len(refused.value.problems) == 21
    assert str(refused.value.problems[-1]) == "And 5 more."


def test_a_member_of_another_programme_is_a_stranger_here(loaded: Database, tmp_path: Path) -> None:
    other: dict[str, str | bytes | None] = {"programme.toml": edited('"mentor-2026"', '"other"'), "people.csv": None}
    with pytest.raises(BadFolder) as refused:
        load(loaded, tmp_path, other)
    assert [str(problem).partition(":")[0] for problem in refused.value.problems] == [
        "pairs.csv line 2, column mentor",
        "pairs.csv line 2, column mentee",
        "availability.csv line 2, column email",
        "availability.csv line 3, column email",
    ]


def test_two_programmes_share_a_person(loaded: Database, tmp_path: Path) -> None:
    report = load(
        loaded,
        tmp_path,
        {
            "programme.toml": edited('"mentor-2026"', '"other"'),
            "people.csv": PEOPLE.replace("mentee", "mentor").replace("emil@", "nils@").replace("maria@", "emil@")
            .replace("Emil Öberg", "Nils").replace("Maria Åkesson", "Emil Öberg").replace("Europe/London,en", ",sv")
            .replace("nils@example.org,Nils,mentor", "nils@example.org,Nils,mentee"),
            "pairs.csv": "mentor,mentee\nemil@example.org,nils@example.org\n",
            "availability.csv": None,
        },
        now=LATER,
    )  # fmt: skip
    assert report.created == {
        "programmes": 1, "departments": 1, "coordinators": 1, "events": 1, "people": 1, "memberships": 2, "pairs": 1,
    }  # fmt: skip
    assert report.same == {"people": 1}
    with loaded.reading() as session:
        emil = session.scalars(select(Person).where(Person.email == "emil@example.org")).one()
        roles = {
            (member.programme.slug, member.role)
            for member in session.scalars(select(Membership).where(Membership.person_id == emil.id))
        }
        assert roles == {("mentor-2026", Role.MENTEE), ("other", Role.MENTOR)}
        uids = session.scalars(select(Event.feed_uid)).all()
        assert len(set(uids)) == 2, "the same slug in two programmes is two events"


def test_a_person_of_both_roles_counts_once(database: Database, tmp_path: Path) -> None:
    people = PEOPLE + "maria@example.org,Maria Åkesson,mentee,,Europe/London,en\n"
    report = load(database, tmp_path, {"people.csv": people})
    assert (report.created["people"], report.created["memberships"]) == (2, 3)
    assert report.same == Counter()


def test_the_order_of_the_rows_says_nothing(loaded: Database, tmp_path: Path) -> None:
    def backwards(text: str) -> str:
        header, *rows = text.splitlines(keepends=True)
        return "".join([header, *reversed(rows)])

    report = load(loaded, tmp_path, {"people.csv": backwards(PEOPLE), "availability.csv": backwards(AVAILABILITY)})
    assert (report.created, report.changed) == (Counter(), Counter())


def test_a_load_that_is_not_committed_leaves_no_trace(database: Database, tmp_path: Path) -> None:
    before = contents(database)
    with Session(database.engine) as session:
        loading.load(session, read(tmp_path), now=NOW)
        assert session.scalars(select(Availability)).all()
    assert contents(database) == before

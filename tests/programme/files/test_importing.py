"""Imports from the desk: a look leaves no trace, and what is loaded is what was looked at."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.db import Database
from scheduler.errors import BadFolder, ImportChanged, NoFile
from scheduler.models import AuditEntry, Availability, Coordinator, Department, Membership, Pair, Person, Programme
from scheduler.presenters.folder_files import availability_csv, pairs_csv, people_csv
from scheduler.programme import desk
from scheduler.programme.access import Desk
from scheduler.programme.files import importing, loading
from scheduler.programme.files.importing import Preview
from scheduler.programme.files.loading_report import FieldChange, RowChange
from scheduler.states import Action, Role
from tests.builders import NOW, a_department, a_member, a_pair, a_person, a_programme, an_event
from tests.web.world import everything

BY = "anna@example.org"
PEOPLE = "email,name,role,department,timezone,locale\n"
NEW = f"{PEOPLE}nea@example.org,Nea Ny,mentee,Fysikum,,sv\n".encode()
TOML = """[programme]
slug = "mentor"
name = { sv = "Mentorprogrammet", en = "The mentorship programme" }
timezone = "Europe/Stockholm"
locale = "sv"
starts_on = 2026-11-02
ends_on = 2027-05-28
contact = "alumni@example.org"
blackouts = [[2026-12-21, 2027-01-06]]
[[departments]]
name = "Fysikum"
coordinators = ["ny@example.org"]
"""


@pytest.fixture
def stocked(database: Database) -> Database:
    """A programme with a department and a pair, and another programme with a person of its own."""
    with database.writing() as session:
        programme, other = a_programme(session), a_programme(session, "other")
        department = a_department(session, programme, "Fysikum")
        a_pair(session, programme, mentor_of=department, mentee_of=department)
        a_member(session, other, a_person(session, "Olga Other", zone="Asia/Tokyo"), Role.MENTOR)
    return database


def the_programme(session: Session) -> Programme:
    return session.scalars(select(Programme).where(Programme.slug == "mentor")).one()


def look(database: Database, **files: bytes | str) -> Preview:
    with database.writing() as session:
        return importing.preview(session, the_programme(session), named(files), by=BY, now=NOW)


def load(database: Database, seen: str, **files: bytes | str) -> None:
    with database.writing() as session:
        importing.load(session, the_programme(session), named(files), seen=seen, by=BY, now=NOW)


def named(files: dict[str, bytes | str]) -> dict[str, bytes]:
    names = {"programme": "programme.toml"}
    return {
        names.get(name, f"{name}.csv"): content.encode() if isinstance(content, str) else content
        for name, content in files.items()
    }


def test_a_look_changes_no_row(stocked: Database) -> None:
    before = everything(stocked)
    found = look(stocked, people=NEW, programme=TOML, pairs="mentor,mentee\nmaria.mentor@example.org,nea@example.org\n")
    assert found.report.created == {"people": 1, "memberships": 1, "pairs": 1, "coordinators": 1}
    assert everything(stocked) == before


def test_what_was_looked_at_is_loaded_and_noted(stocked: Database) -> None:
    seen = look(stocked, people=NEW)
    load(stocked, seen.fingerprint, people=NEW)
    with stocked.reading() as session:
        nea = session.scalars(select(Person).where(Person.email == "nea@example.org")).one()
        assert (nea.name, nea.timezone, nea.locale) == ("Nea Ny", "Europe/Stockholm", "sv")
        role = session.scalars(select(Membership).where(Membership.person_id == nea.id)).one()
        assert role.department is not None
        assert (role.role, role.department.name) == (Role.MENTEE, "Fysikum")
        note = session.scalars(select(AuditEntry).where(AuditEntry.action == Action.LOADED)).one()
        assert (note.by, note.details) == (BY, {"created": 2, "changed": 0, "source": "desk"})
    assert look(stocked, people=NEW).report.rows == []


def test_what_has_changed_since_the_look_is_not_loaded(stocked: Database) -> None:
    seen = look(stocked, people=NEW)
    with stocked.writing() as session:
        department = session.scalars(select(Department)).one()
        a_member(session, the_programme(session), a_person(session, "Nea"), Role.MENTEE, department)
        session.scalars(select(Person).where(Person.name == "Nea")).one().email = "nea@example.org"
    before = everything(stocked)
    with pytest.raises(ImportChanged):
        load(stocked, seen.fingerprint, people=NEW)
    with pytest.raises(ImportChanged):
        load(stocked, look(stocked, people=NEW).fingerprint, people=NEW.replace(b"Ny", b"Nyare"))
    assert everything(stocked) == before


def test_changes_are_told_field_by_field(stocked: Database) -> None:
    text = f"{PEOPLE}emil.mentee@example.org,Emil Ek,mentee,,Europe/London,en\n"
    assert look(stocked, people=text).report.rows == [
        RowChange("people", "emil.mentee@example.org", created=False, fields=(
            FieldChange("name", "Emil Mentee", "Emil Ek"), FieldChange("timezone", "Europe/Stockholm", "Europe/London"),
        )),
        RowChange("memberships", "emil.mentee@example.org (mentee)", created=False, fields=(
            FieldChange("department", "Fysikum", ""),
        )),
    ]  # fmt: skip


def test_a_new_department_is_named_alike_each_time(stocked: Database) -> None:
    toml = TOML + '[[departments]]\nname = "Engelska"\n'
    people = f"{PEOPLE}emil.mentee@example.org,Emil Mentee,mentee,Engelska,,en\n"
    seen = look(stocked, programme=toml, people=people)
    assert look(stocked, programme=toml, people=people).fingerprint == seen.fingerprint
    load(stocked, seen.fingerprint, programme=toml, people=people)


def test_a_moved_event_says_how_many_hear_of_it(stocked: Database) -> None:
    with stocked.writing() as session:
        an_event(session, the_programme(session), "kick-off")
    toml = TOML + (
        '[[events]]\nslug = "kick-off"\nkind = "workshop"\ntitle = "Kick-off"\naudience = "public"\n'
        'format = "online"\nstarts = 2026-11-20T17:00:00\nminutes = 90\n'
    )
    (row,) = [row for row in look(stocked, programme=toml).report.rows if row.kind == "events"]
    assert {change.name for change in row.fields} >= {"starts_at", "minutes", "title"}


def test_the_files_that_are_not_given_stay(stocked: Database) -> None:
    found = look(stocked, availability="email,weekday,start,end\nemil.mentee@example.org,mon,10:00,12:00\n")
    assert [(row.kind, row.what) for row in found.report.rows] == [("availability", "emil.mentee@example.org")]
    with pytest.raises(NoFile):
        look(stocked)


@pytest.mark.parametrize(
    ("files", "where"),
    [
        ({"people": f"{PEOPLE}nea@example.org,Nea,mentee,Kemi,,\n"}, "people.csv line 2, column department"),
        ({"people": f"{PEOPLE}nea@example.org,Nea,boss,,,\n"}, "people.csv line 2, column role"),
        ({"pairs": "mentor,mentee\nmaria.mentor@example.org,no@example.org\n"}, "pairs.csv line 2, column mentee"),
        ({"availability": "email,weekday,start,end\nx@example.org,mon,9,12:00\n"},
         "availability.csv line 2, column start"),
        ({"programme": TOML.replace('"mentor"', '"other"')}, "programme.toml line 2, column 1 (slug)"),
        ({"programme": "= nonsense"}, "programme.toml line 1, column 1"),
        ({"people": b"\xff\xfe"}, "people.csv line 1"),
    ],
)  # fmt: skip
def test_mistakes_are_told_by_file_line_and_column(stocked: Database, files: dict[str, str], where: str) -> None:
    before = everything(stocked)
    with pytest.raises(BadFolder) as caught:
        look(stocked, **files)
    assert str(caught.value.problems[0]).startswith(where), caught.value.problems
    assert everything(stocked) == before


class TestPeopleOfOthers:
    FILE = f"{PEOPLE}olga.other@example.org,Evil Name,mentor,Fysikum,Europe/London,sv\n"
    HOURS = "email,weekday,start,end\nolga.other@example.org,mon,03:00,04:00\n"

    def facts(self, database: Database) -> tuple[object, ...]:
        with database.reading() as session:
            olga = session.scalars(select(Person).where(Person.email == "olga.other@example.org")).one()
            hours = session.get_one(Availability, olga.id)
            return olga.name, olga.timezone, olga.locale, hours.weekly

    def test_become_members_and_keep_what_is_theirs_however_often(self, stocked: Database) -> None:
        before = self.facts(stocked)
        for _ in range(2):
            found = look(stocked, people=self.FILE, availability=self.HOURS)
            assert not any("Olga" in repr(row) or "Tokyo" in repr(row) for row in found.report.rows)
            load(stocked, found.fingerprint, people=self.FILE, availability=self.HOURS)
            assert self.facts(stocked) == before
        load(stocked, look(stocked, availability=self.HOURS).fingerprint, availability=self.HOURS)
        assert self.facts(stocked) == before
        with stocked.reading() as session:
            assert session.query(Membership).join(Membership.person).filter(Person.name == "Olga Other").count() == 2

    def test_but_whoever_runs_the_service_may_change_them(self, stocked: Database) -> None:
        """The control: without the guard they are changed."""
        with stocked.writing() as session:
            programme = the_programme(session)
            rows = importing._read(programme, {"people.csv": self.FILE.encode()})
            loading.load(session, rows, now=NOW)
        assert self.facts(stocked)[0] == "Evil Name"


def test_downloads_load_as_nothing_new_and_hold_no_formula(stocked: Database) -> None:
    with stocked.writing() as session:
        session.scalars(select(Person).where(Person.name == "Maria Mentor")).one().name = "=SUM(A1)"
    with stocked.reading() as session:
        sitting = Desk(the_programme(session), None)
        rows = desk.people_rows(session, sitting, [each.person_id for each in desk.people_standings(session, sitting)])
        files = {
            "people": people_csv(rows),
            "pairs": pairs_csv(desk.pairs_in_reach(session, sitting)),
            "availability": availability_csv(rows),
        }
    assert b",'=SUM(A1),mentor,Fysikum," in files["people"]
    assert b"\r\n=" not in files["people"]
    assert b"maria.mentor@example.org,emil.mentee@example.org" in files["pairs"]
    assert files["availability"].count(b"maria.mentor@example.org,") == 5
    found = look(stocked, **files)
    assert found.report.rows == []
    assert found.report.same == {"programmes": 1, "departments": 1, "people": 2, "memberships": 2, "pairs": 1,
                                 "availability": 2}  # fmt: skip


def test_coordinators_come_by_file_too(stocked: Database) -> None:
    load(stocked, look(stocked, programme=TOML).fingerprint, programme=TOML)
    with stocked.reading() as session:
        assert session.scalars(select(Coordinator.email)).all() == ["ny@example.org"]
        assert session.query(Pair).count() == 1

"""The desk's people: who is seen, what they gave, and who stands first."""

from datetime import timedelta

from sqlalchemy.orm import Session

from scheduler.db import Database
from scheduler.models import Department, Person, Programme, TimesRequest
from scheduler.programme import desk
from scheduler.programme.access import Desk
from scheduler.programme.desk import TimesState
from scheduler.states import Role
from tests.builders import NOW, a_department, a_meeting, a_member, a_pair, a_person, a_programme


def asked(session: Session, programme: Programme, person: Person, *, days: int) -> TimesRequest:
    """The person was asked for their times so many days ago."""
    request = TimesRequest(programme_id=programme.id, person_id=person.id, asked_at=NOW - timedelta(days=days))
    session.add(request)
    session.flush()
    return request


def names(session: Session, programme: Programme, *departments: Department) -> list[str]:
    return [each.name for each in desk.people_standings(session, Desk(programme, departments or None))]


def test_the_silent_stand_first_those_asked_longest_ago_before_the_others(database: Database) -> None:
    with database.writing() as session:
        programme = a_programme(session)
        for name, weekly, days in (
            ("Ada", None, 9), ("Bea", [], 2), ("Cia", [], 5), ("Dag", [], 0), ("Eva", None, 0),
        ):  # fmt: skip
            person = a_person(session, name, weekly=weekly)
            a_member(session, programme, person, Role.MENTEE)
            if days:
                asked(session, programme, person, days=days)
        rows = desk.people_standings(session, Desk(programme, None))
        assert [(row.name, row.state) for row in rows] == [
            ("Cia", TimesState.SILENT), ("Bea", TimesState.SILENT), ("Dag", TimesState.NOT_ASKED),
            ("Ada", TimesState.GIVEN), ("Eva", TimesState.GIVEN),
        ]  # fmt: skip


def test_to_say_that_no_hour_fits_is_to_give_no_times(database: Database) -> None:
    with database.writing() as session:
        programme = a_programme(session)
        person = a_person(session, "Nea Never")
        a_member(session, programme, person, Role.MENTOR)
        request = asked(session, programme, person, days=3)
        assert person.availability is not None
        person.availability.weekly, person.availability.edited_at, request.answered_at = [], NOW, NOW
        session.flush()
        (row,) = desk.people_rows(session, Desk(programme, None), [person.id])
        assert (row.state, row.hours, row.given_at) == (TimesState.SILENT, None, None)


def test_days_of_ones_own_are_times_too(database: Database) -> None:
    with database.writing() as session:
        programme = a_programme(session)
        person = a_person(session, "Dan Days")
        a_member(session, programme, person, Role.MENTOR)
        assert person.availability is not None
        person.availability.weekly = []
        session.flush()
        assert [each.state for each in desk.people_standings(session, Desk(programme, None))] == [TimesState.NOT_ASKED]
        person.availability.overrides = {"2026-12-24": [["10:00", "12:00"]]}
        session.flush()
        (standing,) = desk.people_standings(session, Desk(programme, None))
        (row,) = desk.people_rows(session, Desk(programme, None), [person.id])
        assert (standing.state, row.state, row.hours) == (TimesState.GIVEN, TimesState.GIVEN, person.availability)


def test_rows_come_as_they_are_asked_for_without_whoever_is_not_in_reach(database: Database) -> None:
    with database.writing() as session:
        programme, other = a_programme(session), a_programme(session, "other")
        ada, bea, olga = (a_person(session, name) for name in ("Ada", "Bea", "Olga"))
        for person, of in ((ada, programme), (bea, programme), (olga, other)):
            a_member(session, of, person, Role.MENTEE)
        rows = desk.people_rows(session, Desk(programme, None), [bea.id, olga.id, 4711, ada.id])
        assert [row.person.name for row in rows] == ["Bea", "Ada"]


def test_who_was_asked_in_another_programme_was_not_asked_in_this(database: Database) -> None:
    with database.writing() as session:
        programme, other = a_programme(session), a_programme(session, "other")
        person = a_person(session, "Ada", weekly=[])
        for each in (programme, other):
            a_member(session, each, person, Role.MENTOR)
        asked(session, other, person, days=3)
        assert [row.state for row in desk.people_standings(session, Desk(programme, None))] == [TimesState.NOT_ASKED]
        assert [row.state for row in desk.people_standings(session, Desk(other, None))] == [TimesState.SILENT]


def test_a_department_sees_its_own_and_only_their_roles_there(database: Database) -> None:
    with database.writing() as session:
        programme, other = a_programme(session), a_programme(session, "other")
        physics, english = a_department(session, programme, "P"), a_department(session, programme, "E")
        there = a_department(session, other, "P")
        both = a_person(session, "Bo Both")
        a_member(session, programme, both, Role.MENTOR, physics)
        a_member(session, programme, both, Role.MENTEE, english)
        a_member(session, programme, a_person(session, "Pia"), Role.MENTEE, physics)
        a_member(session, programme, a_person(session, "Nils None"), Role.MENTEE)
        a_member(session, other, a_person(session, "Olga Other"), Role.MENTEE, there)
        assert names(session, programme) == ["Bo Both", "Nils None", "Pia"]
        assert names(session, programme, physics) == ["Bo Both", "Pia"]
        assert names(session, programme, english) == ["Bo Both"]
        sitting = Desk(programme, (physics,))
        row = desk.person_row(session, sitting, both.id)
        assert row is not None
        assert [each.role for each in row.memberships] == [Role.MENTOR]
        found = {
            person.name
            for person in session.query(Person)
            if desk.person_row(session, sitting, person.id) and desk.person_in_reach(session, sitting, person.id)
        }
        assert found == {"Bo Both", "Pia"}
        assert desk.person_row(session, Desk(programme, ()), both.id) is None


def test_a_persons_pairs_and_meetings_are_those_that_the_desk_sees(database: Database) -> None:
    with database.writing() as session:
        programme = a_programme(session)
        physics, english = a_department(session, programme, "P"), a_department(session, programme, "E")
        both, emil, eva = (a_person(session, name) for name in ("Bo Both", "Emil", "Eva"))
        as_mentor = a_pair(session, programme, both, emil, mentor_of=physics, mentee_of=physics)
        as_mentee = a_pair(session, programme, eva, both, mentor_of=english, mentee_of=english)
        first, second = a_meeting(session, as_mentor), a_meeting(session, as_mentee, days=9)
        for departments, pairs, held in (
            (None, [as_mentor, as_mentee], [second, first]),
            ((physics,), [as_mentor], [first]),
            ((english,), [as_mentee], [second]),
        ):
            sitting = Desk(programme, departments)
            assert desk.pairs_of_person(session, sitting, both) == pairs
            assert desk.meetings_of_person(session, sitting, both) == held

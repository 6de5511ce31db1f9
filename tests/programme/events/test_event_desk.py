"""Events as those see them who look after them: in reach is what is theirs, and attendance is as it was marked last."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.db import Database
from scheduler.errors import EventNotBegun
from scheduler.models import AuditEntry, Event, Registration
from scheduler.programme import access
from scheduler.programme.events import event_desk
from scheduler.programme.events.event_desk import Reach
from scheduler.states import Action, RegistrationState, Role
from tests.builders import NOW, a_department, a_member, a_person, a_place, a_programme, an_event

BY = "all@example.org"
SEAT, WAITS, GONE = RegistrationState


@pytest.fixture
def house(database: Database) -> Database:
    """Ann of physics and Bo of English have seats, Cia of both waits, a guest of none has cancelled."""
    with database.writing() as session:
        programme, other = a_programme(session), a_programme(session, "other")
        physics, english = a_department(session, programme, "Fysikum"), a_department(session, programme, "Engelska")
        elsewhere = a_department(session, other, "Fysikum")
        event = an_event(session, programme)
        an_event(session, other, "elsewhere")
        for name, state, departments in (
            ("Ann", SEAT, [physics]), ("Bo", SEAT, [english]), ("Cia", WAITS, [physics, english]), ("Guest", GONE, []),
        ):  # fmt: skip
            person = a_person(session, name)
            for role, department in zip(Role, departments, strict=False):
                a_member(session, programme, person, role, department)
            a_place(session, event, person, state)
            if name == "Bo":
                a_member(session, other, person, Role.MENTOR, elsewhere)
        for email, of, named in (
            (BY, programme, None), ("physics@example.org", programme, "Fysikum"),
            ("english@example.org", programme, "Engelska"), ("other@example.org", other, None),
            ("far@example.org", other, "Fysikum"),
        ):  # fmt: skip
            access.grant_coordinator(session, email, programme=of, department=named, by=BY, now=NOW)
        access.grant_facilitator(session, "leads@example.org", event=event, by=BY, now=NOW)
    return database


def the_event(session: Session) -> Event:
    return session.scalars(select(Event).where(Event.slug == "workshop")).one()


def reach_of(session: Session, email: str) -> Reach | None:
    return event_desk.reach_of(session, email, "mentor", the_event(session).id)


@pytest.mark.parametrize(
    ("email", "names", "steers"),
    [
        (BY, ["Ann", "Bo", "Cia", "Guest"], True),
        ("physics@example.org", ["Ann", "Cia"], False),
        ("english@example.org", ["Bo", "Cia"], False),
        ("leads@example.org", ["Ann", "Bo", "Cia", "Guest"], False),
    ],
)
def test_each_sees_theirs_in_the_order_of_registering(
    house: Database, email: str, names: list[str], steers: bool
) -> None:
    with house.reading() as session:
        reach = reach_of(session, email)
        assert reach is not None
        assert [row.name for row in event_desk.registrations_in(session, reach)] == names
        assert reach.steers is steers
        for row in session.scalars(select(Registration)):
            found = event_desk.registration_in(session, reach, row.id)
            assert (found is not None) == (row.name in names), row.name


@pytest.mark.parametrize("email", ["other@example.org", "far@example.org", "ann@example.org", "nobody@example.org"])
def test_others_see_nothing(house: Database, email: str) -> None:
    with house.reading() as session:
        assert reach_of(session, email) is None


def test_who_leads_an_event_reaches_no_other_and_none_by_another_programmes_name(house: Database) -> None:
    with house.reading() as session:
        event = the_event(session)
        other = session.scalars(select(Event).where(Event.slug == "elsewhere")).one()
        assert event_desk.reach_of(session, "leads@example.org", "other", other.id) is None
        assert event_desk.reach_of(session, "leads@example.org", "other", event.id) is None
        assert event_desk.reach_of(session, BY, "other", event.id) is None


def test_what_is_to_come_stands_first_and_the_latest_of_what_is_over(database: Database) -> None:
    with database.writing() as session:
        programme = a_programme(session)
        for slug, days in (("late", 9), ("soon", 2), ("long-ago", -9), ("lately", -2)):
            an_event(session, programme, slug, days=days)
        access.grant_coordinator(session, BY, programme=programme, department=None, by=BY, now=NOW)
        (desk,) = access.desks_of(session, BY)
        rows = event_desk.event_rows(session, desk, now=NOW)
        assert [(row.event.slug, row.over) for row in rows] == [
            ("soon", False), ("late", False), ("lately", True), ("long-ago", True),
        ]  # fmt: skip


def test_counts_who_waits_and_whom_a_change_would_be_told(house: Database) -> None:
    with house.reading() as session:
        event = the_event(session)
        (desk,) = access.desks_of(session, BY)
        assert [row.waiting for row in event_desk.event_rows(session, desk, now=NOW)] == [1]
        assert event_desk.waiting(session, event) == 1
        assert [row.name for row in event_desk.told(session, event)] == ["Ann", "Bo", "Cia"]
        assert event_desk.invited(session, event) == (0, None, None)


class TestAttendance:
    def mark(self, database: Database, listed: list[str], came: list[str], *, after: timedelta) -> int:
        with database.writing() as session:
            ids = {row.name: row.id for row in session.scalars(select(Registration))}
            event = the_event(session)
            return event_desk.mark_attendance(
                session, event, listed=[ids[name] for name in listed], came=[ids[name] for name in came], by=BY,
                now=event.starts_at + after,
            )  # fmt: skip

    def attended(self, database: Database) -> dict[str, bool | None]:
        with database.reading() as session:
            return {row.name: row.attended for row in session.scalars(select(Registration))}

    def test_later_marks_win_and_who_is_not_listed_stays(self, house: Database) -> None:
        assert self.mark(house, ["Ann"], ["Ann"], after=timedelta(0)) == 1
        assert self.attended(house) == {"Ann": True, "Bo": None, "Cia": None, "Guest": None}
        assert self.mark(house, ["Ann", "Bo"], ["Bo"], after=timedelta(hours=1)) == 1
        assert self.attended(house) == {"Ann": False, "Bo": True, "Cia": None, "Guest": None}
        with house.reading() as session:
            marks = select(AuditEntry).where(AuditEntry.action == Action.ATTENDANCE_MARKED)
            assert [entry.details for entry in session.scalars(marks)] == [
                {"marked": 1, "came": 1}, {"marked": 2, "came": 1},
            ]  # fmt: skip

    def test_is_of_seats_only(self, house: Database) -> None:
        assert self.mark(house, ["Cia", "Guest"], ["Cia", "Guest"], after=timedelta(0)) == 0
        assert set(self.attended(house).values()) == {None}

    def test_is_not_marked_before_the_start(self, house: Database) -> None:
        with pytest.raises(EventNotBegun):
            self.mark(house, ["Ann"], ["Ann"], after=timedelta(seconds=-1))
        assert self.attended(house)["Ann"] is None

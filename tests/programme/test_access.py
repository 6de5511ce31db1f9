"""Who reaches what: the desks of coordinators, and the events that facilitators lead."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.db import Database
from scheduler.errors import UnknownName
from scheduler.models import AuditEntry, Coordinator
from scheduler.programme import access
from scheduler.states import Action
from tests.builders import NOW, a_department, a_programme, an_event

ANNA = "anna@example.org"


@pytest.fixture
def session(database: Database) -> Session:  # type: ignore[misc]
    """Two programmes: one of two departments, and one of one."""
    with database.writing() as session:
        mentor, other = a_programme(session), a_programme(session, "other")
        a_department(session, mentor, "Fysikum")
        a_department(session, mentor, "Språk")
        a_department(session, other, "Fysikum")
        yield session


def grant(session: Session, slug: str, department: str | None, email: str = ANNA) -> None:
    programme = access.programme_by_slug(session, slug)
    access.grant_coordinator(session, email, programme=programme, department=department, by="", now=NOW)


def desks(session: Session, email: str = ANNA) -> list[tuple[str, list[str] | None]]:
    return [
        (desk.programme.slug, None if desk.departments is None else [row.name for row in desk.departments])
        for desk in access.desks_of(session, email)
    ]


GRANTS: dict[str, tuple[list[tuple[str, str | None]], list[tuple[str, list[str] | None]]]] = {
    "nothing": ([], []),
    "a whole programme": ([("mentor", None)], [("mentor", None)]),
    "a department": ([("mentor", "Språk")], [("mentor", ["Språk"])]),
    "two departments": ([("mentor", "Språk"), ("mentor", "Fysikum")], [("mentor", ["Språk", "Fysikum"])]),
    "a department, then all": ([("mentor", "Språk"), ("mentor", None)], [("mentor", None)]),
    "all, then a department": ([("mentor", None), ("mentor", "Språk")], [("mentor", None)]),
    "the same twice": ([("mentor", "Språk"), ("mentor", "Språk")], [("mentor", ["Språk"])]),
    "all twice": ([("mentor", None), ("mentor", None)], [("mentor", None)]),
    "two programmes": ([("other", "Fysikum"), ("mentor", None)], [("other", ["Fysikum"]), ("mentor", None)]),
}


@pytest.mark.parametrize("case", GRANTS)
def test_desks_are_what_was_granted(session: Session, case: str) -> None:
    grants, expected = GRANTS[case]
    for slug, department in grants:
        grant(session, slug, department)
    assert desks(session) == expected
    assert desks(session, "bo@example.org") == []
    assert len(session.scalars(select(Coordinator)).all()) == len(set(grants))


def test_a_desk_is_of_its_own_programmes_department(session: Session) -> None:
    grant(session, "other", "Fysikum")
    (desk,) = access.desks_of(session, ANNA)
    assert desk.departments is not None
    assert [row.programme_id for row in desk.departments] == [desk.programme.id]


def test_names_that_are_unknown(session: Session) -> None:
    with pytest.raises(UnknownName, match="There is no programme nowhere"):
        access.programme_by_slug(session, "nowhere")
    with pytest.raises(UnknownName, match="There is no department Språk"):
        grant(session, "other", "Språk")
    with pytest.raises(UnknownName):
        grant(session, "mentor", "")
    assert desks(session) == []


class TestFacilitators:
    def test_lead_the_events_they_were_given_by_start(self, database: Database) -> None:
        with database.writing() as session:
            programme, other = a_programme(session), a_programme(session, "other")
            late, early = an_event(session, programme, "late", days=9), an_event(session, other, "early", days=2)
            an_event(session, programme, "of-nobody", days=1)
            for event in (late, early, late):
                access.grant_facilitator(session, ANNA, event=event, by="all@example.org", now=NOW)
            access.grant_facilitator(session, "bo@example.org", event=late, by="all@example.org", now=NOW)
        with database.reading() as session:
            assert [event.slug for event in access.events_led_by(session, ANNA)] == ["early", "late"]
            assert [event.slug for event in access.events_led_by(session, "bo@example.org")] == ["late"]
            assert access.events_led_by(session, "nobody@example.org") == []
            assert [each.email for each in access.facilitators_of(session, late)] == [ANNA, "bo@example.org"]
            assert access.desks_of(session, ANNA) == [], "leading an event opens no desk"
            granted = session.scalars(select(AuditEntry)).all()
            assert [(entry.action, entry.event_id, entry.by) for entry in granted] == [
                (Action.FACILITATOR_GRANTED, event.id, "all@example.org") for event in (late, early, late)
            ], "once each"

    def test_lead_nothing_once_that_is_taken_back(self, database: Database) -> None:
        with database.writing() as session:
            event = an_event(session, a_programme(session))
            granted = access.grant_facilitator(session, ANNA, event=event, by="", now=NOW)
            access.grant_facilitator(session, "bo@example.org", event=event, by="", now=NOW)
            access.revoke_facilitator(session, granted, by="all@example.org", now=NOW)
        with database.reading() as session:
            assert access.events_led_by(session, ANNA) == []
            assert len(access.events_led_by(session, "bo@example.org")) == 1
            last = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
            assert last is not None
            assert (last.action, last.by) == (Action.FACILITATOR_REVOKED, "all@example.org")

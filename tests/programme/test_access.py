"""Who reaches what: the desks of coordinators, and the events that facilitators lead."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.db import Database
from scheduler.errors import LinkSpent, UnknownName
from scheduler.models import AuditEntry, Coordinator
from scheduler.programme import access, locks
from scheduler.programme.access import Desk
from scheduler.programme.desk import About, history_rows
from scheduler.programme.people import sign_ins
from scheduler.states import Action
from tests.builders import NOW, a_department, a_programme, an_event
from tests.crowds import in_between

ANNA, BO = "anna@example.org", "bo@example.org"
DAY = timedelta(days=1)


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
    assert desks(session, BO) == []
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


class TestRevoking:
    def revoke(self, session: Session, department: str | None, email: str = ANNA) -> None:
        programme = access.programme_by_slug(session, "mentor")
        found = access.coordinator_of(session, email, programme=programme, department=department)
        assert found is not None
        access.revoke_coordinator(session, found, by="all@example.org", now=NOW)

    def test_takes_back_that_and_nothing_else(self, session: Session) -> None:
        for slug, department in (("mentor", None), ("mentor", "Språk"), ("other", None)):
            grant(session, slug, department)
        grant(session, "mentor", None, BO)
        self.revoke(session, None)
        assert desks(session) == [("mentor", ["Språk"]), ("other", None)]
        assert desks(session, BO) == [("mentor", None)]
        self.revoke(session, "Språk")
        assert desks(session) == [("other", None)]

    @pytest.mark.parametrize("locked", [True, pytest.param(False, id="control")])
    def test_of_two_who_take_back_from_each_other_one_stays(
        self, postgres: Database, monkeypatch: pytest.MonkeyPatch, locked: bool
    ) -> None:
        """On PostgreSQL: SQLite's second writer begins when the first is through."""
        with postgres.writing() as session:
            a_programme(session)
            for email in (ANNA, BO):
                grant(session, "mentor", None, email)
        if not locked:
            monkeypatch.setattr(locks, "take_programme", lambda *_: None)
        turns = [ANNA, BO]

        def take_back(session: Session) -> bool:
            by, programme = turns.pop(), access.programme_by_slug(session, "mentor")
            (other,) = (row.id for row in access.coordinators_of(session, programme) if row.email != by)
            return access.take_back(session, programme, other, by=by, now=NOW) is not None

        assert in_between(postgres, take_back) == [True, not locked]
        with postgres.reading() as session:
            left = access.coordinators_of(session, access.programme_by_slug(session, "mentor"))
            assert [row.email for row in left] == ([BO] if locked else [])

    def test_signs_the_address_out_everywhere_and_nobody_else(self, session: Session) -> None:
        for email in (ANNA, BO):
            grant(session, "mentor", None, email)
        made = {email: [sign_ins.make(session, email, valid=DAY, now=NOW) for _ in range(2)] for email in (ANNA, BO)}
        opened = {email: sign_ins.use_link(session, used.id, used.nonce, now=NOW) for email, (used, _) in made.items()}
        self.revoke(session, None)
        signed_in = {email: sign_ins.signed_in_as(session, each.token, now=NOW) for email, each in opened.items()}
        assert signed_in == {ANNA: None, BO: BO}
        _, unused = made[ANNA]
        with pytest.raises(LinkSpent):
            sign_ins.use_link(session, unused.id, unused.nonce, now=NOW)
        _, unused = made[BO]
        assert sign_ins.use_link(session, unused.id, unused.nonce, now=NOW).email == BO

    def test_stands_in_the_trail_with_whose_it_was(self, session: Session) -> None:
        grant(session, "mentor", "Språk")
        self.revoke(session, "Språk")
        (_, entry) = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
        assert (entry.action, entry.by) == (Action.COORDINATOR_REVOKED, "all@example.org")
        rows = history_rows(session, Desk(access.programme_by_slug(session, "mentor"), None), About(), page=1)
        assert [row.role_of for row in rows] == [ANNA, ""], "the row that the grant names is gone"

    def test_what_is_granted_is_listed_by_address_the_whole_first(self, session: Session) -> None:
        for department, email in (("Språk", ANNA), (None, BO), ("Fysikum", ANNA), (None, ANNA)):
            grant(session, "mentor", department, email)
        grant(session, "other", None)
        rows = access.coordinators_of(session, access.programme_by_slug(session, "mentor"))
        assert [(row.email, row.department.name if row.department else None) for row in rows] == [
            (ANNA, None), (ANNA, "Fysikum"), (ANNA, "Språk"), (BO, None),
        ]  # fmt: skip

    def test_what_was_not_granted_is_not_found(self, session: Session) -> None:
        grant(session, "mentor", "Språk")
        programme = access.programme_by_slug(session, "mentor")
        for department, email in ((None, ANNA), ("Fysikum", ANNA), ("Språk", BO)):
            assert access.coordinator_of(session, email, programme=programme, department=department) is None
        with pytest.raises(UnknownName):
            access.coordinator_of(session, ANNA, programme=programme, department="Kemi")


class TestFacilitators:
    def test_lead_the_events_they_were_given_by_start(self, database: Database) -> None:
        with database.writing() as session:
            programme, other = a_programme(session), a_programme(session, "other")
            late, early = an_event(session, programme, "late", days=9), an_event(session, other, "early", days=2)
            an_event(session, programme, "of-nobody", days=1)
            for event in (late, early, late):
                access.grant_facilitator(session, ANNA, event=event, by="all@example.org", now=NOW)
            access.grant_facilitator(session, BO, event=late, by="all@example.org", now=NOW)
        with database.reading() as session:
            assert [event.slug for event in access.events_led_by(session, ANNA)] == ["early", "late"]
            assert [event.slug for event in access.events_led_by(session, BO)] == ["late"]
            assert access.events_led_by(session, "nobody@example.org") == []
            assert [each.email for each in access.facilitators_of(session, late)] == [ANNA, BO]
            assert access.desks_of(session, ANNA) == [], "leading an event opens no desk"
            granted = session.scalars(select(AuditEntry)).all()
            assert [(entry.action, entry.event_id, entry.by) for entry in granted] == [
                (Action.FACILITATOR_GRANTED, event.id, "all@example.org") for event in (late, early, late)
            ], "once each"

    def test_lead_nothing_once_that_is_taken_back(self, database: Database) -> None:
        with database.writing() as session:
            event = an_event(session, a_programme(session))
            granted = access.grant_facilitator(session, ANNA, event=event, by="", now=NOW)
            access.grant_facilitator(session, BO, event=event, by="", now=NOW)
            access.revoke_facilitator(session, granted, by="all@example.org", now=NOW)
        with database.reading() as session:
            assert access.events_led_by(session, ANNA) == []
            assert len(access.events_led_by(session, BO)) == 1
            last = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
            assert last is not None
            assert (last.action, last.by) == (Action.FACILITATOR_REVOKED, "all@example.org")

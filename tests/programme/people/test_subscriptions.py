"""Who may open a feed, and what is noted of it."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.models import AuditEntry, Coordinator, Department, Pair, Person
from scheduler.programme import access
from scheduler.programme.people import subscriptions
from scheduler.states import Action
from tests.builders import NOW, a_department, a_pair, a_programme

ANNA = "anna@example.org"
Holder = Person | Department | Coordinator


@pytest.fixture
def pair(session: Session) -> Pair:
    """Of the physicists, where Anna coordinates, of the English too."""
    programme = a_programme(session)
    physics = a_department(session, programme, "Fysikum")
    a_department(session, programme, "Engelska")
    for name in ("Fysikum", "Engelska"):
        access.grant_coordinator(session, ANNA, programme=programme, department=name, by="", now=NOW)
    return a_pair(session, programme, mentor_of=physics, mentee_of=physics)


@pytest.fixture(params=["person", "department", "coordinator"])
def whose(request: pytest.FixtureRequest, session: Session, pair: Pair) -> Holder:
    """Somebody who has a feed."""
    if request.param == "person":
        return pair.mentor
    if request.param == "department":
        return session.get_one(Department, 1)
    return session.get_one(Coordinator, 1)


def details(session: Session) -> list[tuple[Action, dict[str, object]]]:
    found = session.scalars(select(AuditEntry).where(AuditEntry.by == ANNA).order_by(AuditEntry.id))
    return [(row.action, row.details) for row in found]


class TestAddress:
    def test_is_of_one_generation(self, session: Session, whose: Holder) -> None:
        kind: type[Any] = type(whose)
        row_id = whose.id
        assert subscriptions.holder(session, kind, row_id, 1) is whose
        subscriptions.renew(session, whose, by=ANNA, now=NOW)
        assert subscriptions.holder(session, kind, row_id, 1) is None
        assert subscriptions.holder(session, kind, row_id, 2) is whose
        assert subscriptions.holder(session, kind, 4711, 1) is None

    def test_is_nobodys_while_closed_and_another_when_opened(self, session: Session, whose: Holder) -> None:
        kind: type[Any] = type(whose)
        row_id = whose.id
        for _ in range(2):
            subscriptions.close(session, whose, by=ANNA, now=NOW)
            assert subscriptions.holder(session, kind, row_id, 1) is None
        subscriptions.renew(session, whose, by=ANNA, now=NOW)
        assert subscriptions.holder(session, kind, row_id, 1) is None
        assert subscriptions.holder(session, kind, row_id, 2) is whose

    def test_changes_stand_in_the_trail_once(self, session: Session, whose: Holder) -> None:
        subscriptions.close(session, whose, by=ANNA, now=NOW)
        subscriptions.close(session, whose, by=ANNA, now=NOW)
        subscriptions.renew(session, whose, by=ANNA, now=NOW)
        which = {Department: {"department": whose.id}, Coordinator: {"coordinator": whose.id}, Person: {}}[type(whose)]
        action = Action.PERSON_CHANGED if isinstance(whose, Person) else Action.FEED_CHANGED
        assert details(session) == [(action, {"feed_closed": True, **which}), (action, {"feed": 2, **which})]


class TestDesk:
    def test_a_coordinators_own_is_all_they_were_granted(self, session: Session, pair: Pair) -> None:
        (desk,) = access.desks_of(session, ANNA)
        own = subscriptions.own(session, desk, ANNA)
        assert own is not None
        shown = subscriptions.desk_of_coordinator(session, own)
        assert {each.name for each in shown.departments or ()} == {"Fysikum", "Engelska"}
        assert {each.name for each in subscriptions.departments(desk)} == {"Fysikum", "Engelska"}
        assert subscriptions.own(session, desk, "eve@example.org") is None

    def test_a_departments_is_that_department(self, pair: Pair) -> None:
        for department in pair.programme.departments:
            assert subscriptions.desk_of_department(department).departments == (department,)


class TestFetches:
    def test_are_noted_at_most_once_an_hour(self, session: Session, pair: Pair) -> None:
        person, noted = pair.mentor, []
        for minutes in (0, 1, 59, 60, 61, 120):
            at = NOW + timedelta(minutes=minutes)
            news = subscriptions.fetch_is_news(person, now=at)
            subscriptions.note_fetch(session, person.id, now=at)
            session.refresh(person)
            assert (person.feed_fetched_at == at) == news
            noted += [minutes] if news else []
        assert noted == [0, 60, 120]
        session.refresh(pair.mentee)
        assert pair.mentee.feed_fetched_at is None

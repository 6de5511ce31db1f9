"""Asking, reminding and introducing: each mail is owed once, to those who are new or silent, and to nobody else."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.db import Database
from scheduler.models import AuditEntry, Delivery, Pair, Person, Programme, TimesRequest
from scheduler.programme.people import asking, hours
from scheduler.states import DeliveryState, Role
from tests.builders import NOW, a_member, a_pair, a_person, a_programme, deliveries, utc

DAY = timedelta(days=1)


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.writing() as session:
        yield session


@pytest.fixture
def programme(session: Session) -> Programme:
    """One pair with hours, one whose mentor is silent."""
    programme = a_programme(session)
    a_pair(session, programme)
    a_pair(session, programme, a_person(session, "Petra Tyst", weekly=[]), a_person(session, "Pelle Prat"))
    return programme


def owed(session: Session, kind: str) -> list[tuple[str, object]]:
    """(person, reminder) of every delivery of the kind, as it was put."""
    names = {person.id: person.name for person in session.scalars(select(Person))}
    return [
        (names[row.person_id or 0], row.payload.get("reminder", 0)) for row in deliveries(session) if row.kind == kind
    ]  # fmt: skip


class TestAskingAll:
    def test_asks_everybody_once(self, session, programme):
        found = asking.ask_all(session, programme, by="all@example.org", now=NOW)
        names = ["Maria Mentor", "Emil Mentee", "Petra Tyst", "Pelle Prat"]
        assert [request.asked_at for request in found] == [NOW] * 4
        assert owed(session, "SendTimesRequest") == [(name, 0) for name in names]
        assert {row.programme_id for row in deliveries(session)} == {programme.id}
        (entry,) = session.scalars(select(AuditEntry))
        assert (entry.action, entry.by, entry.details) == ("times-asked", "all@example.org", {"people": 4})
        assert asking.ask_all(session, programme, by="", now=NOW + DAY) == []
        assert (len(deliveries(session)), len(session.scalars(select(AuditEntry)).all())) == (4, 1)

    def test_later_only_those_who_are_new(self, session, programme):
        asking.ask_all(session, programme, by="", now=NOW)
        a_member(session, programme, a_person(session, "Nora Ny"), Role.MENTEE)
        a_member(session, programme, session.get_one(Person, 1), Role.MENTEE)  # a second role is no second person
        asking.ask_all(session, programme, by="", now=NOW + DAY)
        assert owed(session, "SendTimesRequest")[4:] == [("Nora Ny", 0)]

    def test_in_two_programmes_in_each(self, session, programme):
        other = a_programme(session, "other")
        a_member(session, other, session.get_one(Person, 1), Role.MENTEE)
        for each in (programme, other):
            asking.ask_all(session, each, by="", now=NOW)
        assert Counter(owed(session, "SendTimesRequest"))[("Maria Mentor", 0)] == 2


class TestIntroducing:
    def test_tells_both_of_each_new_pair_once(self, session, programme):
        assert len(asking.introduce_all(session, programme, by="all@example.org", now=NOW)) == 2
        names = ["Maria Mentor", "Emil Mentee", "Petra Tyst", "Pelle Prat"]
        assert owed(session, "SendIntroduction") == [(name, 0) for name in names]
        assert [row.pair_id for row in deliveries(session)] == [1, 1, 2, 2]
        assert [pair.introduced_at for pair in session.scalars(select(Pair))] == [NOW, NOW]
        (entry,) = session.scalars(select(AuditEntry))
        assert (entry.action, entry.by, entry.details) == ("pairs-introduced", "all@example.org", {"pairs": 2})
        a_pair(session, programme, session.get_one(Person, 1), session.get_one(Person, 4))
        assert [pair.id for pair in asking.introduce_all(session, programme, by="", now=NOW + DAY)] == [3]
        assert owed(session, "SendIntroduction")[4:] == [("Maria Mentor", 0), ("Pelle Prat", 0)]

    def test_leaves_other_programmes_alone(self, session, programme):
        other = a_programme(session, "other")
        pair = a_pair(session, other, session.get_one(Person, 1), session.get_one(Person, 4))
        asking.introduce_all(session, programme, by="", now=NOW)
        assert pair.introduced_at is None


class TestStarting:
    def test_waits_for_the_first_day_by_the_programmes_clock(self, session):
        """2 November begins in Auckland while it is still the 1st in Stockholm, and ends there first."""
        a_pair(session, a_programme(session, timezone="Pacific/Auckland", ends_on=date(2026, 11, 2)))
        for now, begun in (
            (utc(2026, 11, 1, 10, 59), False),
            (utc(2026, 11, 2, 11, 0), False),  # the 3rd: it is over, and whoever came late is not written to
            (utc(2026, 11, 1, 11, 0), True),
        ):
            asking.start_due(session, now=now)
            assert bool(deliveries(session)) == begun, now

    def test_asks_and_introduces_by_itself_and_then_only_who_is_new(self, session, programme):
        asking.start_due(session, now=NOW)
        assert Counter(row.kind for row in deliveries(session)) == {"SendTimesRequest": 4, "SendIntroduction": 4}
        asking.start_due(session, now=NOW + timedelta(minutes=1))
        assert len(deliveries(session)) == 8
        a_pair(session, programme, a_person(session, "Nora Ny"), a_person(session, "Nils Ny"))
        asking.start_due(session, now=NOW + timedelta(minutes=2))
        assert [name for name, _ in owed(session, "SendTimesRequest")[4:]] == ["Nora Ny", "Nils Ny"]
        assert [name for name, _ in owed(session, "SendIntroduction")[4:]] == ["Nora Ny", "Nils Ny"]
        assert {entry.by for entry in session.scalars(select(AuditEntry))} == {""}


class TestReminding:
    def reminded_on(self, session, days, *, every=timedelta(hours=12)):
        """The days on which ticks, twice a day, reminded somebody: who, which reminder, when."""
        found, seen = [], len(owed(session, "SendTimesRequest"))
        at = NOW
        while at <= NOW + days * DAY:
            asking.remind_due(session, now=at)
            mails = owed(session, "SendTimesRequest")
            found += [(name, reminder, (at - NOW) / DAY) for name, reminder in mails[seen:]]
            seen, at = len(mails), at + every
        return found

    def test_the_silent_are_reminded_twice_after_four_and_eight_days_and_never_again(self, session, programme):
        asking.ask_all(session, programme, by="", now=NOW)
        assert self.reminded_on(session, 60) == [("Petra Tyst", 1, 4), ("Petra Tyst", 2, 8)]
        requests = {row.person.name: row.reminders for row in session.scalars(select(TimesRequest))}
        assert requests == {"Petra Tyst": 2, "Maria Mentor": 0, "Emil Mentee": 0, "Pelle Prat": 0}
        entries = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
        assert [entry.details for entry in entries] == [{"people": 4}, *[{"people": 1, "reminder": True}] * 2]

    def test_nobody_who_has_answered(self, session, programme):
        asking.ask_all(session, programme, by="", now=NOW)
        petra = session.scalars(select(Person).where(Person.name == "Petra Tyst")).one()
        asking.remind_due(session, now=NOW + 4 * DAY)
        hours.give(
            session, petra, timezone="Europe/Stockholm", weekly=[(0, "09:00", "10:00")], overrides={}, comfort=None,
            by=petra.email, now=NOW + 5 * DAY,
        )  # fmt: skip
        assert self.reminded_on(session, 60) == []

    def test_after_a_long_silence_of_our_own_the_second_still_leaves_time(self, session, programme):
        """A service that stood still for twenty days does not send both reminders at once."""
        asking.ask_all(session, programme, by="", now=NOW - 20 * DAY)
        assert self.reminded_on(session, 30) == [("Petra Tyst", 1, 0), ("Petra Tyst", 2, 4)]

    def test_not_after_the_programme_is_over(self, session):
        programme = a_programme(session, ends_on=date(2026, 11, 8))
        a_member(session, programme, a_person(session, "Petra Tyst", weekly=[]), Role.MENTOR)
        asking.ask_all(session, programme, by="", now=NOW)
        assert self.reminded_on(session, 60) == [("Petra Tyst", 1, 4)]

    def test_a_reminder_takes_the_place_of_an_asking_that_was_never_sent(self, session, programme):
        asking.ask_all(session, programme, by="", now=NOW)
        asking.remind_due(session, now=NOW + 4 * DAY)
        rows = session.scalars(select(Delivery).order_by(Delivery.id)).all()
        of_petra = [(row.payload["reminder"], row.state) for row in rows if row.person_id == 3]
        assert of_petra == [(0, DeliveryState.SUPERSEDED), (1, DeliveryState.WAITING)]


class TestSilence:
    def test_is_having_no_hours_whether_asked_or_not(self, session, programme):
        (before,) = asking.silent(session, programme)
        assert (before.person.name, before.request, before.needs_a_call) == ("Petra Tyst", None, False)
        asking.ask_all(session, programme, by="", now=NOW)
        for days, reminders, needs_a_call in ((0, 0, False), (4, 1, False), (8, 2, True)):
            asking.remind_due(session, now=NOW + days * DAY)
            (found,) = asking.silent(session, programme)
            assert found.request is not None
            assert (found.request.reminders, found.needs_a_call) == (reminders, needs_a_call)

    def test_of_one_programme_tells_nothing_of_another(self, session, programme):
        other = a_programme(session, "other")
        a_member(session, other, a_person(session, "Tomas Tyst", weekly=[]), Role.MENTOR)
        asking.ask_all(session, other, by="", now=NOW)
        assert [(row.person.name, row.request) for row in asking.silent(session, programme)] == [("Petra Tyst", None)]


class TestLink:
    def test_opens_its_own_request_until_it_is_revoked(self, session, programme):
        requests = asking.ask_all(session, programme, by="", now=NOW)
        found = asking.request_of(session, requests[2].id, 1)
        assert found is requests[2]
        assert found.person.name == "Petra Tyst"
        requests[2].generation += 1
        session.flush()
        assert asking.request_of(session, requests[2].id, 1) is None
        assert asking.request_of(session, 4711, 1) is None

"""Asking an audience to register: those it concerns, each once, and again not oftener than daily."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.db import Database
from scheduler.errors import AskedTooLate, EventClosed, EventNotPublished
from scheduler.messages import SendEventInvitation
from scheduler.models import AuditEntry, Event, EventInvitation, Person
from scheduler.programme.events import audiences
from scheduler.states import Action, Audience, EventState, RegistrationState, Role
from tests.builders import NOW, a_member, a_person, a_place, a_programme, an_event, deliveries

BY = "all@example.org"
DAY = timedelta(days=1)


@pytest.fixture
def asked(database: Database) -> Database:
    """Two mentees, a mentor, one who is both, and one of each in another programme."""
    with database.writing() as session:
        programme, other = a_programme(session), a_programme(session, "other")
        people = {name: a_person(session, name) for name in ("Maja", "Mans", "Tor", "Both", "Far", "Away")}
        for name, role in (
            ("Maja", Role.MENTEE), ("Mans", Role.MENTEE), ("Tor", Role.MENTOR),
            ("Both", Role.MENTEE), ("Both", Role.MENTOR),
        ):  # fmt: skip
            a_member(session, programme, people[name], role)
        a_member(session, other, people["Far"], Role.MENTEE)
        a_member(session, other, people["Away"], Role.MENTOR)
        an_event(session, programme, audience=Audience.MENTEES)
    return database


def the_event(session: Session) -> Event:
    return session.scalars(select(Event)).one()


def person(session: Session, name: str) -> Person:
    return session.scalars(select(Person).where(Person.name == name)).one()


def mailed(session: Session) -> list[tuple[str, bool]]:
    """To whom an invitation is owed, and whether it is a reminder, in order."""
    messages = [
        SendEventInvitation.from_data(row.payload) for row in deliveries(session) if row.kind == "SendEventInvitation"
    ]
    return [(session.get_one(Person, message.person_id).name, message.reminder) for message in messages]


@pytest.mark.parametrize(
    ("audience", "names"),
    [
        (Audience.MENTEES, ["Maja", "Mans", "Both"]),
        (Audience.MENTORS, ["Tor", "Both"]),
        (Audience.ALL, ["Maja", "Mans", "Tor", "Both"]),
        (Audience.PUBLIC, ["Maja", "Mans", "Tor", "Both"]),
    ],
)
def test_the_audience_is_of_the_programme_each_once(asked: Database, audience: Audience, names: list[str]) -> None:
    with asked.writing() as session:
        the_event(session).audience = audience
        session.flush()
        audiences.invite(session, the_event(session), by=BY, now=NOW)
    with asked.reading() as session:
        assert mailed(session) == [(name, False) for name in names]
        assert [row.invited_at for row in session.scalars(select(EventInvitation))] == [NOW] * len(names)
        entry = session.scalars(select(AuditEntry)).one()
        assert (entry.action, entry.by, entry.details) == (Action.EVENT_INVITED, BY, {"people": len(names)})


class TestInvite:
    def test_asks_nobody_who_is_registered_waits_or_has_cancelled(self, asked: Database) -> None:
        with asked.writing() as session:
            event = the_event(session)
            for name, state in zip(("Maja", "Mans", "Both"), RegistrationState, strict=True):
                a_place(session, event, person(session, name), state)
            assert audiences.invite(session, event, by=BY, now=NOW) == []
        with asked.reading() as session:
            assert mailed(session) == []
            assert session.scalars(select(AuditEntry)).all() == [], "nothing was done"

    def test_asks_nobody_twice_but_whoever_came_since(self, asked: Database) -> None:
        with asked.writing() as session:
            audiences.invite(session, the_event(session), by=BY, now=NOW)
        with asked.writing() as session:
            a_member(session, the_event(session).programme, person(session, "Tor"), Role.MENTEE)
            audiences.invite(session, the_event(session), by=BY, now=NOW + 9 * DAY / 10)
        with asked.reading() as session:
            assert mailed(session) == [("Maja", False), ("Mans", False), ("Both", False), ("Tor", False)]

    @pytest.mark.parametrize(
        ("values", "refused"),
        [
            ({"state": EventState.DRAFT}, EventNotPublished),
            ({"state": EventState.CANCELLED}, EventClosed),
            ({"closes_at": NOW}, AskedTooLate),
            ({"starts_at": NOW}, AskedTooLate),
        ],
    )
    def test_not_to_what_nobody_can_register_for(
        self, asked: Database, values: dict[str, object], refused: type[Exception]
    ) -> None:
        with asked.writing() as session:
            for name, value in values.items():
                setattr(the_event(session), name, value)
            session.flush()
            for command in (audiences.invite, audiences.remind):
                with pytest.raises(refused):
                    command(session, the_event(session), by=BY, now=NOW)
        with asked.reading() as session:
            assert mailed(session) == []


class TestRemind:
    @pytest.fixture
    def invited(self, asked: Database) -> Database:
        with asked.writing() as session:
            audiences.invite(session, the_event(session), by=BY, now=NOW)
        return asked

    def remind(self, database: Database, after: timedelta) -> list[str]:
        """Whom a reminder so long after the invitation went to."""
        with database.writing() as session:
            before = len(mailed(session))
            audiences.remind(session, the_event(session), by=BY, now=NOW + after)
            sent = mailed(session)[before:]
            assert all(reminder for _, reminder in sent)
            return [name for name, _ in sent]

    def test_asks_once_more_who_has_not_answered(self, invited: Database) -> None:
        with invited.writing() as session:
            event = the_event(session)
            a_place(session, event, person(session, "Maja"))
            a_place(session, event, person(session, "Both"), RegistrationState.CANCELLED)
        assert self.remind(invited, DAY) == ["Mans"]
        with invited.reading() as session:
            reminded = select(EventInvitation.reminded_at).order_by(EventInvitation.person_id)
            assert session.scalars(reminded).all() == [None, NOW + DAY, None]

    def test_not_oftener_than_daily(self, invited: Database) -> None:
        second = timedelta(seconds=1)
        assert self.remind(invited, DAY - second) == []
        assert self.remind(invited, DAY) == ["Maja", "Mans", "Both"]
        assert self.remind(invited, 2 * DAY - second) == []
        assert self.remind(invited, 2 * DAY) == ["Maja", "Mans", "Both"]

    def test_nobody_who_was_never_asked(self, asked: Database) -> None:
        assert self.remind(asked, DAY) == []

    def test_nobody_whom_the_event_is_not_for_any_more(self, invited: Database) -> None:
        with invited.writing() as session:
            the_event(session).audience = Audience.MENTORS
        assert self.remind(invited, DAY) == ["Both"]

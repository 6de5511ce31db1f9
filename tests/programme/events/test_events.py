"""Events by hand: each change is noted, told to whom it concerns, and keeps the promise of a seat."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.db import Database
from scheduler.errors import (
    EventClosed,
    EventHeld,
    EventNotPublished,
    InThePast,
    SeatsTaken,
    SkippedTime,
    StillRegistered,
)
from scheduler.messages import SendRegistration
from scheduler.models import AuditEntry, Event, Registration
from scheduler.programme.events import events
from scheduler.programme.events.event_details import Details, details_of
from scheduler.states import (
    Action,
    Audience,
    EventFormat,
    EventKind,
    EventState,
    Method,
    RegistrationChange,
    RegistrationState,
)
from tests.builders import NOW, a_person, a_place, a_programme, an_event, deliveries, utc

BY = "all@example.org"
WALL = datetime.fromisoformat
DETAILS = Details(
    kind=EventKind.WORKSHOP,
    title={"sv": "Mål", "en": "Goals"},
    audience=Audience.MENTEES,
    format=EventFormat.HYBRID,
    timezone="Europe/Stockholm",
    starts=WALL("2026-11-17T17:00"),
    minutes=120,
    place="Aula Magna",
    link="https://meet.example.net/goals",
    description={"en": "Bring a pen.\n\nAnd paper."},
    capacity=90,
    opens=WALL("2026-11-03T09:00"),
    closes=WALL("2026-11-17T12:00"),
    questions=({"name": "diet", "text": {"en": "Any diet?"}, "required": False},),
)


def the_event(session: Session) -> Event:
    return session.scalars(select(Event)).one()


def audit_of(session: Session) -> list[tuple[Action, str, dict[str, Any]]]:
    return [
        (entry.action, entry.by, entry.details)
        for entry in session.scalars(select(AuditEntry).where(AuditEntry.event_id.is_not(None)).order_by(AuditEntry.id))
    ]


def told(session: Session) -> list[SendRegistration]:
    rows = [row for row in deliveries(session) if row.kind == "SendRegistration"]
    return [SendRegistration.from_data(row.payload) for row in rows]


@pytest.fixture
def full(database: Database) -> Database:
    """An event of two seats, which Anna and Bo have; Cilla and David wait, and Eva has cancelled."""
    with database.writing() as session:
        event = an_event(session, a_programme(session), capacity=2, format=EventFormat.ON_SITE, place="Aula Magna")
        for name, state in (
            ("Eva", RegistrationState.CANCELLED), ("Anna", RegistrationState.CONFIRMED),
            ("Bo", RegistrationState.CONFIRMED), ("Cilla", RegistrationState.WAITLISTED),
            ("David", RegistrationState.WAITLISTED),
        ):  # fmt: skip
            a_place(session, event, a_person(session, name), state)
    return database


def states(session: Session) -> dict[str, RegistrationState]:
    return {row.name: row.state for row in session.scalars(select(Registration).order_by(Registration.number))}


class TestChange:
    def test_of_words_alone_is_told_to_nobody(self, full: Database) -> None:
        later = NOW + timedelta(hours=1)
        with full.writing() as session:
            values: dict[str, Any] = {
                "title": {"en": "Another"}, "description": {"en": "More"}, "kind": EventKind.OTHER, "waitlist": False,
                "link": "https://meet.example.net/new", "audience": Audience.ALL, "closes": WALL("2026-11-08T12:00"),
                "questions": ({"name": "diet", "text": {"en": "Any diet?"}, "required": True},),
            }  # fmt: skip
            events.change(session, the_event(session), by=BY, now=later, **values)
        with full.reading() as session:
            event = the_event(session)
            assert {name: getattr(details_of(event), name) for name in values} == values
            assert event.changed_at == later
            assert told(session) == []
            assert {row.sequence for row in session.scalars(select(Registration))} == {0}
            ((action, by, details),) = audit_of(session)
            assert (action, by) == (Action.EVENT_CHANGED, BY)
            assert details["fields"] == [
                "audience", "closes_at", "description", "kind", "link", "questions", "title", "waitlist",
            ]  # fmt: skip

    def test_to_what_it_is_already_is_no_change(self, full: Database) -> None:
        with full.writing() as session:
            events.change(session, the_event(session), by=BY, now=NOW + timedelta(hours=1), place="Aula Magna")
        with full.reading() as session:
            assert the_event(session).changed_at == NOW - timedelta(days=1)
            assert audit_of(session) == []

    @pytest.mark.parametrize(
        "values", [{"place": "Albano 3"}, {"format": EventFormat.HYBRID}, {"place": "", "format": EventFormat.ONLINE}]
    )
    def test_of_place_or_format_is_told_to_everybody_who_is_registered(
        self, full: Database, values: dict[str, Any]
    ) -> None:
        with full.writing() as session:
            events.change(session, the_event(session), by=BY, now=NOW, title={"en": "Too"}, **values)
        with full.reading() as session:
            event, mails = the_event(session), told(session)
            assert [(mail.change, mail.method) for mail in mails] == [
                (RegistrationChange.CHANGED, Method.REQUEST), (RegistrationChange.CHANGED, Method.REQUEST),
                (RegistrationChange.CHANGED, None), (RegistrationChange.CHANGED, None),
            ]  # fmt: skip
            assert {(mail.version.place, mail.version.format) for mail in mails} == {(event.place, event.format)}
            assert {mail.version.sequence for mail in mails} == {1}
            assert {mail.was for mail in mails} == {None}

    def test_of_a_cancelled_event_is_refused(self, full: Database) -> None:
        with full.writing() as session:
            event = the_event(session)
            event.state = EventState.CANCELLED
            session.flush()
            for command in (
                lambda: events.change(session, event, by=BY, now=NOW, place="Elsewhere"),
                lambda: events.move(session, event, starts=WALL("2026-12-01T10:00"), minutes=60, by=BY, now=NOW),
                lambda: events.publish(session, event, by=BY, now=NOW),
                lambda: events.withdraw(session, event, by=BY, now=NOW),
                lambda: events.cancel(session, event, by=BY, now=NOW),
            ):
                with pytest.raises(EventClosed):
                    command()
        with full.reading() as session:
            assert (the_event(session).place, told(session), audit_of(session)) == ("Aula Magna", [], [])


class TestSeats:
    def test_one_more_goes_to_the_first_who_waits(self, full: Database) -> None:
        with full.writing() as session:
            events.change(session, the_event(session), by=BY, now=NOW, capacity=3)
        with full.reading() as session:
            assert states(session) == {
                "Eva": "cancelled", "Anna": "confirmed", "Bo": "confirmed", "Cilla": "confirmed", "David": "waitlisted",
            }  # fmt: skip
            assert the_event(session).taken == 3
            (mail,) = told(session)
            assert (mail.change, mail.method) == (RegistrationChange.PROMOTED, Method.REQUEST)

    def test_without_a_limit_nobody_waits(self, full: Database) -> None:
        with full.writing() as session:
            events.change(session, the_event(session), by=BY, now=NOW, capacity=None)
        with full.reading() as session:
            assert Counter(states(session).values()) == {"confirmed": 4, "cancelled": 1}
            assert [mail.change for mail in told(session)] == [RegistrationChange.PROMOTED] * 2

    def test_fewer_than_are_confirmed_are_refused_with_how_many_that_are(self, full: Database) -> None:
        sentence = "2 people are confirmed, so 1 are too few; write at least 2"
        with full.writing() as session, pytest.raises(SeatsTaken, match=sentence):
            events.change(session, the_event(session), by=BY, now=NOW, capacity=1, place="Elsewhere")
        with full.reading() as session:
            event = the_event(session)
            assert (event.capacity, event.place, told(session), audit_of(session)) == (2, "Aula Magna", [], [])

    def test_as_few_as_are_confirmed_are_enough(self, full: Database) -> None:
        with full.writing() as session:
            events.change(session, the_event(session), by=BY, now=NOW, capacity=5)
            events.change(session, the_event(session), by=BY, now=NOW, capacity=4)
        with full.reading() as session:
            assert (the_event(session).capacity, the_event(session).taken) == (4, 4)


class TestMove:
    def test_tells_everybody_the_new_time_and_the_old(self, full: Database) -> None:
        with full.reading() as session:
            before = the_event(session)
        with full.writing() as session:
            starts = WALL("2026-11-12T18:30")
            events.move(session, the_event(session), starts=starts, minutes=90, by=BY, now=NOW)
        with full.reading() as session:
            event, mails = the_event(session), told(session)
            assert (event.starts_at, event.minutes) == (utc(2026, 11, 12, 17, 30), 90)
            assert len(mails) == 4
            for mail in mails:
                assert (mail.change, mail.was, mail.was_minutes) == (RegistrationChange.MOVED, before.starts_at, 120)
                assert (mail.version.starts_at, mail.version.minutes) == (event.starts_at, 90)
                assert mail.version.sequence == 1
            assert audit_of(session) == [
                (Action.EVENT_MOVED, BY, {
                    "fields": ["minutes", "starts_at"], "was": "2026-11-09T17:00:00+00:00", "was_minutes": 120,
                    "starts_at": "2026-11-12T17:30:00+00:00",
                }),
            ]  # fmt: skip

    def test_twice_raises_the_sequence_twice(self, full: Database) -> None:
        for day in (12, 13):
            with full.writing() as session:
                starts = WALL(f"2026-11-{day}T18:00")
                events.move(session, the_event(session), starts=starts, minutes=120, by=BY, now=NOW)
        with full.reading() as session:
            anna = next(row for row in session.scalars(select(Registration)) if row.name == "Anna")
            hers = [mail for mail in told(session) if mail.registration_id == anna.id]
            assert [mail.version.sequence for mail in hers] == [1, 2]
            assert [mail.was for mail in hers] == [utc(2026, 11, 9, 17), utc(2026, 11, 12, 17)]

    def test_keeps_its_wall_clock_over_a_change_of_clocks(self, full: Database) -> None:
        with full.writing() as session:
            events.move(session, the_event(session), starts=WALL("2027-04-01T18:00"), minutes=120, by=BY, now=NOW)
            assert the_event(session).starts_at == utc(2027, 4, 1, 16)

    def test_into_the_hour_that_is_skipped_is_refused(self, full: Database) -> None:
        with full.writing() as session, pytest.raises(SkippedTime):
            events.move(session, the_event(session), starts=WALL("2027-03-28T02:30"), minutes=60, by=BY, now=NOW)

    def test_into_the_past_is_refused(self, full: Database) -> None:
        with full.writing() as session, pytest.raises(InThePast):
            events.move(session, the_event(session), starts=WALL("2026-11-02T10:00"), minutes=60, by=BY, now=NOW)

    def test_a_correction_of_what_is_over_is_told_to_nobody(self, full: Database) -> None:
        after = utc(2026, 12, 1)
        with full.writing() as session:
            events.change(session, the_event(session), by=BY, now=after, minutes=90, place="Albano 3")
        with full.reading() as session:
            assert (the_event(session).minutes, told(session)) == (90, [])


class TestPublish:
    def test_shows_a_draft(self, database: Database) -> None:
        with database.writing() as session:
            an_event(session, a_programme(session), state=EventState.DRAFT)
            events.publish(session, the_event(session), by=BY, now=NOW)
            events.publish(session, the_event(session), by=BY, now=NOW + timedelta(days=1))
        with database.reading() as session:
            assert (the_event(session).state, the_event(session).changed_at) == (EventState.PUBLISHED, NOW)
            assert [action for action, _, _ in audit_of(session)] == [Action.EVENT_PUBLISHED], "once"

    def test_can_be_taken_back_while_nobody_is_registered(self, database: Database) -> None:
        with database.writing() as session:
            event = an_event(session, a_programme(session))
            a_place(session, event, a_person(session, "Eva"), RegistrationState.CANCELLED)
            events.withdraw(session, event, by=BY, now=NOW)
            assert event.state is EventState.DRAFT

    def test_and_not_afterwards(self, full: Database) -> None:
        with full.writing() as session, pytest.raises(StillRegistered, match="4 people are registered"):
            events.withdraw(session, the_event(session), by=BY, now=NOW)


class TestCancel:
    def test_tells_everybody_who_has_a_place_or_waits(self, full: Database) -> None:
        with full.writing() as session:
            events.cancel(session, the_event(session), by=BY, now=NOW)
        with full.reading() as session:
            assert the_event(session).state is EventState.CANCELLED
            names = {row.id: row.name for row in session.scalars(select(Registration))}
            assert [(names[mail.registration_id], mail.change, mail.method) for mail in told(session)] == [
                ("Anna", RegistrationChange.EVENT_CANCELLED, Method.CANCEL),
                ("Bo", RegistrationChange.EVENT_CANCELLED, Method.CANCEL),
                ("Cilla", RegistrationChange.EVENT_CANCELLED, None),
                ("David", RegistrationChange.EVENT_CANCELLED, None),
            ]
            assert {mail.version.sequence for mail in told(session)} == {1}
            assert (Action.EVENT_CANCELLED, BY, {"told": 4}) in audit_of(session)

    def test_a_draft_needs_none(self, database: Database) -> None:
        with database.writing() as session:
            event = an_event(session, a_programme(session), state=EventState.DRAFT)
            with pytest.raises(EventNotPublished):
                events.cancel(session, event, by=BY, now=NOW)

    def test_what_is_over_stays(self, full: Database) -> None:
        with full.writing() as session:
            event = the_event(session)
            with pytest.raises(EventHeld):
                events.cancel(session, event, by=BY, now=event.starts_at + timedelta(minutes=120))
            events.cancel(session, event, by=BY, now=event.starts_at + timedelta(minutes=119))

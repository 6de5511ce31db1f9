"""Reminders: a day and an hour before, once each, to whoever wants them, has a place, and was not told just now."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.db import Database
from scheduler.messages import KINDS, SendEventReminder, SendReminder
from scheduler.models import Event, Meeting, Person, Programme, Registration, Seat
from scheduler.programme import reminders
from scheduler.programme.events import events, registrations
from scheduler.programme.pairs import meetings
from scheduler.programme.pairs.modes import Phone, Video
from scheduler.states import EventState, Partstat, RegistrationState, ReminderKind
from tests.builders import NOW, a_meeting, a_pair, a_person, a_place, a_programme, an_event, deliveries, utc
from tests.web.test_desk_statements import counted

START = NOW + timedelta(days=7)
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
BOTH = [("day", -DAY), ("hour", -HOUR)]
# Before each reminder, at its time, and now and then until it is over.
LOOKS = (2 * DAY, DAY + MINUTE, DAY, DAY - MINUTE, 5 * HOUR, HOUR + MINUTE, HOUR, HOUR - MINUTE, MINUTE, 0 * DAY, -HOUR)
Row = TypeVar("Row")


def the(session: Session, model: type[Row]) -> Row:
    return session.scalars(select(model)).one()


def tick(database: Database, now: datetime) -> None:
    for task in (reminders.remind_of_meetings, reminders.remind_of_events):
        with database.writing() as session:
            task(session, now=now)


def owed(database: Database) -> list[tuple[str, str, timedelta]]:
    """Each reminder that is or was owed: whose, which, and how long before the start it speaks of."""
    with database.reading() as session:
        found = [KINDS[row.kind].from_data(row.payload) for row in deliveries(session) if "Reminder" in row.kind]
        assert all(isinstance(each, SendReminder | SendEventReminder) for each in found)
        names = {person.id: person.name for person in session.scalars(select(Person))}
        return [(names[each.person_id], each.reminder.value, each.at - each.starts_at) for each in found]


def reminded(
    database: Database, name: str = "Emil Mentee", *, start: datetime = START, looks: Sequence[timedelta] = LOOKS
) -> list[tuple[str, timedelta]]:
    """The person's reminders, if somebody looks at these times before the start."""
    for before in looks:
        tick(database, start - before)
    return [(kind, before) for who, kind, before in owed(database) if who == name]


def book(session: Session) -> None:
    """Maria and Emil meet by phone, a week from now."""
    a_meeting(session, a_pair(session, a_programme(session)), starts_at=START, how=Phone("1"))


def register(session: Session) -> None:
    """Emil has a seat at an event, a week from now."""
    event = an_event(session, a_programme(session), starts_at=START)
    a_place(session, event, a_person(session, "Emil Mentee"))


@pytest.fixture
def booked(database: Database) -> Database:
    change(database, book)
    return database


@pytest.fixture
def registered(database: Database) -> Database:
    change(database, register)
    return database


@pytest.fixture(params=[book, register])
def coming(request: pytest.FixtureRequest, database: Database) -> Database:
    """Emil is to come to a meeting, and then to an event."""
    change(database, request.param)
    return database


def change(database: Database, write: Callable[[Session], object]) -> None:
    with database.writing() as session:
        write(session)


def answered(database: Database, partstat: Partstat) -> None:
    """As an answer to the version that stands leaves Emil's row."""
    with database.writing() as session:
        for row in [*session.scalars(select(Seat)), *session.scalars(select(Registration))]:
            if row.person.name == "Emil Mentee":
                row.partstat, row.answered_sequence = partstat, 0


class TestWhen:
    def test_a_day_and_an_hour_before_and_never_again(self, coming: Database) -> None:
        assert reminded(coming) == BOTH

    def test_both_of_a_pair_are_reminded(self, booked: Database) -> None:
        tick(booked, START - HOUR)
        assert sorted(owed(booked)) == [("Emil Mentee", "hour", -HOUR), ("Maria Mentor", "hour", -HOUR)]

    def test_whoever_was_away_for_long_sends_the_latest_alone(self, coming: Database) -> None:
        assert reminded(coming, looks=[2 * DAY, 20 * MINUTE]) == [("hour", -20 * MINUTE)]

    def test_a_day_late_is_still_before_the_start(self, coming: Database) -> None:
        assert reminded(coming, looks=[2 * DAY, 5 * HOUR])[0] == ("day", -5 * HOUR)

    def test_nobody_is_reminded_once_it_has_begun(self, coming: Database) -> None:
        for late in (timedelta(0), MINUTE, HOUR):
            tick(coming, START + late)
        assert owed(coming) == []

    @pytest.mark.parametrize(
        ("zone", "start", "before"),
        [
            # The wall shows the hour of the start 23, 24 or 25 hours earlier.
            ("Europe/Stockholm", utc(2027, 3, 28, 8), timedelta(hours=23)),
            ("Europe/Stockholm", utc(2027, 10, 31, 9), timedelta(hours=25)),
            ("Europe/Stockholm", utc(2027, 10, 31, 0, 30), timedelta(hours=24)),  # the first half past two
            ("Europe/Stockholm", utc(2027, 10, 31, 1, 30), timedelta(hours=25)),  # the second
            (
                "Europe/Stockholm",
                utc(2027, 3, 29, 0, 30),
                timedelta(hours=24),
            ),  # half past two was skipped the day before
            ("America/New_York", utc(2027, 3, 14, 15), timedelta(hours=23)),
            ("America/New_York", utc(2027, 11, 7, 15), timedelta(hours=25)),
            ("Australia/Lord_Howe", utc(2027, 4, 3, 22), timedelta(hours=24, minutes=30)),
            ("Australia/Lord_Howe", utc(2027, 10, 2, 22), timedelta(hours=23, minutes=30)),
            ("Asia/Kathmandu", utc(2027, 3, 28, 8), timedelta(hours=24)),
        ],
    )
    def test_a_day_before_is_the_same_hour_on_the_readers_wall(
        self, database: Database, zone: str, start: datetime, before: timedelta
    ) -> None:
        with database.writing() as session:
            programme = a_programme(session, ends_on=start.date(), blackouts=[])
            emil, paul = a_person(session, "Emil Mentee", zone=zone), a_person(session, "Paul", zone="Etc/UTC")
            a_meeting(session, a_pair(session, programme, paul, emil), starts_at=start, how=Phone("1"))
            assert reminders.day_before(start, zone) == start - before
        for at in (start - before - MINUTE, start - before, start - HOUR):
            tick(database, at)
        found = [(kind, early) for who, kind, early in owed(database) if who == "Emil Mentee"]
        assert found == [("day", -before), ("hour", -HOUR)]


class TestWhoKnows:
    @pytest.mark.parametrize(
        ("told", "expected"),
        [
            (DAY + 3 * HOUR + MINUTE, BOTH),
            (DAY + 3 * HOUR, BOTH[1:]),
            (20 * HOUR, BOTH[1:]),
            (HOUR + 16 * MINUTE, BOTH[1:]),
            (HOUR + 15 * MINUTE, []),
            (30 * MINUTE, []),
        ],
    )
    def test_an_invite_of_just_now_will_do(
        self, coming: Database, told: timedelta, expected: list[tuple[str, timedelta]]
    ) -> None:
        def tell(session: Session) -> None:
            for row in [*session.scalars(select(Meeting)), *session.scalars(select(Registration))]:
                row.changed_at = START - told

        change(coming, tell)
        assert reminded(coming) == expected

    def test_a_meeting_that_moves_is_reminded_of_anew(self, booked: Database) -> None:
        assert reminded(booked) == BOTH
        later = START + 2 * DAY

        def move(session: Session) -> None:
            meetings.reschedule(session, the(session, Meeting), starts_at=later, minutes=45, now=START - 30 * MINUTE)

        change(booked, move)
        assert reminded(booked, start=later) == [*BOTH, *BOTH]

    def test_an_event_that_moves_is_reminded_of_anew(self, registered: Database) -> None:
        assert reminded(registered) == BOTH
        later = START + 2 * DAY

        def move(session: Session) -> None:
            starts = (later + HOUR).replace(tzinfo=None)
            events.move(session, the(session, Event), starts=starts, minutes=60, by="", now=START - 30 * MINUTE)

        change(registered, move)
        assert reminded(registered, start=later) == [*BOTH, *BOTH]

    def test_a_meeting_that_is_moved_away_is_not_reminded_of_where_it_was(self, booked: Database) -> None:
        def move(session: Session) -> None:
            meetings.reschedule(session, the(session, Meeting), starts_at=START + 9 * DAY, minutes=45, now=NOW)

        change(booked, move)
        assert reminded(booked) == []

    @pytest.mark.parametrize(("kinds", "after", "anew"), [
        (["day", "hour"], HOUR, ["hour"]), (["day"], DAY, ["day"]), (["day", "hour"], DAY, []), ([], HOUR, []),
    ])  # fmt: skip
    def test_whoever_has_the_raw_link_hears_of_another_one(
        self, database: Database, kinds: list[str], after: timedelta, anew: list[str]
    ) -> None:
        def change_links(session: Session) -> None:
            how = Video("https://new.example.net/1")
            meetings.change_how(session, the(session, Meeting), how=how, now=START - after + MINUTE)
            events.change(session, the(session, Event), link=how.link, by="", now=START - after + MINUTE)

        with database.writing() as session:
            programme = a_programme(session, reminders=kinds)
            pair = a_pair(session, programme)
            a_meeting(session, pair, starts_at=START, how=Video("https://old.example.net/1"))
            a_place(
                session, an_event(session, programme, starts_at=START, link="https://old.example.net/1"), pair.mentee
            )
        tick(database, START - after)
        before = owed(database)
        change(database, change_links)
        tick(database, START - after + 2 * MINUTE)
        tick(database, START - after + 3 * MINUTE)
        told = owed(database)[len(before) :]
        assert sorted(told) == sorted(
            (who, kind, 2 * MINUTE - after) for who in ("Maria Mentor", "Emil Mentee", "Emil Mentee") for kind in anew
        )


class TestWhoIsNot:
    def test_reminded_of_a_cancelled_meeting(self, booked: Database) -> None:
        change(booked, lambda session: meetings.cancel(session, the(session, Meeting), now=NOW))
        assert reminded(booked) == []

    def test_reminded_of_a_cancelled_event(self, registered: Database) -> None:
        change(registered, lambda session: events.cancel(session, the(session, Event), by="", now=NOW))
        assert reminded(registered) == []

    def test_reminded_of_a_place_given_up(self, registered: Database) -> None:
        change(registered, lambda session: registrations.cancel(session, the(session, Registration), by="", now=NOW))
        assert reminded(registered) == []

    def test_reminded_while_on_the_waitlist(self, registered: Database) -> None:
        with registered.writing() as session:
            a_place(session, the(session, Event), a_person(session, "Wanda"), RegistrationState.WAITLISTED)
        assert reminded(registered, "Wanda") == []

    def test_reminded_of_a_draft(self, registered: Database) -> None:
        change(registered, lambda session: setattr(the(session, Event), "state", EventState.DRAFT))
        assert reminded(registered) == []

    def test_reminded_after_declining(self, coming: Database) -> None:
        answered(coming, Partstat.DECLINED)
        assert reminded(coming) == []

    @pytest.mark.parametrize("partstat", [Partstat.ACCEPTED, Partstat.TENTATIVE, Partstat.DELEGATED])
    def test_spared_for_any_other_answer(self, coming: Database, partstat: Partstat) -> None:
        answered(coming, partstat)
        assert reminded(coming) == BOTH

    def test_spared_for_declining_an_earlier_version(self, coming: Database) -> None:
        answered(coming, Partstat.DECLINED)

        def next_version(session: Session) -> None:
            for row in [*session.scalars(select(Meeting)), *session.scalars(select(Registration))]:
                row.sequence = 1

        change(coming, next_version)
        assert reminded(coming) == BOTH


class TestChoices:
    @pytest.mark.parametrize(
        ("of_programme", "of_person", "expected"),
        [
            (None, None, BOTH),
            (["day"], None, BOTH[:1]),
            ([], None, []),
            ([], ["hour"], BOTH[1:]),
            (["day"], ["hour", "day"], BOTH),
            (None, [], []),
        ],
    )
    def test_the_persons_own_goes_before_the_programmes(
        self,
        coming: Database,
        of_programme: list[str] | None,
        of_person: list[str] | None,
        expected: list[tuple[str, timedelta]],
    ) -> None:
        def choose(session: Session) -> None:
            the(session, Programme).reminders = of_programme
            session.scalars(select(Person).where(Person.name == "Emil Mentee")).one().reminders = of_person

        change(coming, choose)
        assert reminded(coming) == expected

    def test_whoever_wants_more_from_now_on_hears_of_what_is_to_come_alone(self, coming: Database) -> None:
        emil = select(Person).where(Person.name == "Emil Mentee")
        change(coming, lambda session: setattr(session.scalars(emil).one(), "reminders", []))
        tick(coming, START - 20 * HOUR)
        change(coming, lambda session: setattr(session.scalars(emil).one(), "reminders", None))
        tick(coming, START - 19 * HOUR)
        assert [kind for who, kind, _ in owed(coming) if who == "Emil Mentee"] == []
        tick(coming, START - HOUR)
        assert [kind for who, kind, _ in owed(coming) if who == "Emil Mentee"] == [ReminderKind.HOUR]


def expect(session: Session, people: int) -> None:
    """So many come to an event, and to meetings at the same time."""
    programme = a_programme(session, slug=f"of-{people}")
    event = an_event(session, programme, starts_at=START)
    for number in range(people // 2):
        two = [a_person(session, f"{who} {number} of {people}", weekly=[]) for who in ("Mentor", "Mentee")]
        a_meeting(session, a_pair(session, programme, *two), starts_at=START, how=Phone("1"))
        for person in two:
            a_place(session, event, person)


def test_as_many_statements_for_forty_reminders_as_for_four(database: Database) -> None:
    found = []
    for people in (4, 40):
        change(database, lambda session, people=people: expect(session, people))  # type: ignore[misc]
        before = len(owed(database))
        with counted(database.engine) as sent:
            tick(database, START - HOUR)
        found.append((len(owed(database)) - before, len(sent)))
    (few, expected), (many, statements) = found
    assert (few, many) == (8, 80)
    assert statements == expected < 20, "the control: as many as there are reminders would be more"

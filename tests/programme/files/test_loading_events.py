"""An event that people are registered for, loaded from a file once more."""

from pathlib import Path

import pytest
from sqlalchemy import select

from scheduler.db import Database
from scheduler.errors import BadFolder
from scheduler.messages import SendRegistration
from scheduler.models import Event, Person
from scheduler.states import RegistrationChange, RegistrationState
from tests.builders import NOW, a_person, a_place, deliveries, utc
from tests.programme.files.test_loading import LATER, contents, load
from tests.programme.folder.files import edited


class TestEventWithRegistrations:
    """Files obey the rules of the desk: nobody finds out at a closed door."""

    @pytest.fixture
    def booked(self, database: Database, tmp_path: Path) -> Database:
        """Maria and Emil have the event's two seats, and Nils waits."""
        load(database, tmp_path)
        with database.writing() as session:
            event = session.scalars(select(Event)).one()
            people = [*session.scalars(select(Person).order_by(Person.id)), a_person(session, "Nils")]
            event.capacity = 2
            for person, state in zip(people, ("confirmed", "confirmed", "waitlisted"), strict=True):
                a_place(session, event, person, RegistrationState(state))
        return database

    SEATS = edited("capacity = 90", "capacity = 2")

    def told(self, database: Database) -> list[SendRegistration]:
        with database.reading() as session:
            rows = [row for row in deliveries(session) if row.kind == "SendRegistration"]
        return [SendRegistration.from_data(row.payload) for row in rows]

    def test_a_new_time_is_told_with_the_old_one(self, booked: Database, tmp_path: Path) -> None:
        moved = edited("2026-11-03T17:00", "2026-11-10T18:00", self.SEATS)
        report = load(booked, tmp_path, {"programme.toml": moved}, now=NOW)
        assert report.changed == {"events": 1}
        mails = self.told(booked)
        assert [mail.change for mail in mails] == [RegistrationChange.MOVED] * 3
        assert {(mail.was, mail.version.starts_at) for mail in mails} == {(utc(2026, 11, 3, 16), utc(2026, 11, 10, 17))}
        assert {mail.version.sequence for mail in mails} == {1}

    def test_a_new_place_is_told(self, booked: Database, tmp_path: Path) -> None:
        load(booked, tmp_path, {"programme.toml": edited('place = ""', 'place = "Albano 3"', self.SEATS)}, now=NOW)
        assert [(mail.change, mail.version.place) for mail in self.told(booked)] == [
            (RegistrationChange.CHANGED, "Albano 3")
        ] * 3

    def test_new_words_are_not(self, booked: Database, tmp_path: Path) -> None:
        load(booked, tmp_path, {"programme.toml": edited("Workshop for mentees", "Workshop", self.SEATS)}, now=NOW)
        assert self.told(booked) == []

    def test_that_it_is_recorded_is_told_and_stays_until_the_file_says_otherwise(
        self, booked: Database, tmp_path: Path
    ) -> None:
        recorded = edited("waitlist = true", "recorded = true\nwaitlist = true", self.SEATS)
        assert load(booked, tmp_path, {"programme.toml": recorded}, now=NOW).changed == {"events": 1}
        assert [(mail.change, mail.version.recorded) for mail in self.told(booked)] == [
            (RegistrationChange.CHANGED, True)
        ] * 3
        for text, stands in ((self.SEATS, True), (recorded.replace("recorded = true", "recorded = false"), False)):
            load(booked, tmp_path, {"programme.toml": text}, now=NOW)
            with booked.reading() as session:
                assert session.scalars(select(Event.recorded)).one() is stands
        assert len(self.told(booked)) == 3

    def test_more_seats_go_to_those_who_wait(self, booked: Database, tmp_path: Path) -> None:
        load(booked, tmp_path, now=NOW)
        assert [mail.change for mail in self.told(booked)] == [RegistrationChange.PROMOTED]
        with booked.reading() as session:
            assert session.scalars(select(Event.taken)).one() == 3

    def test_fewer_seats_than_are_taken_are_refused_by_line_and_field(self, booked: Database, tmp_path: Path) -> None:
        before = contents(booked)
        with pytest.raises(BadFolder) as refused:
            load(booked, tmp_path, {"programme.toml": edited("capacity = 90", "capacity = 1")}, now=LATER)
        assert [str(each) for each in refused.value.problems] == [
            "programme.toml line 24, column 1 (capacity): Seats: 2 people are confirmed, so 1 are too few; write at "
            "least 2, or cancel registrations first."
        ]
        assert contents(booked) == before

    def test_it_is_no_draft_any_more(self, booked: Database, tmp_path: Path) -> None:
        draft = edited("published = true", "published = false", self.SEATS)
        before = contents(booked)
        with pytest.raises(BadFolder) as refused:
            load(booked, tmp_path, {"programme.toml": draft}, now=NOW)
        assert [str(each) for each in refused.value.problems] == [
            "programme.toml line 28, column 1 (published): 3 people are registered, so this event cannot become a "
            "draft again; cancel it at the desk, and they are told."
        ]
        assert contents(booked) == before

    def test_what_only_the_desk_says_stays(self, booked: Database, tmp_path: Path) -> None:
        link, words = "https://meet.example.net/goals", {"en": "Bring a pen."}
        with booked.writing() as session:
            event = session.scalars(select(Event)).one()
            event.link, event.description = link, words
        load(booked, tmp_path, {"programme.toml": edited("minutes = 120", "minutes = 90", self.SEATS)}, now=NOW)
        with booked.reading() as session:
            event = session.scalars(select(Event)).one()
            assert (event.minutes, event.link, event.description) == (90, link, words)

"""A feed is known by its lines: whatever changes a byte of it changes its tag, and what is kept is what is right."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

import pytest
from sqlalchemy import JSON, Boolean, Column, Enum, Integer, String, event, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from scheduler.db import Base, Database, UTCDateTime
from scheduler.models import Meeting, Pair, Registration, Seat
from scheduler.presenters import feeds
from scheduler.presenters.feeds import Feed
from scheduler.programme.access import Desk
from scheduler.programme.pairs import meetings
from scheduler.programme.pairs.modes import Phone, Walk
from scheduler.states import EventFormat, EventState, Mode
from tests.builders import (
    LINKS,
    NOW,
    a_department,
    a_meeting,
    a_pair,
    a_person,
    a_place,
    a_programme,
    an_event,
)
from tests.integrations.ical.reader import components
from tests.presenters.feeding import of_desk, of_programme, personal, written


@pytest.fixture
def session(sqlite: Database) -> Iterator[Session]:
    feeds.forget()
    with sqlite.writing() as session:
        yield session


@pytest.fixture
def pair(session: Session) -> Pair:
    """Maria and Emil of one department, who meet in four ways, and have seats at an event; another was called off."""
    programme = a_programme(session)
    physics = a_department(session, programme, "Fysikum")
    pair = a_pair(session, programme, mentor_of=physics, mentee_of=physics)
    hows = (None, Phone("08-16 20 00"), Walk("The bridge", "Café", "4 km", "08-16 20 00"))
    for days, how in enumerate(hows, 2):
        a_meeting(session, pair, days=days, how=how)
    meetings.cancel(session, a_meeting(session, pair, days=9), now=NOW)
    workshop = an_event(session, programme, format=EventFormat.HYBRID, place="Aula Magna", capacity=90)
    an_event(session, programme, "off", days=8, state=EventState.CANCELLED, changed_at=NOW)
    for person in (pair.mentor, pair.mentee):
        a_place(session, workshop, person, invited=True)
    return pair


def all_feeds(session: Session) -> dict[str, Feed]:
    pair = session.get_one(Pair, 1)
    programme = pair.programme
    return {
        "mentor": personal(session, pair.mentor, now=NOW),
        "mentee": personal(session, pair.mentee, now=NOW),
        "programme": of_programme(session, programme, now=NOW),
        "department": of_desk(session, Desk(programme, tuple(programme.departments)), now=NOW),
        "desk": of_desk(session, Desk(programme, None), now=NOW),
    }


def anew(session: Session, feed: Feed) -> bytes:
    """As a process writes it that has kept nothing."""
    feeds.forget()
    return written(session, feed)


def another(column: Column[object], value: object) -> object:
    """Another value that the column may have."""
    if isinstance(value, StrEnum):
        return next(each for each in type(value) if each is not value)
    if isinstance(value, datetime | date):
        return value + timedelta(days=1)
    if value is None:
        kind = column.type
        return next(iter(kind.enum_class or ())) if isinstance(kind, Enum) else FIRST[type(kind)]
    if isinstance(value, str):
        return VALID.get(column.name, {}).get(value) or f"{value}x"
    if isinstance(value, bool):
        return not value
    return value + 1 if isinstance(value, int) else {"en": "Another", "sv": "En annan"}


FIRST = {UTCDateTime: NOW, Integer: 1, Boolean: True, JSON: ["hour"], String: "x"}
VALID = {"timezone": {"Europe/Stockholm": "Asia/Kolkata"}, "locale": {"sv": "en", "en": "sv"}}


class TestTag:
    """Each column of each table that is anywhere near a feed is changed, one after the other."""

    @pytest.mark.usefixtures("pair")
    def test_is_another_whenever_a_byte_is(self, session: Session) -> None:
        before = {name: (feed.tag, anew(session, feed)) for name, feed in self._feeds(session)}
        told = set()
        for row, column in self._cells(session):
            with session.begin_nested() as savepoint:
                if self._change(session, row, column):
                    for name, feed in self._feeds(session):
                        if anew(session, feed) != before[name][1]:
                            told.add(f"{column.table.name}.{column.name}")
                            assert feed.tag != before[name][0], f"{name}: the tag does not know of {column}"
                savepoint.rollback()
        assert told >= {
            "meeting.starts_at", "meeting.route", "meeting.state", "seat.door_generation", "event.title",
            "event.sequence", "registration.sequence", "person.name", "person.timezone", "programme.slug",
            "department.name",
        }  # fmt: skip
        assert "person.feed_fetched_at" not in told, "a fetch changes nothing of what is fetched"

    def test_is_the_same_where_nothing_counts(self, session: Session, pair: Pair) -> None:
        before = {name: feed.tag for name, feed in all_feeds(session).items()}
        pair.mentor.feed_fetched_at = NOW
        pair.mentor.availability.weekly = []
        session.flush()
        assert {name: feed.tag for name, feed in all_feeds(session).items()} == before

    def _feeds(self, session: Session) -> list[tuple[str, Feed]]:
        """One for each kind of entry."""
        pair = session.get_one(Pair, 1)
        desk = Desk(pair.programme, tuple(pair.programme.departments))
        return [("person", personal(session, pair.mentor, now=NOW)), ("department", of_desk(session, desk, now=NOW))]

    def _cells(self, session: Session) -> list[tuple[Base, Any]]:
        pair = session.get_one(Pair, 1)
        walk = session.scalars(select(Meeting).where(Meeting.mode == Mode.WALK)).one()
        place = session.scalars(select(Registration).where(Registration.person_id == pair.mentor_id)).one()
        rows = [
            walk, walk.seats[0], place, place.event, pair.mentor, pair.mentee, pair, pair.programme,
            pair.programme.departments[0],
        ]  # fmt: skip
        return [
            (row, column)
            for row in rows
            for column in row.__table__.columns
            if not column.foreign_keys and not column.primary_key
        ]

    def _change(self, session: Session, row: Base, column: Column[object]) -> bool:
        """False where the database refuses it: then it cannot come to be either."""
        try:
            with session.begin_nested():
                setattr(row, column.key, another(column, getattr(row, column.key)))
        except IntegrityError:
            return False
        return True


class TestKept:
    def test_is_what_would_be_written(self, session: Session, pair: Pair) -> None:
        for feed in all_feeds(session).values():
            first = written(session, feed)
            assert written(session, feed) == first == anew(session, feed)

    def test_no_row_is_read_for_what_is_kept(self, session: Session, pair: Pair) -> None:
        feed = personal(session, pair.mentor, now=NOW)
        written(session, feed)
        assert asked(session, lambda: written(session, feed)) == 0

    def test_of_a_change_one_is_written(self, session: Session, pair: Pair) -> None:
        written(session, personal(session, pair.mentor, now=NOW))
        before = feeds.kept()
        meetings.cancel(session, a_meeting(session, pair, days=12), now=NOW)
        feed = personal(session, pair.mentor, now=NOW)
        assert len(feed.lines) > 2
        written(session, feed)
        assert feeds.kept() == before + 1

    def test_for_everybody_their_own_doors(self, session: Session, pair: Pair) -> None:
        """The two readers of one meeting share no entry, a desk has none of their doors, and what is cancelled none."""
        contents = {name: plain(written(session, feed)) for name, feed in all_feeds(session).items()}
        seats = session.query(Seat).all()
        assert {seat.active for seat in seats} == {True, False}
        for seat in seats:
            door, owner = LINKS.door(seat.id, 1), "mentor" if seat.person_id == pair.mentor_id else "mentee"
            assert {name for name, content in contents.items() if door in content} == (
                {owner} if seat.active else set()
            )
        for name in ("programme", "department", "desk"):
            assert "/j/" not in contents[name]
            assert "08-16 20 00" not in contents[name]
        assert "@example.org" not in "".join(contents.values()).replace("@traff.example.org", "")

    def test_is_bounded(self, session: Session, pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(feeds, "MOST_KEPT", 3)
        feed = personal(session, pair.mentor, now=NOW)
        first = written(session, feed)
        assert (len(feed.lines), feeds.kept()) == (5, 3)
        assert written(session, feed) == first


class TestDesks:
    def test_of_a_department_its_pairs_and_the_events(self, session: Session, pair: Pair) -> None:
        english = a_department(session, pair.programme, "Engelska")
        others = a_person(session, "Bertil Engelsk"), a_person(session, "Bodil Engelsk")
        a_meeting(session, a_pair(session, pair.programme, *others, mentor_of=english, mentee_of=english), days=2)
        contents = {
            each.name: summaries(written(session, of_desk(session, Desk(pair.programme, (each,)), now=NOW)))
            for each in (english, *pair.programme.departments)
        }
        events = {"Kväll workshop", "Kväll off"}
        assert contents["Engelska"] == {"Bertil Engelsk – Bodil Engelsk"} | events
        assert contents["Fysikum"] == {"Maria Mentor – Emil Mentee"} | events
        whole = summaries(written(session, of_desk(session, Desk(pair.programme, None), now=NOW)))
        assert whole == contents["Engelska"] | contents["Fysikum"]

    def test_in_the_programmes_language_and_zone_under_the_uid_of_the_meeting(
        self, session: Session, pair: Pair
    ) -> None:
        content = written(session, of_desk(session, Desk(pair.programme, None), now=NOW))
        walk = next(each for each in components(content, "VEVENT") if "Promenad" in each["DESCRIPTION"][0].text)
        found = session.query(Meeting).filter_by(meeting_point="The bridge").one()
        assert walk["UID"][0].text == found.uid
        assert walk["DTSTART"][0].parameters["TZID"] == ["Europe/Stockholm"]
        assert walk["URL"][0].value == f"{LINKS.base_url}/c/mentor/pairs/{pair.id}"
        assert "CANCELLED" in {each["STATUS"][0].text for each in components(content, "VEVENT")}


def asked(session: Session, do: Callable[[], object]) -> int:
    """How often the database is asked meanwhile."""
    statements = []
    connection = session.connection()
    event.listen(connection, "before_cursor_execute", lambda *call: statements.append(call[2]))
    do()
    return len(statements)


def plain(content: bytes) -> str:
    return content.decode().replace("\r\n ", "")


def summaries(content: bytes) -> set[str]:
    return {each["SUMMARY"][0].text for each in components(content, "VEVENT")}

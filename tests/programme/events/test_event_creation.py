"""Events that are made, and what may not be written of one."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from scheduler.db import Database
from scheduler.errors import (
    BadCapacity,
    BadEventLength,
    BadLink,
    BadLongText,
    BadQuestion,
    BadSlug,
    BadText,
    BadYear,
    OpensTooLate,
    Refused,
    SkippedTime,
    SlugTaken,
    TitleMissing,
    TooManyQuestions,
)
from scheduler.models import Event
from scheduler.programme.events import events
from scheduler.programme.events.event_details import details_of
from scheduler.states import (
    Action,
    EventState,
)
from tests.builders import NOW, a_programme, deliveries, utc
from tests.programme.events.test_events import BY, DETAILS, WALL, audit_of, the_event


class TestCreate:
    def test_says_what_was_written_and_is_a_draft(self, database: Database) -> None:
        with database.writing() as session:
            events.create(session, a_programme(session), slug="goals", details=DETAILS, by=BY, now=NOW)
        with database.reading() as session:
            event = the_event(session)
            assert (event.slug, event.state, event.programme.slug) == ("goals", EventState.DRAFT, "mentor")
            assert (event.starts_at, event.opens_at, event.closes_at) == (
                utc(2026, 11, 17, 16), utc(2026, 11, 3, 8), utc(2026, 11, 17, 11),
            )  # fmt: skip
            assert details_of(event) == DETAILS
            assert (event.taken, event.next_number, event.changed_at) == (0, 1, NOW)
            assert audit_of(session) == [(Action.EVENT_CREATED, BY, {"state": "draft"})]
            assert deliveries(session) == []

    def test_each_has_an_entry_of_its_own_in_calendars(self, database: Database) -> None:
        with database.writing() as session:
            programme = a_programme(session)
            for slug in ("one", "two"):
                events.create(session, programme, slug=slug, details=DETAILS, published=True, by=BY, now=NOW)
            assert len(set(session.scalars(select(Event.feed_uid)))) == 2
            assert set(session.scalars(select(Event.state))) == {EventState.PUBLISHED}

    def test_two_of_a_programme_have_two_addresses(self, database: Database) -> None:
        with database.writing() as session:
            programme, other = a_programme(session), a_programme(session, "other")
            events.create(session, programme, slug="goals", details=DETAILS, by=BY, now=NOW)
            events.create(session, other, slug="goals", details=DETAILS, by=BY, now=NOW)
            with pytest.raises(SlugTaken, match="another event of the programme is at goals"):
                events.create(session, programme, slug="goals", details=DETAILS, by=BY, now=NOW)

    @pytest.mark.parametrize("slug", ["", "Goals", "a--b", "-a", "a b", "å", "a/b", "a" * 61])
    def test_an_address_is_plain(self, database: Database, slug: str) -> None:
        with database.writing() as session, pytest.raises(BadSlug):
            events.create(session, a_programme(session), slug=slug, details=DETAILS, by=BY, now=NOW)

    def test_an_address_can_be_made_of_the_title(self, database: Database) -> None:
        with database.writing() as session:
            programme, other = a_programme(session), a_programme(session, "other")
            for made in ("mal-mening", "mal-mening-2", "mal-mening-3"):
                slug = events.free_slug(session, programme, "Mål & mening!")
                assert slug == made
                events.create(session, programme, slug=slug, details=DETAILS, by=BY, now=NOW)
            assert events.free_slug(session, other, "Mål & mening!") == "mal-mening"
            assert events.free_slug(session, programme, "目的") == "event"
            long = events.free_slug(session, programme, "ab " * 40)
            events.create(session, programme, slug=long, details=DETAILS, by=BY, now=NOW)
            again = events.free_slug(session, programme, "ab " * 40)
            events.create(session, programme, slug=again, details=DETAILS, by=BY, now=NOW)

    def test_letters_that_need_a_joiner_are_letters(self, database: Database) -> None:
        title = {"en": "\u0928\u094d\u200d\u092f 👩\u200d🔬"}
        with database.writing() as session:
            details = replace(DETAILS, title=title)
            assert (
                events.create(session, a_programme(session), slug="a", details=details, by=BY, now=NOW).title == title
            )


WRONG: list[tuple[dict[str, Any], type[Refused], str]] = [
    ({"title": {"sv": " ", "en": ""}}, TitleMissing, "Title: write one"),
    ({"title": {}}, TitleMissing, "Title"),
    ({"title": {"en": "a\nb"}}, BadText, "Title: at most 300 characters, on one line"),
    ({"title": {"en": "a" * 301}}, BadText, "Title"),
    ({"place": "a" * 301}, BadText, "Place"),
    ({"place": "Aula\tMagna"}, BadText, "Place"),
    ({"description": {"sv": "a" * 5001}}, BadLongText, "Description: at most 5000 characters, of those"),
    ({"description": {"sv": "a\0b"}}, BadLongText, "Description"),
    ({"questions": ({"name": "a", "text": {"en": "a\0b"}, "required": True},)}, BadQuestion, "Question 1"),
    ({"minutes": 4}, BadEventLength, "from 5 to 1440 minutes"),
    ({"minutes": 1441}, BadEventLength, "from 5 to 1440 minutes"),
    ({"capacity": 0}, BadCapacity, "from 1 to 100000"),
    ({"capacity": 100_001}, BadCapacity, "from 1 to 100000"),
    ({"link": "javascript:alert(1)"}, BadLink, "https://"),
    ({"link": "http://meet.example.net"}, BadLink, "https://"),
    ({"questions": ({"name": "A b", "text": {"en": "?"}, "required": True},)}, BadQuestion, "Question 1"),
    ({"questions": ({"name": "a", "text": {"en": " "}, "required": True},)}, BadQuestion, "Question 1"),
    ({"questions": ({"name": "a", "text": {"en": "?"}, "required": True},) * 2}, BadQuestion, "Question 2"),
    (
        {"questions": tuple({"name": f"q{n}", "text": {"en": "?"}, "required": True} for n in range(21))},
        TooManyQuestions, "at most 20",
    ),
    ({"starts": WALL("2027-03-28T02:30")}, SkippedTime, "Start: in Europe/Stockholm there is no 2027-03-28 02:30"),
    ({"closes": WALL("2027-03-28T02:00")}, SkippedTime, "Registration closes: in Europe/Stockholm"),
    ({"opens": WALL("2026-03-29T02:59")}, SkippedTime, "Registration opens: in Europe/Stockholm"),
    ({"starts": WALL("9999-12-31T23:59")}, BadYear, "Start: write a year from 2000 to 2100"),
    ({"opens": WALL("1999-12-31T23:59")}, BadYear, "Registration opens: write a year"),
    ({"opens": WALL("2026-11-17T12:00")}, OpensTooLate, "not before it closes"),
    ({"opens": WALL("2026-11-17T17:00"), "closes": None}, OpensTooLate, "not before it closes"),
]  # fmt: skip


@pytest.mark.parametrize(("values", "kind", "sentence"), WRONG)
def test_what_will_not_do_is_refused_and_changes_nothing(
    sqlite: Database, values: dict[str, Any], kind: type[Refused], sentence: str
) -> None:
    with sqlite.writing() as session:
        event = events.create(session, a_programme(session), slug="goals", details=DETAILS, by=BY, now=NOW)
        with pytest.raises(kind, match=sentence):
            events.change(session, event, by=BY, now=NOW, **values)
    with sqlite.reading() as session:
        assert details_of(the_event(session)) == DETAILS
        assert len(audit_of(session)) == 1

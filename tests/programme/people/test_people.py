"""What people change about themselves, and the trail of it."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.db import Database
from scheduler.errors import UnknownLocale, UnknownTimezone
from scheduler.models import AuditEntry, Person
from scheduler.programme.people import people
from scheduler.states import Action
from tests.builders import NOW, a_pair, a_person, a_programme


@pytest.fixture
def session(database: Database) -> Session:  # type: ignore[misc]
    """Anna, who is in two programmes."""
    with database.writing() as session:
        anna, bo = a_person(session, "Anna"), a_person(session, "Bo")
        for slug in ("one", "two"):
            a_pair(session, a_programme(session, slug), anna, bo)
        yield session


def anna(session: Session) -> Person:
    return session.scalars(select(Person).where(Person.name == "Anna")).one()


def trail(session: Session) -> list[AuditEntry]:
    return list(session.scalars(select(AuditEntry).where(AuditEntry.action == Action.PERSON_CHANGED)))


def test_a_change_stands_in_the_trail_of_every_programme_with_what_was_before(session: Session) -> None:
    me = anna(session)
    people.change_settings(session, me, timezone="Asia/Tokyo", locale="en", by=me.email, now=NOW)
    assert (me.timezone, me.edited_at) == ("Asia/Tokyo", NOW)
    assert [(row.by, row.person_id, row.details) for row in trail(session)] == [
        (me.email, me.id, {"timezone": "Asia/Tokyo", "timezone_before": "Europe/Stockholm"})
    ] * 2
    assert len({row.programme_id for row in trail(session)}) == 2


def test_saving_what_is_so_already_is_no_change(session: Session) -> None:
    me = anna(session)
    people.change_settings(session, me, timezone=me.timezone, locale=me.locale, by=me.email, now=NOW)
    assert trail(session) == []


@pytest.mark.parametrize("zone", ["", "GMT+2", "Europe/Stokholm", "x" * 999, "../etc"])
def test_a_zone_that_there_is_not(session: Session, zone: str) -> None:
    with pytest.raises(UnknownTimezone):
        people.change_settings(session, anna(session), timezone=zone, locale="sv", by="", now=NOW)
    assert (anna(session).timezone, anna(session).locale) == ("Europe/Stockholm", "en")


def test_a_language_that_we_do_not_speak(session: Session) -> None:
    with pytest.raises(UnknownLocale):
        people.change_settings(session, anna(session), timezone="Asia/Tokyo", locale="fi", by="", now=NOW)
    assert anna(session).timezone == "Europe/Stockholm"

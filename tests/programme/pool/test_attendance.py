"""Who came to an event, by the door and by Zoom: one person once, whoever saw them, and strangers without a name."""

from datetime import timedelta
from threading import Thread

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from scheduler.db import Database
from scheduler.models import Attendance, Event, Registration, ZoomMeeting
from scheduler.programme import doors
from scheduler.programme.pool import attendance
from scheduler.states import RegistrationState, Source
from tests.builders import NOW, a_person, a_place, a_programme, an_event, some_hosts

START = NOW + timedelta(days=7)


def fill(database: Database) -> None:
    """An evening on Zoom, with seats for Ann and Bo; Cia waits."""
    with database.writing() as session:
        (host,) = some_hosts(session, 1)
        event = an_event(session, a_programme(session), starts_at=START)
        for name in ("Ann", "Bo", "Cia"):
            state = RegistrationState.WAITLISTED if name == "Cia" else RegistrationState.CONFIRMED
            a_place(session, event, a_person(session, name), state)
        session.add(ZoomMeeting(event=event, host=host, reference="r", wanted=True, zoom_id=7, join_url="https://z"))


@pytest.fixture
def house(database: Database) -> Database:
    fill(database)
    return database


def zoom_saw(house: Database, key: str, email: str, minutes: float = 0) -> None:
    with house.writing() as session:
        row = session.scalars(select(ZoomMeeting)).one()
        attendance.note_stay(session, row, key=key, email=email, came_at=START + timedelta(minutes=minutes))


def came_by_the_door(house: Database, name: str, minutes: float = 0) -> None:
    with house.writing() as session:
        registration = session.scalars(select(Registration).where(Registration.name == name)).one()
        doors.join_event(session, registration, now=START + timedelta(minutes=minutes))


def who_came(house: Database) -> dict[str, Source]:
    with house.reading() as session:
        names = {row.person_id: row.name for row in session.scalars(select(Registration))}
        found = attendance.who_came(session, session.scalars(select(Event)).one())
        return {names[person_id]: source for person_id, source in found.items()}


def test_zooms_word_goes_before_the_doors(house: Database) -> None:
    came_by_the_door(house, "Ann")
    came_by_the_door(house, "Bo")
    zoom_saw(house, "1", "bo@example.org")
    assert who_came(house) == {"Ann": Source.DOOR, "Bo": Source.ZOOM}


def test_who_has_no_seat_and_who_is_a_stranger_are_nobody(house: Database) -> None:
    zoom_saw(house, "1", "cia@example.org")
    zoom_saw(house, "2", "stranger@example.org")
    zoom_saw(house, "3", "")
    assert who_came(house) == {}
    with house.reading() as session:
        rows = session.scalars(select(Attendance)).all()
        assert [(row.person_id, row.source) for row in rows] == [(None, Source.ZOOM)] * 3


@pytest.mark.parametrize(("minutes", "came"), [(-16, False), (-15, True), (120 + 180, True), (120 + 181, False)])
def test_only_while_it_goes_on(house: Database, minutes: float, came: bool) -> None:
    zoom_saw(house, "1", "ann@example.org", minutes)
    came_by_the_door(house, "Bo", minutes)
    assert set(who_came(house)) == ({"Ann", "Bo"} if came else set())


def press(session: Session) -> None:
    registration = session.scalars(select(Registration).where(Registration.name == "Ann")).one()
    doors.join_event(session, registration, now=START)


def pressed_twice(database: Database) -> str:
    """What the second press comes to, which has looked before the first one is written down."""
    outcome = []

    def second() -> None:
        try:
            with database.writing() as session:
                press(session)
            outcome.append("done")
        except IntegrityError:
            outcome.append("clash")

    thread = Thread(target=second)
    waits = text("SELECT count(*) FROM pg_locks WHERE NOT granted AND pid IN (SELECT pid FROM pg_stat_activity "
                 "WHERE datname = current_database())")  # fmt: skip
    with database.writing() as first:
        press(first)
        first.flush()
        thread.start()
        with database.engine.connect() as watcher:
            while not watcher.scalar(waits) and thread.is_alive():
                watcher.rollback()
    thread.join()
    return outcome[0]


class NeverRaised(Exception):
    """What nothing is."""


@pytest.mark.parametrize("guarded", [True, False], ids=["guarded", "control"])
def test_whoever_presses_the_button_twice_at_once_comes_once(
    postgres: Database, monkeypatch: pytest.MonkeyPatch, guarded: bool
) -> None:
    fill(postgres)
    if not guarded:
        monkeypatch.setattr(attendance, "IntegrityError", NeverRaised)
    assert pressed_twice(postgres) == ("done" if guarded else "clash")
    assert who_came(postgres) == {"Ann": Source.DOOR}
    with postgres.reading() as session:
        assert len(session.scalars(select(Attendance)).all()) == 1

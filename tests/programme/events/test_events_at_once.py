"""Events that are changed while many register for them."""

from collections import Counter
from functools import partial

import pytest
from sqlalchemy import select

from scheduler.db import Database
from scheduler.models import Registration
from scheduler.programme import locks
from scheduler.programme.events import events
from scheduler.states import RegistrationState
from tests.builders import NOW, a_programme, a_registration, an_event
from tests.crowds import at_once
from tests.programme.events.test_events import BY, the_event
from tests.races import Race


class TestManyAtOnce:
    """Seats are raised and lowered while people register: nobody gets a seat that is not there."""

    JOBS = 32

    def at_once(self, database: Database) -> Counter[str]:
        """Registrations, and seats set to 1..8, from one starting shot; how often each came to what."""

        def run(number: int) -> None:
            with database.writing() as session:
                event = the_event(session)
                if number % 2:
                    a_registration(session, event, f"Person {number}")
                else:
                    events.change(session, event, by=BY, now=NOW, capacity=1 + number // 4)

        return at_once([partial(run, number) for number in range(self.JOBS)])

    def right(self, database: Database) -> bool:
        """Whether the counted seats are those that people have, within the capacity, and given in order."""
        with database.reading() as session:
            event = the_event(session)
            rows = session.scalars(select(Registration).order_by(Registration.number)).all()
        seated = [row.number for row in rows if row.state is RegistrationState.CONFIRMED]
        waiting = [row.number for row in rows if row.state is RegistrationState.WAITLISTED]
        assert event.capacity is not None
        return (
            [row.number for row in rows] == list(range(1, len(rows) + 1))
            and event.taken == len(seated) <= event.capacity
            and (not waiting or (event.taken == event.capacity and max(seated) < min(waiting)))
        )

    @pytest.fixture
    def open_event(self, database: Database) -> Database:
        with database.writing() as session:
            an_event(session, a_programme(session), capacity=4)
        return database

    def test_seats_are_kept(self, open_event: Database) -> None:
        outcomes = self.at_once(open_event)
        assert set(outcomes) <= {"done", "SeatsTaken"}
        assert outcomes["done"] >= self.JOBS // 2, "every registration, and some changes of the seats"
        assert self.right(open_event)
        with open_event.reading() as session:
            assert len(session.scalars(select(Registration)).all()) == self.JOBS // 2

    def test_with_the_lock_off_the_same_race_goes_wrong(
        self, postgres: Database, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Not on SQLite: there the one writer is taken before anything is read."""
        with postgres.writing() as session:
            an_event(session, a_programme(session), capacity=4)
        race = Race(self.JOBS // 2 + 2)  # so many that two of them register
        monkeypatch.setattr(locks, "take_event", lambda session, event: race.looked())
        outcomes = self.at_once(postgres)
        assert set(outcomes) - {"done", "SeatsTaken"} or not self.right(postgres)

"""Long searches asked for, and taken up, while somebody else does the same and nobody has committed yet."""

import pytest
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from scheduler.db import Database
from scheduler.models import Programme, WaveRun
from scheduler.programme.access import Desk
from scheduler.programme.waves import wave_runs
from scheduler.states import RunState
from tests.builders import NOW, a_programme
from tests.crowds import in_between
from tests.programme.waves.test_wave_runs import DATES


def ask(session: Session) -> int:
    mine = Desk(session.scalars(select(Programme)).one(), None)
    return wave_runs.start(session, mine, **DATES, minutes=45, book=False, by="", now=NOW).id


def take_up(session: Session) -> int | None:
    found = wave_runs.claim(session, now=NOW)
    return found.id if found else None


def searches(database: Database) -> list[tuple[int, RunState, int]]:
    with database.reading() as session:
        rows = session.scalars(select(WaveRun).order_by(WaveRun.id))
        return [(row.id, row.state, row.attempt) for row in rows]


def asked(database: Database) -> Database:
    with database.writing() as session:
        a_programme(session)
    with database.writing() as session:
        ask(session)
    return database


@pytest.fixture
def unlocked(postgres: Database, monkeypatch: pytest.MonkeyPatch) -> Database:
    """No query locks what it reads. Not on SQLite: there the one writer is taken before anything is read."""
    monkeypatch.setattr(Select, "with_for_update", lambda query, **_: query)
    return postgres


def test_of_two_that_ask_at_once_one_is_told_that_there_is_a_search(database: Database) -> None:
    with database.writing() as session:
        a_programme(session)
    assert in_between(database, ask) == [1, "SearchUnderWay"]
    assert searches(database) == [(1, RunState.WAITING, 0)]


def test_without_the_lock_both_get_a_search_of_the_same_pairs(unlocked: Database) -> None:
    with unlocked.writing() as session:
        a_programme(session)
    assert in_between(unlocked, ask) == [1, 2]
    assert searches(unlocked) == [(1, RunState.WAITING, 0), (2, RunState.WAITING, 0)]


def test_of_two_workers_at_once_one_takes_the_search_up(database: Database) -> None:
    assert in_between(asked(database), take_up) == [1, None]
    assert searches(database) == [(1, RunState.RUNNING, 1)]


def test_without_the_lock_both_take_it_up(unlocked: Database) -> None:
    assert in_between(asked(unlocked), take_up) == [1, 1]

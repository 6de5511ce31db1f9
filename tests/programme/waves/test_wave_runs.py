"""A long search: asked for once at a time, taken up by one worker, taken over from the dead, stopped."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from scheduler.db import Database
from scheduler.errors import SearchUnderWay
from scheduler.models import WaveRun
from scheduler.programme import access
from scheduler.programme.access import Desk
from scheduler.programme.pairs import calendars
from scheduler.programme.waves import wave_runs
from scheduler.programme.waves.wave_plans import WavePlan
from scheduler.programme.waves.wave_runs import ATTEMPTS, SILENCE, RunLost
from scheduler.states import RunState
from tests.builders import NOW, Days, a_department, a_pair, a_person, a_programme, some_hosts

WHOLE, PHYSICS, ENGLISH = "all@example.org", "physics@example.org", "english@example.org"
DATES = Days(first=date(2026, 11, 9), last=date(2026, 11, 13))


@pytest.fixture
def house(database: Database) -> Database:
    """Two departments with a pair each, one pair between them, and coordinators of either and of all."""
    with database.writing() as session:
        some_hosts(session, 1)
        programme = a_programme(session)
        physics, english = (a_department(session, programme, name) for name in ("Fysikum", "Engelska"))
        for number, (mentor_of, mentee_of) in enumerate(((physics, physics), (english, english), (physics, english))):
            people = (a_person(session, f"{who} {number}") for who in ("Mentor", "Mentee"))
            a_pair(session, programme, *people, mentor_of=mentor_of, mentee_of=mentee_of)
        for email, name in ((WHOLE, None), (PHYSICS, "Fysikum"), (ENGLISH, "Engelska")):
            access.grant_coordinator(session, email, programme=programme, department=name, by="", now=NOW)
    return database


def desk(session: Session, email: str = WHOLE) -> Desk:
    (found,) = access.desks_of(session, email)
    return found


def start(database: Database, email: str = WHOLE, *, book: bool = False, now: datetime = NOW) -> WaveRun:
    with database.writing() as session:
        return wave_runs.start(session, desk(session, email), **DATES, minutes=45, book=book, by=email, now=now)


def claim(database: Database, now: datetime = NOW) -> WaveRun | None:
    with database.writing() as session:
        return wave_runs.claim(session, now=now)


def claimed_of(database: Database, now: datetime = NOW) -> WaveRun:
    """The same, where there must be one."""
    found = claim(database, now)
    assert found is not None
    return found


def beat(database: Database, claimed: WaveRun, now: datetime = NOW) -> bool:
    with database.writing() as session:
        return wave_runs.beat(session, claimed, pairs=3, placed=2, most=3, now=now)


def finish(database: Database, claimed: WaveRun, now: datetime = NOW) -> WavePlan:
    with database.writing() as session:
        plan = wave_runs.question(session, claimed, now=now).answer()
        wave_runs.finish(session, claimed, plan, now=now)
        return plan


def the(database: Database, run_id: int = 1) -> WaveRun:
    with database.reading() as session:
        return session.get_one(WaveRun, run_id)


def test_one_search_at_a_time_for_the_same_pairs(house):
    run = start(house)
    assert (run.state, run.departments, run.asked_by) == (RunState.WAITING, None, WHOLE)
    with pytest.raises(SearchUnderWay):
        start(house)
    assert start(house, PHYSICS).departments == [1]
    finish(house, claimed_of(house))
    assert start(house).id == 3


def test_the_oldest_is_taken_up_once_and_is_of_the_desks_pairs_only(house):
    start(house, PHYSICS), start(house, ENGLISH)
    first, second = claimed_of(house), claimed_of(house)
    assert (first.id, second.id, claim(house)) == (1, 2, None)
    assert [slot.pair.id for slot in sorted(finish(house, first).placed, key=lambda slot: slot.pair.id)] == [1, 3]
    assert the(house).state is RunState.READY


def test_a_search_whose_claim_comes_to_nothing_is_the_next_workers(house):
    start(house)
    with pytest.raises(RunLost), house.writing() as session:
        assert wave_runs.claim(session, now=NOW).id == 1
        raise RunLost
    assert (claimed_of(house).id, the(house).attempt) == (1, 1)


def test_signs_of_life_say_how_far_it_is_and_hear_whether_to_stop(house):
    start(house)
    claimed = claimed_of(house)
    assert beat(house, claimed, NOW + timedelta(seconds=9)) is False
    row = the(house)
    assert (row.pairs, row.placed, row.most, row.beat_at) == (3, 2, 3, NOW + timedelta(seconds=9))
    with house.writing() as session:
        wave_runs.stop(session, session.get_one(WaveRun, 1), now=NOW)
    assert the(house).state is RunState.RUNNING, "it ends when its worker has the best so far"
    assert beat(house, claimed) is True


def test_nobody_needs_to_begin_what_was_stopped_before(house):
    start(house)
    with house.writing() as session:
        wave_runs.stop(session, session.get_one(WaveRun, 1), now=NOW)
    assert (the(house).state, the(house).ended_at, claim(house)) == (RunState.INTERRUPTED, NOW, None)


def test_a_search_whose_worker_has_died_is_taken_over_and_the_dead_one_writes_nothing(house):
    start(house)
    dead = claimed_of(house)
    assert claim(house, NOW + SILENCE - timedelta(seconds=1)) is None
    alive = claimed_of(house, NOW + SILENCE)
    assert (alive.id, alive.attempt, alive.began_at) == (1, 2, NOW)
    plan = None
    with house.reading() as session:
        plan = wave_runs.question(session, dead, now=NOW).answer()
    for write in (
        lambda session: wave_runs.beat(session, dead, pairs=0, placed=0, most=0, now=NOW),
        lambda session: wave_runs.finish(session, dead, plan, now=NOW),
        lambda session: wave_runs.give_back(session, dead, plan, now=NOW),
        lambda session: wave_runs.interrupt(session, dead, now=NOW),
    ):
        with pytest.raises(RunLost), house.writing() as session:
            write(session)
    assert (the(house).state, the(house).attempt) == (RunState.RUNNING, 2)
    finish(house, alive)
    assert the(house).placed == 3


def test_what_kills_every_worker_is_given_up(house):
    start(house)
    for number in range(ATTEMPTS):
        assert claimed_of(house, NOW + number * SILENCE).attempt == number + 1
    assert claim(house, NOW + ATTEMPTS * SILENCE) is None
    assert the(house).state is RunState.INTERRUPTED


@pytest.fixture
def given_back(house):
    """A search that a worker has left with the best it had so far; when each pair is to meet in that."""
    start(house)
    claimed = claimed_of(house)
    assert wave_runs.best_so_far(claimed) == {}
    with house.writing() as session:
        plan = wave_runs.question(session, claimed, now=NOW).answer(seconds=0)
        wave_runs.give_back(session, claimed, plan, now=NOW)
    return {str(slot.pair.id): calendars.seconds(slot.starts_at) for slot in plan.placed}


def test_what_is_given_back_waits_for_the_next_worker_who_goes_on_from_there(house, given_back):
    row = the(house)
    assert (row.state, row.pairs, row.placed, row.ended_at) == (RunState.WAITING, 3, 3, None)
    claimed = claimed_of(house)
    assert claimed.attempt == 2
    assert wave_runs.best_so_far(claimed) == given_back
    assert len(given_back) == 3


def test_what_is_given_back_can_be_stopped_with_the_best_so_far(house, given_back):
    with house.writing() as session:
        wave_runs.stop(session, session.get_one(WaveRun, 1), now=NOW)
    assert (the(house).state, the(house).ended_at, claim(house)) == (RunState.READY, NOW, None)
    with house.reading() as session:
        assert len(wave_runs.plan_of(session, the(house), desk(session), now=NOW).placed) == 3


def test_what_is_given_back_though_it_was_to_stop_has_ended(house):
    start(house)
    claimed = claimed_of(house)
    with house.writing() as session:
        wave_runs.stop(session, session.get_one(WaveRun, 1), now=NOW)
        plan = wave_runs.question(session, claimed, now=NOW).answer(seconds=0)
        wave_runs.give_back(session, claimed, plan, now=NOW)
    assert (the(house).state, the(house).ended_at, claim(house)) == (RunState.READY, NOW, None)


@pytest.mark.parametrize("end", ["a bug", "the last worker dies"])
def test_what_is_given_back_outlives_whatever_comes_after(house, given_back, end):
    if end == "a bug":
        claimed = claimed_of(house)
        with house.writing() as session:
            wave_runs.interrupt(session, claimed, now=NOW)
    else:
        for number in range(ATTEMPTS):
            claim(house, NOW + number * SILENCE)
    row = the(house)
    assert (row.state, row.ended_at is not None) == (RunState.READY, True)
    assert wave_runs.best_so_far(row) == given_back


def test_a_desk_reaches_the_searches_of_its_own_pairs(house):
    start(house), start(house, PHYSICS), start(house, ENGLISH)
    with house.writing() as session:
        a_programme(session, "other")
        access.grant_coordinator(
            session, "x@example.org", programme=access.programme_by_slug(session, "other"), department=None, by="",
            now=NOW,
        )  # fmt: skip
    with house.reading() as session:
        reach = {
            email: [run.id for run in wave_runs.latest(session, desk(session, email))]
            for email in (WHOLE, PHYSICS, ENGLISH, "x@example.org")
        }
        assert reach == {WHOLE: [3, 2, 1], PHYSICS: [2], ENGLISH: [3], "x@example.org": []}
        for email, ids in reach.items():
            found = [number for number in (3, 2, 1, 4711) if wave_runs.in_reach(session, desk(session, email), number)]
            assert found == ids

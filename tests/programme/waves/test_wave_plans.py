"""A wave's question: read once, answered without the database, as well as the time allows."""

from datetime import date

import pytest

from scheduler.db import Database
from scheduler.models import Pair, Programme
from scheduler.programme.pool import budgets
from scheduler.programme.waves import wave_plans
from scheduler.programme.waves.wave_plans import Question
from scheduler.slots import NO_HOST_FREE, Help
from scheduler.slots.waves.help import EVENING
from tests.builders import NOW, a_meeting, a_pair, a_person, a_programme, some_hosts, utc

FIRST, LAST = date(2026, 11, 9), date(2026, 11, 13)
TUESDAY_EVENING = [[1, "17:00", "19:00"]]


@pytest.fixture
def crowd(database: Database) -> tuple[Database, Programme]:
    """Eleven pairs who can meet on Tuesday evening only, and one host, who can open three of their meetings."""
    with database.writing() as session:
        some_hosts(session, 1)
        programme = a_programme(session)
        for number in range(11):
            people = (a_person(session, f"{role} {number}", weekly=TUESDAY_EVENING) for role in ("Mentor", "Mentee"))
            a_pair(session, programme, *people)
    return database, programme


def asked(database: Database, programme: Programme, minutes: int = 30) -> Question:
    with database.reading() as session:
        return wave_plans.ask(session, programme, first=FIRST, last=LAST, minutes=minutes, now=NOW)


def test_the_answer_needs_no_database_and_says_how_good_it_is_and_what_helps(crowd):
    question = asked(*crowd)
    crowd[0].close()
    found = question.answer()
    assert (len(found.placed), found.bound[0], found.optimal, found.places_all_it_can) == (3, 3, True, True)
    assert {left.reason for left in found.unplaced} == {NO_HOST_FREE}
    assert found.help == Help(1, EVENING, 3)
    assert [slot.starts_at for slot in found.placed] == sorted(slot.starts_at for slot in found.placed)


def test_without_seconds_the_plan_is_the_instant_one_and_within_its_bound(crowd):
    at_once, best = asked(*crowd).answer(seconds=0), asked(*crowd).answer()
    assert 0 < len(at_once.placed) <= len(best.placed) <= at_once.bound[0]
    assert len(at_once.placed) + len(at_once.unplaced) == 11


def test_stopped_it_is_the_best_so_far_and_progress_is_told(crowd):
    heard: list[tuple[tuple[int, int], tuple[int, int]]] = []
    found = asked(*crowd).answer(stop=lambda: len(heard) > 0, progress=lambda best, bound: heard.append((best, bound)))
    assert len(heard) <= 1
    assert len(found.placed) + len(found.unplaced) == 11
    assert all(best <= bound for best, bound in heard)


@pytest.mark.parametrize(("waiting", "placed"), [(1, 3), (2, 0)])
def test_a_host_is_planned_for_once_its_meetings_can_be_made(crowd, monkeypatch, waiting, placed):
    """A host that can make one a day, none today, and has made to wait one or two, is free on Tuesday or Wednesday."""
    monkeypatch.setattr(budgets, "CREATES", 1)
    database, programme = crowd
    sunday = utc(2026, 11, 8, 9)
    with database.writing() as session:
        for number in range(waiting):
            a_meeting(session, session.get_one(Pair, 1), days=20 + number)
        budgets.exhaust(session, 1, now=sunday)
    with database.reading() as session:
        pairs = [session.get_one(Pair, number) for number in range(2, 6)]
        asked = wave_plans.ask(session, programme, first=FIRST, last=LAST, minutes=30, now=sunday, of=pairs)
    assert len(asked.answer().placed) == placed


def test_who_gave_no_times_is_named(database):
    with database.writing() as session:
        programme = a_programme(session)
        a_pair(session, programme, a_person(session, "Mia", weekly=[]), a_person(session, "Max"))
    (left,) = asked(database, programme).answer().unplaced
    assert left.silent == ("Mia",)

"""Fairness over time: who had the hard hours is spared more, in the order alone, and only where there is a history."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import strategies as st
from sqlalchemy import select

from scheduler import slots
from scheduler.db import Database
from scheduler.models import Availability, Meeting, Pair, Person
from scheduler.programme.pairs import fairness, meetings, openings
from scheduler.programme.pairs.modes import Phone
from scheduler.programme.waves import wave_plans
from scheduler.slots import Problem, comfort, ranked, starts
from tests.builders import NOW, a_meeting, a_pair, a_person, a_programme, utc
from tests.slots.problems import on_many

HOUR = 60
BEGIN = utc(2026, 11, 9)
ZONES = ["Europe/Stockholm", "America/Los_Angeles", "America/New_York", "Asia/Kolkata", "Australia/Sydney"]


# The rule


@st.composite
def pairs_in_time(draw: st.DrawFn) -> tuple[Problem, int]:
    """Two people with hours and comfort of their own, and a balance."""
    hours = st.integers(0, 23)
    people = []
    for name in ("mentee", "mentor"):
        weekly = [[day, f"{min(a, b):02}:00", f"{max(a, b) + 1:02}:00"] for day in range(7)
                  for a, b in [(draw(hours), draw(hours))]]  # fmt: skip
        table = draw(st.one_of(st.none(), st.lists(st.integers(0, 100), min_size=24, max_size=24)))
        people.append({"id": name, "tz": draw(st.sampled_from(ZONES)), "weekly": weekly, "comfort": table})
    begin = int(BEGIN.timestamp())
    problem = Problem.from_data(
        {"now": begin, "horizon": [begin, begin + 4 * 86_400], "duration": 45, "step": 60, "people": people}
    )
    return problem, draw(st.integers(-250, 250))


def fairly(problem: Problem, balance: int) -> list[slots.Ranked]:
    mentee, mentor = problem.people
    return ranked(replace(problem, people=fairness.weighed((mentee, mentor), balance)))


def test_without_history_it_is_the_order_of_the_contract() -> None:
    @on_many(pairs_in_time(), 100)
    def check(asked: tuple[Problem, int]) -> None:
        problem, _ = asked
        for balance in (0, 24, -24):
            assert fairly(problem, balance) == ranked(problem)

    check()


def test_only_answers_are_offered_each_once_and_all_of_them() -> None:
    @on_many(pairs_in_time(), 100)
    def check(asked: tuple[Problem, int]) -> None:
        problem, balance = asked
        assert sorted(slot.start for slot in fairly(problem, balance)) == starts(problem)

    check()


def test_the_first_offer_is_never_harder_for_whom_it_spares_and_their_own_order_stays() -> None:
    @on_many(pairs_in_time(), 200)
    def check(asked: tuple[Problem, int]) -> None:
        problem, balance = asked
        plain, fair = ranked(problem), fairly(problem, balance)
        if not plain or balance == 0:
            return
        mentee, mentor = problem.people
        favoured = mentee if balance > 0 else mentor
        assert ease(favoured, fair[0]) >= ease(favoured, plain[0])
        tables = fairness.weighed((mentee, mentor), balance)[0 if balance > 0 else 1].comfort, favoured.comfort
        assert [a < b for a in tables[0] for b in tables[0]] == [a < b for a in tables[1] for b in tables[1]]

    check()


def test_the_other_history_prefers_the_other_one() -> None:
    """Swapping who is who and what was, everything is as before; swapping the history alone, the other one gains."""

    @on_many(pairs_in_time(), 200)
    def check(asked: tuple[Problem, int]) -> None:
        problem, balance = asked
        mentee, mentor = problem.people
        assert fairly(replace(problem, people=(mentor, mentee)), -balance) == fairly(problem, balance)
        one, other = fairly(problem, abs(balance)), fairly(problem, -abs(balance))
        if one:
            assert ease(mentee, one[0]) >= ease(mentee, other[0])
            assert ease(mentor, one[0]) <= ease(mentor, other[0])

    check()


def ease(person: slots.Person, slot: slots.Ranked) -> int:
    return comfort(person, slot.start // 60, 45)


@pytest.mark.parametrize(("balance", "halves"), [(0, 0), (24, 0), (25, 1), (-74, 1), (75, 2), (-10_000, 2)])
def test_how_much_more_the_discomfort_counts(balance: int, halves: int) -> None:
    assert fairness.halves_of(balance) == halves


# The history


@pytest.fixture
def far(database: Database) -> Database:
    """The example of docs/fairness.md: Emil in Stockholm and Maria in Los Angeles, who can meet from 16:00 to 21:00."""
    with database.writing() as session:
        always = [[day, "00:00", "24:00"] for day in range(7)]
        emil = a_person(session, "Emil Mentee", weekly=[[day, "16:00", "21:00"] for day in range(7)])
        maria = a_person(session, "Maria Mentor", zone="America/Los_Angeles", weekly=always)
        a_pair(session, a_programme(session), maria, emil)
    return database


def had(database: Database, start: datetime, **values: Any) -> Meeting:
    with database.writing() as session:
        return a_meeting(session, session.get_one(Pair, 1), starts_at=start, how=Phone("1"), **values)


def first_offers(database, count=3, **values):
    """(hour in Stockholm, comfort of Emil, comfort of Maria) of the first openings of a week without other meetings."""
    with database.reading() as session:
        found = openings.openings(
            session, session.get_one(Pair, 1), minutes=45, first=date(2026, 12, 7), last=date(2026, 12, 9),
            how=Phone("1"), now=NOW, **values,
        )  # fmt: skip
    return [(each.starts_at.hour + 1, each.for_mentee, each.for_mentor) for each in found[:count]]


def balance(database: Database) -> int:
    with database.reading() as session:
        pair = session.get_one(Pair, 1)
        known = {person.id: slots.Person.from_data({"id": "x", "tz": person.timezone}) for person in
                 (pair.mentor, pair.mentee)}  # fmt: skip
        return fairness.balances(session, [pair], known).get(1, 0)


def spared(database: Database, **values: Any) -> str | None:
    with database.reading() as session:
        person = fairness.spared(session, session.get_one(Pair, 1), **values)
        return person.name if person else None


def test_the_example_of_the_page(far):
    assert (first_offers(far, 1), balance(far), spared(far)) == ([(17, 70, 80)], 0, None)
    had(far, utc(2026, 11, 9, 18, 15))  # 19:15 in Stockholm is worth 40, 10:15 in Los Angeles 100
    assert (balance(far), spared(far)) == (60, "Emil Mentee")
    assert first_offers(far, 1) == [(17, 70, 80)], "for Emil it counts 55 now, and at 16:00 Maria's 50 is less"
    had(far, utc(2026, 11, 10, 19, 15))  # 20:15 is worth 30
    assert balance(far) == 130
    assert first_offers(far, 1) == [(16, 90, 50)], "at 17:00 Emil's 70 counts 40 now, less than Maria's 50"


def test_what_is_cancelled_or_is_to_be_moved_does_not_count_and_what_was_held_does(far):
    meeting = had(far, utc(2026, 11, 9, 19, 15))
    assert (balance(far), spared(far)) == (70, "Emil Mentee")
    assert spared(far, but=meeting) is None
    with far.writing() as session:
        meetings.cancel(session, session.get_one(Meeting, 1), now=NOW)
    assert (balance(far), spared(far)) == (0, None)
    with far.writing() as session:
        pair = session.get_one(Pair, 1)
        meetings.log_held(session, pair, starts_at=NOW - timedelta(days=1), minutes=45, how=Phone("1"), now=NOW)
    assert balance(far) == -100  # 10:00 in Stockholm, 01:00 in Los Angeles
    assert spared(far) == "Maria Mentor"


def test_comfort_is_as_each_says_today(far):
    had(far, utc(2026, 11, 9, 19, 15))
    with far.writing() as session:
        session.scalars(select(Availability).join(Person).where(Person.name == "Emil Mentee")).one().comfort = [
            100
        ] * 24
    assert spared(far) is None


def test_a_wave_is_fair_as_well_and_its_values_stay_above_nothing(far):
    def planned():
        with far.reading() as session:
            pair = session.get_one(Pair, 1)
            asked = wave_plans.ask(
                session, pair.programme, first=date(2026, 12, 7), last=date(2026, 12, 9), minutes=45,
                now=utc(2026, 11, 20),
            )  # fmt: skip
        assert min(value for _, value in asked.cohort.pairs[0].options) >= 1
        (slot,) = asked.answer().placed
        return slot.starts_at

    assert planned() == utc(2026, 12, 7, 16)
    for day in (9, 10):
        had(far, utc(2026, 11, day, 19))
    assert planned() == utc(2026, 12, 7, 15)

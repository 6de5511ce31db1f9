"""A plan that is sent in parts: once, each pair by itself, with what came of it, and never when it has grown old."""

import json
from datetime import date, timedelta

import pytest
from sqlalchemy import select, text

from scheduler.errors import PlanIsOld
from scheduler.models import (
    AuditEntry,
    Coordinator,
    Department,
    Host,
    Meeting,
    Membership,
    Pair,
    Proposal,
    Wave,
    WaveRun,
)
from scheduler.programme import access
from scheduler.programme.pairs import meetings
from scheduler.programme.pairs.modes import Phone
from scheduler.programme.waves import sent_runs, wave_plans, wave_runs
from scheduler.programme.waves.packed_plans import pack
from scheduler.programme.waves.wave_runs import LASTS
from scheduler.states import Action, MeetingState, RunState, SendingOutcome
from tests.builders import NOW, Days, a_department, a_meeting, a_pair, a_person, a_programme, deliveries, some_hosts

PHYSICS = "physics@example.org"
DATES = Days(first=date(2026, 11, 9), last=date(2026, 11, 13))
PAIRS, SECOND = 5, timedelta(seconds=1)


@pytest.fixture
def house(database, monkeypatch):
    """Five pairs of a department with a coordinator; a part of what is sent are two of them."""
    monkeypatch.setattr(sent_runs, "BATCH", 2)
    fill(database)
    return database


def fill(database):
    with database.writing() as session:
        some_hosts(session, 2)
        programme = a_programme(session)
        physics = a_department(session, programme, "Fysikum")
        a_department(session, programme, "Engelska")
        for number in range(PAIRS):
            people = (a_person(session, f"{who} {number}") for who in ("Mentor", "Mentee"))
            a_pair(session, programme, *people, mentor_of=physics, mentee_of=physics)
        access.grant_coordinator(session, PHYSICS, programme=programme, department="Fysikum", by="", now=NOW)


def desk(session):
    (found,) = access.desks_of(session, PHYSICS)
    return found


def found(database, *, book=False, found_at=NOW):
    """A plan for all of them, as a page finds it: the run, and which pair was to meet when."""
    with database.writing() as session:
        mine = desk(session)
        plan = wave_plans.ask(session, mine.programme, **DATES, minutes=45, now=NOW).answer()
        assert len(plan.placed) == PAIRS
        packed = json.loads(json.dumps(pack(plan)))  # the page's form carries it
        run = sent_runs.keep(session, mine, packed, **DATES, minutes=45, book=book, by=PHYSICS, found_at=found_at)
        return run.id, {slot.pair.id: slot.starts_at for slot in plan.placed}


def send(database, run_id, now=NOW):
    with database.writing() as session:
        sent_runs.send(session, session.get_one(WaveRun, run_id), desk(session), by=PHYSICS, now=now)


def send_some(database, now=NOW):
    with database.writing() as session:
        return sent_runs.send_some(session, now=now)


def send_all(database):
    parts = 0
    while send_some(database):
        parts += 1
    return parts


def outcomes(database, run_id):
    """What came of each pair that something else came of than that it was sent, and how many were."""
    with database.reading() as session:
        run = session.get_one(WaveRun, run_id)
        counts = sent_runs.counts(session, run)
        return counts[SendingOutcome.SENT], {
            row.pair_id: row.outcome for row in sent_runs.not_sent(session, run, desk(session))
        }


def state(database, run_id=1):
    with database.reading() as session:
        run = session.get_one(WaveRun, run_id)
        return run.state, run.sent_by, run.sent_at


def made(database):
    """(pair, planned start) of each proposal and each meeting there is, in the order in which they were made."""
    with database.reading() as session:
        proposals = session.scalars(select(Proposal).order_by(Proposal.id)).all()
        meetings = session.scalars(select(Meeting).where(Meeting.state == MeetingState.BOOKED).order_by(Meeting.id))
        return [(row.pair_id, row.slots[0].starts_at) for row in proposals] + [
            (row.pair_id, row.starts_at) for row in meetings
        ]


def trail(database, action):
    with database.reading() as session:
        rows = session.scalars(select(AuditEntry).where(AuditEntry.action == action))
        return [(row.by, row.details) for row in rows]


@pytest.mark.parametrize(("book", "action"), [(True, Action.WAVE_BOOKED), (False, Action.WAVE_PROPOSED)])
def test_what_was_found_is_sent_once_in_parts(house, book, action):
    run_id, wanted = found(house, book=book)
    assert not send_some(house), "nobody has said so"
    send(house, run_id)
    assert (state(house), made(house)) == ((RunState.SENDING, PHYSICS, None), [])
    for size in (2, 4, 5):
        assert send_some(house, NOW + timedelta(minutes=size))
        assert made(house) == sorted(wanted.items(), key=lambda each: (each[1], each[0]))[:size]
        assert outcomes(house, run_id) == (size, {})
        assert trail(house, action) == ([(PHYSICS, {"pairs": 5})] if size == 5 else [])
    assert state(house) == (RunState.SENT, PHYSICS, NOW + timedelta(minutes=5))
    assert not send_some(house)
    with pytest.raises(PlanIsOld):
        send(house, run_id)
    with house.reading() as session:
        assert len(deliveries(session)) >= 2 * PAIRS
        assert len({row.of_wave.wave_id for row in session.scalars(select(Proposal))}) == (0 if book else 1)
        assert [wave.prices for wave in session.scalars(select(Wave))] == ([] if book else [[]])


@pytest.fixture
def broken(house):
    """A pair that no meeting can be booked for, by a rule of the database that nobody has told us of."""
    with house.writing() as session:
        meetings.cancel(session, a_meeting(session, session.get_one(Pair, 3), days=30), now=NOW)
        session.execute(text("CREATE UNIQUE INDEX of_nobody ON meeting (pair_id)"))
    yield 3
    with house.writing() as session:
        session.execute(text("DROP INDEX of_nobody"))


def test_a_pair_that_cannot_be_sent_holds_up_no_other_and_is_told_why(house, broken, caplog):
    """Of the five one got a meeting meanwhile, one lost its time, and one meets a bug."""
    run_id, wanted = found(house, book=True)
    met, taken, *fine = (pair for pair in wanted if pair != broken)
    with house.writing() as session:
        a_meeting(session, session.get_one(Pair, met), days=30)
        mentor = session.get_one(Pair, taken).mentor
        other = a_pair(session, desk(session).programme, mentor, a_person(session, "Other"))
        a_meeting(session, other, starts_at=wanted[taken], how=Phone("1"))
    before = {*made(house)}
    send(house, run_id)
    assert send_all(house) == 3
    assert {*made(house)} - before == {(each, wanted[each]) for each in fine}
    of_others = {
        met: SendingOutcome.CARED_FOR,
        taken: SendingOutcome.TAKEN,
        broken: SendingOutcome.FAILED,
    }
    assert outcomes(house, run_id) == (2, of_others)
    assert trail(house, Action.WAVE_BOOKED) == [(PHYSICS, {"pairs": 2})]
    assert "sending a wave to pair 3 met a bug" in caplog.text


@pytest.mark.parametrize("book", [True, False])
def test_days_that_were_closed_meanwhile_are_no_fault(house, book):
    run_id, _ = found(house, book=book)
    with house.writing() as session:
        desk(session).programme.blackouts = [["2026-11-09", "2026-11-13"]]
    send(house, run_id)
    send_all(house)
    assert outcomes(house, run_id) == (0, dict.fromkeys(range(1, PAIRS + 1), SendingOutcome.TAKEN))
    assert (state(house)[0], trail(house, Action.WAVE_BOOKED)) == (RunState.SENT, [])


def test_what_is_old_or_left_the_desks_reach_is_not_sent(house):
    run_id, _ = found(house)
    with pytest.raises(PlanIsOld):
        send(house, run_id, now=NOW + LASTS + timedelta(seconds=1))
    with house.writing() as session:
        english = session.scalars(select(Department).where(Department.name == "Engelska")).one()
        session.scalars(select(Coordinator).where(Coordinator.email == PHYSICS)).one().department_id = english.id
    with pytest.raises(PlanIsOld):
        send(house, run_id)
    with house.reading() as session:
        assert wave_runs.in_reach(session, desk(session), run_id) is None
    assert (send_some(house), made(house)) == (False, [])


def test_a_search_without_a_plan_is_not_sent(house):
    with house.writing() as session:
        run = wave_runs.start(session, desk(session), **DATES, minutes=45, book=False, by=PHYSICS, now=NOW)
    with pytest.raises(PlanIsOld):
        send(house, run.id)


def test_where_no_host_is_left_that_is_the_reason(house):
    run_id, wanted = found(house, book=True)
    with house.writing() as session:
        (host,) = session.scalars(select(Host))
        host.capacity = 1
        stranger = a_pair(session, a_programme(session, "other"), *(a_person(session, who) for who in ("Xa", "Xe")))
        first = next(iter(wanted))
        a_meeting(session, stranger, starts_at=wanted[first])
    send(house, run_id)
    send_all(house)
    _, others = outcomes(house, run_id)
    assert others[first] is SendingOutcome.NO_HOST


def test_what_is_kept_twice_is_one_and_another_is_another(house):
    (first, _), (same, _), (booked, _) = found(house), found(house), found(house, book=True)
    assert (first == same, first == booked) == (True, False)


def test_how_many_there_are_to_send_is_the_plans_and_not_a_later_searchs(house):
    run_id, _ = found(house)
    with house.writing() as session:
        session.get_one(WaveRun, run_id).placed = 41
    send(house, run_id)
    with house.reading() as session:
        assert session.get_one(WaveRun, run_id).placed == PAIRS


def test_of_two_that_are_sent_the_second_finds_everybody_cared_for(house):
    (first, _), (second, _) = found(house), found(house, found_at=NOW + SECOND)
    send(house, first), send(house, second)
    assert send_all(house) == 6
    assert outcomes(house, first) == (PAIRS, {})
    assert outcomes(house, second) == (0, dict.fromkeys(range(1, PAIRS + 1), SendingOutcome.CARED_FOR))
    assert trail(house, Action.WAVE_PROPOSED) == [(PHYSICS, {"pairs": PAIRS})]


def test_a_pair_that_left_the_desks_reach_is_not_told_of(house):
    (first, _), (second, _) = found(house), found(house, found_at=NOW + SECOND)
    send(house, first), send(house, second)
    send_all(house)
    with house.writing() as session:
        english = session.scalars(select(Department).where(Department.name == "Engelska")).one()
        gone = session.get_one(Pair, 1)
        for row in session.scalars(
            select(Membership).where(Membership.person_id.in_([gone.mentor_id, gone.mentee_id]))
        ):
            row.department_id = english.id
    assert {*outcomes(house, second)[1]} == {2, 3, 4, 5}


def test_a_plan_that_places_nobody_is_sent_at_once(database):
    with database.writing() as session:
        access.grant_coordinator(
            session, PHYSICS, programme=a_programme(session), department=None, by="", now=NOW
        )  # fmt: skip
        mine = desk(session)
        plan = wave_plans.ask(session, mine.programme, **DATES, minutes=45, now=NOW).answer()
        run = sent_runs.keep(session, mine, pack(plan), **DATES, minutes=45, book=False, by=PHYSICS, found_at=NOW)
    send(database, run.id)
    assert send_some(database)
    assert state(database, run.id)[0] is RunState.SENT

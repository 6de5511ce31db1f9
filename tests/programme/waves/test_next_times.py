"""A decline of a wave's proposal: the next best at its prices, at once, never what was refused, while there is any."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.db import Database
from scheduler.models import Meeting, Pair, Programme, Proposal, ProposalAnswer, Wave, WaveProposal
from scheduler.programme.pairs import answers, openings, proposals
from scheduler.programme.pairs.modes import Video
from scheduler.programme.waves import next_times, waves
from scheduler.programme.waves.wave_plans import WavePlan
from scheduler.states import ProposalState
from tests.builders import NOW, a_meeting, a_pair, a_person, a_programme, a_proposal, deliveries, some_hosts, utc

FIRST, LAST = date(2026, 11, 9), date(2026, 11, 13)
LATER = NOW + timedelta(hours=1)
TUESDAY = [
    [1, "17:00", "19:00"]
]  # 16:00 to 18:00 UTC: meetings of 30 minutes with a quarter between, at 16, 16:45, 17:30


@pytest.fixture
def programme(database: Database) -> Programme:
    with database.writing() as session:
        some_hosts(session, 1)
        return a_programme(session)


def pair_of(database: Database, programme: Programme, name: str, weekly: list[list[object]] | None = TUESDAY) -> int:
    with database.writing() as session:
        people = (a_person(session, f"{who} {name}", weekly=weekly) for who in ("Mentor", "Mentee"))
        return a_pair(session, programme, *people).id


def send(database: Database, programme: Programme, minutes: int = 30) -> WavePlan:
    with database.writing() as session:
        plan = waves.plan_wave(session, programme, first=FIRST, last=LAST, minutes=minutes, now=NOW)
        return waves.propose_wave(session, plan, first=FIRST, last=LAST, by="anna@example.org", now=NOW)


def open_one(session: Session, pair_id: int) -> Proposal:
    return proposals.open_of(session, [session.get_one(Pair, pair_id)])[pair_id]


def offered(database: Database, pair_id: int) -> list[datetime]:
    """The starts of the pair's open proposal; none if there is no open one."""
    with database.reading() as session:
        found = proposals.open_of(session, [session.get_one(Pair, pair_id)]).get(pair_id)
        return [slot.starts_at for slot in found.slots] if found else []


def decline(database: Database, pair_id: int, who: str = "mentee", now: datetime = LATER, note: str = "") -> Proposal:
    with database.writing() as session:
        proposal = open_one(session, pair_id)
        person_id = proposal.pair.mentee_id if who == "mentee" else proposal.pair.mentor_id
        (answer,) = [each for each in proposal.answers if each.person_id == person_id]
        return answers.decline(session, answer, note=note, now=now)


def agree(database: Database, pair_id: int, slot: int = 0, who: str = "mentee") -> Meeting | None:
    with database.writing() as session:
        proposal = open_one(session, pair_id)
        person_id = proposal.pair.mentee_id if who == "mentee" else proposal.pair.mentor_id
        (answer,) = [each for each in proposal.answers if each.person_id == person_id]
        return answers.accept(session, answer, proposal.slots[slot].id, now=LATER)


def test_the_next_best_is_put_to_both_at_once(database, programme):
    evenings = [[day, "17:00", "21:00"] for day in range(5)]
    pair_id = pair_of(database, programme, "A", weekly=evenings)
    send(database, programme)
    before = offered(database, pair_id)
    declined = decline(database, pair_id)
    after = offered(database, pair_id)
    assert declined.state is ProposalState.DECLINED
    assert len(after) == 3
    minutes = timedelta(minutes=30)
    assert not [(a, b) for a in after for b in before if abs(a - b) < minutes], "nor anything that would overlap those"
    with database.reading() as session:
        made = open_one(session, pair_id)
        assert (made.made_by_id, made.minutes, len(made.answers), made.of_wave.round) == (None, 30, 2, 1)
        kinds = [(row.kind, row.person_id) for row in deliveries(session)]
        assert kinds[2:] == [("SendProposal", made.pair.mentor_id), ("SendProposal", made.pair.mentee_id)]


def test_the_word_of_whoever_declined_goes_along(database, programme):
    pair_id = pair_of(database, programme, "A")
    send(database, programme)
    decline(database, pair_id, note="Exams on Tuesday")
    with database.reading() as session:
        assert open_one(session, pair_id).note == "Mentee A: Exams on Tuesday"
    decline(database, pair_id, note="x" * 1000)
    with database.reading() as session:
        assert open_one(session, pair_id).note == "Mentee A: " + "x" * 990


def test_it_goes_on_until_nothing_is_left_and_that_is_told(database, programme):
    """Every quarter from five to half past six is offered, once."""
    pair_id = pair_of(database, programme, "A")
    send(database, programme)
    seen = offered(database, pair_id)
    for who in ("mentee", "mentor") * 5:
        decline(database, pair_id, who)
        now = offered(database, pair_id)
        assert not set(now) & set(seen), "never what was refused"
        if not now:
            break
        seen += now
    assert sorted(seen) == [utc(2026, 11, 10, 16) + timedelta(minutes=15 * number) for number in range(7)]
    with database.reading() as session:
        rows = session.scalars(select(Proposal).order_by(Proposal.id)).all()
        assert [next_times.nothing_left(session, row) for row in rows[:-1]] == [None] * (len(rows) - 1)
        assert next_times.nothing_left(session, rows[-1]) == (FIRST, LAST)
        assert deliveries(session)[-1].kind == "SendProposalNews"


def test_after_five_rounds_the_two_are_left_to_talk_to_each_other(database, programme):
    pair_id = pair_of(database, programme, "A", weekly=[[day, "09:00", "21:00"] for day in range(5)])
    send(database, programme)
    rounds = 0
    while offered(database, pair_id):
        decline(database, pair_id)
        rounds += 1
    assert rounds == 1 + next_times.ROUNDS
    with database.reading() as session:
        last = session.scalars(select(Proposal).order_by(Proposal.id.desc())).first()
        assert (last.of_wave.round, next_times.nothing_left(session, last)) == (next_times.ROUNDS, None)
        assert deliveries(session)[-1].kind == "SendProposalNews"


def test_what_is_planned_or_agreed_for_others_is_left_alone(database, programme):
    """Three pairs, one host, and room for three meetings: whoever declines can have no other's time."""
    ids = [pair_of(database, programme, name) for name in "ABC"]
    send(database, programme)
    planned = {pair_id: offered(database, pair_id)[0] for pair_id in ids}
    assert len(set(planned.values())) == 3
    agreed = offered(database, ids[1])[0]
    agree(database, ids[1])
    decline(database, ids[0])
    assert offered(database, ids[0]) == []
    assert (offered(database, ids[1])[0], offered(database, ids[2])[0]) == (agreed, planned[ids[2]])


def test_whoever_declines_gets_the_time_that_was_given_up_by_another(database, programme):
    ids = [pair_of(database, programme, name) for name in "ABC"]
    send(database, programme)
    given_up = offered(database, ids[0])[0]
    with database.writing() as session:
        proposals.withdraw(session, open_one(session, ids[0]), by="", now=LATER)
    was = offered(database, ids[1])
    decline(database, ids[1])
    if given_up not in was:
        assert offered(database, ids[1])[0] == given_up
    assert not set(offered(database, ids[1])) & set(was)


def test_dear_time_is_left_to_those_who_come_after(database, programme):
    """As in the engine: of two times that are alike, the one that costs others less, by the prices that were kept."""
    pair_id = pair_of(database, programme, "A", weekly=[[day, "17:00", "17:30"] for day in (0, 1, 2)])
    send(database, programme, minutes=30)
    days = {start.date() for start in offered(database, pair_id)}
    with database.writing() as session:
        proposal = open_one(session, pair_id)
        for slot in proposal.slots[1:]:  # so that two more days are open, alike but for their prices
            session.delete(slot)
        first = proposal.slots[0].starts_at
        others = sorted(start for start in (utc(2026, 11, day, 16) for day in (9, 10, 11)) if start != first)
        session.get_one(Wave, 1).prices = [[int(others[0].timestamp()), 1000.0, 0.0]]
    assert len(days) == 3
    decline(database, pair_id)
    assert offered(database, pair_id)[0] == others[1]


def test_other_proposals_are_answered_as_before(database, programme):
    pair_id = pair_of(database, programme, "A", weekly=None)
    with database.writing() as session:
        a_proposal(session, session.get_one(Pair, pair_id))
    decline(database, pair_id)
    with database.reading() as session:
        (row,) = session.scalars(select(Proposal)).all()
        assert (row.state, next_times.nothing_left(session, row)) == (ProposalState.DECLINED, None)


def test_what_is_proposed_next_can_be_agreed_to(database, programme):
    pair_id = pair_of(database, programme, "A")
    send(database, programme)
    decline(database, pair_id)
    start = offered(database, pair_id)[0]
    agree(database, pair_id), agree(database, pair_id, who="mentor")
    with database.reading() as session:
        assert [row.starts_at for row in session.scalars(select(Meeting))] == [start]


# Another wave over the same dates


def test_a_new_wave_keeps_what_is_booked_what_somebody_agreed_to_and_what_was_refused(database, programme):
    ids = [pair_of(database, programme, name) for name in "ABC"]
    send(database, programme)
    booked, agreed = offered(database, ids[0])[0], offered(database, ids[1])[0]
    agree(database, ids[0]), agree(database, ids[0], who="mentor"), agree(database, ids[1])
    refused = offered(database, ids[2])
    decline(database, ids[2])
    late = pair_of(database, programme, "D")
    with database.reading() as session:
        plan = waves.plan_wave(session, programme, first=FIRST, last=LAST, minutes=30, now=LATER)
    quarter, length = timedelta(minutes=15), timedelta(minutes=30)
    for slot in plan.placed:
        assert all(abs(slot.starts_at - other) >= length + quarter for other in (booked, agreed))
        assert slot.pair.id == late or slot.starts_at not in refused
    assert len(plan.placed) == 1
    assert (plan.optimal, plan.bound[0], plan.skipped) == (True, 1, 2 + bool(offered(database, ids[2])))
    with database.writing() as session:
        meeting = session.scalars(select(Meeting)).one()
        assert (meeting.starts_at, open_one(session, ids[1]).answers[0].verdict) == (booked, None)


def test_an_agreed_time_whose_host_is_gone_stands_in_no_way(database, programme):
    ids = [pair_of(database, programme, name) for name in "AB"]
    send(database, programme)
    start = offered(database, ids[0])[0]
    agree(database, ids[0])
    with database.writing() as session:
        proposals.withdraw(session, open_one(session, ids[1]), by="", now=LATER)
        others = a_pair(session, programme, a_person(session, "Y"), a_person(session, "Z"))
        a_meeting(session, others, starts_at=start, how=Video())
    with database.reading() as session:
        (slot,) = waves.plan_wave(session, programme, first=FIRST, last=LAST, minutes=30, now=LATER).placed
    assert slot.pair.id == ids[1]
    assert abs(slot.starts_at - start) >= timedelta(minutes=45)


def test_the_wave_is_kept_with_its_dates_and_prices(database, programme):
    ids = [pair_of(database, programme, name) for name in "ABCDE"]
    plan = send(database, programme)
    with database.reading() as session:
        wave = session.scalars(select(Wave)).one()
        assert (wave.first_on, wave.last_on, wave.sent_at) == (FIRST, LAST, NOW)
        assert wave.prices == [list(price) for price in plan.prices]
        assert wave.prices, "five want what three can have"
        rows = session.scalars(select(WaveProposal)).all()
        assert [(row.wave_id, row.round) for row in rows] == [(1, 0)] * 3
        assert len(ids) - len(rows) == len(plan.unplaced)
        assert len(session.scalars(select(ProposalAnswer)).all()) == 6


def test_a_wave_that_places_nobody_leaves_nothing(database, programme):
    pair_of(database, programme, "A", weekly=[])
    send(database, programme)
    with database.reading() as session:
        assert session.scalars(select(Wave)).all() == []


def test_openings_and_next_times_agree(database, programme):
    """What is put to both is among what their own page would offer, so that it can be booked."""
    pair_id = pair_of(database, programme, "A", weekly=[[1, "17:05", "17:50"], [2, "17:00", "19:00"]])
    send(database, programme, minutes=45)
    decline(database, pair_id)
    with database.reading() as session:
        found = openings.openings(
            session, session.get_one(Pair, pair_id), minutes=45, first=FIRST, last=LAST, how=Video(), now=LATER
        )
    assert set(offered(database, pair_id)) <= {each.starts_at for each in found}
    assert offered(database, pair_id)

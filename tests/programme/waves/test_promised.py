"""Times in open proposals that plans leave alone: agreed ones and planned ones."""

from datetime import timedelta

import pytest

from scheduler.db import Database
from scheduler.models import Pair, ProposalAnswer, Wave, WaveProposal
from scheduler.programme.pairs import answers, calendars, proposals
from scheduler.programme.pairs.modes import Walk
from scheduler.programme.waves import promised
from scheduler.slots import Host
from tests.builders import NOW, a_pair, a_person, a_programme, a_proposal

WALK = Walk("The boathouse")


@pytest.fixture
def two(database: Database) -> Database:
    """Two pairs that were asked, by proposals 1 and 2."""
    with database.writing() as session:
        programme = a_programme(session)
        for number in (1, 2):
            pair = a_pair(session, programme, *(a_person(session, f"{who} {number}") for who in ("Mo", "Me")))
            a_proposal(session, pair)
    return database


def answer(database, proposal_id, command, **values):
    with database.writing() as session:
        row = session.query(ProposalAnswer).filter_by(proposal_id=proposal_id).order_by(ProposalAnswer.id).first()
        if "slot" in values:
            values["slot_id"] = row.proposal.slots[values.pop("slot")].id
        command(session, row, **values, now=NOW)


def starts(database: Database, proposal_id: int) -> list[int]:
    with database.reading() as session:
        slots = proposals.open_of(session, [session.get_one(Pair, proposal_id)])[proposal_id].slots
        return [calendars.seconds(slot.starts_at) for slot in slots]


def test_what_one_has_agreed_to_is_promised_and_what_nobody_has_is_not(two):
    answer(two, 1, answers.accept, slot=1)
    with two.reading() as session:
        (one,) = promised.agreed(session, needs_host=True, now=NOW)
        assert (one.id, one.people, one.duration, one.needs_host) == ("1", ("1", "2"), 45, True)
        assert one.options == ((starts(two, 1)[1], 1),)
        assert not promised.agreed(session, needs_host=False, now=NOW)[0].needs_host
        assert promised.agreed(session, needs_host=True, now=NOW + timedelta(days=30)) == []


def test_who_meets_for_a_walk_needs_no_host(two):
    with two.writing() as session:
        a_proposal(session, session.get_one(Pair, 2), how=WALK)
    answer(two, 3, answers.accept, slot=0)
    with two.reading() as session:
        assert [pair.needs_host for pair in promised.agreed(session, needs_host=True, now=NOW)] == [False]


def test_of_a_wave_each_pair_is_promised_its_first_time_or_the_one_agreed_to(two):
    with two.writing() as session:
        wave = Wave(programme_id=1, first_on=NOW.date(), last_on=NOW.date(), prices=[], sent_at=NOW)
        session.add(wave)
        session.flush()
        session.add_all(WaveProposal(wave_id=wave.id, proposal_id=number, round=0) for number in (1, 2))
    answer(two, 1, answers.accept, slot=2)
    with two.reading() as session:
        for but, other, slot in ((1, 2, 0), (2, 1, 2)):
            (pair,) = promised.planned(session, 1, but=session.get_one(Pair, but), needs_host=True, now=NOW)
            assert (pair.id, pair.options) == (str(other), ((starts(two, other)[slot], 1),))
        assert promised.planned(session, 4711, but=session.get_one(Pair, 1), needs_host=True, now=NOW) == []


def test_promises_are_seated_as_far_as_they_can_be_kept_beside_each_other(two):
    for number in (1, 2):
        answer(two, number, answers.accept, slot=0)
    with two.reading() as session:
        promises = promised.agreed(session, needs_host=True, now=NOW)
    (start,) = {pair.options[0][0] for pair in promises}
    assert promised.seated(promises, [Host("z")], 15) == [("1", start, "z")]
    assert promised.seated(promises, [Host("z"), Host("y")], 15) == [("1", start, "z"), ("2", start, "y")]
    assert promised.seated(promises, [Host("z", ((start, start + 60),))], 15) == []

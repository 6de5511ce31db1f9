"""A plan as a row keeps it, and back: the same plan, without a name in it."""

import json
from datetime import date

import pytest

from scheduler.db import Database
from scheduler.errors import PlanIsOld
from scheduler.models import Pair
from scheduler.programme.waves import wave_plans
from scheduler.programme.waves.packed_plans import pack, unpack
from scheduler.programme.waves.wave_plans import WavePlan
from tests.builders import NOW, Days, a_pair, a_person, a_programme, some_hosts

TUESDAY = [[1, "17:00", "18:00"]]


@pytest.fixture
def planned(database: Database) -> tuple[WavePlan, dict[int, Pair]]:
    """A pair with a time, three without a host, one of which nobody gave times; and the pairs by id."""
    with database.writing() as session:
        some_hosts(session, 1)
        programme = a_programme(session)
        for number in range(4):
            a_pair(session, programme, *(a_person(session, f"{who} {number}", weekly=TUESDAY) for who in ("Mo", "Me")))
        a_pair(session, programme, *(a_person(session, f"Silent {who}", weekly=[]) for who in ("Mo", "Me")))
        dates = Days(first=date(2026, 11, 9), last=date(2026, 11, 13))
        asked = wave_plans.ask(session, programme, **dates, minutes=45, now=NOW)
        return asked.answer(), {pair.id: pair for pair in asked.pairs.values()}


def test_what_is_unpacked_is_what_was_packed(planned):
    plan, pairs = planned
    assert (len(plan.placed), len(plan.unplaced), plan.help is not None) == (1, 4, True)
    data = json.loads(json.dumps(pack(plan)))
    assert unpack(data, pairs, minutes=45) == plan


def test_it_holds_no_name_of_a_person(planned):
    plan, _ = planned
    text = json.dumps(pack(plan))
    assert not [word for word in ("Mo", "Me", "Silent") if word in text]


def test_a_pair_that_is_not_there_any_more_makes_it_old(planned):
    plan, pairs = planned
    for gone in (plan.placed[0].pair.id, plan.unplaced[0].pair.id):
        with pytest.raises(PlanIsOld):
            unpack(pack(plan), {id_: pair for id_, pair in pairs.items() if id_ != gone}, minutes=45)

"""What one of a pair has refused is offered last, and planned no more: proposals, answers and meetings alike."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from scheduler.db import Database
from scheduler.models import Meeting, Pair, Proposal
from scheduler.programme.pairs import answers, calendars, meetings, openings, proposals, refused_times
from scheduler.programme.pairs.modes import Video
from scheduler.programme.replies import partstats
from scheduler.states import Partstat
from tests.builders import NOW, Days, a_meeting, a_pair, a_person, a_programme, some_hosts, utc

MONDAY = date(2026, 11, 9)
EVENING = [[0, "17:00", "19:00"]]
FIVE = utc(2026, 11, 9, 16)  # by the clock in Stockholm
QUARTER = timedelta(minutes=15)
EVERY = [FIVE + number * QUARTER for number in range(6)]  # starts of 45 minutes


@pytest.fixture
def evening(database: Database) -> Database:
    """Two pairs on Monday evenings, and one host."""
    with database.writing() as session:
        some_hosts(session, 2)
        programme = a_programme(session)
        for number in (1, 2):
            people = (a_person(session, f"{who} {number}", weekly=EVENING) for who in ("Mentor", "Mentee"))
            a_pair(session, programme, *people)
    return database


def offered(database: Database, pair_id: int = 1) -> list[datetime]:
    with database.reading() as session:
        pair = session.get_one(Pair, pair_id)
        found = openings.openings(session, pair, minutes=45, first=MONDAY, last=MONDAY, how=Video(), now=NOW)
        return [opening.starts_at for opening in found]


def propose(session: Session, starts: Sequence[datetime], pair_id: int = 1) -> Proposal:
    pair = session.get_one(Pair, pair_id)
    return proposals.propose(
        session, pair, starts=starts, minutes=45, how=Video(), first=MONDAY, last=MONDAY, made_by=pair.mentee, by="",
        now=NOW,
    )  # fmt: skip


def refused(database: Database) -> dict[int, frozenset[int]]:
    with database.reading() as session:
        return refused_times.of_pairs(session, [session.get_one(Pair, number) for number in (1, 2)])


def test_after_a_decline_other_hours_come_first_then_what_overlaps_it_then_the_same(evening):
    before = offered(evening)
    assert sorted(before) == EVERY
    with evening.writing() as session:
        answers.decline(session, propose(session, [before[0]]).answers[0], now=NOW)
    after = offered(evening)
    clear = [start for start in before if abs(start - before[0]) >= 3 * QUARTER]
    assert after == [*clear, *[start for start in before[1:] if start not in clear], before[0]]
    assert clear
    assert offered(evening, 2) == before, "the others have refused nothing"
    assert refused(evening) == {1: {calendars.seconds(before[0])}}


def test_where_nothing_else_is_left_what_was_refused_is_offered_and_can_be_proposed(evening):
    with evening.writing() as session:
        for start in EVERY[:5]:
            answers.decline(session, propose(session, [start]).answers[0], now=NOW)
    with evening.writing() as session:
        answers.decline(session, propose(session, EVERY[5:]).answers[0], now=NOW)
    assert sorted(offered(evening)) == EVERY
    with evening.writing() as session:
        assert propose(session, EVERY[:1]).slots[0].starts_at == FIVE


def test_another_time_is_a_no_to_those_that_were_asked(evening):
    with evening.writing() as session:
        asked = propose(session, EVERY[:2])
        days = Days(first=MONDAY, last=MONDAY)
        answers.counter(session, asked.answers[0], starts=EVERY[5:], **days, now=NOW)
    assert refused(evening) == {1: set(map(calendars.seconds, EVERY[:2]))}
    assert offered(evening)[-2:] == sorted(EVERY[:2], key=offered(evening).index)


def test_an_invite_that_is_declined_is_a_no_and_a_meeting_that_is_cancelled_is_none(evening):
    with evening.writing() as session:
        for pair_id in (1, 2):
            a_meeting(session, session.get_one(Pair, pair_id), starts_at=FIVE)
        seat = session.get_one(Meeting, 1).seats[0]
        partstats.answer_by_link(session, seat, Partstat.DECLINED, version=seat.meeting.sequence, now=NOW)
        meetings.cancel(session, session.get_one(Meeting, 2), by="", now=NOW)
    assert refused(evening) == {1: {calendars.seconds(FIVE)}}
    assert offered(evening)[-1] == FIVE

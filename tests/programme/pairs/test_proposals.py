"""Proposals made, withdrawn, expired: what stands in the rows, who is asked, and who is told."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from scheduler.db import Database
from scheduler.errors import BadChoice, BadNote, NotOpen, ProposalExpired, ProposalWithdrawn
from scheduler.models import AuditEntry, Meeting, Pair, Person, Proposal
from scheduler.programme.pairs import answers, proposals
from scheduler.programme.pairs.modes import Phone, Video, Walk
from scheduler.states import Mode, ProposalState
from tests.builders import NOW, a_meeting, a_pair, a_person, a_programme, a_proposal, deliveries, utc

EMIL, MARIA = 2, 1  # person ids
WEEK = timedelta(days=7)


@pytest.fixture
def pair(database: Database) -> Database:
    """Maria, who mentors, and Emil."""
    with database.writing() as session:
        a_pair(session, a_programme(session))
    return database


def propose(database: Database, who: int | None = EMIL, **values: Any) -> int:
    with database.writing() as session:
        made_by = session.get_one(Person, who) if who else None
        return a_proposal(session, session.get_one(Pair, 1), made_by=made_by, **values).id


def the(database: Database, proposal_id: int = 1) -> Proposal:
    with database.reading() as session:
        row = session.get_one(Proposal, proposal_id)
        assert row.slots is not None
        assert row.answers is not None
        return row


def owed(database: Database) -> list[tuple[str, int | None, object]]:
    with database.reading() as session:
        return [(row.kind, row.person_id, row.payload.get("news")) for row in deliveries(session)]


def trail(database: Database) -> list[tuple[str, str, int | None]]:
    with database.reading() as session:
        return [
            (row.action, row.by, row.pair_id) for row in session.scalars(select(AuditEntry).order_by(AuditEntry.id))
        ]


def test_a_proposal_is_put_to_the_other_side_and_holds_nothing(pair):
    propose(pair, how=Walk("The boathouse", rain_plan="Café Proviant"), note="  I bring coffee. \r\n\r\nEmil  ")
    made = the(pair)
    assert (made.state, made.made_by_id, made.minutes) == (ProposalState.OPEN, EMIL, 45)
    assert (made.mode, made.meeting_point, made.rain_plan) == (Mode.WALK, "The boathouse", "Café Proviant")
    assert made.note == "I bring coffee.\n\nEmil"
    assert [answer.person_id for answer in made.answers] == [MARIA]
    assert len(made.slots) == 3
    assert owed(pair) == [("SendProposal", MARIA, None)]
    assert trail(pair) == [("proposed", "emil.mentee@example.org", 1)]
    with pair.reading() as session:
        assert session.scalars(select(Meeting)).all() == []


def test_the_mentor_asks_the_mentee_and_a_coordinator_asks_both(pair):
    propose(pair, MARIA)
    assert [answer.person_id for answer in the(pair, 1).answers] == [EMIL]
    propose(pair, None)
    assert [answer.person_id for answer in the(pair, 2).answers] == [MARIA, EMIL]
    assert the(pair, 2).made_by_id is None
    assert owed(pair)[1:] == [("SendProposal", MARIA, None), ("SendProposal", EMIL, None)]


def test_it_lasts_a_week_or_until_its_last_slot(pair):
    propose(pair, slots=5)
    assert the(pair).expires_at == min(NOW + WEEK, max(slot.starts_at for slot in the(pair).slots))
    with pair.writing() as session:
        start = utc(2026, 11, 23, 17)
        later = proposals.propose(
            session, session.get_one(Pair, 1), starts=[start], minutes=45, how=Phone("1"), first=start.date(),
            last=start.date(), made_by=None, by="", now=NOW,
        )  # fmt: skip
        assert later.expires_at == NOW + WEEK < start


@pytest.mark.parametrize("count", [0, 6])
def test_from_one_to_five_times_are_proposed(pair, count):
    with pytest.raises(BadChoice):
        propose(pair, slots=count)
    propose(pair, slots=5)
    assert len(the(pair).slots) == 5


def test_a_time_twice_is_refused(pair):
    with pair.writing() as session, pytest.raises(BadChoice):
        evening = utc(2026, 11, 9, 17)
        proposals.propose(
            session, session.get_one(Pair, 1), starts=[evening, evening], minutes=45, how=Phone("1"),
            first=evening.date(), last=evening.date(), made_by=None, by="", now=NOW,
        )  # fmt: skip


@pytest.mark.parametrize(
    "start", [utc(2026, 11, 9, 8), utc(2026, 11, 9, 17, 1), utc(2026, 11, 14, 17), utc(2026, 11, 2)]
)
def test_a_time_that_was_not_offered_is_refused(pair, start):
    with pair.writing() as session, pytest.raises(NotOpen):
        proposals.propose(
            session, session.get_one(Pair, 1), starts=[utc(2026, 11, 9, 17), start], minutes=45, how=Phone("1"),
            first=utc(2026, 11, 2).date(), last=utc(2026, 11, 29).date(), made_by=None, by="", now=NOW,
        )  # fmt: skip


@pytest.mark.parametrize("note", ["x" * 1001, "bell\x07", "l\n" * 600])
def test_a_note_that_is_no_short_plain_text_is_refused(pair, note):
    with pytest.raises(BadNote):
        propose(pair, note=note)
    propose(pair, note="ö" * 1000)


def test_a_newer_proposal_of_the_pair_withdraws_the_open_one_without_a_mail_of_its_own(pair):
    propose(pair, EMIL)
    propose(pair, MARIA, how=Phone("1"))
    assert (the(pair, 1).state, the(pair, 2).state) == (ProposalState.WITHDRAWN, ProposalState.OPEN)
    assert the(pair, 1).closed_at == NOW
    assert owed(pair) == [("SendProposal", MARIA, None), ("SendProposal", EMIL, None)]


def test_a_withdrawal_is_told_to_whoever_was_asked_and_happens_once(pair):
    propose(pair)
    with pair.writing() as session:
        proposals.withdraw(session, session.get_one(Proposal, 1), by="emil.mentee@example.org", now=NOW)
    assert the(pair).state is ProposalState.WITHDRAWN
    assert owed(pair)[1:] == [("SendProposalNews", MARIA, "withdrawn")]
    assert trail(pair)[-1] == ("proposal-withdrawn", "emil.mentee@example.org", 1)
    with pair.writing() as session, pytest.raises(ProposalWithdrawn):
        proposals.withdraw(session, session.get_one(Proposal, 1), by="", now=NOW)
    assert len(owed(pair)) == 2


def test_booking_by_any_road_closes_the_open_proposal_of_that_pair_only(pair):
    with pair.writing() as session:
        first = session.get_one(Pair, 1)
        second = a_pair(session, first.programme, first.mentor, a_person(session, "Eva Mentee"))
        a_proposal(session, first, made_by=first.mentee)
        a_proposal(session, second, made_by=second.mentee)
        meeting = a_meeting(session, first, how=Phone("1"))
    assert (the(pair, 1).state, the(pair, 1).meeting_id) == (ProposalState.WITHDRAWN, meeting.id)
    assert the(pair, 2).state is ProposalState.OPEN


class TestExpiry:
    def test_comes_when_it_is_due_once_and_is_told_to_whoever_proposed(self, pair):
        propose(pair)
        due = the(pair).expires_at
        for now, count in ((due - timedelta(seconds=1), 0), (due, 1), (due + WEEK, 0)):
            with pair.writing() as session:
                assert proposals.expire_due(session, now=now) == count
        assert (the(pair).state, the(pair).closed_at) == (ProposalState.EXPIRED, due)
        assert owed(pair)[1:] == [("SendProposalNews", EMIL, "expired")]

    def test_of_a_coordinators_proposal_is_told_to_both(self, pair):
        propose(pair, None)
        with pair.writing() as session:
            proposals.expire_due(session, now=NOW + WEEK)
        assert owed(pair)[2:] == [("SendProposalNews", MARIA, "expired"), ("SendProposalNews", EMIL, "expired")]

    def test_is_no_matter_of_whether_anybody_came_by_to_write_it_down(self, pair):
        propose(pair)
        row = the(pair)
        with pair.writing() as session, pytest.raises(ProposalExpired):
            answer = session.get_one(Proposal, 1).answers[0]
            answers.accept(session, answer, row.slots[-1].id, now=row.expires_at)

    def test_leaves_what_is_answered_alone(self, pair):
        propose(pair, how=Video())
        with pair.writing() as session:
            row = session.get_one(Proposal, 1)
            answers.accept(session, row.answers[0], row.slots[0].id, now=NOW)
        with pair.writing() as session:
            assert proposals.expire_due(session, now=NOW + 2 * WEEK) == 0
        assert the(pair).state is ProposalState.ACCEPTED

"""Answers: this one, none fits, another time; from one who is asked, or from both."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import select

from scheduler.db import Database
from scheduler.errors import (
    BadChoice,
    BadNote,
    NotOpen,
    ProposalAgreed,
    ProposalClosed,
    ProposalDeclined,
    ProposalWithdrawn,
    SlotTaken,
)
from scheduler.models import AuditEntry, Availability, Meeting, Pair, Person, Proposal, ProposalAnswer, ZoomMeeting
from scheduler.programme.pairs import answers, openings, proposals
from scheduler.programme.pairs.modes import Phone, Video, Walk
from scheduler.states import Mode, ProposalState, Verdict
from tests.builders import NOW, a_meeting, a_pair, a_person, a_programme, a_proposal, deliveries, some_hosts

LATER = NOW + timedelta(hours=1)
MARIA, EMIL = 1, 2  # person ids


@pytest.fixture
def pair(database: Database) -> Database:
    """Maria, who mentors, and Emil, and one Zoom host."""
    with database.writing() as session:
        some_hosts(session, 1)
        a_pair(session, a_programme(session))
    return database


@pytest.fixture
def asked(pair: Database) -> Database:
    """Emil has put three slots on video to Maria."""
    with pair.writing() as session:
        a_proposal(session, session.get_one(Pair, 1), made_by=session.get_one(Person, EMIL), note="Hi!")
    return pair


@pytest.fixture
def both(pair: Database) -> Database:
    """A coordinator has put three slots to both."""
    with pair.writing() as session:
        a_proposal(session, session.get_one(Pair, 1))
    return pair


def answer(database, command, *, who=MARIA, proposal=1, **values):
    with database.writing() as session:
        query = select(ProposalAnswer).where(ProposalAnswer.person_id == who, ProposalAnswer.proposal_id == proposal)
        row = session.scalars(query).one()
        if "slot" in values:
            values["slot_id"] = row.proposal.slots[values.pop("slot")].id
        return command(session, row, **values, now=LATER)


def the(database: Database, proposal_id: int = 1) -> Proposal:
    with database.reading() as session:
        row = session.get_one(Proposal, proposal_id)
        assert row.slots is not None
        assert row.answers is not None
        return row


def met(database: Database) -> Sequence[Meeting]:
    with database.reading() as session:
        return session.scalars(select(Meeting).order_by(Meeting.id)).all()


def owed(database: Database, since: int = 0) -> list[tuple[str, int | None]]:
    with database.reading() as session:
        return [(row.kind, row.person_id) for row in deliveries(session)][since:]


def other_times(database, count=2, how=None):
    with database.reading() as session:
        pair = session.get_one(Pair, 1)
        first, last = openings.days_ahead(pair.programme, now=LATER)
        found = openings.openings(session, pair, minutes=45, first=first, last=last, how=how or Video(), now=LATER)
        return {"starts": [opening.starts_at for opening in found[-count:]], "first": first, "last": last}


class TestThisOne:
    def test_books_that_slot_and_closes_the_proposal(self, asked):
        made = answer(asked, answers.accept, slot=1)
        row = the(asked)
        (meeting,) = met(asked)
        assert (meeting.id, meeting.starts_at, meeting.minutes) == (made.id, row.slots[1].starts_at, 45)
        assert (row.state, row.meeting_id, row.closed_at) == (ProposalState.ACCEPTED, meeting.id, LATER)
        (given,) = row.answers
        assert (given.verdict, given.slot_id, given.answered_at) == (Verdict.THIS_ONE, row.slots[1].id, LATER)
        assert owed(asked, 1) == [("CreateZoomMeeting", None), ("SendInvite", MARIA), ("SendInvite", EMIL)]

    def test_is_written_down_with_who_did_it(self, asked):
        answer(asked, answers.accept, slot=0)
        with asked.reading() as session:
            rows = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
        assert [(row.action, row.by) for row in rows] == [
            ("proposed", "emil.mentee@example.org"),
            ("proposal-answered", "maria.mentor@example.org"),
            ("meeting-booked", "maria.mentor@example.org"),
        ]

    def test_takes_the_mode_and_its_fields_along_and_a_walk_needs_no_zoom(self, pair):
        with pair.writing() as session:
            first = session.get_one(Pair, 1)
            a_proposal(session, first, made_by=first.mentee, how=Walk("The boathouse", "Café", "4 km", "070"))
        answer(pair, answers.accept, slot=0)
        (meeting,) = met(pair)
        assert (meeting.mode, meeting.meeting_point, meeting.rain_plan) == (Mode.WALK, "The boathouse", "Café")
        with pair.reading() as session:
            assert session.scalars(select(ZoomMeeting)).all() == []
        assert owed(pair, 1) == [("SendInvite", MARIA), ("SendInvite", EMIL)]

    def test_a_second_answer_is_told_that_it_is_booked(self, asked):
        answer(asked, answers.accept, slot=0)
        with pytest.raises(ProposalAgreed):
            answer(asked, answers.accept, slot=1)
        assert len(met(asked)) == 1

    @pytest.mark.parametrize("gone", ["mentor", "host", "hours", "time"])
    def test_a_slot_that_went_meanwhile_is_refused_and_the_proposal_stays_open(self, asked, gone):
        start = the(asked).slots[0].starts_at
        with asked.writing() as session:
            first = session.get_one(Pair, 1)
            if gone == "mentor":
                other = a_pair(session, first.programme, first.mentor, a_person(session, "Eva Mentee"))
                a_meeting(session, other, starts_at=start, how=Phone("1"))
            elif gone == "host":
                other = a_pair(session, first.programme, *(a_person(session, name) for name in ("A B", "C D")))
                a_meeting(session, other, starts_at=start, how=Video())
            elif gone == "hours":
                session.get_one(Availability, EMIL).overrides = {start.date().isoformat(): []}
            else:
                the_slot = session.get_one(Proposal, 1).slots[0]
                the_slot.starts_at = LATER
        before = len(met(asked))
        with pytest.raises(SlotTaken):
            answer(asked, answers.accept, slot=0)
        row = the(asked)
        assert (row.state, row.answers[0].verdict, len(met(asked))) == (ProposalState.OPEN, None, before)
        with asked.reading() as session:
            left = answers.left(session, session.get_one(Proposal, 1), now=LATER)
            assert [slot.position for slot in left if slot.position == 0] == []
            assert left
        assert answer(asked, answers.accept, slot=left[0].position).starts_at == left[0].starts_at

    def test_a_slot_of_another_proposal_is_none_of_this_one(self, asked):
        with asked.writing() as session:
            first = session.get_one(Pair, 1)
            other = a_pair(session, first.programme, *(a_person(session, name) for name in ("A B", "C D")))
            foreign = a_proposal(session, other, made_by=other.mentee).slots[0].id
        with pytest.raises(SlotTaken):
            answer(asked, answers.accept, slot_id=foreign)
        assert met(asked) == []


class TestOfBoth:
    def test_the_first_agrees_and_the_other_is_asked_for_that_slot_first(self, both):
        assert answer(both, answers.accept, who=EMIL, slot=2) is None
        assert (met(both), the(both).state) == ([], ProposalState.OPEN)
        assert owed(both, 2) == [("SendProposal", MARIA)]
        with both.reading() as session:
            row = session.get_one(Proposal, 1)
            assert [slot.position for slot in answers.left(session, row, now=LATER)] == [2, 0, 1]
            assert deliveries(session)[-1].payload["agreed"] == row.slots[2].id

    @pytest.mark.parametrize("who", [MARIA, EMIL])
    def test_the_same_slot_from_both_is_one_meeting(self, both, who):
        answer(both, answers.accept, who=who, slot=1)
        made = answer(both, answers.accept, who=MARIA + EMIL - who, slot=1)
        assert [row.id for row in met(both)] == [made.id]
        assert the(both).state is ProposalState.ACCEPTED

    def test_different_slots_are_no_agreement_until_one_follows_the_other(self, both):
        answer(both, answers.accept, who=EMIL, slot=0)
        assert answer(both, answers.accept, who=MARIA, slot=1) is None
        assert owed(both, 2) == [("SendProposal", MARIA), ("SendProposal", EMIL)]
        made = answer(both, answers.accept, who=EMIL, slot=1)
        assert made.starts_at == the(both).slots[1].starts_at

    def test_a_double_click_asks_the_other_once(self, both):
        for _ in range(2):
            answer(both, answers.accept, who=EMIL, slot=0)
        assert owed(both, 2) == [("SendProposal", MARIA)]

    def test_one_whom_nothing_fits_closes_it_and_the_other_is_told(self, both):
        answer(both, answers.accept, who=EMIL, slot=0)
        answer(both, answers.decline, who=MARIA)
        assert the(both).state is ProposalState.DECLINED
        assert owed(both, 3) == [("SendProposalNews", EMIL)]


class TestNoneFits:
    def test_closes_the_proposal_and_tells_who_made_it_with_the_note(self, asked):
        answer(asked, answers.decline, note="Exams until the 20th.\nSorry!")
        row = the(asked)
        assert (row.state, row.answers[0].verdict) == (ProposalState.DECLINED, Verdict.NONE_FITS)
        assert row.answers[0].note == "Exams until the 20th.\nSorry!"
        assert owed(asked, 1) == [("SendProposalNews", EMIL)]
        with pytest.raises(ProposalDeclined):
            answer(asked, answers.accept, slot=0)

    def test_with_a_note_too_long_nothing_happens(self, asked):
        with pytest.raises(BadNote):
            answer(asked, answers.decline, note="x" * 1001)
        assert the(asked).state is ProposalState.OPEN


class TestAnotherTime:
    def test_is_a_proposal_in_the_other_direction(self, asked):
        made = answer(asked, answers.counter, **other_times(asked), note="Rather later?")
        row, back = the(asked), the(asked, made.id)
        assert (row.state, row.answers[0].verdict) == (ProposalState.DECLINED, Verdict.OTHER_TIME)
        assert (back.state, back.made_by_id, back.note) == (ProposalState.OPEN, MARIA, "Rather later?")
        assert (back.mode, back.minutes, len(back.slots)) == (Mode.VIDEO, 45, 2)
        assert [given.person_id for given in back.answers] == [EMIL]
        assert owed(asked, 1) == [("SendProposal", EMIL)]
        answer(asked, answers.accept, who=EMIL, proposal=back.id, slot=0)
        assert len(met(asked)) == 1

    def test_with_a_time_that_was_not_offered_or_none_at_all_nothing_happens(self, asked):
        times = other_times(asked)
        for starts, refusal in (([], BadChoice), ([LATER + timedelta(days=1, minutes=7)], NotOpen)):
            with pytest.raises(refusal):
                answer(asked, answers.counter, **{**times, "starts": starts})
        assert the(asked).state is ProposalState.OPEN
        with asked.reading() as session:
            assert len(session.scalars(select(Proposal)).all()) == 1


@pytest.mark.parametrize("command", ["accept", "decline", "counter"])
def test_what_is_withdrawn_cannot_be_answered(asked, command):
    values = {"accept": {"slot": 0}, "decline": {}, "counter": other_times(asked)}[command]
    with asked.writing() as session:
        proposals.withdraw(session, session.get_one(Proposal, 1), by="", now=NOW)
    with pytest.raises(ProposalWithdrawn) as refused:
        answer(asked, getattr(answers, command), **values)
    assert isinstance(refused.value, ProposalClosed)
    assert met(asked) == []


def test_a_link_opens_its_own_answer_until_it_is_revoked(asked):
    with asked.writing() as session:
        assert answers.answer_of(session, 1, 1).person_id == MARIA
        assert answers.answer_of(session, 2, 1) is None
        session.get_one(ProposalAnswer, 1).generation = 2
        assert answers.answer_of(session, 1, 1) is None

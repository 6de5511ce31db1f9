"""Calendars that propose another time, and what comes of a meeting that is declined."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.db import Database
from scheduler.errors import ProposalWithdrawn
from scheduler.messages import KINDS
from scheduler.models import Availability, Counter, Delivery, Meeting, Pair, Person, Proposal, ProposalAnswer, Seat
from scheduler.programme import deliveries
from scheduler.programme.pairs import answers, meetings, openings, proposals
from scheduler.programme.pairs.modes import how_of
from scheduler.states import MeetingState, Parked, Partstat, ProposalState
from tests.builders import NOW, a_meeting, a_proposal
from tests.programme.answering import EMIL, LATER, MARIA, a_booked_pair, an_answer, take

STARTS = NOW + timedelta(days=2, hours=8)  # six in the evening
SOON = LATER + timedelta(minutes=1)
MARIA_ID, EMIL_ID = 1, 2


@pytest.fixture
def booked(database: Database) -> Database:
    with database.writing() as session:
        a_booked_pair(session)
        session.query(Delivery).update({"state": "done"})
    return database


def counter(
    database: Database,
    starts_at: datetime,
    *,
    minutes: int | None = 45,
    who: str = EMIL,
    now: datetime = LATER,
    **values: object,
) -> Parked | None:
    with database.reading() as session:
        row = session.get_one(Meeting, 1)
    ends_at = starts_at + timedelta(minutes=minutes) if minutes else None
    return take(
        database,
        an_answer(row, who, "TENTATIVE", method="COUNTER", starts_at=starts_at, ends_at=ends_at, stamp=now, **values),
        now=now,
    )


def owed(database: Database) -> list[tuple[str, int | None, object]]:
    """(kind, to, what of it) of everything that is still to be sent."""
    with database.reading() as session:
        rows = session.scalars(select(Delivery).where(Delivery.state == "waiting").order_by(Delivery.id))
        return [
            (row.kind, row.person_id, row.payload.get("change", row.payload.get("plain")))
            for row in rows
            if row.channel == "mail"
        ]


def the_answer(session: Session, proposal: int = 1) -> ProposalAnswer:
    return session.scalars(select(ProposalAnswer).where(ProposalAnswer.proposal_id == proposal)).one()


class TestACounterThatBothCanMake:
    def test_is_put_to_the_other_one_and_moves_nothing_yet(self, booked):
        assert counter(booked, STARTS + timedelta(days=1), comment="Tuesday is better") is None
        with booked.reading() as session:
            proposal = session.scalars(select(Proposal)).one()
            assert (proposal.state, proposal.made_by.email) == (ProposalState.OPEN, EMIL)
            assert [answer.person.email for answer in proposal.answers] == [MARIA]
            assert [slot.starts_at for slot in proposal.slots] == [STARTS + timedelta(days=1)]
            assert (proposal.counter.meeting_id, proposal.counter.sequence) == (1, 0)
            assert (proposal.minutes, proposal.note) == (45, "Tuesday is better")
            assert proposal.expires_at == STARTS  # then there is nothing to move any more
            meeting = session.get_one(Meeting, 1)
            assert (meeting.starts_at, meeting.sequence, meeting.state) == (STARTS, 0, MeetingState.BOOKED)
            assert {seat.person.email: seat.partstat for seat in meeting.seats} == {
                MARIA: None,
                EMIL: Partstat.TENTATIVE,
            }
        assert owed(booked) == [("SendProposal", MARIA_ID, None)]

    def test_is_the_next_version_of_the_meeting_once_accepted(self, booked):
        counter(booked, STARTS + timedelta(minutes=15), minutes=60)  # over the time of the meeting itself
        with booked.writing() as session:
            answer = the_answer(session)
            moved = answers.accept(session, answer, answer.proposal.slots[0].id, now=SOON)
            assert moved.id == 1
        with booked.reading() as session:
            meeting = session.scalars(select(Meeting)).one()
            assert (meeting.starts_at, meeting.minutes) == (STARTS + timedelta(minutes=15), 60)
            assert meeting.sequence == 1
            proposal = session.scalars(select(Proposal)).one()
            assert (proposal.state, proposal.meeting_id) == (ProposalState.ACCEPTED, 1)
        assert owed(booked)[1:] == [("SendInvite", MARIA_ID, "moved"), ("SendInvite", EMIL_ID, "moved")]

    @pytest.mark.parametrize("minutes", [5, 25])
    def test_may_lie_anywhere_on_the_finer_grid(self, booked, minutes):
        assert counter(booked, STARTS + timedelta(days=1, minutes=minutes), minutes=None) is None
        assert owed(booked) == [("SendProposal", MARIA_ID, None)]

    def test_declined_is_refused_to_the_calendar_and_by_mail_with_times(self, booked):
        counter(booked, STARTS + timedelta(days=1))
        with booked.writing() as session:
            answers.decline(session, the_answer(session), note="No", now=SOON)
        assert owed(booked)[1:] == [("SendRefusal", EMIL_ID, False), ("SendRefusal", EMIL_ID, True)]
        with booked.reading() as session:
            _, plain = session.scalars(select(Delivery).where(Delivery.kind == "SendRefusal").order_by(Delivery.id))
            starts = plain.payload["starts"]
            first, last = openings.days_ahead(session.get_one(Pair, 1).programme, now=SOON)
            meeting = session.get_one(Meeting, 1)
            offered = openings.openings(
                session, meeting.pair, minutes=45, first=first, last=last, how=how_of(meeting), now=SOON,
                but=meeting,
            )  # fmt: skip
            assert starts == [opening.starts_at.isoformat() for opening in offered[:3]]
            assert meeting.sequence == 0

    def test_that_nobody_answers_is_refused_when_the_meeting_is_near(self, booked):
        counter(booked, STARTS + timedelta(days=1))
        with booked.writing() as session:
            assert proposals.expire_due(session, now=STARTS) == 1
        assert owed(booked)[1:] == [("SendRefusal", EMIL_ID, False), ("SendRefusal", EMIL_ID, True)]

    def test_answered_with_another_time_still_moves_the_meeting(self, booked):
        counter(booked, STARTS + timedelta(days=1))
        with booked.writing() as session:
            answer = the_answer(session)
            first, last = openings.days_ahead(answer.proposal.pair.programme, now=SOON)
            starts = [STARTS + timedelta(days=2)]
            answers.counter(session, answer, starts=starts, first=first, last=last, now=SOON)
        assert owed(booked)[1:] == [("SendRefusal", EMIL_ID, False), ("SendProposal", EMIL_ID, None)]
        with booked.writing() as session:
            answer = the_answer(session, 2)
            answers.accept(session, answer, answer.proposal.slots[0].id, now=SOON)
            meeting = session.scalars(select(Meeting)).one()
            assert (meeting.starts_at, meeting.sequence) == (STARTS + timedelta(days=2), 1)

    def test_gives_way_to_the_next_one(self, booked):
        counter(booked, STARTS + timedelta(days=1))
        counter(booked, STARTS + timedelta(days=2), now=SOON)
        with booked.reading() as session:
            assert [row.state for row in session.scalars(select(Proposal).order_by(Proposal.id))] == [
                ProposalState.WITHDRAWN,
                ProposalState.OPEN,
            ]
        assert {kind for kind, _, _ in owed(booked)} == {"SendProposal"}

    def test_and_to_a_proposal_of_the_other_one_when_the_calendar_is_told(self, booked):
        counter(booked, STARTS + timedelta(days=1))
        with booked.writing() as session:
            a_proposal(session, session.get_one(Pair, 1), made_by=session.get_one(Person, MARIA_ID), now=SOON)
        assert ("SendRefusal", EMIL_ID, False) in owed(booked)

    def test_is_no_more_once_the_meeting_has_changed(self, booked):
        counter(booked, STARTS + timedelta(days=1))
        with booked.writing() as session:
            meeting = session.get_one(Meeting, 1)
            meetings.reschedule(session, meeting, starts_at=STARTS + timedelta(days=3), minutes=45, now=SOON)
        with booked.writing() as session:
            answer = the_answer(session)
            with pytest.raises(ProposalWithdrawn):
                answers.accept(session, answer, answer.proposal.slots[0].id, now=SOON)
        with booked.writing() as session:
            assert proposals.withdraw_outdated(session, now=SOON) == 1
            assert proposals.withdraw_outdated(session, now=SOON) == 0
            assert session.get_one(Proposal, 1).state is ProposalState.WITHDRAWN
        assert "SendRefusal" not in {kind for kind, _, _ in owed(booked)}


IMPOSSIBLE = {
    "when the other one has no hours": (timedelta(days=1, hours=-8), 45),
    "when it has been": (timedelta(days=-8), 45),
    "after the programme": (timedelta(days=365), 45),
    "on a day without meetings": (timedelta(days=47), 45),
    "for longer than an evening": (timedelta(days=1), 300),
    "for no time": (timedelta(days=1), 1),
    "that ends before it begins": (timedelta(days=1), -45),
    "between the minutes": (timedelta(days=1, minutes=2), 45),
    "at which it is anyway": (timedelta(), 45),
}


class TestACounterThatNobodyCanMake:
    @pytest.mark.parametrize("case", IMPOSSIBLE)
    def test_is_refused_at_once_with_other_times(self, booked, case):
        after, minutes = IMPOSSIBLE[case]
        assert counter(booked, STARTS + after, minutes=minutes) is None
        assert owed(booked) == [("SendRefusal", EMIL_ID, False), ("SendRefusal", EMIL_ID, True)]
        with booked.reading() as session:
            assert session.scalars(select(Proposal)).all() == []
            assert session.scalars(select(Counter)).all() == []
            assert session.get_one(Meeting, 1).sequence == 0

    def test_when_the_other_one_sits_in_another_meeting(self, booked):
        with booked.writing() as session:
            a_meeting(session, session.get_one(Pair, 1), starts_at=STARTS + timedelta(days=1))
            session.query(Delivery).update({"state": "done"})
        counter(booked, STARTS + timedelta(days=1))
        assert [kind for kind, _, _ in owed(booked)] == ["SendRefusal", "SendRefusal"]

    def test_is_limited(self, booked):
        found = [counter(booked, STARTS + timedelta(days=1, hours=-8), now=LATER) for _ in range(5)]
        assert found == [None] * 3 + [Parked.TOO_MANY] * 2
        assert len(owed(booked)) == 6

    def test_a_refusal_is_sent_again_only_while_the_meeting_stands(self, booked):
        counter(booked, STARTS + timedelta(days=1, hours=-8))
        with booked.reading() as session:
            refusal = session.scalars(select(Delivery).where(Delivery.kind == "SendRefusal")).first()
            message = KINDS[refusal.kind].from_data(refusal.payload)
            assert deliveries._is_true(session, message, LATER)
        with booked.writing() as session:
            meetings.cancel(session, session.get_one(Meeting, 1), now=SOON)
            assert not deliveries._is_true(session, message, LATER)


class TestADeclinedMeeting:
    def decline(self, database):
        with database.reading() as session:
            row = session.get_one(Meeting, 1)
        return take(database, an_answer(row, EMIL, "DECLINED"))

    def test_is_cancelled_and_both_are_asked_for_a_new_time(self, booked):
        assert self.decline(booked) is None
        with booked.reading() as session:
            meeting = session.get_one(Meeting, 1)
            assert (meeting.state, meeting.sequence) == (MeetingState.CANCELLED, 1)
            assert [seat.active for seat in meeting.seats] == [False, False]
            assert {seat.person.email: seat.partstat for seat in session.scalars(select(Seat))} == {
                MARIA: None, EMIL: Partstat.DECLINED,
            }  # fmt: skip
            proposal = session.scalars(select(Proposal)).one()
            assert (proposal.state, proposal.made_by_id, proposal.counter) == (ProposalState.OPEN, None, None)
            assert [answer.person_id for answer in proposal.answers] == [MARIA_ID, EMIL_ID]
            starts = [slot.starts_at for slot in proposal.slots]
            assert len(starts) == 3
            assert all(abs(start - STARTS) >= timedelta(minutes=45) for start in starts)
            assert session.scalars(select(Delivery.kind).where(Delivery.channel == "zoom")).all()[-1:] == [
                "DeleteZoomMeeting"
            ]
        assert owed(booked) == [
            ("SendInvite", MARIA_ID, "declined"),
            ("SendInvite", EMIL_ID, "cancelled"),
            ("SendProposal", MARIA_ID, None),
            ("SendProposal", EMIL_ID, None),
        ]

    def test_and_where_nothing_else_suits_for_more_hours(self, booked):
        with booked.writing() as session:
            hours = session.get_one(Availability, MARIA_ID)
            hours.weekly = [[6, "03:00", "03:30"]]
        assert self.decline(booked) is None
        assert [(kind, person) for kind, person, _ in owed(booked)][2:] == [
            ("SendTimesRequest", MARIA_ID),
            ("SendTimesRequest", EMIL_ID),
        ]
        with booked.reading() as session:
            assert session.get_one(Meeting, 1).state is MeetingState.CANCELLED

    def test_closes_a_counter_proposal_that_is_open(self, booked):
        counter(booked, STARTS + timedelta(days=1))
        with booked.reading() as session:
            row = session.get_one(Meeting, 1)
        assert take(booked, an_answer(row, MARIA, "DECLINED")) is None
        with booked.reading() as session:
            states = [row.state for row in session.scalars(select(Proposal).order_by(Proposal.id))]
        assert states == [ProposalState.WITHDRAWN, ProposalState.OPEN]
        assert "SendRefusal" not in {kind for kind, _, _ in owed(booked)}

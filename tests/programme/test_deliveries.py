"""Sending again: one new row in the same stream, and never what is no longer so."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler import outbox
from scheduler.errors import OnItsWay, Outdated, Refused
from scheduler.messages import (
    SendEventInvitation,
    SendEventReminder,
    SendIntroduction,
    SendReminder,
    SendSignIn,
    SendTimesRequest,
)
from scheduler.models import AuditEntry, Delivery, Event, Meeting, Pair, Programme, TimesRequest
from scheduler.programme import deliveries as commands
from scheduler.programme.pairs import meetings, proposals
from scheduler.states import Action, Channel, DeliveryState, EventState, RegistrationState, ReminderKind
from tests.builders import (
    NOW,
    a_meeting,
    a_pair,
    a_person,
    a_place,
    a_programme,
    a_proposal,
    an_event,
    deliveries,
    some_hosts,
)

LATER = NOW + timedelta(hours=1)
BY = "anna@example.org"


@pytest.fixture
def programme(session: Session) -> Programme:
    return a_programme(session)


@pytest.fixture
def pair(session: Session, programme: Programme) -> Pair:
    return a_pair(session, programme)


def came_to(session: Session, row: Delivery, state: DeliveryState, reason: str = "") -> Delivery:
    """As the worker leaves it."""
    row.state, row.reason, row.attempt, row.finished_at = state, reason, 1, NOW
    session.flush()
    return row


def all_done(session: Session) -> list[Delivery]:
    """Everything that is owed has gone out."""
    rows = [row for row in deliveries(session) if row.state is DeliveryState.WAITING]
    return [came_to(session, row, DeliveryState.DONE) for row in rows]


def again(session: Session, row: Delivery) -> Delivery:
    return commands.send_again(session, row, by=BY, now=LATER)


def refused(session: Session, row: Delivery) -> type[Refused]:
    before = len(deliveries(session))
    with pytest.raises(Refused) as caught:
        again(session, row)
    assert len(deliveries(session)) == before
    return caught.type


class TestInvites:
    def test_a_failed_one_gives_way_to_a_new_row_of_the_same_stream(self, session: Session, pair: Pair) -> None:
        a_meeting(session, pair)
        first, second = all_done(session)
        came_to(session, first, DeliveryState.FAILED, "550 no such mailbox")
        fresh = again(session, first)
        assert (fresh.kind, fresh.payload, fresh.stream) == (first.kind, first.payload, first.stream)
        assert (fresh.state, fresh.attempt, fresh.due_at) == (DeliveryState.WAITING, 0, LATER)
        assert (fresh.programme_id, fresh.meeting_id, fresh.person_id) == (
            first.programme_id, first.meeting_id, first.person_id,
        )  # fmt: skip
        assert (first.state, first.reason) == (DeliveryState.SUPERSEDED, "550 no such mailbox")
        assert second.state is DeliveryState.DONE

    def test_a_copy_of_one_that_arrived_leaves_that_as_it_was(self, session: Session, pair: Pair) -> None:
        a_meeting(session, pair)
        first, _ = all_done(session)
        again(session, first)
        assert first.state is DeliveryState.DONE
        assert len(deliveries(session)) == 3

    def test_while_one_is_on_its_way_another_is_not(self, session: Session, pair: Pair) -> None:
        a_meeting(session, pair)
        assert refused(session, deliveries(session)[0]) is OnItsWay
        first, _ = all_done(session)
        again(session, first)
        assert refused(session, first) is OnItsWay  # pressed twice

    def test_an_old_version_is_never_sent_after_a_new_one(self, session: Session, pair: Pair) -> None:
        meeting = a_meeting(session, pair)
        old = all_done(session)
        meetings.reschedule(session, meeting, starts_at=NOW + timedelta(days=8), minutes=45, now=NOW, by=BY)
        new = all_done(session)
        assert {refused(session, row) for row in old} == {Outdated}
        assert again(session, new[0]).payload["version"]["sequence"] == 1

    def test_one_that_was_superseded_is_not_sent_at_all(self, session: Session, pair: Pair) -> None:
        meeting = a_meeting(session, pair)
        meetings.reschedule(session, meeting, starts_at=NOW + timedelta(days=8), minutes=45, now=NOW, by=BY)
        all_done(session)
        assert deliveries(session)[0].state is DeliveryState.SUPERSEDED
        assert refused(session, deliveries(session)[0]) is Outdated

    def test_a_cancellation_may_be_sent_again_and_nothing_before_it(self, session: Session, pair: Pair) -> None:
        meeting = a_meeting(session, pair)
        booked = all_done(session)
        meetings.cancel(session, meeting, now=NOW, by=BY)
        cancelled = all_done(session)
        assert refused(session, booked[0]) is Outdated
        assert again(session, cancelled[0]).payload["change"] == "cancelled"

    def test_what_came_of_the_meeting_counts_even_if_no_mail_says_it(self, session: Session, pair: Pair) -> None:
        meeting = a_meeting(session, pair)
        first, _ = all_done(session)
        meeting.sequence += 1
        session.flush()
        assert refused(session, first) is Outdated

    def test_it_stands_in_the_audit_trail(self, session: Session, pair: Pair) -> None:
        a_meeting(session, pair)
        first, _ = all_done(session)
        again(session, first)
        (note,) = session.scalars(select(AuditEntry).where(AuditEntry.action == Action.SENT_AGAIN))
        assert (note.by, note.at, note.pair_id, note.person_id) == (BY, LATER, pair.id, first.person_id)
        assert note.details == {"kind": "SendInvite", "delivery": first.id}


class TestOthers:
    def put(self, session: Session, programme: Programme, message: object) -> Delivery:
        row = outbox.put(session, message, programme_id=programme.id, now=NOW)  # type: ignore[arg-type]
        return came_to(session, row, DeliveryState.FAILED, "550")

    def test_an_introduction_stays_true(self, session: Session, programme: Programme, pair: Pair) -> None:
        row = self.put(session, programme, SendIntroduction(pair.id, pair.mentor_id))
        assert again(session, row).pair_id == pair.id

    def test_who_has_answered_is_not_asked_for_times_again(
        self, session: Session, programme: Programme, pair: Pair
    ) -> None:
        request = TimesRequest(programme_id=programme.id, person_id=pair.mentor_id, asked_at=NOW)
        session.add(request)
        session.flush()
        first = self.put(session, programme, SendTimesRequest(request.id, pair.mentor_id))
        reminder = self.put(session, programme, SendTimesRequest(request.id, pair.mentor_id, 1))
        assert refused(session, first) is Outdated  # the reminder says more
        came_to(session, again(session, reminder), DeliveryState.DONE)
        request.answered_at = NOW
        session.flush()
        assert refused(session, deliveries(session)[-1]) is Outdated

    def test_a_proposal_is_put_again_while_it_is_open(self, session: Session, pair: Pair) -> None:
        proposal = a_proposal(session, pair, made_by=pair.mentee)
        (row,) = all_done(session)
        came_to(session, again(session, row), DeliveryState.DONE)
        with pytest.raises(Outdated):
            commands.send_again(session, row, by=BY, now=proposal.expires_at)
        proposals.withdraw(session, proposal, by=BY, now=NOW)
        all_done(session)
        assert refused(session, row) is Outdated
        news = deliveries(session)[-1]
        assert again(session, news).kind == "SendProposalNews"

    def test_an_invitation_goes_out_while_the_event_is_to_come(self, session: Session, programme: Programme) -> None:
        event: Event = an_event(session, programme, "workshop")
        person = a_person(session, "Ada")
        row = self.put(session, programme, SendEventInvitation(event.id, person.id))
        again_row = came_to(session, again(session, row), DeliveryState.DONE)
        event.state = EventState.CANCELLED
        session.flush()
        assert refused(session, again_row) is Outdated

    def test_a_reminder_goes_out_until_what_it_reminds_of_begins(
        self, session: Session, programme: Programme, pair: Pair
    ) -> None:
        meeting = a_meeting(session, pair)
        row = a_place(session, an_event(session, programme), pair.mentor)
        all_done(session)
        about = pair.mentor_id, ReminderKind.HOUR
        for message, start in (
            (SendReminder(*about, meeting.starts_at, NOW, meeting.id), meeting.starts_at),
            (SendEventReminder(*about, row.event.starts_at, NOW, row.id, row.event_id), row.event.starts_at),
        ):
            sent = came_to(session, again(session, self.put(session, programme, message)), DeliveryState.DONE)
            with pytest.raises(Outdated):
                commands.send_again(session, sent, by=BY, now=start)
        meetings.cancel(session, meeting, now=NOW, by=BY)
        all_done(session)
        row.state = RegistrationState.CANCELLED
        session.flush()
        for sent in deliveries(session):
            if "Reminder" in sent.kind:
                assert refused(session, sent) is Outdated

    def test_a_sign_in_is_nobodys_business(self, session: Session) -> None:
        row = came_to(
            session, outbox.put(session, SendSignIn(1, "en"), programme_id=None, now=NOW), DeliveryState.FAILED, "550"
        )
        assert not commands.may_send_again(row)
        assert refused(session, row) is Outdated


class TestZoom:
    @pytest.fixture
    def meeting(self, session: Session, pair: Pair) -> Meeting:
        some_hosts(session, 1)
        return a_meeting(session, pair)

    def zoom(self, session: Session) -> list[Delivery]:
        return [row for row in deliveries(session) if row.channel is Channel.ZOOM]

    def test_what_was_made_is_not_made_again(self, session: Session, meeting: Meeting) -> None:
        (row,) = self.zoom(session)
        came_to(session, row, DeliveryState.DONE)
        assert not commands.may_send_again(row)
        assert refused(session, row) is Outdated

    def test_what_failed_is_tried_again_and_looks_first(self, session: Session, meeting: Meeting) -> None:
        (row,) = self.zoom(session)
        came_to(session, row, DeliveryState.FAILED, "given up: Zoom does not answer")
        fresh = again(session, row)
        assert (fresh.doubt_since, fresh.channel) == (NOW, Channel.ZOOM)

    def test_though_the_meeting_has_moved_since(self, session: Session, meeting: Meeting) -> None:
        (row,) = self.zoom(session)
        came_to(session, row, DeliveryState.FAILED, "400")
        meetings.reschedule(session, meeting, starts_at=NOW + timedelta(days=8), minutes=45, now=NOW, by=BY)
        all_done(session)
        assert again(session, row).kind == "CreateZoomMeeting"

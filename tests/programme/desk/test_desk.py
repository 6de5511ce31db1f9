"""What a coordinator sees, asked of the core: states of pairs, and the reach of a desk."""

from datetime import timedelta

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from scheduler import outbox
from scheduler.db import Database
from scheduler.messages import SendIntroduction, SendTimesRequest
from scheduler.models import Delivery, Department, Meeting, Pair, Programme, ZoomMeeting
from scheduler.programme import desk
from scheduler.programme.access import Desk
from scheduler.programme.desk import LinkState, PairRow, PairState
from scheduler.programme.pairs import meetings
from scheduler.programme.pairs.modes import How, Hybrid, OnSite, Video
from scheduler.states import DeliveryState, Role
from tests.builders import (
    NOW,
    a_department,
    a_meeting,
    a_member,
    a_pair,
    a_person,
    a_programme,
    a_proposal,
    deliveries,
    some_hosts,
)  # fmt: skip

WEEK = timedelta(days=7)


@pytest.fixture
def programme(session: Session) -> Programme:
    return a_programme(session)


@pytest.fixture
def pair(session: Session, programme: Programme) -> Pair:
    return a_pair(session, programme)


def row(session: Session, pair: Pair, *, at: timedelta = timedelta()) -> PairRow:
    (found,) = desk.pair_rows(session, desk.pair_standings(session, Desk(pair.programme, None), now=NOW + at))
    assert found.pair is pair
    return found


def past(session: Session, pair: Pair, *, days: int, how: How | None = None) -> Meeting:
    """A meeting so many days ago, booked in time."""
    start = NOW - timedelta(days=days)
    return meetings.book(session, pair, starts_at=start, minutes=45, how=how or OnSite("Albano"), now=start - WEEK)


class TestState:
    def test_without_a_meeting_it_is_to_book(self, session: Session, pair: Pair) -> None:
        found = row(session, pair)
        assert (found.standing.state, found.meeting) == (PairState.TO_BOOK, None)
        assert (found.standing.link, found.standing.silent) == (None, ())

    def test_without_times_it_waits_for_those_who_gave_none(self, session: Session, programme: Programme) -> None:
        quiet, mute = a_person(session, "Quiet Mentor", weekly=[]), a_person(session, "Mute Mentee", weekly=[])
        pair = a_pair(session, programme, quiet, mute)
        found = row(session, pair)
        assert (found.standing.state, found.standing.silent) == (PairState.NO_TIMES, ("Quiet Mentor", "Mute Mentee"))

    def test_booked_until_the_meetings_last_minute_then_to_log(self, session: Session, pair: Pair) -> None:
        meeting = a_meeting(session, pair, days=7)
        end = WEEK + timedelta(minutes=45)
        assert row(session, pair, at=end - timedelta(seconds=1)).standing.state is PairState.BOOKED
        found = row(session, pair, at=end)
        assert (found.standing.state, found.meeting) == (PairState.TO_LOG, meeting)

    def test_met_once_it_was_held(self, session: Session, pair: Pair) -> None:
        meeting = meetings.mark_held(session, past(session, pair, days=3), now=NOW)
        found = row(session, pair)
        assert (found.standing.state, found.meeting, found.standing.link) == (PairState.MET, meeting, None)

    def test_a_meeting_to_come_goes_before_all_else(self, session: Session, pair: Pair) -> None:
        meetings.mark_held(session, past(session, pair, days=9), now=NOW)
        past(session, pair, days=3)
        second, first = a_meeting(session, pair, days=9), a_meeting(session, pair, days=2)
        found = row(session, pair)
        assert (found.standing.state, found.meeting) == (PairState.BOOKED, first)
        meetings.cancel(session, first, now=NOW)
        assert row(session, pair).meeting is second

    def test_then_the_last_one_that_nobody_logged(self, session: Session, pair: Pair) -> None:
        meetings.mark_held(session, past(session, pair, days=3), now=NOW)
        past(session, pair, days=12)
        forgotten = past(session, pair, days=9)
        found = row(session, pair)
        assert (found.standing.state, found.meeting) == (PairState.TO_LOG, forgotten)

    def test_a_cancelled_one_counts_for_nothing(self, session: Session, pair: Pair) -> None:
        meetings.cancel(session, a_meeting(session, pair), now=NOW)
        assert row(session, pair).standing.state is PairState.TO_BOOK

    def test_who_gave_no_times_and_has_a_meeting_is_booked(self, session: Session, programme: Programme) -> None:
        pair = a_pair(session, programme, a_person(session, "Quiet Mentor", weekly=[]))
        a_meeting(session, pair)
        found = row(session, pair).standing
        assert (found.state, found.silent) == (PairState.BOOKED, ("Quiet Mentor",))


class TestLink:
    @pytest.mark.parametrize("how", [Video(), Hybrid("Albano")])
    def test_of_the_pool_is_pending_until_zoom_answers(self, session: Session, pair: Pair, how: How) -> None:
        some_hosts(session, 1)
        a_meeting(session, pair, how=how)
        assert row(session, pair).standing.link is LinkState.PENDING
        session.scalars(select(ZoomMeeting)).one().join_url = "https://zoom.example.com/j/1"
        session.flush()
        assert row(session, pair).standing.link is LinkState.READY

    def test_pasted_is_ready_at_once(self, session: Session, pair: Pair) -> None:
        a_meeting(session, pair, how=Video("https://meet.example.net/1"))
        assert row(session, pair).standing.link is LinkState.READY

    def test_is_missing_without_a_pool(self, session: Session, pair: Pair) -> None:
        a_meeting(session, pair)
        assert row(session, pair).standing.link is LinkState.MISSING

    def test_is_no_matter_where_nobody_meets_on_video(self, session: Session, pair: Pair) -> None:
        a_meeting(session, pair, how=OnSite("Albano"))
        assert row(session, pair).standing.link is None

    def test_given_up_by_zoom_and_wanted_anew_is_pending(self, session: Session, pair: Pair) -> None:
        some_hosts(session, 1)
        meeting = a_meeting(session, pair)
        session.scalars(select(ZoomMeeting)).one().join_url = "https://zoom.example.com/j/1"
        meetings.change_how(session, meeting, how=Video("https://meet.example.net/1"), now=NOW)
        assert row(session, pair).standing.link is LinkState.READY
        meetings.change_how(session, meeting, how=Video(), now=NOW)
        assert row(session, pair).standing.link is LinkState.PENDING


def test_those_that_need_somebody_stand_first_then_by_the_mentees_name(session: Session, programme: Programme) -> None:
    made = {}
    names = ("Bea", "Ada", "Dag", "Cia", "Eva", "Ola", "Pia")
    for name, weekly in ((name, [] if name == "Dag" else None) for name in names):
        mentor = a_person(session, f"Mentor {name}")
        made[name] = a_pair(session, programme, mentor, a_person(session, f"{name} Mentee", weekly=weekly))
    a_meeting(session, made["Ada"])
    a_proposal(session, made["Ola"])
    programme.starts_on = NOW.date() - 6 * WEEK
    for name in ("Bea", "Dag", "Pia"):
        made[name].created_at = NOW - (6 if name == "Pia" else 1) * WEEK
    past(session, made["Cia"], days=3)
    meetings.mark_held(session, past(session, made["Eva"], days=4), now=NOW)
    rows = desk.pair_rows(session, desk.pair_standings(session, Desk(programme, None), now=NOW))
    assert [found.pair.mentee.name.split()[0] for found in rows] == ["Pia", "Dag", "Bea", "Cia", "Ola", "Ada", "Eva"]
    assert [found.standing.state for found in rows] == list(PairState)


class Reach:
    """Two departments with a pair each, one pair of both, one of neither, and one of another programme."""

    def __init__(self, session: Session, programme: Programme) -> None:
        self.session, self.programme = session, programme
        self.physics, self.english = a_department(session, programme, "P"), a_department(session, programme, "E")
        self.other = a_programme(session, "other")
        self.meetings = {
            "physics": self._meeting("Pa Physics", "Pe Physics", self.physics, self.physics),
            "english": self._meeting("Ea English", "Ee English", self.english, self.english),
            "both": self._meeting("Ba Both", "Be Both", self.physics, self.english),
            "neither": self._meeting("Na None", "Ne None", None, None),
            "other": a_meeting(
                session, a_pair(session, self.other, a_person(session, "Oa Other"), a_person(session, "Oe Other"))
            ),
        }

    def _meeting(self, mentor: str, mentee: str, first: Department | None, second: Department | None) -> Meeting:
        people = a_person(self.session, mentor), a_person(self.session, mentee)
        return a_meeting(self.session, a_pair(self.session, self.programme, *people, mentor_of=first, mentee_of=second))

    def seen(self, sitting: Desk) -> set[str]:
        """What is in reach of the desk, which every query must agree on."""
        session = self.session
        names = {meeting.id: name for name, meeting in self.meetings.items()}
        one_by_one = {
            name for number, name in names.items() if desk.meeting_in_reach(session, sitting, number) is not None
        }
        standings = desk.pair_standings(session, sitting, now=NOW)
        pairs = {names[row.meeting.id] for row in desk.pair_rows(session, standings) if row.meeting}
        rows = desk.delivery_rows(session, sitting, state=None, page=1)
        owed = {names[row.delivery.meeting_id or 0] for row in rows}
        assert one_by_one == pairs == owed
        assert sum(desk.delivery_counts(session, sitting).values()) == len(rows)
        return one_by_one


class TestReach:
    @pytest.fixture
    def reach(self, session: Session, programme: Programme) -> Reach:
        return Reach(session, programme)

    def test_a_programmes_desk_sees_all_of_it_and_no_other(self, reach: Reach) -> None:
        assert reach.seen(Desk(reach.programme, None)) == {"physics", "english", "both", "neither"}
        assert reach.seen(Desk(reach.other, None)) == {"other"}

    def test_a_departments_sees_the_pairs_of_either_one_there(self, reach: Reach) -> None:
        assert reach.seen(Desk(reach.programme, (reach.physics,))) == {"physics", "both"}
        assert reach.seen(Desk(reach.programme, (reach.english,))) == {"english", "both"}
        assert reach.seen(Desk(reach.programme, (reach.english, reach.physics))) == {"physics", "english", "both"}

    def test_one_of_no_department_sees_nothing(self, reach: Reach) -> None:
        assert reach.seen(Desk(reach.programme, ())) == set()

    def test_the_department_counts_in_the_role_that_makes_the_pair(self, session: Session, reach: Reach) -> None:
        # Ea, a mentor of English, is a mentee of Physics as well: that is no matter of her own mentee's.
        mentor = reach.meetings["english"].pair.mentor
        a_member(session, reach.programme, mentor, Role.MENTEE, reach.physics)
        assert reach.seen(Desk(reach.programme, (reach.physics,))) == {"physics", "both"}

    def test_the_department_of_another_programme_counts_for_nothing(self, session: Session, reach: Reach) -> None:
        there = a_department(session, reach.other, "P")
        a_member(session, reach.other, reach.meetings["english"].pair.mentor, Role.MENTOR, there)
        assert reach.seen(Desk(reach.programme, (reach.physics,))) == {"physics", "both"}
        assert reach.seen(Desk(reach.other, (there,))) == set()

    def test_an_unknown_meeting_is_in_nobodys(self, session: Session, reach: Reach) -> None:
        assert desk.meeting_in_reach(session, Desk(reach.programme, None), 4711) is None


class TestDeliveries:
    def test_of_a_meeting_in_the_order_in_which_they_were_owed(self, session: Session, pair: Pair) -> None:
        some_hosts(session, 1)
        meeting = a_meeting(session, pair)
        a_meeting(session, pair, days=20)
        meetings.cancel(session, meeting, now=NOW)
        rows = desk.deliveries_of_meeting(session, meeting)
        assert [(row.delivery.kind, row.recipient.name if row.recipient else None) for row in rows] == [
            ("CreateZoomMeeting", None), ("SendInvite", "Maria Mentor"), ("SendInvite", "Emil Mentee"),
            ("DeleteZoomMeeting", None), ("SendInvite", "Maria Mentor"), ("SendInvite", "Emil Mentee"),
        ]  # fmt: skip
        assert {row.pair for row in rows} == {pair}

    def test_pages_hold_each_once_the_latest_first(self, session: Session, pair: Pair) -> None:
        for day in range(5, 40):
            a_meeting(session, pair, days=day)
        sitting = Desk(pair.programme, None)
        pages = [desk.delivery_rows(session, sitting, state=None, page=number) for number in (1, 2, 3)]
        assert [len(page) for page in pages] == [desk.PAGE, 20, 0]
        found = [row.delivery.id for page in pages for row in page]
        assert found == sorted((each.id for each in deliveries(session)), reverse=True)

    def test_are_counted_and_narrowed_by_state(self, session: Session, pair: Pair) -> None:
        meeting = a_meeting(session, pair)
        meetings.reschedule(session, meeting, starts_at=NOW + WEEK * 2, minutes=45, now=NOW)
        failed = deliveries(session)[-1]
        failed.state = DeliveryState.FAILED
        session.flush()
        sitting = Desk(pair.programme, None)
        assert desk.delivery_counts(session, sitting) == {
            DeliveryState.SUPERSEDED: 2, DeliveryState.WAITING: 1, DeliveryState.FAILED: 1,
        }  # fmt: skip
        (only,) = desk.delivery_rows(session, sitting, state=DeliveryState.FAILED, page=1)
        assert only.delivery is failed
        assert desk.delivery_rows(session, sitting, state=DeliveryState.DONE, page=1) == []

    def test_are_counted_without_a_walk_through_those_of_other_programmes(self, sqlite: Database) -> None:
        sent: list[tuple[str, tuple[object, ...]]] = []
        event.listen(sqlite.engine, "before_cursor_execute", lambda *facts: sent.append(facts[2:4]))
        with sqlite.writing() as session:
            desk.delivery_counts(session, Desk(a_programme(session), None))
            query, values = sent[-1]
            plan = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {query}", values).all()
        assert "USING COVERING INDEX ix_delivery_programme_id_state (programme_id=?)" in plan[0].detail

    def test_one_about_a_pair_or_a_person_is_seen_where_they_belong(
        self, session: Session, programme: Programme
    ) -> None:
        physics, english = a_department(session, programme, "P"), a_department(session, programme, "E")
        shared = a_pair(session, programme, mentor_of=physics, mentee_of=english)
        stranger = a_person(session, "Sven Stranger")
        for message in (
            SendIntroduction(shared.id, shared.mentor_id),
            SendTimesRequest(1, shared.mentee_id),
            SendTimesRequest(2, stranger.id),
        ):
            outbox.put(session, message, programme_id=programme.id, now=NOW)

        def seen(*departments: Department) -> list[str | None]:
            rows = desk.delivery_rows(session, Desk(programme, departments or None), state=None, page=1)
            assert all(
                desk.delivery_in_reach(session, Desk(programme, departments or None), row.delivery.id) for row in rows
            )
            return [row.recipient.name if row.recipient else None for row in rows]

        assert seen(physics) == ["Maria Mentor"]
        assert seen(english) == ["Emil Mentee", "Maria Mentor"]
        assert seen() == ["Sven Stranger", "Emil Mentee", "Maria Mentor"]

    def test_one_that_is_about_nothing_of_ours_is_seen_by_the_programme_alone(
        self, session: Session, programme: Programme
    ) -> None:
        department = a_department(session, programme, "P")
        a_meeting(session, a_pair(session, programme, mentor_of=department, mentee_of=department))
        about_nothing = session.scalars(select(Delivery)).first()
        assert about_nothing is not None
        about_nothing.meeting_id = about_nothing.person_id = None
        session.flush()
        (row,) = [
            row for row in desk.delivery_rows(session, Desk(programme, None), state=None, page=1) if row.pair is None
        ]
        assert row.delivery is about_nothing
        sitting = Desk(programme, (department,))
        assert all(row.pair for row in desk.delivery_rows(session, sitting, state=None, page=1))

"""A wave: every pair that can meet does, the others are told why, and nothing stands in anything's way."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.db import Database
from scheduler.models import AuditEntry, Event, Meeting, Pair, Person, Programme, Proposal, Seat
from scheduler.programme.pairs import meetings, proposals
from scheduler.programme.pairs.modes import Phone
from scheduler.programme.waves import waves
from scheduler.programme.waves.wave_plans import WavePlan
from scheduler.slots import NO_COMMON_HOUR, NO_HOST_FREE, PERSON_TAKEN, zones
from scheduler.states import Action, Audience, EventFormat, EventKind, EventState
from tests.builders import NOW, a_meeting, a_pair, a_person, a_programme, deliveries, some_hosts, utc

FIRST, LAST = date(2026, 11, 9), date(2026, 11, 13)
MONDAY_EVENING = [[0, "17:00", "18:00"]]


@pytest.fixture
def programme(database: Database) -> Programme:
    with database.writing() as session:
        return a_programme(session)


def people(
    session: Session, *names: str, weekly: list[list[object]] | None = None, zone: str = "Europe/Stockholm"
) -> list[Person]:
    return [a_person(session, name, weekly=weekly, zone=zone) for name in names]


def plan(
    database: Database,
    programme: Programme,
    first: date = FIRST,
    last: date = LAST,
    minutes: int = 45,
    now: datetime = NOW,
) -> WavePlan:
    with database.reading() as session:
        return waves.plan_wave(session, programme, first=first, last=last, minutes=minutes, now=now)


def book(database: Database, wave: WavePlan) -> WavePlan:
    with database.writing() as session:
        return waves.book_wave(session, wave, now=NOW)


def test_a_plan_shows_and_books_nothing(database, programme):
    with database.writing() as session:
        some_hosts(session, 1)
        a_pair(session, programme)
    found = plan(database, programme)
    assert [slot.lane.email for slot in found.placed] == ["zoom-1@example.org"]
    with database.reading() as session:
        assert session.scalars(select(Meeting)).all() == []


def test_what_is_planned_is_what_is_booked_with_the_planned_hosts(database, programme):
    with database.writing() as session:
        some_hosts(session, 1, 1)
        for number in range(4):
            a_pair(
                session, programme, *people(session, f"Mentor {number}", f"Mentee {number}", weekly=MONDAY_EVENING[:1])
            )
    found = plan(database, programme, minutes=15)
    booked = book(database, found)
    assert booked == found
    with database.reading() as session:
        rows = session.scalars(select(Meeting).order_by(Meeting.starts_at, Meeting.pair_id)).all()
        assert [(row.pair_id, row.starts_at) for row in rows] == [(s.pair.id, s.starts_at) for s in found.placed]


def test_both_dates_are_included_in_the_programmes_zone(database, programme):
    midnight = [[6, "23:15", "24:00"], [0, "00:00", "00:45"]]
    with database.writing() as session:
        a_pair(session, programme, *people(session, "A", "B", weekly=midnight[:1]))
        a_pair(session, programme, *people(session, "C", "D", weekly=midnight[1:]))
    sunday = plan(database, programme, date(2026, 11, 15), date(2026, 11, 15))
    assert [slot.starts_at for slot in sunday.placed] == [utc(2026, 11, 15, 22, 15)]
    monday = plan(database, programme, date(2026, 11, 16), date(2026, 11, 16))
    assert [slot.starts_at for slot in monday.placed] == [utc(2026, 11, 15, 23)]


def test_nobody_is_placed_in_a_blackout_or_within_a_day_from_now(database, programme):
    with database.writing() as session:
        a_pair(session, programme)
    assert plan(database, programme, date(2026, 12, 21), date(2027, 1, 6)).unplaced[0].reason == NO_COMMON_HOUR
    soon = plan(database, programme, NOW.date(), NOW.date() + timedelta(days=1), now=utc(2026, 11, 2, 17))
    assert soon.placed[0].starts_at >= utc(2026, 11, 3, 17)


def test_nobody_is_placed_during_an_event_they_are_expected_at(database, programme):
    with database.writing() as session:
        a_pair(session, programme, *people(session, "A", "B", weekly=MONDAY_EVENING))
        event = Event(
            programme_id=programme.id, slug="kick-off", feed_uid="x", kind=EventKind.KICK_OFF, title={"en": "x"},
            audience=Audience.MENTORS, format=EventFormat.ONLINE, state=EventState.PUBLISHED,
            starts_at=utc(2026, 11, 9, 16, 30), timezone="Europe/Stockholm", minutes=60, place="", waitlist=True,
            questions=[], changed_at=NOW,
        )  # fmt: skip
        session.add(event)
    assert plan(database, programme).unplaced[0].reason == NO_COMMON_HOUR
    with database.writing() as session:
        session.get_one(Event, 1).state = EventState.DRAFT
    assert len(plan(database, programme).placed) == 1


def test_a_pair_with_a_meeting_coming_is_skipped_and_one_with_a_past_meeting_is_not(database, programme):
    with database.writing() as session:
        first = a_pair(session, programme, *people(session, "A", "B"))
        second = a_pair(session, programme, *people(session, "C", "D"))
        a_meeting(session, first, how=Phone("1"))
        meetings.log_held(session, second, starts_at=NOW - timedelta(days=1), minutes=45, how=Phone("1"), now=NOW)
    found = plan(database, programme)
    assert (found.skipped, [slot.pair.id for slot in found.placed]) == (1, [2])


def test_everyone_left_out_is_told_why(database, programme):
    with database.writing() as session:
        some_hosts(session, 1)
        mentor, *mentees = people(session, "Mia Mentor", "A", "B", weekly=MONDAY_EVENING)
        for mentee in mentees:
            a_pair(session, programme, mentor, mentee)
        a_pair(session, programme, *people(session, "C", "D", weekly=MONDAY_EVENING))
        a_pair(session, programme, *people(session, "E", "F", weekly=[]))
        early = people(session, "G", weekly=[[0, "08:00", "12:00"]])[0]
        a_pair(
            session,
            programme,
            early,
            people(session, "H", weekly=[[0, "08:00", "12:00"]], zone="America/Los_Angeles")[0],
        )
    found = plan(database, programme)
    reasons = {left.pair.id: (left.reason, left.silent) for left in found.unplaced}
    assert reasons[4] == (NO_COMMON_HOUR, ("E", "F"))
    assert reasons[5] == (NO_COMMON_HOUR, ())
    assert sorted(reason for reason, _ in (reasons[id_] for id_ in reasons if id_ < 4)) in (
        [NO_HOST_FREE, NO_HOST_FREE],
        [NO_HOST_FREE, PERSON_TAKEN],
    )
    assert len(found.placed) == 1


def test_hosts_and_people_that_are_taken_already_are_left_alone(database, programme):
    with database.writing() as session:
        some_hosts(session, 1)
        taken = a_pair(session, programme, *people(session, "A", "B"))
        a_pair(session, programme, *people(session, "C", "D", weekly=[[0, "17:00", "19:00"]]))
        a_meeting(session, taken, starts_at=utc(2026, 11, 9, 16))  # 17:00-17:45, and a quarter to the next
    found = plan(database, programme)
    assert found.placed[0].starts_at >= utc(2026, 11, 9, 17)
    assert len(book(database, found).placed) == 1


def test_without_a_pool_everybody_is_placed_and_waits_for_a_link(database, programme):
    with database.writing() as session:
        for number in range(3):
            a_pair(session, programme, *people(session, f"Mentor {number}", f"Mentee {number}", weekly=MONDAY_EVENING))
    found = plan(database, programme)
    assert [slot.lane for slot in found.placed] == [None, None, None]
    assert found.optimal
    assert len(book(database, found).placed) == 3


def test_a_slot_that_was_lost_since_the_plan_is_reported_and_the_rest_is_booked(database, programme):
    with database.writing() as session:
        one = a_pair(session, programme, *people(session, "A", "B", weekly=MONDAY_EVENING))
        a_pair(session, programme, *people(session, "C", "D", weekly=MONDAY_EVENING))
        other = a_pair(session, programme, one.mentor, people(session, "X")[0])
    found = plan(database, programme)
    with database.writing() as session:
        slot = next(slot for slot in found.placed if slot.pair.id == 1)
        a_meeting(session, session.get_one(Pair, other.id), starts_at=slot.starts_at, how=Phone("1"))
    booked = book(database, found)
    assert [slot.pair.id for slot in booked.placed if slot.pair.id < 3] == [2]
    assert [(left.pair.id, left.reason) for left in booked.unplaced if left.pair.id == 1] == [(1, PERSON_TAKEN)]
    with database.reading() as session:
        assert len(session.scalars(select(Seat).where(Seat.active)).all()) == 2 * len(
            session.scalars(select(Meeting)).all()
        )


def test_a_window_that_holds_no_quarter_hour_start_is_tried_on_a_finer_grid(database, programme):
    with database.writing() as session:
        a_pair(session, programme, *people(session, "A", "B", weekly=[[0, "17:05", "17:50"]]))
    assert [slot.starts_at for slot in plan(database, programme).placed] == [utc(2026, 11, 9, 16, 5)]


def test_the_plan_prefers_hours_that_suit_both(database, programme):
    with database.writing() as session:
        home = a_person(session, "A", weekly=[[0, "08:00", "22:00"]])
        away = a_person(session, "B", weekly=[[0, "00:00", "24:00"]], zone="America/New_York")
        a_pair(session, programme, home, away)
    start = plan(database, programme).placed[0].starts_at
    assert [start.astimezone(zones.zone(zone)).hour for zone in ("Europe/Stockholm", "America/New_York")] == [15, 9]


def test_other_programmes_are_not_touched(database, programme):
    with database.writing() as session:
        other = a_programme(session, "another")
        a_pair(session, other)
    found = plan(database, programme)
    assert (found.placed, found.unplaced) == ((), ())


class TestProposing:
    @pytest.fixture
    def pairs(self, database, programme):
        with database.writing() as session:
            some_hosts(session, 1)
            for number in range(2):
                a_pair(session, programme, *people(session, f"Mentor {number}", f"Mentee {number}"))
        return database

    def propose(self, database, wave):
        with database.writing() as session:
            return waves.propose_wave(session, wave, first=FIRST, last=LAST, by="anna@example.org", now=NOW)

    def test_puts_the_planned_slot_and_two_more_of_the_best_to_both_of_each_pair(self, pairs, programme):
        found = plan(pairs, programme)
        assert self.propose(pairs, found) == found
        with pairs.reading() as session:
            rows = session.scalars(select(Proposal).order_by(Proposal.id)).all()
            assert {row.pair_id: row.slots[0].starts_at for row in rows} == {
                slot.pair.id: slot.starts_at for slot in found.placed
            }
            for row in rows:
                assert [len(row.slots), len(row.answers), row.made_by_id] == [3, 2, None]
                last = max(slot.starts_at for slot in row.slots)
                assert min(slot.starts_at for slot in row.slots) >= utc(2026, 11, 8, 23)
                assert last < utc(2026, 11, 13, 23)
            assert [row.kind for row in deliveries(session)] == ["SendProposal"] * 4
            trail = session.scalars(select(AuditEntry).where(AuditEntry.action == Action.WAVE_PROPOSED)).one()
            assert (trail.by, trail.details) == ("anna@example.org", {"pairs": 2})
            assert session.scalars(select(Meeting)).all() == []

    def test_pairs_that_have_been_asked_are_skipped_until_the_proposal_is_closed(self, pairs, programme):
        self.propose(pairs, plan(pairs, programme))
        assert (plan(pairs, programme).skipped, plan(pairs, programme).placed) == (2, ())
        with pairs.writing() as session:
            proposals.withdraw(session, session.get_one(Proposal, 1), by="", now=NOW)
        assert (plan(pairs, programme).skipped, len(plan(pairs, programme).placed)) == (1, 1)

    def test_a_slot_that_was_lost_since_the_plan_is_reported_and_the_rest_is_proposed(self, pairs, programme):
        found = plan(pairs, programme)
        lost = found.placed[0]
        with pairs.writing() as session:
            other = a_pair(session, programme, lost.pair.mentor, people(session, "X")[0])
            a_meeting(session, other, starts_at=lost.starts_at, how=Phone("1"))
        left = self.propose(pairs, found)
        assert [(each.pair.id, each.reason) for each in left.unplaced] == [(lost.pair.id, PERSON_TAKEN)]
        assert len(left.placed) == 1
        with pairs.reading() as session:
            assert [row.pair_id for row in session.scalars(select(Proposal))] == [left.placed[0].pair.id]


def test_of_two_waves_the_second_skips_whom_the_first_booked(database, programme):
    """Both were planned before either was booked, for other weeks."""
    with database.writing() as session:
        a_pair(session, programme)
    first = plan(database, programme)
    second = plan(database, programme, first=date(2026, 11, 16), last=date(2026, 11, 20))
    assert len(first.placed) == len(second.placed) == 1
    assert (len(book(database, first).placed), book(database, first).skipped) == (1, 1)
    late = book(database, second)
    assert (late.placed, late.unplaced, late.skipped) == ((), (), 1)
    with database.reading() as session:
        assert len(session.scalars(select(Meeting)).all()) == 1

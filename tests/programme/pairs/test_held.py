"""Which pairs have met: by Zoom's stays, by the door where Zoom says nothing, and never against people's own word."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from scheduler.db import Database
from scheduler.errors import MeetingClosed
from scheduler.jobs import periodic
from scheduler.models import Attendance, AuditEntry, Meeting, ZoomMeeting
from scheduler.programme import doors, locks
from scheduler.programme.pairs import held, meetings
from scheduler.programme.pool import attendance
from scheduler.states import Action, MeetingState, Source
from tests.builders import NOW, a_meeting, a_pair, a_person, a_programme, some_hosts
from tests.crowds import another_process, at_once, overtake, unguarded

START = NOW + timedelta(days=7)
END = START + timedelta(minutes=45)
Stay = tuple[str, float, float | None]


def at(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


@pytest.fixture
def house(database: Database) -> Database:
    """Maria and Emil's meeting on Zoom, a week from now."""
    with database.writing() as session:
        some_hosts(session, 1)
        a_meeting(session, a_pair(session, a_programme(session)))
        row = session.scalars(select(ZoomMeeting)).one()
        row.zoom_id, row.join_url = 7, "https://zoom.example.com/j/7"
    return database


def zoom_tells(house: Database, *stays: Stay) -> None:
    """Who came and left, in minutes after the start: Maria, Emil, or anybody."""
    with house.writing() as session:
        row = session.scalars(select(ZoomMeeting)).one()
        for number, (who, came, left) in enumerate(stays):
            email = f"{who.lower()}@example.org" if who else ""
            known = {"maria@example.org": "maria.mentor@example.org", "emil@example.org": "emil.mentee@example.org"}
            attendance.note_stay(
                session, row, key=str(number), email=known.get(email, email), came_at=at(came),
                left_at=None if left is None else at(left),
            )  # fmt: skip


def through_the_door(house: Database, **came: float) -> None:
    with house.writing() as session:
        for who, minutes in came.items():
            meeting = session.scalars(select(Meeting)).one()
            seat = next(seat for seat in meeting.seats if seat.person.email.startswith(who))
            assert doors.join(session, seat, now=at(minutes))


def settled(house: Database, *, now: datetime = END) -> Source | None:
    with house.writing() as session:
        held.settle_due(session, now=now)
    with house.reading() as session:
        meeting = session.scalars(select(Meeting)).one()
        assert (meeting.state is MeetingState.HELD) is (meeting.held_by is not None)
        return meeting.held_by


@pytest.mark.parametrize(
    ("stays", "expected"),
    [
        ([("Maria", 0, 40), ("Emil", 2, 40)], Source.ZOOM),
        ([("", 0, 40), ("", 2, 40)], Source.ZOOM),
        ([("Maria", 0, 10), ("", 5, 40)], Source.ZOOM),
        ([("Maria", 0, 10), ("", 5.1, 40)], None),
        ([("Maria", 0, 40)], None),
        ([("Maria", 0, 40), ("Maria", 0, 40)], None),  # on two devices
        ([("Maria", 0, 10), ("Emil", 20, 40)], None),  # one after the other
        ([("Maria", 0, 40), ("Emil", 2, None)], None),  # until Zoom tells when
        ([("Maria", -12, -2), ("Emil", -12, -1)], None),  # before the start
        ([("Maria", -12, 1), ("Emil", -12, 1)], Source.ZOOM),
        ([("Maria", -2000, -1900), ("Emil", -2000, -1900)], None),  # the time before a move
        ([("Maria", 60, 90), ("Emil", 61, 90)], Source.ZOOM),  # late
        ([("Maria", 3000, 3090), ("Emil", 3000, 3090)], None),  # some other day
        ([("Maria", 40, 0), ("Emil", 40, 0)], None),  # nonsense
        ([("Maria", 0, 2), ("Emil", 0, 2), ("Maria", 8, 14), ("Emil", 8, 13)], Source.ZOOM),  # a bad line
        ([("zoom-1", 0, 40), ("Emil", 0, 40)], None),  # the pool's own host
    ],
)
def test_by_zoom_if_two_have_five_minutes_in_common(
    house: Database, stays: list[Stay], expected: Source | None
) -> None:
    zoom_tells(house, *stays)
    assert settled(house) is expected


@pytest.mark.parametrize(
    ("came", "expected"),
    [
        ({"maria": -5, "emil": 3}, Source.DOOR), ({"maria": 0}, None), ({"maria": -16, "emil": 3}, None),
        ({"maria": 0, "emil": 44 + 180}, Source.DOOR), ({"maria": 0, "emil": 46 + 180}, None), ({}, None),
    ],
)  # fmt: skip
def test_by_the_door_if_both_came_while_it_went_on(
    house: Database, came: dict[str, float], expected: Source | None
) -> None:
    through_the_door(house, **came)
    assert settled(house, now=END + timedelta(hours=4)) is expected


def test_zooms_word_goes_before_the_doors(house: Database) -> None:
    through_the_door(house, maria=0, emil=0)
    zoom_tells(house, ("Maria", 0, 40))
    assert settled(house) is None
    zoom_tells(house, ("Maria", 0, 40), ("", 1, 40))
    assert settled(house) is Source.ZOOM


def test_not_before_its_time_is_over(house: Database) -> None:
    zoom_tells(house, ("Maria", 0, 30), ("Emil", 0, 30))
    assert settled(house, now=END - timedelta(seconds=1)) is None
    assert settled(house, now=END) is Source.ZOOM


def test_whoever_tried_the_link_the_day_before_has_still_to_come(house: Database) -> None:
    through_the_door(house, maria=-1500)
    through_the_door(house, emil=0)
    assert settled(house) is None
    through_the_door(house, maria=4)
    assert settled(house) is Source.DOOR
    with house.reading() as session:
        seats = {seat.person.email: seat.joined_at for seat in session.scalars(select(Meeting)).one().seats}
        assert seats["maria.mentor@example.org"] == at(-1500)
        assert {row.came_at for row in session.scalars(select(Attendance))} == {at(0), at(4)}


def test_after_a_move_who_came_before_has_to_come_again(house: Database) -> None:
    through_the_door(house, maria=0, emil=0)
    with house.writing() as session:
        meeting = session.scalars(select(Meeting)).one()
        meetings.reschedule(session, meeting, starts_at=START + timedelta(days=1), minutes=45, now=START)
    after = 24 * 60
    assert settled(house, now=END + timedelta(days=1)) is None
    through_the_door(house, maria=after, emil=after + 1)
    assert settled(house, now=END + timedelta(days=1)) is Source.DOOR


def test_what_people_say_goes_before_and_stays(house: Database) -> None:
    zoom_tells(house, ("Maria", 0, 40), ("Emil", 0, 40))
    with house.writing() as session:
        meetings.mark_held(session, session.scalars(select(Meeting)).one(), by="emil.mentee@example.org", now=at(41))
    assert settled(house) is Source.PERSON


def test_what_is_cancelled_stays_so(house: Database) -> None:
    zoom_tells(house, ("Maria", 0, 40), ("Emil", 0, 40))
    with house.writing() as session:
        meetings.cancel(session, session.scalars(select(Meeting)).one(), now=at(41))
    assert settled(house) is None


def test_who_said_it_by_hand_is_told_apart(house: Database) -> None:
    with house.writing() as session:
        meeting = session.scalars(select(Meeting)).one()
        meetings.mark_held(session, meeting, by="all@example.org", now=at(41))
        assert meeting.held_by is Source.COORDINATOR


def test_what_was_taken_back_is_not_noted_again_until_it_is_moved(house: Database) -> None:
    zoom_tells(house, ("Maria", 0, 40), ("Emil", 0, 40))
    assert settled(house) is Source.ZOOM
    with house.writing() as session:
        held.take_back(session, session.scalars(select(Meeting)).one(), by="emil.mentee@example.org", now=END)
        (entry,) = session.scalars(select(AuditEntry).where(AuditEntry.action == Action.MEETING_NOT_HELD))
        assert (entry.by, entry.pair_id) == ("emil.mentee@example.org", 1)
    assert settled(house) is None
    with house.writing() as session:
        meeting = session.scalars(select(Meeting)).one()
        with pytest.raises(MeetingClosed):
            meetings.mark_held(session, meeting, source=Source.ZOOM, now=END)
        meetings.reschedule(session, meeting, starts_at=START + timedelta(days=1), minutes=45, now=END)
    with house.writing() as session:
        for stay in session.scalars(select(Attendance)):
            stay.came_at, stay.left_at = at(24 * 60), at(24 * 60 + 40)
    assert settled(house, now=END + timedelta(days=1)) is Source.ZOOM


@pytest.mark.parametrize("by", ["emil.mentee@example.org", "all@example.org"])
def test_what_somebody_said_themselves_is_not_taken_back(house: Database, by: str) -> None:
    with house.writing() as session:
        meeting = session.scalars(select(Meeting)).one()
        meetings.mark_held(session, meeting, by=by, now=END)
        with pytest.raises(MeetingClosed):
            held.take_back(session, meeting, by=by, now=END)


def held_entries(session: Session) -> list[tuple[str, object]]:
    rows = session.scalars(select(AuditEntry).where(AuditEntry.action == Action.MEETING_HELD))
    return [(row.by, row.details.get("source")) for row in rows]


def test_many_processes_note_it_once(house: Database) -> None:
    zoom_tells(house, ("Maria", 0, 40), ("Emil", 0, 40))
    assert at_once([lambda: periodic.tick(house, now=END)] * 6) == {"done": 6}
    with house.reading() as session:
        assert held_entries(session) == [("", "zoom")]


def a_rival_settles(house: Database, patch: pytest.MonkeyPatch, *, first: Database, guarded: bool = True) -> None:
    """One process has seen what is due, and before it locks anything another does the same from beginning to end."""
    zoom_tells(house, ("Maria", 0, 40), ("Emil", 0, 40))
    with another_process(house) as rival:
        overtake(patch, locks, "take_for_booking", lambda: rival(lambda session: held.settle_due(session, now=END)))
        if not guarded:
            patch.setattr(meetings, "lock", lambda session, meeting: None)
        with first.writing() as session:
            held.settle_due(session, now=END)


def test_two_processes_that_look_at_once_note_it_once(house: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    a_rival_settles(house, monkeypatch, first=house)
    with house.reading() as session:
        assert held_entries(session) == [("", "zoom")]


def test_with_the_guard_off_the_same_two_note_it_twice(house: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    with unguarded(house) as bare:
        a_rival_settles(house, monkeypatch, first=bare, guarded=False)
    with house.reading() as session:
        assert held_entries(session) == [("", "zoom")] * 2


def test_one_that_was_moved_since_we_looked_holds_up_no_other(house: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    with house.writing() as session:
        one = session.scalars(select(Meeting)).one()
        people = [a_person(session, "Mona Mentor"), a_person(session, "Eva Mentee")]
        other = a_meeting(session, a_pair(session, one.pair.programme, *people), starts_at=START + timedelta(hours=1))
        for meeting in (one, other):
            for person in (meeting.pair.mentor_id, meeting.pair.mentee_id):
                attendance.note_entrance(session, meeting, person, now=meeting.starts_at)
    later = END + timedelta(days=1)

    def move(session: Session) -> None:
        session.execute(
            update(Meeting).where(Meeting.id == one.id).values(starts_at=later),
            execution_options={"synchronize_session": False},
        )

    with house.writing() as session:
        overtake(monkeypatch, locks, "take_for_booking", lambda: move(session))
        held.settle_due(session, now=END + timedelta(hours=1))
    with house.reading() as session:
        found = session.scalars(select(Meeting).order_by(Meeting.id)).all()
        assert [(meeting.state, meeting.held_by) for meeting in found] == [
            (MeetingState.BOOKED, None), (MeetingState.HELD, Source.DOOR),
        ]  # fmt: skip

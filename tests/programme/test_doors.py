"""The door: which seat it belongs to, and where it leads."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.models import Meeting, ZoomMeeting
from scheduler.programme import doors
from scheduler.programme.pairs import meetings
from scheduler.programme.pairs.modes import Hybrid, OnSite, Video, Walk
from tests.builders import NOW, a_meeting, a_pair, a_person, a_programme, some_hosts

PASTED = "https://meet.example.net/room"
ZOOM = "https://zoom.example.com/j/1"


def zoom_meeting(session: Session, meeting: Meeting) -> ZoomMeeting:
    query = select(ZoomMeeting).where(ZoomMeeting.meeting_id == meeting.id, ZoomMeeting.wanted)
    return session.scalars(query).one()


@pytest.fixture
def meeting(session: Session) -> Meeting:
    """On video, on a host of the pool; Zoom has answered."""
    some_hosts(session, 1)
    made = a_meeting(session, a_pair(session, a_programme(session)))
    zoom_meeting(session, made).join_url = ZOOM
    session.flush()
    return made


class TestSeat:
    def test_is_found_by_its_id_and_generation(self, session: Session, meeting: Meeting) -> None:
        for seat in meeting.seats:
            assert doors.seat_of(session, seat.id, 1) is seat

    def test_but_not_by_another_generation_or_id(self, session: Session, meeting: Meeting) -> None:
        seat = meeting.seats[0]
        seat.door_generation = 3
        session.flush()
        assert [doors.seat_of(session, seat.id, generation) for generation in (0, 1, 2, 4)] == [None] * 4
        assert doors.seat_of(session, seat.id, 3) is seat
        assert doors.seat_of(session, 4711, 1) is None

    def test_opposite_it_sits_the_other_one(self, session: Session, meeting: Meeting) -> None:
        assert {seat.meeting.pair.partner_of(seat.person_id).name for seat in meeting.seats} == {
            "Maria Mentor",
            "Emil Mentee",
        }
        for seat in meeting.seats:
            assert seat.meeting.pair.partner_of(seat.person_id).id != seat.person_id

    def test_also_for_a_mentor_of_two(self, session: Session, meeting: Meeting) -> None:
        other = a_person(session, "Ebba Mentee")
        second = a_meeting(
            session, a_pair(session, meeting.pair.programme, meeting.pair.mentor, other), days=8, how=OnSite("Albano")
        )
        assert {seat.meeting.pair.partner_of(seat.person_id).name for seat in second.seats} == {
            "Maria Mentor",
            "Ebba Mentee",
        }


class TestLink:
    def test_is_zooms_once_zoom_has_answered(self, session: Session, meeting: Meeting) -> None:
        assert doors.link(session, meeting) == ZOOM
        zoom_meeting(session, meeting).join_url = ""
        assert doors.link(session, meeting) == ""

    def test_is_the_pasted_one_if_there_is_one(self, session: Session, meeting: Meeting) -> None:
        meeting.link = PASTED
        assert doors.link(session, meeting) == PASTED

    def test_is_never_that_of_a_zoom_meeting_that_is_not_wanted_any_more(
        self, session: Session, meeting: Meeting
    ) -> None:
        meetings.change_how(session, meeting, how=Video(PASTED), now=NOW)
        meetings.change_how(session, meeting, how=Video(), now=NOW)
        assert doors.link(session, meeting) == ""
        zoom_meeting(session, meeting).join_url = "https://zoom.example.com/j/2"
        assert doors.link(session, meeting) == "https://zoom.example.com/j/2"

    def test_of_a_hybrid_meeting_too(self, session: Session, meeting: Meeting) -> None:
        meetings.change_how(session, meeting, how=Hybrid("Albano 3"), now=NOW)
        assert doors.link(session, meeting) == ZOOM

    def test_stays_through_a_move(self, session: Session, meeting: Meeting) -> None:
        meetings.reschedule(session, meeting, starts_at=NOW + timedelta(days=9), minutes=45, now=NOW)
        assert doors.link(session, meeting) == ZOOM

    def test_is_empty_where_nobody_meets_on_video(self, session: Session, meeting: Meeting) -> None:
        meetings.change_how(session, meeting, how=Walk("The bridge"), now=NOW)
        assert doors.link(session, meeting) == ""

    def test_is_empty_once_the_meeting_is_cancelled(self, session: Session, meeting: Meeting) -> None:
        meetings.cancel(session, meeting, now=NOW)
        assert doors.link(session, meeting) == ""

    def test_stays_for_latecomers_when_the_meeting_is_marked_as_held(self, session: Session, meeting: Meeting) -> None:
        meetings.mark_held(session, meeting, now=meeting.starts_at)
        assert doors.link(session, meeting) == ZOOM

    def test_is_empty_where_there_is_no_pool(self, session: Session) -> None:
        assert doors.link(session, a_meeting(session, a_pair(session, a_programme(session)))) == ""


class TestJoin:
    def test_gives_the_link_and_notes_the_first_time_only(self, session: Session, meeting: Meeting) -> None:
        seat, other = meeting.seats
        assert doors.join(session, seat, now=NOW) == ZOOM
        assert doors.join(session, seat, now=NOW + timedelta(minutes=9)) == ZOOM
        assert (seat.joined_at, other.joined_at) == (NOW, None)

    def test_without_a_link_nobody_came_through(self, session: Session, meeting: Meeting) -> None:
        zoom_meeting(session, meeting).join_url = ""
        assert doors.join(session, meeting.seats[0], now=NOW) == ""
        assert meeting.seats[0].joined_at is None

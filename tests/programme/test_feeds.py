"""What stands in the calendars that people subscribe to."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from scheduler.models import Meeting, Pair, Programme, Seat
from scheduler.programme import feeds
from scheduler.programme.pairs import meetings
from scheduler.programme.pairs.modes import Video
from scheduler.states import EventState
from tests.builders import NOW, a_meeting, a_pair, a_person, a_programme, an_event


@pytest.fixture
def pair(session: Session) -> Pair:
    return a_pair(session, a_programme(session))


def seats(session: Session, pair: Pair, *, days: float = 0) -> list[Meeting]:
    """The meetings in the mentor's feed, so many days from NOW."""
    lines = feeds.seat_lines(session, pair.mentor, now=NOW + timedelta(days=days))
    found = [session.get_one(Seat, line.row_id) for line in lines]
    assert {seat.person_id for seat in found} <= {pair.mentor_id}
    return [seat.meeting for seat in found]


class TestSeats:
    def test_are_ones_own_by_start(self, session: Session, pair: Pair) -> None:
        later, sooner = a_meeting(session, pair, days=9), a_meeting(session, pair, days=2)
        other = a_pair(session, pair.programme, a_person(session, "Olga Other"), a_person(session, "Oskar Other"))
        a_meeting(session, other, days=3)
        assert seats(session, pair) == [sooner, later]

    def test_are_of_every_pair_and_programme(self, session: Session, pair: Pair) -> None:
        elsewhere = a_programme(session, "other")
        one = a_meeting(session, pair, days=2)
        two = a_meeting(session, a_pair(session, elsewhere, pair.mentor, a_person(session, "Ebba Mentee")), days=3)
        three = a_meeting(session, a_pair(session, elsewhere, a_person(session, "Moa Mentor"), pair.mentor), days=4)
        assert seats(session, pair) == [one, two, three]

    def test_past_and_held_ones_stay(self, session: Session, pair: Pair) -> None:
        booked = a_meeting(session, pair, days=2)
        held = a_meeting(session, pair, days=3)
        logged = meetings.log_held(
            session, pair, starts_at=NOW - timedelta(days=1), minutes=30, how=Video(), now=NOW
        )  # fmt: skip
        meetings.mark_held(session, held, now=NOW + timedelta(days=4))
        assert seats(session, pair, days=300) == [logged, booked, held]

    def test_a_cancelled_one_stays_for_thirty_days_from_its_cancelling(self, session: Session, pair: Pair) -> None:
        meeting = a_meeting(session, pair, days=100)
        meetings.cancel(session, meeting, now=NOW + timedelta(days=5))
        assert seats(session, pair, days=34.9) == [meeting]
        assert seats(session, pair, days=35) == []

    def test_somebody_without_meetings_has_none(self, session: Session, pair: Pair) -> None:
        assert seats(session, pair) == []


class TestEvents:
    @pytest.fixture
    def programme(self, session: Session) -> Programme:
        return a_programme(session)

    def test_are_the_published_ones_by_start(self, session: Session, programme: Programme) -> None:
        later, sooner = an_event(session, programme, "b", days=9), an_event(session, programme, "a", days=-9)
        an_event(session, programme, "c", state=EventState.DRAFT)
        an_event(session, a_programme(session, "other"), "d")
        assert list(feeds.events_of(session, programme, now=NOW)) == [sooner, later]

    def test_and_those_called_off_in_the_last_thirty_days(self, session: Session, programme: Programme) -> None:
        event = an_event(session, programme, "a", state=EventState.CANCELLED, changed_at=NOW)
        almost, then = NOW + timedelta(days=30, seconds=-1), NOW + timedelta(days=30)
        assert list(feeds.events_of(session, programme, now=almost)) == [event]
        assert list(feeds.events_of(session, programme, now=then)) == []

    def test_of_one_start_by_id(self, session: Session, programme: Programme) -> None:
        made = [an_event(session, programme, slug) for slug in "zmbk"]
        assert list(feeds.events_of(session, programme, now=NOW)) == made

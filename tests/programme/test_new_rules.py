"""An update of the zone data: what moves with it, who is told, and who is left in peace."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.db import Database
from scheduler.models import AuditEntry, Event, Meeting, Person, Registration
from scheduler.programme import new_rules, wall_clocks
from scheduler.programme.events import events
from scheduler.programme.pairs import meetings
from scheduler.slots import zones
from scheduler.states import Action, EventState, MeetingState
from tests.builders import (
    NOW,
    a_meeting,
    a_pair,
    a_person,
    a_programme,
    a_registration,
    an_event,
    deliveries,
    some_hosts,
    utc,
)

HOUR = timedelta(hours=1)
OLD = "2020a"


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.writing() as session:
        yield session


@pytest.fixture
def meeting(session: Session) -> Meeting:
    """Maria in Stockholm and Nadia in Casablanca meet on 9 November at 17:00 in Stockholm."""
    some_hosts(session, 1)
    nadia = a_person(session, "Nadia", zone="Africa/Casablanca")
    meeting = a_meeting(session, a_pair(session, a_programme(session), mentee=nadia), starts_at=utc(2026, 11, 9, 16))
    sent(session, meeting)
    return meeting


def sent(session: Session, meeting: Meeting) -> None:
    """Both have been told, each on their own wall, and nothing is owed."""
    for delivery in deliveries(session):
        session.delete(delivery)
    for seat in meeting.seats:
        wall_clocks.tell(seat, zone=seat.person.timezone, starts_at=meeting.starts_at)
    session.flush()


def under_older_rules(row: Meeting | Event, *, offset: int) -> None:
    """The row was noted while its zone was so many minutes ahead of UTC."""
    row.wall_offset, row.tz_data = offset, OLD


def follow(session: Session) -> None:
    session.flush()
    new_rules.follow_meetings(session, now=NOW)
    new_rules.follow_events(session, now=NOW)
    session.flush()


def owed(session: Session) -> list[tuple[str, int | None, object]]:
    return [(row.kind, row.person_id, row.payload["change"]) for row in deliveries(session) if row.channel == "mail"]


class TestMeetings:
    def test_what_is_agreed_on_today_is_not_looked_at_again(self, session, meeting):
        assert (meeting.wall_offset, meeting.tz_data) == (60, zones.VERSION)
        follow(session)
        assert (owed(session), meeting.sequence) == ([], 0)

    def test_a_meeting_moves_with_the_wall_on_which_it_was_agreed(self, session, meeting):
        """Stockholm was to be on summer time all the year, and is not after all: 18:00 there is an hour later."""
        under_older_rules(meeting, offset=120)
        follow(session)
        assert meeting.starts_at == utc(2026, 11, 9, 17)
        assert {(seat.starts_at, seat.ends_at) for seat in meeting.seats} == {
            (utc(2026, 11, 9, 17), utc(2026, 11, 9, 17, 45)),
        }
        assert (meeting.sequence, meeting.changed_at, meeting.tz_data) == (1, NOW, zones.VERSION)
        people = sorted(seat.person_id for seat in meeting.seats)
        assert sorted(owed(session)) == [("SendInvite", person, "rules") for person in people]
        zoom = [row.kind for row in deliveries(session) if row.channel == "zoom"]
        assert zoom == ["UpdateZoomMeeting"]

    def test_once_however_often_it_is_looked_for(self, session, meeting):
        under_older_rules(meeting, offset=120)
        for _ in range(3):
            follow(session)
        assert meeting.sequence == 1
        assert len(owed(session)) == 2

    def test_the_trail_says_what_moved_it(self, session, meeting):
        under_older_rules(meeting, offset=0)
        follow(session)
        entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
        assert (entry.action, entry.by) == (Action.MEETING_MOVED, "")
        assert entry.details["zones"] == zones.VERSION
        assert entry.details["was"] == utc(2026, 11, 9, 16).isoformat()

    def test_same_rules_in_newer_data_tell_nobody(self, session, meeting):
        under_older_rules(meeting, offset=60)
        follow(session)
        assert (owed(session), meeting.sequence, meeting.tz_data) == ([], 0, zones.VERSION)

    def test_new_rules_of_the_reader_alone_leave_the_instant_and_put_both_calendars_right(self, session, meeting):
        """Casablanca was to be an hour ahead of UTC then: Nadia's invite says 17:00, and her wall will show 16:00."""
        nadia = next(seat for seat in meeting.seats if seat.person.name == "Nadia")
        under_older_rules(meeting, offset=60)
        nadia.told_offset += 60
        follow(session)
        assert (meeting.starts_at, meeting.sequence) == (utc(2026, 11, 9, 16), 1)
        assert len(owed(session)) == 2

    def test_whoever_has_moved_since_is_judged_by_the_wall_they_were_told(self, session, meeting):
        under_older_rules(meeting, offset=60)
        session.scalars(select(Person).where(Person.name == "Nadia")).one().timezone = "Asia/Tokyo"
        follow(session)
        assert owed(session) == []

    def test_what_is_on_its_way_already_is_not_sent_twice(self, session, meeting):
        nadia = next(seat for seat in meeting.seats if seat.person.name == "Nadia")
        nadia.told_offset += 60
        meetings.reschedule(session, meeting, starts_at=utc(2026, 11, 10, 16), minutes=45, now=NOW)
        under_older_rules(meeting, offset=60)
        follow(session)
        assert (meeting.sequence, len(owed(session))) == (1, 2)

    def test_it_stays_where_it_is_if_one_of_them_is_taken_then_and_both_are_told_what_their_walls_show(
        self, session, meeting
    ):
        other = a_pair(session, meeting.pair.programme, meeting.pair.mentor, a_person(session, "Olle Other"))
        some_hosts(session, 1)
        a_meeting(session, other, starts_at=utc(2026, 11, 9, 17))
        sent(session, meeting)
        under_older_rules(meeting, offset=120)
        follow(session)
        assert (meeting.starts_at, meeting.sequence, meeting.tz_data) == (utc(2026, 11, 9, 16), 1, zones.VERSION)
        assert {seat.starts_at for seat in meeting.seats} == {utc(2026, 11, 9, 16)}
        assert len(owed(session)) == 2

    def test_older_data_than_the_rows_changes_nothing(self, session, meeting, monkeypatch):
        """Two releases side by side: the older one must not move back what the newer one has moved."""
        under_older_rules(meeting, offset=120)
        meeting.tz_data = "2099z"
        follow(session)
        assert (owed(session), meeting.starts_at) == ([], utc(2026, 11, 9, 16))

    @pytest.mark.parametrize("end", [meetings.cancel, None])
    def test_what_is_over_or_off_stays_as_it_was(self, session, meeting, end):
        if end:
            end(session, meeting, now=NOW)
            sent(session, meeting)
        under_older_rules(meeting, offset=120)
        before, now = meeting.sequence, NOW if end else NOW + timedelta(days=30)
        session.flush()
        new_rules.follow_meetings(session, now=now)
        assert (owed(session), meeting.starts_at, meeting.sequence) == ([], utc(2026, 11, 9, 16), before)
        assert meeting.state is (MeetingState.CANCELLED if end else MeetingState.BOOKED)

    def test_rows_of_an_earlier_release_are_noted_and_stay(self, session, meeting):
        meeting.wall_offset, meeting.tz_data = None, ""
        follow(session)
        assert (meeting.wall_offset, meeting.tz_data, owed(session)) == (60, zones.VERSION, [])

    def test_an_hour_that_is_skipped_now_leaves_the_instant(self, session):
        meeting = Meeting(starts_at=utc(2027, 3, 28, 1, 30), timezone="Europe/Stockholm", wall_offset=60)
        assert wall_clocks.meant(meeting) == meeting.starts_at

    def test_an_hour_that_comes_twice_now_keeps_its_instant_if_it_is_one_of_them(self, session):
        for at in (utc(2026, 10, 25, 0, 30), utc(2026, 10, 25, 1, 30)):
            meeting = Meeting(starts_at=at, timezone="Europe/Stockholm")
            wall_clocks.note(meeting)
            assert wall_clocks.meant(meeting) == at


class TestEvents:
    @pytest.fixture
    def event(self, session):
        """A workshop on 9 November at 18:00 in Stockholm."""
        event = an_event(session, a_programme(session))
        for name in ("Ada A", "Bo B"):
            registration = a_registration(session, event, name)
            wall_clocks.tell(registration, zone="Europe/Stockholm", starts_at=event.starts_at)
        for delivery in deliveries(session):
            session.delete(delivery)
        wall_clocks.note(event)
        return event

    def test_an_event_keeps_the_hour_that_was_announced_and_tells_everybody(self, session, event):
        was = event.starts_at
        under_older_rules(event, offset=120)
        follow(session)
        follow(session)
        assert (event.starts_at, event.changed_at, event.tz_data) == (was + HOUR, NOW, zones.VERSION)
        assert [(kind, change) for kind, _, change in owed(session)] == [("SendRegistration", "rules")] * 2

    def test_only_whoever_was_misled_is_told_where_the_event_itself_stays(self, session, event):
        ada = session.scalars(select(Registration).order_by(Registration.id)).first()
        ada.told_zone, ada.told_offset = "Africa/Casablanca", 9 * 60
        under_older_rules(event, offset=60)
        follow(session)
        assert owed(session) == [("SendRegistration", ada.person_id, "rules")]
        assert ada.sequence == 1

    def test_a_draft_moves_and_tells_nobody(self, session):
        event = an_event(session, a_programme(session), state=EventState.DRAFT)
        was = event.starts_at
        under_older_rules(event, offset=120)
        follow(session)
        assert (event.starts_at, owed(session)) == (was + HOUR, [])

    def test_a_change_of_something_else_does_not_hide_that_the_rules_are_new(self, session, event):
        was = event.starts_at
        under_older_rules(event, offset=120)
        events.change(session, event, place="Aula Magna", by="", now=NOW)
        follow(session)
        assert event.starts_at == was + HOUR

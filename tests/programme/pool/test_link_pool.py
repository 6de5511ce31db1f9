"""A pool of links: hosts like any others, of which Zoom hears nothing."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.errors import BadFolder, NoHostFree
from scheduler.models import Delivery, Host, Lease, Pair, Seat, ZoomMeeting
from scheduler.programme import doors, folder
from scheduler.programme.events import events
from scheduler.programme.folder.rows import LinkRow
from scheduler.programme.pairs import meetings
from scheduler.programme.pool import hosts, link_pool
from scheduler.settings import HostSetting
from scheduler.states import EventState
from tests.builders import NOW, a_meeting, a_pair, a_person, a_programme, a_registration, an_event, some_hosts

HEAD = "name,join_url,passcode,capacity\n"
ONE, TWO = "https://zoom.example.com/j/1?pwd=a", "https://zoom.example.com/j/2?pwd=b"
WITHOUT_AT = "write a name without @, which only users at Zoom have"
WHOLE = "write the whole address of the meeting, such as https://zoom.us/j/123?pwd=abc"
CAPACITY = "write a whole number from 1 to 10, or nothing for 1"
AGAIN = "this is already on line 2; remove one of the two"
TABLE = f"{HEAD}Room 1,{ONE},472913,\nRoom 2,{TWO},,\n"


def row(name: str = "Room 1", join_url: str = ONE, passcode: str = "472913", capacity: int = 1) -> LinkRow:
    return LinkRow(2, name, join_url, passcode, capacity)


def pairs(session: Session, count: int) -> list[Pair]:
    programme = a_programme(session)
    return [
        a_pair(session, programme, a_person(session, f"Mentor {n}"), a_person(session, f"Mentee {n}"))
        for n in range(count)
    ]


def owed(session: Session) -> list[str]:
    return [delivery.kind for delivery in session.scalars(select(Delivery)) if delivery.channel == "zoom"]


class TestFile:
    def read(self, tmp_path, text):
        path = tmp_path / "rooms.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return folder.read_links(path)

    @pytest.mark.parametrize("text", [TABLE, TABLE.replace(",", ";"), "\ufeff" + TABLE, TABLE.replace("\n", "\r\n")])
    def test_is_read(self, tmp_path, text):
        assert self.read(tmp_path, text) == (row(), LinkRow(3, "Room 2", TWO, "", 1))

    @pytest.mark.parametrize(
        ("text", "where", "problem"),
        [
            ("", "", "there are no links in it; its columns are name,join_url,passcode,capacity"),
            ("name,link\nx,y\n", " line 1", "the columns must be name,join_url,passcode,capacity, not 'name,link'"),
            (f"{HEAD},{ONE},,\n", " line 2, column name", "name is missing"),
            (f"{HEAD}a@example.org,{ONE},,\n", " line 2, column name", WITHOUT_AT),
            (f"{HEAD}Room,http://zoom.us/j/1,,\n", " line 2, column join_url", WHOLE),
            (f"{HEAD}Room,,,\n", " line 2, column join_url", "join_url is missing"),
            (f"{HEAD}Room,{ONE},{'1' * 41},\n", " line 2, column passcode", "write at most 40 letters and digits"),
            (f"{HEAD}Room,{ONE},,11\n", " line 2, column capacity", CAPACITY),
            (f"{HEAD}Room,{ONE},,1.5\n", " line 2, column capacity", CAPACITY),
            (f"{HEAD}A,{ONE},,\nA,{TWO},,\n", " line 3, column name", AGAIN),
            (f"{HEAD}A,{ONE},,\nB,{ONE},,\n", " line 3, column join_url", AGAIN),
            (b"name\xff", " line 1", "this is not UTF-8; save the file as UTF-8"),
        ],
    )
    def test_with_a_mistake_is_refused_by_its_place(self, tmp_path, text, where, problem):
        with pytest.raises(BadFolder) as refused:
            self.read(tmp_path, text)
        assert f"rooms.csv{where}: {problem}." in map(str, refused.value.problems)


class TestSync:
    def test_updates_and_retires_and_takes_back(self, database):
        def told(*rows):
            with database.writing() as session:
                found = link_pool.sync(session, rows, now=NOW)
                return found.created, found.changed, found.same, found.retired

        two = row("Room 2", TWO, "")
        assert told(row(), two) == (["Room 1", "Room 2"], [], [], [])
        assert told(row(), two) == ([], [], ["Room 1", "Room 2"], [])
        assert told(row(capacity=2)) == ([], ["Room 1"], [], ["Room 2"])
        assert told(row(capacity=2)) == ([], [], ["Room 1"], [])
        assert told(row(capacity=2), two) == ([], ["Room 2"], ["Room 1"], [])

    def test_leaves_users_at_zoom_alone_and_is_left_alone_by_their_settings(self, database):
        with database.writing() as session:
            hosts.sync(session, [HostSetting("a@example.org", 1)])
            link_pool.sync(session, [row()], now=NOW)
            hosts.sync(session, [HostSetting("b@example.org", 1)])
            retired = dict(session.execute(select(Host.email, Host.retired)).all())
        assert retired == {"a@example.org": True, "b@example.org": False, "Room 1": False}

    def test_a_new_link_is_behind_the_door_at_once_and_is_reminded_of(self, database):
        with database.writing() as session:
            link_pool.sync(session, [row()], now=NOW)
            meeting = a_meeting(session, *pairs(session, 1))
            for seat in session.scalars(select(Seat)):
                seat.hour_reminder_for = seat.starts_at
            assert doors.link(session, meeting) == ONE
            before = meeting.sequence
            link_pool.sync(session, [row(join_url=TWO, passcode="1")], now=NOW)
            assert (doors.link(session, meeting), doors.passcode(session, meeting)) == (TWO, "1")
            assert set(session.scalars(select(Seat.hour_reminder_for))) == {None}
            assert meeting.sequence == before


class TestPool:
    @pytest.fixture
    def rooms(self, database):
        with database.writing() as session:
            link_pool.sync(session, [row(), row("Room 2", TWO, "")], now=NOW)
        return database

    def test_a_meeting_leads_to_a_room_of_its_own_and_zoom_hears_nothing(self, rooms):
        with rooms.writing() as session:
            one, two, three = pairs(session, 3)
            assert {doors.link(session, a_meeting(session, pair)) for pair in (one, two)} == {ONE, TWO}
            with pytest.raises(NoHostFree):
                a_meeting(session, three)
            assert owed(session) == []

    def test_moved_and_cancelled_it_gives_its_room_back(self, rooms):
        with rooms.writing() as session:
            one, two, three = (
                a_meeting(session, pair, days=day) for day, pair in enumerate(pairs(session, 3), start=7)
            )
            assert sorted(session.scalars(select(Lease.host_id))) == [1, 1, 2], "the load is even"
            to = one.starts_at + timedelta(hours=2)
            meetings.reschedule(session, one, starts_at=to, minutes=45, now=NOW)
            lease = session.scalars(select(Lease).where(Lease.meeting_id == one.id, Lease.active)).one()
            assert lease.starts_at == to - hosts.BEFORE
            meetings.cancel(session, two, now=NOW)
            assert doors.link(session, two) == ""
            gone = session.scalars(select(ZoomMeeting).where(ZoomMeeting.meeting_id == two.id)).one()
            assert (gone.wanted, gone.join_url, gone.passcode, gone.gone_at) == (False, "", "", NOW)
            assert doors.link(session, three) in {ONE, TWO}
            assert owed(session) == []

    def test_an_event_is_held_there_too(self, rooms):
        with rooms.writing() as session:
            event = an_event(session, a_programme(session), state=EventState.DRAFT)
            events.publish(session, event, by="", now=NOW)
            seat = a_registration(session, event)
            assert (doors.event_link(session, seat), doors.passcode(session, event)) == (ONE, "472913")
            events.change(session, event, link="https://meet.example.net/1", by="", now=NOW)
            assert doors.event_link(session, seat) == "https://meet.example.net/1"
            assert doors.passcode(session, event) == ""
            assert owed(session) == []

    def test_a_room_that_left_keeps_what_it_has(self, rooms):
        with rooms.writing() as session:
            one, two = pairs(session, 2)
            first = a_meeting(session, one)
            link_pool.sync(session, [row("Room 2", TWO, "")], now=NOW)
            assert doors.link(session, first) == ONE
            assert doors.link(session, a_meeting(session, two)) == TWO

    def test_rooms_and_users_at_zoom_stand_in_one_pool(self, rooms):
        with rooms.writing() as session:
            some_hosts(session, 1)
            for pair in pairs(session, 3):
                a_meeting(session, pair)
            assert owed(session) == ["CreateZoomMeeting"]

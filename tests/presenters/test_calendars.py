"""Meetings and events as calendars show them, read by a reader that shares no code with the writer."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from scheduler.db import Database
from scheduler.models import Meeting, Seat
from scheduler.presenters import calendars
from scheduler.presenters.meetings import MeetingView, view
from scheduler.programme.pairs import meetings
from scheduler.programme.pairs.modes import Hybrid, OnSite, Phone, Video, Walk
from scheduler.states import EventState, Method, Mode
from tests.builders import LINKS, NOW, a_meeting, a_pair, a_person, a_programme, an_event, utc
from tests.integrations.ical.reader import Property, Zone, components
from tests.presenters.feeding import of_programme, personal, written
from tests.presenters.telling import DOOR, EVENING, speaking, told
from tests.web.world import ZOOM

ORGANIZER = "traff@example.org"
PLACES: dict[str, Any] = {"place": "Albano 3", "meeting_point": "The bridge", "phone": "08-16 20 00"}


def invited(meeting: MeetingView, method: Method = Method.REQUEST) -> dict[str, list[Property]]:
    """The one entry of an invite."""
    (entry,) = components(calendars.invite(meeting, method=method, organizer=ORGANIZER), "VEVENT")
    return entry


def text(entry: dict[str, list[Property]], name: str) -> str:
    (found,) = entry[name]
    return found.text


class TestInvite:
    def test_is_for_one_reader_from_the_programme(self) -> None:
        entry = invited(told(speaking("en")))
        (organizer,), (attendee,) = entry["ORGANIZER"], entry["ATTENDEE"]
        assert (organizer.value, organizer.parameters["CN"]) == (f"mailto:{ORGANIZER}", ["The mentorship programme"])
        assert (attendee.value, attendee.parameters["CN"]) == ("mailto:maria@example.org", ["Maria Mentor"])
        assert text(entry, "UID") == "4b1f0d0c-uid"
        assert text(entry, "SEQUENCE") == "1"
        assert text(entry, "DTSTAMP") == "20261102T090000Z"

    def test_holds_its_times_in_the_readers_zone_with_its_rules(self) -> None:
        for zone, start, end in (
            ("Europe/Stockholm", "20261201T180000", "20261201T184500"),
            ("Asia/Kolkata", "20261201T223000", "20261201T231500"),
            ("America/New_York", "20261201T120000", "20261201T124500"),
        ):
            content = calendars.invite(told(speaking("en", zone)), method=Method.REQUEST, organizer=ORGANIZER)
            (entry,) = components(content, "VEVENT")
            (found,) = entry["DTSTART"]
            assert (found.value, found.parameters["TZID"], text(entry, "DTEND")) == (start, [zone], end)
            assert instant(content, found) == EVENING

    def test_a_cancellation_says_so(self) -> None:
        entry = invited(told(speaking("sv"), cancelled=True), Method.CANCEL)
        assert text(entry, "STATUS") == "CANCELLED"

    @pytest.mark.parametrize("mode", Mode)
    def test_what_is_cancelled_has_no_way_in(self, mode: Mode) -> None:
        meeting = told(mode=mode, cancelled=True, **PLACES)
        content = calendars.invite(meeting, method=Method.CANCEL, organizer=ORGANIZER)
        assert "/j/" in DOOR
        assert b"/j/" not in content.replace(b"\r\n ", b"")
        (entry,) = components(content, "VEVENT")
        assert not {"CONFERENCE", "URL"} & set(entry)

    @pytest.mark.parametrize(
        ("mode", "location", "conference"),
        [
            (Mode.VIDEO, DOOR, True), (Mode.HYBRID, "Albano 3", True), (Mode.ON_SITE, "Albano 3", False),
            (Mode.WALK, "The bridge", False), (Mode.PHONE, "08-16 20 00", False),
        ],
    )  # fmt: skip
    def test_is_where_one_has_to_be(self, mode: Mode, location: str, conference: bool) -> None:
        entry = invited(told(mode=mode, **PLACES))
        assert text(entry, "LOCATION") == location
        assert ("CONFERENCE" in entry) == conference
        assert text(entry, "URL") == DOOR
        assert text(entry, "SUMMARY") == "Mentor meeting with Emil Mentee"

    def test_tells_all_one_needs_with_the_door_on_its_own_line(self) -> None:
        meeting = told(
            speaking("sv", "Europe/London"), partner_in="Asia/Kolkata", mode=Mode.WALK, meeting_point="Bron",
            rain_plan="Kafé", route="4 km",
        )  # fmt: skip
        assert text(invited(meeting), "DESCRIPTION").split("\n") == [
            "Hur: Promenad",
            "Mötesplats: Bron",
            "Om det regnar: Kafé",
            "Väg: 4 km",
            "För Emil Mentee: tisdag 1 december 2026, 22:30–23:15, Kolkata (GMT+5:30)",
            "",
            "Mer om mötet:",
            DOOR,
        ]
        assert "Join here:" in text(invited(told()), "DESCRIPTION")

    def test_hostile_names_stay_in_their_place(self) -> None:
        name = 'Emil\r\nATTENDEE:mailto:x@evil.example\n;,"\\:^n'
        entry = invited(told(speaking("en", name=name), partner=name))
        assert len(entry["ATTENDEE"]) == 1
        assert text(entry, "SUMMARY").startswith("Mentor meeting with Emil ATTENDEE:mailto:x@evil.example")


class TestFeed:
    @pytest.mark.parametrize(
        ("how", "location"),
        [
            (Video(), None), (Phone("08-16 20 00"), "08-16 20 00"), (OnSite("Albano 3"), "Albano 3"),
            (Walk("The bridge", "Café"), "The bridge"), (Hybrid("Albano 3"), "Albano 3"),
        ],
    )  # fmt: skip
    def test_shows_each_meeting_where_it_is(
        self, sqlite: Database, how: Video | Phone | OnSite | Walk | Hybrid, location: str | None
    ) -> None:
        seat, content = fed(sqlite, how)
        (entry,) = components(content, "VEVENT")
        door = LINKS.door(seat.id, 1)
        assert text(entry, "LOCATION") == (door if location is None else location)
        assert text(entry, "URL") == door
        assert instant(content, entry["DTSTART"][0]) == EVENING
        assert instant(content, entry["DTEND"][0]) == EVENING + timedelta(minutes=45)

    def test_of_the_other_it_holds_the_name_and_no_more(self, sqlite: Database) -> None:
        _, content = fed(sqlite, Video("https://meet.example.net/secret"))
        plain = content.decode().replace("\r\n ", "")
        assert "Emil Mentee" in plain
        for secret in ("@example", "ATTENDEE", "ORGANIZER", "METHOD", "meet.example.net", ZOOM):
            assert secret not in plain

    def test_says_what_it_is_and_how_often_to_come_back(self, sqlite: Database) -> None:
        _, content = fed(sqlite, Video())
        (calendar,) = components(content, "VCALENDAR")
        assert text(calendar, "NAME") == "My mentor meetings"
        assert text(calendar, "REFRESH-INTERVAL") == "PT1H"
        assert text(calendar, "SOURCE").startswith(f"{LINKS.base_url}/feeds/")

    def test_a_cancelled_meeting_stands_as_cancelled_under_its_uid(self, database: Database) -> None:
        with database.writing() as session:
            meeting = a_meeting(session, a_pair(session, a_programme(session)))
            (before,) = components(of(session, meeting), "VEVENT")
            meetings.cancel(session, meeting, now=NOW + timedelta(hours=1))
            (after,) = components(of(session, meeting), "VEVENT")
        assert text(after, "UID") == text(before, "UID")
        assert (text(before, "SEQUENCE"), text(after, "SEQUENCE")) == ("0", "1")
        assert (text(before, "STATUS"), text(after, "STATUS")) == ("CONFIRMED", "CANCELLED")
        assert text(after, "LAST-MODIFIED") == "20261102T100000Z"
        assert "CONFERENCE" not in after

    def test_an_invite_and_the_feed_are_one_entry_to_a_calendar(self, sqlite: Database) -> None:
        with sqlite.writing() as session:
            meeting = a_meeting(session, a_pair(session, a_programme(session)))
            (entry,) = components(of(session, meeting), "VEVENT")
            asked = invited(view(seat_of(meeting), LINKS))
        same = {"UID", "SEQUENCE", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "DESCRIPTION", "LOCATION", "URL", "STATUS"}
        assert {name: text(entry, name) for name in same} == {name: text(asked, name) for name in same}


class TestEvents:
    def test_an_event_is_in_its_own_zone_and_names_its_page(self, sqlite: Database) -> None:
        with sqlite.writing() as session:
            programme = a_programme(session)
            event = an_event(session, programme, "kick-off", place="Aula Magna", timezone="Europe/London")
            content = calendars.event_file(programme, event, LINKS, locale="sv")
        (entry,) = components(content, "VEVENT")
        page = f"{LINKS.base_url}/p/mentor/e/kick-off/"
        assert (text(entry, "SUMMARY"), text(entry, "LOCATION")) == ("Kväll kick-off", "Aula Magna")
        assert (text(entry, "URL"), text(entry, "DESCRIPTION")) == (page, page)
        assert entry["DTSTART"][0].parameters["TZID"] == ["Europe/London"]
        assert instant(content, entry["DTSTART"][0]) == NOW + timedelta(days=7, hours=8)
        assert text(entry, "UID") == "mentor-kick-off@traff.example.org"
        assert entry.keys().isdisjoint({"ATTENDEE", "ORGANIZER", "CONFERENCE"})

    def test_a_programmes_feed_in_either_language(self, sqlite: Database) -> None:
        with sqlite.writing() as session:
            programme = a_programme(session)
            an_event(session, programme, "one")
            an_event(session, programme, "two", state=EventState.CANCELLED)
            contents = {}
            for programme.locale in ("en", "sv"):
                contents[programme.locale] = written(session, of_programme(session, programme, now=NOW))
        for locale, name, first in (
            ("en", "The mentorship programme", "Evening one"),
            ("sv", "Mentorprogrammet", "Kväll one"),
        ):
            (calendar,) = components(contents[locale], "VCALENDAR")
            entries = components(contents[locale], "VEVENT")
            assert (text(calendar, "NAME"), text(entries[0], "SUMMARY")) == (name, first)
            assert [text(entry, "STATUS") for entry in entries] == ["CONFIRMED", "CANCELLED"]

    def test_the_same_event_is_the_same_in_file_and_feed(self, sqlite: Database) -> None:
        with sqlite.writing() as session:
            programme = a_programme(session)
            event = an_event(session, programme, "one")
            feed = written(session, of_programme(session, programme, now=NOW))
            file = calendars.event_file(programme, event, LINKS, locale="sv")
        assert components(feed, "VEVENT") == components(file, "VEVENT")


def instant(content: bytes, at: Property) -> datetime:
    """The instant of a wall clock by the rules that the calendar itself carries."""
    wall = datetime.strptime(at.value, "%Y%m%dT%H%M%S")  # noqa: DTZ007 - a wall clock
    start, end = content.index(b"BEGIN:VTIMEZONE"), content.index(b"END:VTIMEZONE") + len(b"END:VTIMEZONE\r\n")
    (found,) = Zone(content[start:end]).instants(wall)
    return found.replace(tzinfo=UTC)


def fed(database: Database, how: Video | Phone | OnSite | Walk | Hybrid) -> tuple[Seat, bytes]:
    """Maria's seat and feed, with one meeting of this kind."""
    with database.writing() as session:
        maria = a_person(session, "Maria Mentor", zone="Asia/Kolkata")
        pair = a_pair(session, a_programme(session), mentor=maria)
        meeting = a_meeting(session, pair, starts_at=EVENING, how=how)
        return seat_of(meeting), written(session, personal(session, maria, now=utc(2026, 11, 2)))


def of(session: Session, meeting: Meeting) -> bytes:
    """The mentor's feed with this meeting alone."""
    return written(session, personal(session, meeting.pair.mentor, now=NOW))


def seat_of(meeting: Meeting) -> Seat:
    """The mentor's."""
    return next(each for each in meeting.seats if each.person_id == meeting.pair.mentor_id)

"""A meeting in its reader's words, from its rows."""

import pytest

from scheduler.db import Database
from scheduler.models import Meeting
from scheduler.presenters.meetings import view
from scheduler.programme.pairs import meetings
from scheduler.programme.pairs.modes import Hybrid, OnSite, Phone, Video, Walk
from scheduler.states import Mode
from tests.builders import LINKS, NOW, a_meeting, a_pair, a_person, a_programme, utc
from tests.presenters.telling import DOOR, EVENING, speaking, told


class TestWalls:
    def test_the_readers_own_first(self) -> None:
        meeting = told(speaking("en", "America/New_York"), partner_in="Asia/Kolkata")
        assert meeting.when == "Tuesday 1 December 2026, 12:00–12:45, New York (GMT-5)"
        assert meeting.when_for_partner == "Tuesday 1 December 2026, 22:30–23:15, Kolkata (GMT+5:30)"

    @pytest.mark.parametrize("zone", ["Europe/Stockholm", "Europe/Berlin", "Africa/Lagos"])
    def test_the_partners_only_where_it_shows_another_time(self, zone: str) -> None:
        assert told(partner_in=zone).when_for_partner == ""

    def test_a_place_with_a_comma_in_its_name_is_no_other_time(self) -> None:
        knox = speaking("en", "America/Indiana/Knox")
        assert told(knox, partner_in="America/Chicago").when_for_partner == ""
        assert told(knox, partner_in="America/Indiana/Vincennes").when_for_partner.endswith(
            "Vincennes, Indiana (GMT-5)"
        )

    def test_two_walls_may_agree_at_the_start_and_not_at_the_end(self) -> None:
        # Lagos keeps its clock while Stockholm's goes forward in the middle of the meeting.
        night = utc(2026, 3, 29, 0, 30)
        assert told(partner_in="Africa/Lagos", starts_at=night, minutes=60).when_for_partner == (
            "Sunday 29 March 2026, 01:30–02:30, Lagos (GMT+1)"
        )

    @pytest.mark.parametrize("mode", [Mode.ON_SITE, Mode.WALK, Mode.HYBRID])
    def test_where_people_come_together_the_wall_there_counts(self, mode: Mode) -> None:
        meeting = told(speaking("sv", "Europe/London"), mode=mode, place="Albano", meeting_point="Bron")
        assert meeting.when_at_place == "tisdag 1 december 2026, 18:00–18:45, Stockholm (GMT+1)"
        assert told(speaking("sv", "Europe/Berlin"), mode=mode).when_at_place == ""

    @pytest.mark.parametrize("mode", [Mode.VIDEO, Mode.PHONE])
    def test_elsewhere_there_is_no_such_wall(self, mode: Mode) -> None:
        assert told(speaking("sv", "Europe/London"), mode=mode).when_at_place == ""


class TestFacts:
    def test_in_the_order_in_which_one_needs_them(self) -> None:
        meeting = told(
            mode=Mode.WALK, meeting_point="The bridge", rain_plan="Café", route="4 km", phone="070", place=""
        )  # fmt: skip
        assert meeting.facts == [
            ("Meeting point", "The bridge"), ("If it rains", "Café"), ("Route", "4 km"), ("Phone", "070"),
        ]  # fmt: skip

    def test_in_the_readers_language(self) -> None:
        meeting = told(speaking("sv"), mode=Mode.HYBRID, place="Albano 3")
        assert (meeting.title, meeting.mode, meeting.facts) == (
            "Mentormöte med Emil Mentee", "På plats och på video", [("Plats", "Albano 3")],
        )  # fmt: skip

    @pytest.mark.parametrize(
        ("mode", "location", "joins"),
        [
            (Mode.VIDEO, DOOR, True), (Mode.HYBRID, "Albano 3", True), (Mode.ON_SITE, "Albano 3", False),
            (Mode.WALK, "The bridge", False), (Mode.PHONE, "08-16 20 00", False),
        ],
    )  # fmt: skip
    def test_where_it_is(self, mode: Mode, location: str, joins: bool) -> None:
        meeting = told(mode=mode, place="Albano 3", meeting_point="The bridge", phone="08-16 20 00")
        assert (meeting.location, meeting.joins_by_door) == (location, joins)

    def test_a_language_that_we_do_not_speak_is_english(self) -> None:
        assert told(speaking("fi")).title == "Mentor meeting with Emil Mentee"


class TestView:
    @pytest.fixture
    def meeting_id(self, database: Database) -> int:
        with database.writing() as session:
            mentor = a_person(session, "Maria Mentor", zone="America/New_York")
            mentee = a_person(session, "Emil Mentee", locale="sv")
            return a_meeting(session, a_pair(session, a_programme(session), mentor, mentee)).id

    def test_each_sees_the_other_by_an_own_door(self, database: Database, meeting_id: int) -> None:
        with database.reading() as session:
            meeting = session.get_one(Meeting, meeting_id)
            views = {seat.person.name: view(seat, LINKS) for seat in meeting.seats}
            doors = {seat.person.name: LINKS.door(seat.id, 1) for seat in meeting.seats}
        for name, other in (("Maria Mentor", "Emil Mentee"), ("Emil Mentee", "Maria Mentor")):
            assert (views[name].reader.name, views[name].partner, views[name].door) == (name, other, doors[name])
        assert views["Emil Mentee"].programme == "Mentorprogrammet"
        assert views["Maria Mentor"].programme == "The mentorship programme"
        assert views["Maria Mentor"].partner_timezone == "Europe/Stockholm"
        assert views["Maria Mentor"].contact == "alumni@example.org"
        assert len({each.uid for each in views.values()}) == 1

    @pytest.mark.parametrize(
        "how", [Video(), Phone("08-16 20 00"), OnSite("Albano 3"), Walk("The bridge", "Café"), Hybrid("Albano 3")]
    )
    def test_of_now_or_of_an_earlier_version(
        self, database: Database, meeting_id: int, how: Video | Phone | OnSite | Walk | Hybrid
    ) -> None:
        with database.writing() as session:
            meeting = session.get_one(Meeting, meeting_id)
            before = meetings.version(meeting)
            meetings.reschedule(session, meeting, starts_at=EVENING, minutes=30, now=NOW)
            meetings.change_how(session, meeting, how=how, now=NOW)
            meetings.cancel(session, meeting, now=NOW)
            now, then = view(meeting.seats[0], LINKS), view(meeting.seats[0], LINKS, at=before, cancelled=False)
        assert (now.cancelled, now.version.starts_at, now.version.mode, now.version.minutes) == (
            True, EVENING, how.mode, 30,
        )  # fmt: skip
        assert (then.cancelled, then.version) == (False, before)

"""The main job: a folder of files becomes booked meetings, Zoom meetings, invites, doors and feeds."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import icalendar
import pytest
from sqlalchemy import select

from scheduler.models import Meeting, Person, Seat, ZoomMeeting
from scheduler.programme import folder
from scheduler.programme.files import loading
from scheduler.programme.pool import hosts
from scheduler.programme.waves import waves
from scheduler.settings import HostSetting
from tests.builders import LINKS
from tests.world import Installation, calendar_of, entry_of, text_of

Row = TypeVar("Row")
TOML = """
[programme]
slug = "mentor-2026"
name = { sv = "Mentorprogrammet", en = "The mentorship programme" }
timezone = "Europe/Stockholm"
locale = "sv"
starts_on = 2026-11-02
ends_on = 2027-05-28
contact = "alumni@example.org"

[[departments]]
name = "Fysikum"
"""
PEOPLE = """email,name,role,department,timezone,locale
mia@example.org,Mia Öberg,mentor,Fysikum,America/New_York,en
emil@example.org,Emil Ek,mentee,Fysikum,Europe/Stockholm,sv
"""
PAIRS = "mentor,mentee\nmia@example.org,emil@example.org\n"
AVAILABILITY = """email,weekday,start,end
mia@example.org,tue,08:00,12:00
emil@example.org,tue,16:00,18:00
"""
# Tuesday 10 November 2026, 16:00 in Stockholm, 10:00 in New York: the best hour for both.
START = datetime(2026, 11, 10, 15, tzinfo=UTC)


@pytest.fixture
def walked(house: Installation, tmp_path: Path) -> Installation:
    """A pair loaded from files, booked in one wave, and everything delivered."""
    files = {"programme.toml": TOML, "people.csv": PEOPLE, "pairs.csv": PAIRS, "availability.csv": AVAILABILITY}
    for name, content in files.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    with house.database.writing() as session:
        hosts.sync(session, [HostSetting("zoom-1@example.org", 1)])
        programme, _ = loading.load(session, folder.read(tmp_path), now=house.clock.now)
    with house.database.reading() as session:
        plan = waves.plan_wave(
            session, programme, first=date(2026, 11, 9), last=date(2026, 11, 15), minutes=45, now=house.clock.now
        )
    with house.database.writing() as session:
        waves.book_wave(session, plan, now=house.clock.now)
    house.work()
    return house


def one(house: Installation, model: type[Row]) -> Row:
    with house.database.reading() as session:
        return session.scalars(select(model)).one()


def door(house: Installation, name: str) -> str:
    with house.database.reading() as session:
        seat = session.scalars(select(Seat).join(Seat.person).where(Person.name == name)).one()
        return f"/j/{LINKS.token('door', seat.id, seat.door_generation)}"


def test_zoom_has_the_one_meeting_that_the_rows_want(walked):
    (remote,) = walked.zoom.meetings()
    assert (remote.host, remote.start_time, remote.duration) == ("zoom-1@example.org", START, 45)
    row = one(walked, ZoomMeeting)
    assert (row.zoom_id, row.wanted) == (remote.id, True)
    assert remote.agenda.startswith(f"ref:{row.reference}")


def test_each_gets_one_mail_with_an_invite_of_their_own(walked):
    assert sorted(recipient for recipient, _ in walked.post.received) == ["emil@example.org", "mia@example.org"]
    for name in ("emil", "mia"):
        (mail,) = walked.post.to(name)
        event = entry_of(mail)
        assert str(calendar_of(mail)["METHOD"]) == "REQUEST"
        assert str(event["UID"]) == one(walked, Meeting).uid
        assert int(event["SEQUENCE"]) == 0
        assert event["ATTENDEE"] == f"mailto:{name}@example.org"
        assert event["ORGANIZER"] == "mailto:traff@example.org" == f"mailto:{mail['From'].addresses[0].addr_spec}"
        assert str(mail["Reply-To"]) == "alumni@example.org"
        assert (event.start.astimezone(UTC), event.end.astimezone(UTC)) == (START, START + timedelta(minutes=45))


def test_the_mail_speaks_the_readers_language_and_zone_and_names_it(walked):
    (swedish,), (english,) = walked.post.to("emil"), walked.post.to("mia")
    assert swedish["Subject"] == "Mentormöte med Mia Öberg, tis 10 nov. kl. 16:00, Stockholm"
    assert "När: tisdag 10 november 2026, 16:00–16:45, Stockholm (GMT+1)" in text_of(swedish)
    assert "För Mia Öberg: tisdag 10 november 2026, 10:00–10:45, New York (GMT-5)" in text_of(swedish)
    assert english["Subject"] == "Mentor meeting with Emil Ek, Tue 10 Nov at 10:00, New York"
    assert "When: Tuesday 10 November 2026, 10:00–10:45, New York (GMT-5)" in text_of(english)
    assert "For Emil Ek: Tuesday 10 November 2026, 16:00–16:45, Stockholm (GMT+1)" in text_of(english)


def test_the_invite_holds_the_door_and_never_zooms_own_link(walked):
    zoom_link = one(walked, ZoomMeeting).join_url
    for name, full in (("emil", "Emil Ek"), ("mia", "Mia Öberg")):
        (mail,) = walked.post.to(name)
        event = entry_of(mail)
        address = LINKS.base_url + door(walked, full)
        assert str(event["LOCATION"]) == address
        assert str(event["CONFERENCE"]) == address
        assert address in text_of(mail)
        assert zoom_link.split("?", maxsplit=1)[0] not in mail.as_string() + text_of(mail) + str(event)


def test_nobody_is_told_the_others_address(walked):
    for name, other in (("emil", "mia"), ("mia", "emil")):
        (mail,) = walked.post.to(name)
        everything = mail.as_string() + text_of(mail) + calendar_of(mail).to_ical().decode()
        assert f"{other}@example.org" not in everything


def test_the_door_shows_the_meeting_and_leads_to_zoom(walked):
    browser, path = walked.browser(), door(walked, "Mia Öberg")
    page = browser.get(path)
    assert page.status_code == 200
    assert "Tuesday 10 November 2026, 10:00–10:45, New York (GMT-5)" in page.text
    assert "Tuesday 10 November 2026, 16:00–16:45, Stockholm (GMT+1)" in page.text
    answer = browser.post(path)
    assert (answer.status_code, answer.headers["Location"]) == (303, one(walked, ZoomMeeting).join_url)
    with walked.database.reading() as session:
        joined = {seat.person.name: seat.joined_at for seat in session.scalars(select(Seat))}
    assert joined == {"Mia Öberg": walked.clock.now, "Emil Ek": None}


def test_the_feed_shows_the_same_meeting_without_people(walked):
    with walked.database.reading() as session:
        person = session.scalars(select(Person).where(Person.name == "Mia Öberg")).one()
    path = LINKS.feed(person.id, person.feed_generation).removeprefix(LINKS.base_url)
    answer = walked.browser().get(path)
    calendar = icalendar.Calendar.from_ical(answer.data)
    (event,) = calendar.events
    (mail,) = walked.post.to("mia")
    invited = entry_of(mail)
    assert "METHOD" not in calendar
    assert (event["UID"], event.start, event.end) == (invited["UID"], invited.start, invited.end)
    assert not {"ATTENDEE", "ORGANIZER"} & set(event)
    again = walked.browser().get(path, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")

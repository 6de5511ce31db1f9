"""What Zoom keeps in words of its own is sent once, and not again at each look; what somebody changes is mended."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from scheduler.db import Database
from scheduler.models import Meeting, Person, ZoomMeeting
from scheduler.programme.pairs import meetings
from scheduler.programme.pool import zoom_meetings
from tests.builders import NOW, a_meeting, a_pair, a_programme, some_hosts
from tests.jobs.zoom_house import House, zoom_house

LOOKS = 10
NAME = {"sv": "Mentorprogrammet \N{PARTY POPPER}", "en": "The programme"}
START = NOW + timedelta(days=7)


@pytest.fixture
def house(sqlite: Database) -> Iterator[House]:
    """A meeting whose topic has a sign that this Zoom leaves out, and whose zone has another name there."""
    with sqlite.writing() as session:
        some_hosts(session, 1)
        a_meeting(session, a_pair(session, a_programme(session, name=NAME)))
    with zoom_house(sqlite, own_words=True) as found:
        found.work()
        yield found


def look(house: House, times: int = 1) -> None:
    for _ in range(times):
        house.clock.sleep(hours=1)
        with house.writing() as session:
            zoom_meetings.check(session, session.get_one(ZoomMeeting, 1), now=house.clock.now)
        house.work()
        house.worker.tick()  # and the hosts' own lists
        house.work()


def test_what_zoom_made_in_its_own_words_is_never_sent_again(house: House) -> None:
    look(house, LOOKS)
    assert (house.only().topic, house.only().timezone) == (
        "Mentorprogrammet : Emil Mentee & Maria Mentor",
        "Europe/Berlin",
    )
    assert house.asked("PATCH") == 0
    assert len([row for row in house.owed() if row.kind == "CheckZoomMeeting"]) == LOOKS, "the lists show no fault"
    assert all("Emil" not in mark for mark in house.row().locked)


def test_what_we_have_not_sent_yet_is_sent_once(house: House) -> None:
    """As after an answer that was lost: what the creation came to is not known."""
    with house.writing() as session:
        session.get_one(ZoomMeeting, 1).locked = []
    look(house, LOOKS)
    assert house.asked("PATCH") == 1


def test_a_new_topic_of_ours_is_sent_once(house: House) -> None:
    with house.writing() as session:
        session.get_one(Person, 2).name = "Emilia Mentee"
    look(house, LOOKS)
    assert (house.asked("PATCH"), house.only().topic) == (1, "Mentorprogrammet : Emilia Mentee & Maria Mentor")


def test_a_topic_that_somebody_changed_at_zoom_is_mended(house: House) -> None:
    topic = house.only().topic
    house.zoom.set_topic(house.only().id, "Something else")
    look(house, LOOKS)
    assert (house.asked("PATCH"), house.only().topic) == (1, topic)


def test_what_changed_after_the_begin_was_not_refused_and_is_mended_once_it_is_moved(house: House) -> None:
    """Nothing is sent of what has begun. To take that for Zoom's refusal would keep people out for good."""
    house.zoom.set_settings(house.only().id, waiting_room=True, join_before_host=False)
    known, house.clock.now = house.row().locked, START + timedelta(minutes=5)
    look(house)
    assert (house.asked("PATCH"), house.row().locked) == (0, known)
    with house.writing() as session:
        meeting = session.get_one(Meeting, 1)
        meetings.reschedule(session, meeting, starts_at=START + timedelta(days=1), minutes=45, now=house.clock.now)
    house.work()
    settings = house.only().settings
    assert (settings["waiting_room"], settings["join_before_host"]) == (False, True)

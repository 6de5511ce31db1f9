"""A meeting moves, changes, is cancelled: the bytes that people get, what Zoom has, and what feeds and doors show."""

from collections.abc import Callable
from datetime import UTC, timedelta
from typing import Any

import icalendar
import pytest
from sqlalchemy import select

from scheduler.models import Meeting, Person, Seat, ZoomMeeting
from scheduler.programme.pairs import meetings
from scheduler.programme.pairs.modes import Hybrid, OnSite, Phone, Video, Walk
from tests.builders import LINKS, NOW, a_meeting, a_pair, a_person, a_programme, some_hosts
from tests.world import Installation, calendar_of, entry_of, text_of

START = NOW + timedelta(days=7)  # Monday 9 November 2026, 10:00 in Stockholm
END = START + timedelta(minutes=45)


@pytest.fixture
def booked(house):
    """Maria and Emil have a video meeting; the invites have been read and the post office is empty again."""
    with house.database.writing() as session:
        some_hosts(session, 1)
        a_meeting(session, a_pair(session, a_programme(session)), starts_at=START)
    house.work()
    house.first = house.post.to("maria")[0]
    house.post.received.clear()
    house.clock.sleep(hours=1)
    return house


def change(house: Installation, command: Callable[..., object], **values: object) -> None:
    with house.database.writing() as session:
        command(session, session.get_one(Meeting, 1), **values, now=house.clock.now)
    house.work()


def door(house: Installation, person: int = 1) -> str:
    with house.database.reading() as session:
        seat = session.scalars(select(Seat).where(Seat.person_id == person)).one()
        return f"/j/{LINKS.token('door', seat.id, seat.door_generation)}"


def feed(house: Installation) -> tuple[str, list[Any]]:
    with house.database.reading() as session:
        person = session.get_one(Person, 1)
        path = LINKS.feed(person.id, person.feed_generation).removeprefix(LINKS.base_url)
    answer = house.browser().get(path)
    return answer.headers["ETag"], icalendar.Calendar.from_ical(answer.data).events


def test_a_move_is_one_new_request_to_each_with_the_same_uid_and_the_next_sequence(booked):
    change(booked, meetings.reschedule, starts_at=START + timedelta(days=1), minutes=30)
    assert len(booked.post.mails()) == 2
    (mail,) = booked.post.to("maria")
    before, after = entry_of(booked.first), entry_of(mail)
    assert str(calendar_of(mail)["METHOD"]) == "REQUEST"
    assert after["UID"] == before["UID"]
    assert (int(before["SEQUENCE"]), int(after["SEQUENCE"])) == (0, 1)
    assert after["DTSTAMP"].dt > before["DTSTAMP"].dt
    assert (after.start.astimezone(UTC), after.end.astimezone(UTC)) == (
        START + timedelta(days=1),
        START + timedelta(days=1, minutes=30),
    )
    assert mail["Subject"] == "New time: Mentor meeting with Emil Mentee, Tue 10 Nov at 10:00, Stockholm"
    assert "It was: Monday 9 November 2026, 10:00–10:45, Stockholm (GMT+1)" in text_of(mail)
    assert mail["In-Reply-To"] == booked.first["Message-ID"] != mail["Message-ID"]


def test_a_move_keeps_the_zoom_meeting_and_the_door(booked):
    (before,), path = booked.zoom.meetings(), door(booked)
    change(booked, meetings.reschedule, starts_at=START + timedelta(days=1), minutes=30)
    (after,) = booked.zoom.meetings()
    assert after.id == before.id
    assert (after.start_time, after.duration) == (START + timedelta(days=1), 30)
    assert door(booked) == path
    assert "Tuesday 10 November 2026, 10:00–10:30" in booked.browser().get(path).text


def test_a_cancel_is_one_cancel_to_each_and_nothing_is_left_at_zoom(booked):
    change(booked, meetings.cancel)
    assert len(booked.post.mails()) == 2
    (mail,) = booked.post.to("maria")
    event = entry_of(mail)
    assert str(calendar_of(mail)["METHOD"]) == "CANCEL"
    assert (event["UID"], int(event["SEQUENCE"]), str(event["STATUS"])) == (
        entry_of(booked.first)["UID"],
        1,
        "CANCELLED",
    )
    assert event["ATTENDEE"] == "mailto:maria.mentor@example.org"
    assert event.start.astimezone(UTC) == START
    assert mail["Subject"].startswith("Cancelled: ")
    assert booked.zoom.meetings() == []
    page = booked.browser().get(door(booked))
    assert "This meeting is cancelled." in page.text
    assert '<button class="btn btn-primary btn-lg">' not in page.text
    assert booked.browser().post(door(booked)).status_code == 409


def test_the_feed_shows_each_change_and_a_cancelled_meeting_for_a_month(booked):
    first_tag, (first,) = feed(booked)
    assert (first.start.astimezone(UTC), str(first["STATUS"])) == (START, "CONFIRMED")
    change(booked, meetings.reschedule, starts_at=START + timedelta(days=1), minutes=45)
    moved_tag, (moved,) = feed(booked)
    assert moved_tag != first_tag
    assert (moved["UID"], moved.start.astimezone(UTC)) == (first["UID"], START + timedelta(days=1))
    assert moved["LAST-MODIFIED"].dt > first["LAST-MODIFIED"].dt
    change(booked, meetings.cancel)
    _, (cancelled,) = feed(booked)
    assert (str(cancelled["STATUS"]), int(cancelled["SEQUENCE"])) == ("CANCELLED", 2)
    booked.clock.sleep(days=31)
    assert feed(booked)[1] == []


def test_from_video_to_a_walk_and_back_is_one_meeting_with_two_changes(booked):
    change(booked, meetings.change_how, how=Walk("Norra porten", "Café Ö", "3 km, utan trappor", "070-000 00 00"))
    (mail,) = booked.post.to("maria")
    event = entry_of(mail)
    assert (event["UID"], int(event["SEQUENCE"])) == (entry_of(booked.first)["UID"], 1)
    assert str(event["LOCATION"]) == "Norra porten"
    assert "CONFERENCE" not in event
    assert "If it rains: Café Ö" in str(event["DESCRIPTION"])
    assert "Meeting point: Norra porten" in text_of(mail)
    assert "Route: 3 km, utan trappor" in text_of(mail)
    assert booked.zoom.meetings() == []
    page = booked.browser().get(door(booked))
    assert "Norra porten" in page.text
    assert booked.browser().post(door(booked)).status_code == 409

    booked.post.received.clear()
    change(booked, meetings.change_how, how=Video())
    (mail,) = booked.post.to("maria")
    event = entry_of(mail)
    assert (event["UID"], int(event["SEQUENCE"])) == (entry_of(booked.first)["UID"], 2)
    assert str(event["LOCATION"]) == LINKS.base_url + door(booked)
    assert "Norra porten" not in text_of(mail)
    (remote,) = booked.zoom.meetings()
    assert booked.browser().post(door(booked)).headers["Location"].startswith("http://127.0.0.1:")
    with booked.database.reading() as session:
        rows = session.scalars(select(ZoomMeeting).order_by(ZoomMeeting.id)).all()
    assert [(row.wanted, row.zoom_id == remote.id) for row in rows] == [(False, False), (True, True)]


@pytest.mark.parametrize(
    ("how", "location"),
    [
        (Phone("+46 8 16 20 00"), "+46 8 16 20 00"),
        (OnSite("Hus D, rum 4"), "Hus D, rum 4"),
        (Hybrid("Hus D, rum 4"), "Hus D, rum 4"),
        (Walk("Norra porten"), "Norra porten"),
    ],
)
def test_each_mode_says_where_to_be(booked, how, location):
    change(booked, meetings.change_how, how=how)
    for mail in booked.post.mails():
        event = entry_of(mail)
        assert str(event["LOCATION"]) == location
        assert location in text_of(mail)
        assert ("CONFERENCE" in event) == isinstance(how, Hybrid)
    assert len(booked.zoom.meetings()) == isinstance(how, Hybrid)


def test_a_pasted_link_reaches_people_by_the_door_alone(booked):
    path = door(booked)
    change(booked, meetings.change_how, how=Video("https://meet.example.org/abc"))
    assert booked.post.mails() == []
    assert booked.zoom.meetings() == []
    assert booked.browser().post(path).headers["Location"] == "https://meet.example.org/abc"


def test_a_meeting_cancelled_before_anything_was_sent_leaves_nothing_at_zoom_and_a_cancel_for_each(house):
    with house.database.writing() as session:
        some_hosts(session, 1)
        a_meeting(session, a_pair(session, a_programme(session)), starts_at=START)
        meetings.cancel(session, session.get_one(Meeting, 1), now=house.clock.now)
    house.work()
    assert house.zoom.meetings() == []
    assert [str(calendar_of(mail)["METHOD"]) for mail in house.post.to("maria")] == ["REQUEST", "CANCEL"]


def test_three_moves_in_a_row_before_anything_was_sent_are_one_mail_and_one_zoom_meeting(house):
    with house.database.writing() as session:
        some_hosts(session, 1)
        meeting = a_meeting(session, a_pair(session, a_programme(session)), starts_at=START)
        for days in (1, 2, 3):
            meetings.reschedule(
                session, meeting, starts_at=START + timedelta(days=days), minutes=45, now=house.clock.now
            )
    house.work()
    (mail,) = house.post.to("maria")
    assert int(entry_of(mail)["SEQUENCE"]) == 3
    (remote,) = house.zoom.meetings()
    assert remote.start_time == START + timedelta(days=3)


def test_zoom_away_for_an_hour_holds_up_no_invite_and_is_caught_up(house):
    house.zoom.set_faults({"500-before": 1.0})
    with house.database.writing() as session:
        some_hosts(session, 1)
        a_meeting(session, a_pair(session, a_programme(session)), starts_at=START)
    for _ in range(60):
        house.worker.drain()
        house.clock.sleep(minutes=1)
    assert len(house.post.mails()) == 2
    assert (house.zoom.meetings(), house.waiting()) == ([], 1)
    page = house.browser().get(door(house))
    assert "The link to the meeting is not ready yet." in page.text
    assert house.browser().post(door(house)).status_code == 409
    house.zoom.set_faults({})
    house.clock.sleep(minutes=2)
    house.worker.drain()
    assert len(house.zoom.meetings()) == 1
    assert house.waiting() == 0


def test_pairs_of_one_mentor_do_not_see_each_other(house):
    with house.database.writing() as session:
        programme = a_programme(session)
        first = a_pair(session, programme)
        second = a_pair(session, programme, first.mentor, a_person(session, "Eva Mentee"))
        a_meeting(session, first, starts_at=START, how=Phone("1"))
        a_meeting(session, second, starts_at=START + timedelta(days=1), how=Phone("1"))
    house.work()
    (mail,) = house.post.to("emil")
    assert "Eva" not in mail.as_string() + text_of(mail)
    assert len(feed(house)[1]) == 2

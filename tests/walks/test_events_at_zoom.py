"""An event without a link of its own is held at Zoom: made, moved, renamed and deleted there, and its doors follow."""

import re
from datetime import datetime

import pytest
from sqlalchemy import select

from integrations.zoom.simulator import Strict
from scheduler.db import Database
from scheduler.models import Event, Facilitator, Host, Lease, Registration, ZoomMeeting
from scheduler.programme import access
from scheduler.programme.events import events
from scheduler.states import EventFormat, EventState
from tests.builders import LINKS, a_meeting, a_pair, a_programme, a_registration, an_event, some_hosts, utc
from tests.world import Installation, entry_of, installation

BY = "all@example.org"
WALL = datetime.fromisoformat
NOON = {"starts": WALL("2026-11-10T12:00"), "minutes": 60}


@pytest.fixture
def draft(house: Installation) -> Installation:
    """A pool of one host, and an online event that nobody has seen yet."""
    with house.database.writing() as session:
        some_hosts(session, 1)
        an_event(session, a_programme(session), state=EventState.DRAFT)
    house.work()
    return house


@pytest.fixture
def published(draft: Installation) -> Installation:
    """The same event, published, with Ada's seat."""
    do(draft, events.publish)
    with draft.database.writing() as session:
        a_registration(session, session.scalars(select(Event)).one(), "Ada")
    draft.work()
    return draft


def do(house: Installation, command, **values) -> None:
    with house.database.writing() as session:
        command(session, session.scalars(select(Event)).one(), **values, by=BY, now=house.clock.now)
    house.work()


def door(house: Installation) -> tuple[int, str]:
    """What Ada's door says to "join": a status, and where it leads."""
    with house.database.reading() as session:
        row = session.scalars(select(Registration)).one()
        address = LINKS.event_door(row.id, row.door_generation)
    browser = house.browser()
    csrf = re.findall(r'name="csrf_token" value="([^"]+)"', browser.get(address).text)
    answer = browser.post(address, data={"csrf_token": csrf[-1]} if csrf else {}, headers={"Referer": address})
    return answer.status_code, answer.headers.get("Location", "")


def leases(house: Installation) -> list[tuple[datetime, datetime]]:
    with house.database.reading() as session:
        return [(row.starts_at, row.ends_at) for row in session.scalars(select(Lease).where(Lease.active))]


def test_a_draft_is_not_at_zoom(draft: Installation) -> None:
    assert draft.zoom.meetings() == []
    assert leases(draft) == []


def test_published_it_is_at_zoom_and_the_door_leads_there(published: Installation) -> None:
    (made,) = published.zoom.meetings()
    assert made.host == "zoom-1@example.org"
    assert made.topic == "Mentorprogrammet: Kväll workshop"
    assert (made.start_time, made.duration) == (utc(2026, 11, 9, 17), 120)
    assert made.settings["mute_upon_entry"] is True
    assert leases(published) == [(utc(2026, 11, 9, 16, 50), utc(2026, 11, 9, 19, 5))]
    status, leads = door(published)
    assert status == 303
    assert f"/j/{made.id}" in leads


def test_until_zoom_has_made_it_the_door_says_so(published: Installation) -> None:
    do(published, events.change, link="https://meet.example.net/1")
    published.zoom.set_faults({"500-before": 1})
    with published.database.writing() as session:
        event = session.scalars(select(Event)).one()
        events.change(session, event, link="", by=BY, now=published.clock.now)
    published.worker.drain()
    assert door(published) == (409, "")
    published.zoom.set_faults({})
    published.work()
    assert door(published)[0] == 303


def test_moved_it_is_moved_there_and_nobody_hears_of_links(published: Installation) -> None:
    (before,) = published.zoom.meetings()
    published.post.received.clear()
    do(published, events.move, **NOON)
    (after,) = published.zoom.meetings()
    assert (after.id, after.start_time, after.duration) == (before.id, utc(2026, 11, 10, 11), 60)
    assert leases(published) == [(utc(2026, 11, 10, 10, 50), utc(2026, 11, 10, 12, 5))]
    (mail,) = published.post.mails()
    assert entry_of(mail)["SEQUENCE"] == 1
    assert b"zoom" not in published.post.received[0][1].lower()


def test_renamed_it_is_renamed_there(published: Installation) -> None:
    do(published, events.change, title={"sv": "Mål", "en": "Goals"})
    (found,) = published.zoom.meetings()
    assert found.topic == "Mentorprogrammet: Mål"


def test_another_host_where_the_first_is_taken_then_and_no_calendar_entry_changes(published: Installation) -> None:
    with published.database.writing() as session:
        pair = a_pair(session, session.scalars(select(Event)).one().programme)
        a_meeting(session, pair, starts_at=utc(2026, 11, 10, 11, 30))
        some_hosts(session, 1)
    published.work()
    published.post.received.clear()
    do(published, events.move, **NOON)
    hosts = {meeting.host: meeting for meeting in published.zoom.meetings()}
    assert {host: meeting.start_time for host, meeting in hosts.items()} == {
        "zoom-1@example.org": utc(2026, 11, 10, 11, 30), "zoom-2@example.org": utc(2026, 11, 10, 11),
    }  # fmt: skip
    assert f"/j/{hosts['zoom-2@example.org'].id}" in door(published)[1]
    (mail,) = published.post.to("ada")
    assert entry_of(mail)["SEQUENCE"] == 1


@pytest.mark.parametrize(
    ("command", "values"),
    [
        (events.cancel, {}),
        (events.change, {"format": EventFormat.ON_SITE, "place": "Albano 3"}),
        (events.change, {"link": "https://meet.example.net/1"}),
    ],
    ids=["cancelled", "on site", "link pasted"],
)
def test_needing_it_no_more_it_is_gone(published: Installation, command, values) -> None:
    do(published, command, **values)
    assert published.zoom.meetings() == []
    assert leases(published) == []
    with published.database.reading() as session:
        (row,) = session.scalars(select(ZoomMeeting))
        assert (row.wanted, row.join_url, row.gone_at is None) == (False, "", False)
    expected = {"link": (303, "https://meet.example.net/1")}.get(next(iter(values), ""), (409, ""))
    assert door(published) == expected


def test_a_pasted_link_that_is_taken_out_again_makes_way_for_zoom(published: Installation) -> None:
    do(published, events.change, link="https://meet.example.net/1")
    published.post.received.clear()
    do(published, events.change, link="")
    (made,) = published.zoom.meetings()
    assert f"/j/{made.id}" in door(published)[1]
    assert published.post.mails() == [], "invites hold the door"


def test_withdrawn_it_is_not_at_zoom_any_more(draft: Installation) -> None:
    do(draft, events.publish)
    assert len(draft.zoom.meetings()) == 1
    do(draft, events.withdraw)
    assert draft.zoom.meetings() == []


def test_who_leads_it_lets_people_in_if_zoom_knows_them(database: Database) -> None:
    hosts = frozenset({"zoom-1@example.org", "lena@example.org", "basic@example.org"})
    strict = Strict("account", "client", "secret", hosts, {"basic@example.org": 1})
    with installation(database, strict=strict) as house:
        with house.database.writing() as session:
            some_hosts(session, 1)
            an_event(session, a_programme(session), state=EventState.DRAFT)
        grant(house, "stranger@example.com")
        do(house, events.publish)
        assert lets_in(house) == ("", False, True), "there is nobody to let them in"
        for email in ("lena@example.org", "basic@example.org", "zoom-1@example.org"):
            grant(house, email)
        assert lets_in(house) == ("lena@example.org", True, False)
        with house.database.writing() as session:
            (lena,) = session.scalars(select(Facilitator).where(Facilitator.email == "lena@example.org"))
            access.revoke_facilitator(session, lena, by=BY, now=house.clock.now)
        house.work()
        assert lets_in(house) == ("", False, True)


def lets_in(house: Installation) -> tuple[object, ...]:
    (made,) = house.zoom.meetings()
    return tuple(made.settings[name] for name in ("alternative_hosts", "waiting_room", "join_before_host"))


def grant(house: Installation, email: str) -> None:
    with house.database.writing() as session:
        event = session.scalars(select(Event)).one()
        access.grant_facilitator(session, email, event=event, by=BY, now=house.clock.now)
    house.work()


def test_without_a_pool_all_is_as_before(draft: Installation) -> None:
    with draft.database.writing() as session:
        session.scalars(select(Host)).one().retired = True
    do(draft, events.publish)
    assert draft.zoom.meetings() == []
    with draft.database.reading() as session:
        assert session.scalars(select(ZoomMeeting)).all() == []

"""Killing the worker between any two of its steps loses no invite and makes no second Zoom meeting."""

import multiprocessing
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from scheduler.jobs import steps, zoom_meetings
from scheduler.messages import CreateZoomMeeting
from scheduler.models import Delivery, Meeting, ZoomMeeting
from scheduler.programme.pairs import meetings
from scheduler.states import DeliveryState
from tests.builders import NOW, a_meeting, a_pair, a_programme, some_hosts
from tests.conftest import empty
from tests.walks.crashing import KILLED, SURVIVED, until_nobody_holds_anything, work_until_killed
from tests.world import Installation, calendar_of, entry_of

# A server of clean processes: forked from it, a worker costs a few milliseconds and shares nothing with the test.
processes = multiprocessing.get_context("forkserver")
processes.set_forkserver_preload(["tests.walks.crashing"])
START = NOW + timedelta(days=7)
MOST_STEPS = 60


def book(house: Installation) -> None:
    with house.database.writing() as session:
        some_hosts(session, 1)
        a_meeting(session, a_pair(session, a_programme(session)), starts_at=START)


def move(house: Installation) -> None:
    with house.database.writing() as session:
        to = START + timedelta(days=1)
        meetings.reschedule(session, session.get_one(Meeting, 1), starts_at=to, minutes=45, now=house.clock.now)


def cancel(house: Installation) -> None:
    with house.database.writing() as session:
        meetings.cancel(session, session.get_one(Meeting, 1), now=house.clock.now)


def killed_at(house: Installation, step: int) -> bool:
    """Whether a worker that starts now was killed at that step of its work."""
    where = (house.database.url, house.mail_url, house.zoom_url)
    process = processes.Process(target=work_until_killed, args=(*where, house.clock.now, step))
    process.start()
    process.join()
    assert process.exitcode in {SURVIVED, KILLED}
    until_nobody_holds_anything(house.database)
    return process.exitcode == KILLED


def begin_again(house: Installation) -> None:
    """An empty house on the same databases and servers."""
    with house.database.engine.begin() as connection:
        empty(connection)
    for meeting in house.zoom.meetings():
        house.worker.world.zoom.delete(meeting.id)
    house.post.received.clear()
    house.clock.now = NOW


LIVES = {"booked": (book,), "moved": (book, move), "cancelled": (book, cancel)}


@pytest.mark.parametrize("life", LIVES)
def test_a_kill_between_any_two_steps_loses_nothing_and_doubles_nothing(house, life):
    *before, last = LIVES[life]
    copies: Counter[int] = Counter()
    for step in range(1, MOST_STEPS):
        begin_again(house)
        for change in before:
            change(house)
            house.work()
        house.post.received.clear()
        last(house)
        if not killed_at(house, step):
            break
        house.work()
        _check(house, life)
        copies[len(house.post.received)] += 1
    else:
        pytest.fail("the worker is never done")
    assert step > 12, "a delivery of three has at least so many steps to be killed at"
    assert set(copies) <= {2, 3}, "one more copy of one mail, where the kill fell between sending and writing it down"
    assert copies[3] == 4, "for each mail: after it was sent, and before that was committed"


def _check(house: Installation, life: str) -> None:
    """What must be true in the end, wherever the worker died."""
    with house.database.reading() as session:
        meeting = session.get_one(Meeting, 1)
        row = session.scalars(select(ZoomMeeting)).one()
        assert {delivery.state for delivery in session.scalars(select(Delivery))} == {DeliveryState.DONE}
    remote = house.zoom.meetings()
    if life == "cancelled":
        assert (remote, row.wanted) == ([], False)
    else:
        assert [(found.id, found.start_time) for found in remote] == [(row.zoom_id, meeting.starts_at)]
    told = Counter()
    for mail in house.post.mails():
        event = entry_of(mail)
        assert (event["UID"], int(event["SEQUENCE"])) == (meeting.uid, meeting.sequence)
        assert str(calendar_of(mail)["METHOD"]) == ("CANCEL" if life == "cancelled" else "REQUEST")
        told[str(mail["To"]), str(mail["Message-ID"])] += 1
    assert len(told) == 2, "each of the two was told, and copies of a mail are the same mail"


def test_without_the_look_before_the_second_creation_a_kill_makes_a_second_meeting(house, monkeypatch):
    """The control: the very same kills, with a worker that trusts that what it did not write down did not happen."""
    blind = steps.Step(
        zoom_meetings.read,
        lambda facts, world, *, doubt: zoom_meetings.create(replace(facts, intent_at=None), world, doubt=doubt),
        zoom_meetings.record_found,
    )
    monkeypatch.setitem(steps.STEPS, CreateZoomMeeting, blind)
    most = 0
    for step in range(1, MOST_STEPS):
        begin_again(house)
        book(house)
        if not killed_at(house, step):
            break
        house.work()
        most = max(most, len(house.zoom.meetings()))
    assert most == 2

"""Whom Zoom saw at an event and nobody knows: how many they were, and nothing more of them."""

from datetime import timedelta

import pytest

from scheduler.db import Database
from scheduler.models import ZoomMeeting
from scheduler.programme import access
from scheduler.programme.pool import attendance
from tests.builders import NOW, a_person, a_place, a_programme, an_event, some_hosts
from tests.web.conftest import staged
from tests.web.world import World

DESK = "desk@example.org"
AT = "/c/mentor/events/1/registrations"
Stay = tuple[str, float | None, float | None]
ONE = "Zoom also saw 1 other, who is not registered or whom it does not name."
TWO = "Zoom also saw 2 others at a time, who are not registered or whom it does not name."


@pytest.mark.parametrize(
    ("stays", "says"),
    [
        ([("", 0, 60)], ONE),
        ([("", 0, 60), ("", 5, 50), ("eve@example.org", 50, 55)], TWO),
        ([("", 0, 20), ("", 20, 40), ("", 45, 50)], ONE),  # who goes and comes back
        ([("", None, 20)], ONE),  # only that they left was told
        ([("", 0, None), ("", 119, None)], TWO),
        ([("rut.registrant@example.org", 0, 60)], ""),
        ([("zoom-1@example.org", 0, 60)], ""),  # the pool's own
        ([("", -600, -500), ("", 900, 950)], ""),  # before and after
        ([], ""),
    ],
)
def test_others_are_counted(sqlite: Database, stays: list[Stay], says: str) -> None:
    with sqlite.writing() as session:
        programme = a_programme(session)
        event = an_event(session, programme)
        a_place(session, event, a_person(session, "Rut Registrant"))
        (host,) = some_hosts(session, 1)
        row = ZoomMeeting(event=event, host=host, reference="x", wanted=True)
        session.add(row)
        for number, (email, came, left) in enumerate(stays):
            times = {
                name: event.starts_at + timedelta(minutes=minutes)
                for name, minutes in (("came_at", came), ("left_at", left))
                if minutes is not None
            }
            attendance.note_stay(session, row, key=str(number), email=email, **times)
        access.grant_coordinator(session, DESK, programme=programme, department=None, by="", now=NOW)
    stage = staged(sqlite, World())
    stage.clock.now = event.starts_at + timedelta(hours=2)
    text = stage.visitor(email=DESK).read(AT).main.text
    assert (says in text) if says else ("Zoom also saw" not in text)

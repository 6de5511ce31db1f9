"""Messages lie in the database as JSON, and come back as they were put."""

import json

import pytest

from scheduler.messages import KINDS, CreateZoomMeeting, DeleteZoomMeeting, MeetingVersion, SendInvite, to_data
from scheduler.states import Change, Method, Mode
from tests.builders import utc

VERSION = MeetingVersion(
    sequence=3,
    at=utc(2026, 11, 2, 9),
    starts_at=utc(2026, 11, 9, 17),
    minutes=45,
    timezone="Europe/Stockholm",
    mode=Mode.WALK,
    place="",
    meeting_point="Norra porten",
    rain_plan="Café Ö",
    route="3 km",
    phone="",
)


@pytest.mark.parametrize(
    "message",
    [
        SendInvite(1, 2, Change.BOOKED, VERSION),
        SendInvite(1, 2, Change.MOVED, VERSION, was=utc(2026, 11, 8, 17)),
        CreateZoomMeeting(1, 7),
        DeleteZoomMeeting(1, 7),
    ],
)
def test_a_message_survives_the_database(message):
    data = json.loads(json.dumps(to_data(message)))
    assert KINDS[type(message).__name__].from_data(data) == message


def test_a_cancelled_meeting_is_told_by_cancel_and_every_other_change_by_request():
    methods = {change: SendInvite(1, 2, change, VERSION).method for change in Change}
    assert methods.pop(Change.CANCELLED) is Method.CANCEL
    assert set(methods.values()) == {Method.REQUEST}

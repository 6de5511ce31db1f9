"""Messages lie in the database as JSON, and come back as they were put."""

import json
from typing import Any

import pytest

from scheduler.messages import (
    KINDS,
    CheckZoomMeeting,
    CreateZoomMeeting,
    DeleteZoomMeeting,
    EventVersion,
    FetchAttendance,
    MeetingVersion,
    Message,
    SendEventInvitation,
    SendEventNews,
    SendEventRefusal,
    SendEventReminder,
    SendIntroduction,
    SendInvite,
    SendProposal,
    SendProposalNews,
    SendRefusal,
    SendRegistration,
    SendReminder,
    SendSignIn,
    SendTimesRequest,
    SendWithdrawal,
    SweepHost,
    UpdateZoomMeeting,
    to_data,
)
from scheduler.states import (
    Change,
    EventFormat,
    EventNews,
    Method,
    Mode,
    ProposalState,
    RegistrationChange,
    ReminderKind,
)
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
EVENT_VERSION = EventVersion(
    2, utc(2026, 11, 2), utc(2026, 11, 9, 17), 120, "Europe/Stockholm", {"sv": "Kväll"}, EventFormat.ONLINE, ""
)


MESSAGES = [
    SendSignIn(1, "sv"),
    SendTimesRequest(1, 2, reminder=1),
    SendIntroduction(1, 2),
    SendProposal(1, 2, 3, agreed=4),
    SendProposalNews(1, 2, 3, ProposalState.EXPIRED),
    SendRegistration(1, 2, 3, RegistrationChange.CONFIRMED, Method.REQUEST, EVENT_VERSION),
    SendRegistration(1, 2, 3, RegistrationChange.WAITLISTED, None, EVENT_VERSION, was=utc(2026, 11, 8), was_minutes=60),
    SendEventInvitation(1, 2, reminder=True),
    SendEventNews(1, 2, EventNews.MOVED, utc(2026, 11, 9), utc(2026, 11, 3), was=utc(2026, 11, 8), was_minutes=60),
    SendEventNews(1, 2, EventNews.CANCELLED, utc(2026, 11, 9), utc(2026, 11, 3)),
    SendInvite(1, 2, Change.BOOKED, VERSION),
    SendInvite(1, 2, Change.MOVED, VERSION, was=utc(2026, 11, 8, 17)),
    SendReminder(2, ReminderKind.DAY, utc(2026, 11, 9, 17), utc(2026, 11, 8, 17), meeting_id=1),
    SendEventReminder(2, ReminderKind.HOUR, utc(2026, 11, 9, 17), utc(2026, 11, 9, 16), registration_id=3, event_id=4),
    SendWithdrawal("anna@example.org", 4, utc(2026, 11, 3), 2, meeting_id=1),
    SendEventRefusal(3, 4, 2, utc(2026, 11, 3), EVENT_VERSION),
    SendRefusal(1, 2, plain=True, at=utc(2026, 11, 3), version=VERSION, starts=(utc(2026, 11, 9), utc(2026, 11, 10))),
    CreateZoomMeeting(1, 7),
    UpdateZoomMeeting(1, 7),
    CheckZoomMeeting(1, 7),
    DeleteZoomMeeting(None, 7, event_id=3),
    SweepHost(1, utc(2026, 11, 3)),
    FetchAttendance(1, 7),
]


def stored(message: Message) -> dict[str, Any]:
    """As the database gives it back."""
    data: dict[str, Any] = json.loads(json.dumps(to_data(message)))
    return data


@pytest.mark.parametrize("message", MESSAGES)
def test_a_message_survives_the_database(message: Message) -> None:
    found = type(message).from_data(stored(message))
    assert found == message
    assert repr(found) == repr(message), "the same types, too: a state equals its word"


def test_each_kind_of_message_has_been_tried() -> None:
    assert {type(message) for message in MESSAGES} == set(KINDS.values())


def test_what_an_older_release_left_out_has_its_default() -> None:
    message = SendRegistration(1, 2, 3, RegistrationChange.CONFIRMED, Method.REQUEST, EVENT_VERSION)
    data = stored(message)
    del data["was"], data["was_minutes"], data["version"]["recorded"]
    assert SendRegistration.from_data(data) == message


def test_a_cancelled_meeting_is_told_by_cancel_and_every_other_change_by_request():
    methods = {change: SendInvite(1, 2, change, VERSION).method for change in Change}
    assert {methods.pop(change) for change in (Change.CANCELLED, Change.DECLINED)} == {Method.CANCEL}
    assert set(methods.values()) == {Method.REQUEST}

"""What we owe the outside world: facts as of the commit that caused them, worded only when they are sent."""

from typing import Any, get_args

from scheduler.messages.base import ABOUT
from scheduler.messages.events import SendEventInvitation, SendEventNews, SendEventRefusal, SendRegistration
from scheduler.messages.pairs import SendIntroduction, SendInvite, SendProposal, SendProposalNews, SendRefusal
from scheduler.messages.people import SendSignIn, SendTimesRequest, SendWithdrawal
from scheduler.messages.plain import to_plain
from scheduler.messages.reminders import SendEventReminder, SendReminder
from scheduler.messages.versions import EventVersion, MeetingVersion, Span
from scheduler.messages.zoom import (
    CheckZoomMeeting,
    CreateZoomMeeting,
    DeleteZoomMeeting,
    FetchAttendance,
    SweepHost,
    UpdateZoomMeeting,
)

Message = (
    SendSignIn
    | SendTimesRequest
    | SendIntroduction
    | SendProposal
    | SendProposalNews
    | SendRegistration
    | SendEventInvitation
    | SendEventNews
    | SendInvite
    | SendReminder
    | SendWithdrawal
    | SendEventReminder
    | SendEventRefusal
    | SendRefusal
    | CreateZoomMeeting
    | UpdateZoomMeeting
    | CheckZoomMeeting
    | SweepHost
    | DeleteZoomMeeting
    | FetchAttendance
)
KINDS: dict[str, type[Message]] = {kind.__name__: kind for kind in get_args(Message)}


def to_data(message: Message) -> dict[str, Any]:
    """The message as JSON data; `from_data` of its class gives it back."""
    data: dict[str, Any] = to_plain(message)
    return data


__all__ = [
    "ABOUT",
    "KINDS",
    "CheckZoomMeeting",
    "CreateZoomMeeting",
    "DeleteZoomMeeting",
    "EventVersion",
    "FetchAttendance",
    "MeetingVersion",
    "Message",
    "SendEventInvitation",
    "SendEventNews",
    "SendEventRefusal",
    "SendEventReminder",
    "SendIntroduction",
    "SendInvite",
    "SendProposal",
    "SendProposalNews",
    "SendRefusal",
    "SendRegistration",
    "SendReminder",
    "SendSignIn",
    "SendTimesRequest",
    "SendWithdrawal",
    "Span",
    "SweepHost",
    "UpdateZoomMeeting",
    "to_data",
]

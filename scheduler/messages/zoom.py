"""What we owe Zoom: a meeting made, moved, looked at or deleted there, and what is to be asked of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from scheduler.messages.base import BaseMessage
from scheduler.states import Channel


@dataclass(frozen=True)
class _ZoomMessage(BaseMessage):
    channel: ClassVar[Channel] = Channel.ZOOM

    meeting_id: int | None  # of a pair's meeting; None where it is an event's
    zoom_meeting_id: int
    event_id: int | None = None

    @property
    def stream(self) -> str:
        return f"zoom/{self.zoom_meeting_id}"


class CreateZoomMeeting(_ZoomMessage):
    """Let there be one meeting at Zoom for this row, if it is still wanted."""


class UpdateZoomMeeting(_ZoomMessage):
    """Let Zoom show what the meeting says now."""


class CheckZoomMeeting(_ZoomMessage):
    """Look whether Zoom still has it, as it should be, and mend what is not so."""

    @property
    def replaces_unsent(self) -> bool:
        return True


class DeleteZoomMeeting(_ZoomMessage):
    """Let there be no meeting at Zoom for this row."""


@dataclass(frozen=True)
class SweepHost(BaseMessage):
    """Look through all that a host has at Zoom, `since` then, for what is missing, wrong or left over."""

    channel: ClassVar[Channel] = Channel.ZOOM

    host_id: int
    since: datetime

    @property
    def stream(self) -> str:
        return f"zoom/host/{self.host_id}"

    @property
    def replaces_unsent(self) -> bool:
        return True


class FetchAttendance(_ZoomMessage):
    """Let us know what Zoom knows of who was there."""

    @property
    def stream(self) -> str:
        return f"zoom/attendance/{self.zoom_meeting_id}"

    @property
    def replaces_unsent(self) -> bool:
        return True

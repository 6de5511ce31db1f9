"""What we owe the outside world: facts as of the commit that caused them, worded only when they are sent."""

from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any, ClassVar, Self

from scheduler.states import Change, Channel, Method, Mode


@dataclass(frozen=True)
class MeetingVersion:
    """A meeting as it was when it got this sequence. `at` is the instant of that change, `minutes` the length."""

    sequence: int
    at: datetime
    starts_at: datetime
    minutes: int
    timezone: str
    mode: Mode
    place: str
    meeting_point: str
    rain_plan: str
    route: str
    phone: str

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> Self:
        times = {name: datetime.fromisoformat(data[name]) for name in ("at", "starts_at")}
        return cls(**{**data, **times, "mode": Mode(data["mode"])})


@dataclass(frozen=True)
class SendInvite:
    """One attendee's mail for one version of a meeting. An unsent REQUEST gives way to a newer one; a CANCEL never.

    `change` is what made the version, `was` the start before a move and `was_minutes` the length.
    """

    channel: ClassVar[Channel] = Channel.MAIL

    meeting_id: int
    person_id: int
    change: Change
    version: MeetingVersion
    was: datetime | None = None
    was_minutes: int = 0

    @property
    def method(self) -> Method:
        return Method.CANCEL if self.change is Change.CANCELLED else Method.REQUEST

    @property
    def stream(self) -> str:
        return f"mail/meeting/{self.meeting_id}/{self.person_id}"

    @property
    def replaces_unsent(self) -> bool:
        return self.method is Method.REQUEST

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> Self:
        version = MeetingVersion.from_data(data["version"])
        was = datetime.fromisoformat(data["was"]) if data["was"] else None
        return cls(**{**data, "change": Change(data["change"]), "version": version, "was": was})


@dataclass(frozen=True)
class _ZoomMessage:
    channel: ClassVar[Channel] = Channel.ZOOM
    person_id: ClassVar[None] = None

    meeting_id: int
    zoom_meeting_id: int

    @property
    def stream(self) -> str:
        return f"zoom/meeting/{self.meeting_id}"

    @property
    def replaces_unsent(self) -> bool:
        return False

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> Self:
        return cls(**data)


class CreateZoomMeeting(_ZoomMessage):
    """Let there be one meeting at Zoom for this row, if it is still wanted."""


class UpdateZoomMeeting(_ZoomMessage):
    """Let Zoom show what the meeting says now."""


class DeleteZoomMeeting(_ZoomMessage):
    """Let there be no meeting at Zoom for this row."""


Message = SendInvite | CreateZoomMeeting | UpdateZoomMeeting | DeleteZoomMeeting
KINDS: dict[str, type[Message]] = {
    kind.__name__: kind for kind in (SendInvite, CreateZoomMeeting, UpdateZoomMeeting, DeleteZoomMeeting)
}


def to_data(message: Message) -> dict[str, Any]:
    """The message as JSON data; `from_data` of its class gives it back."""
    return {field.name: _plain(getattr(message, field.name)) for field in fields(message)}


def _plain(value: Any) -> Any:
    if isinstance(value, MeetingVersion):
        return {name: _plain(part) for name, part in asdict(value).items()}
    return value.isoformat() if isinstance(value, datetime) else value

"""Meetings as we want them and as Zoom has them, and the JSON between the two."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

TOPIC_LENGTH = 200  # characters, as Zoom counts them
AGENDA_LENGTH = 2000
REFERENCE = re.compile(r"ref:(\S{1,200})(?:\s|$)")  # lists cut the agenda at 250 characters

# Nobody sits at a pool host's desk: people let themselves in, and Zoom mails and records nothing of its own accord.
SETTINGS: dict[str, Any] = {
    "join_before_host": True,
    "jbh_time": 10,  # minutes ahead
    "waiting_room": False,  # it would switch join_before_host off
    "meeting_authentication": False,  # guests need no Zoom account
    "use_pmi": False,
    "mute_upon_entry": False,
    "approval_type": 2,  # no registration
    "auto_recording": "none",
    "email_notification": False,
    "alternative_hosts_email_notification": False,
}
NEEDED_TO_GET_IN = ("join_before_host", "waiting_room", "meeting_authentication", "use_pmi")


@dataclass(frozen=True)
class WantedMeeting:
    """A meeting as it should be at Zoom.

    `reference` (1 to 200 characters, no spaces) opens the agenda there, and by it the meeting is found again.
    `starts_at` is aware; `timezone` is the IANA zone in which Zoom shows it. Topic and description are cut to fit.
    """

    reference: str
    topic: str
    starts_at: datetime
    minutes: int
    timezone: str
    description: str = ""

    def __post_init__(self) -> None:
        if self.starts_at.tzinfo is None:
            raise ValueError("starts_at must be an aware time")
        if not REFERENCE.fullmatch(f"ref:{self.reference}"):
            raise ValueError("reference must have 1 to 200 characters and no spaces")


@dataclass(frozen=True)
class RemoteMeeting:
    """A meeting as Zoom has it. Zoom's `start_url`, which makes its bearer the host, is never part of it.

    `reference` is None for a meeting that is not ours, `starts_at` (UTC) for one without a fixed time. In lists,
    `passcode` is empty. The links and the passcode do not show in `repr`.
    """

    zoom_id: int
    uuid: str = field(repr=False)
    reference: str | None
    topic: str
    starts_at: datetime | None
    minutes: int
    join_url: str = field(repr=False)
    passcode: str = field(repr=False)


def fields(wanted: WantedMeeting) -> dict[str, Any]:
    """What a create and an update have in common."""
    agenda = f"ref:{wanted.reference}" + (f"\n\n{wanted.description}" if wanted.description else "")
    return {
        "topic": wanted.topic[:TOPIC_LENGTH],
        "agenda": agenda[:AGENDA_LENGTH],
        "start_time": wanted.starts_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "timezone": wanted.timezone,
        "duration": wanted.minutes,
    }


def create_body(wanted: WantedMeeting) -> dict[str, Any]:
    """The body of "Create a meeting". Zoom ignores what stands in the wrong place without a word."""
    return {"type": 2, **fields(wanted), "default_password": True, "settings": SETTINGS}


def changes(wanted: WantedMeeting, found: Mapping[str, Any]) -> dict[str, Any]:
    """The body of "Update a meeting" that makes `found` (Zoom's JSON) what is wanted; empty if it is."""
    return {name: value for name, value in fields(wanted).items() if found.get(name) != value}


def parse(body: Mapping[str, Any]) -> RemoteMeeting | None:
    """Zoom's JSON as a meeting; None if it is not one."""
    try:
        zoom_id, minutes = int(body["id"]), int(body.get("duration") or 0)
        start = str(body.get("start_time") or "")
        starts_at = datetime.fromisoformat(start).astimezone(UTC) if start.endswith("Z") else None
    except (KeyError, TypeError, ValueError):
        return None
    reference = REFERENCE.match(str(body.get("agenda") or ""))
    return RemoteMeeting(
        zoom_id=zoom_id,
        uuid=str(body.get("uuid") or ""),
        reference=reference[1] if reference else None,
        topic=str(body.get("topic") or ""),
        starts_at=starts_at,
        minutes=minutes,
        join_url=str(body.get("join_url") or ""),
        passcode=str(body.get("password") or ""),
    )


def locked_out(body: Mapping[str, Any]) -> list[str]:
    """Settings that Zoom kept otherwise than asked, and without which nobody gets in: the account locks them."""
    kept = body.get("settings")
    if not isinstance(kept, dict):
        return []
    return [name for name in NEEDED_TO_GET_IN if name in kept and kept[name] != SETTINGS[name]]

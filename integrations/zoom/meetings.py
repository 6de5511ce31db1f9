"""Meetings as we want them and as Zoom has them, and the JSON between the two."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

TOPIC_LENGTH = 200  # characters, as Zoom counts them
AGENDA_LENGTH = 2000
REFERENCE = re.compile(r"ref:(\S{1,200})(?:\s|$)")  # lists cut the agenda at 250 characters
PASSCODE = re.compile(r"[A-Za-z0-9@_*-]{1,10}")

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
MENDED = ("join_before_host", "waiting_room", "meeting_authentication", "mute_upon_entry", "alternative_hosts")
SPELT = ("topic", "agenda", "timezone")  # Zoom may trim them, leave signs out, or have another name of the zone
NEEDED_TO_GET_IN = ("join_before_host", "waiting_room", "meeting_authentication", "use_pmi")


@dataclass(frozen=True)
class WantedMeeting:
    """A meeting as it should be at Zoom.

    `reference` (1 to 200 characters, no spaces) opens the agenda there, and by it the meeting is found again.
    `starts_at` is aware; `timezone` is the IANA zone in which Zoom shows it. Topic and description are cut to fit.
    `passcode` is up to 10 of a-z, A-Z, 0-9, @, -, _ and *; without one, Zoom makes it. `alternative_hosts` are
    addresses of licensed users of the account, and only they, or the host, let people in from a `waiting_room`.
    `locked` is what Zoom is known to keep otherwise, as `RemoteMeeting.otherwise` said after it was sent: to send it
    again would change nothing.
    """

    reference: str
    topic: str
    starts_at: datetime
    minutes: int
    timezone: str
    description: str = ""
    passcode: str = field(default="", repr=False)
    waiting_room: bool = False
    muted: bool = False
    alternative_hosts: tuple[str, ...] = ()
    locked: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if self.starts_at.tzinfo is None:
            raise ValueError("starts_at must be an aware time")
        if not REFERENCE.fullmatch(f"ref:{self.reference}"):
            raise ValueError("reference must have 1 to 200 characters and no spaces")
        if self.passcode and not PASSCODE.fullmatch(self.passcode):
            raise ValueError("passcode must have at most 10 characters of those that Zoom takes")


@dataclass(frozen=True)
class RemoteMeeting:
    """A meeting as Zoom has it. Zoom's `start_url`, which makes its bearer the host, is never part of it.

    `reference` is None for a meeting that is not ours, `starts_at` (UTC) for one without a fixed time. In lists,
    `passcode` and `settings` are empty. The links and the passcode do not show in `repr`.
    """

    zoom_id: int
    uuid: str = field(repr=False)
    reference: str | None
    topic: str
    starts_at: datetime | None
    minutes: int
    join_url: str = field(repr=False)
    passcode: str = field(repr=False)
    created_at: datetime | None = None
    timezone: str = ""
    agenda: str = field(default="", repr=False)
    settings: Mapping[str, Any] = field(default_factory=dict, repr=False)

    def otherwise(self, wanted: WantedMeeting) -> frozenset[str]:
        """What Zoom keeps otherwise than wanted; after a create or update: what it will not have as we sent it.

        Settings by their names, which the account locks. A topic, agenda or zone with a digest of what was wanted and
        what is kept, in which nobody's name stands: another topic, ours or Zoom's, is another matter.
        """
        texts = {name: value for name, value in fields(wanted).items() if name in SPELT}
        spelt = {
            _spelling(name, value, getattr(self, name)) for name, value in texts.items() if getattr(self, name) != value
        }
        return frozenset({*_otherwise(settings(wanted), self.settings), *spelt})

    def is_as(self, wanted: WantedMeeting) -> bool:
        """Whether an update would change nothing, as far as the agenda's first line tells of the agenda."""
        due = self.otherwise(wanted) & frozenset(MENDED) - wanted.locked
        return self.is_at(wanted) and self.reference == wanted.reference and not due

    def is_at(self, wanted: WantedMeeting) -> bool:
        """Whether its topic, start and length are as wanted: all that lists show of it."""
        start = wanted.starts_at.astimezone(UTC).replace(microsecond=0)
        topic = wanted.topic[:TOPIC_LENGTH]
        is_named = self.topic == topic or _spelling("topic", topic, self.topic) in wanted.locked
        return is_named and (self.starts_at, self.minutes) == (start, wanted.minutes)


def settings(wanted: WantedMeeting) -> dict[str, Any]:
    """Pairs let themselves in; behind a waiting room, which switches that off, somebody has to."""
    found = {**SETTINGS, "join_before_host": not wanted.waiting_room, "waiting_room": wanted.waiting_room}
    found["mute_upon_entry"] = wanted.muted
    if wanted.alternative_hosts:
        found["alternative_hosts"] = ";".join(wanted.alternative_hosts)
    return found


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
    passcode = {"password": wanted.passcode} if wanted.passcode else {"default_password": True}
    return {"type": 2, **fields(wanted), **passcode, "settings": settings(wanted)}


def changes(wanted: WantedMeeting, found: Mapping[str, Any]) -> dict[str, Any]:
    """The body of "Update a meeting" that makes `found` (Zoom's JSON) what is wanted; empty if it is.

    A passcode that somebody has changed at Zoom stays: the link that holds it is read back instead.
    """
    body = {
        name: value
        for name, value in fields(wanted).items()
        if found.get(name) != value and _spelling(name, value, found.get(name)) not in wanted.locked
    }
    kept = found.get("settings")
    due = _otherwise(settings(wanted), kept if isinstance(kept, dict) else {})
    mended = {name: value for name, value in due.items() if name in MENDED and name not in wanted.locked}
    return {**body, "settings": mended} if mended else body


def _spelling(name: str, wanted: object, kept: object) -> str:
    """A mark that this text of ours is kept as that one."""
    return f"{name}:{hashlib.sha256(repr((wanted, kept)).encode()).hexdigest()[:16]}"


def _otherwise(wanted: Mapping[str, Any], kept: Mapping[str, Any]) -> dict[str, Any]:
    """Those of the wanted settings that Zoom says are otherwise. What it says nothing of is believed."""
    told = {**wanted, "alternative_hosts": wanted.get("alternative_hosts", "")}
    return {name: value for name, value in told.items() if name in kept and not _same(kept[name], value)}


def _same(kept: object, value: object) -> bool:
    if isinstance(kept, str) and isinstance(value, str):  # addresses in an order and a case of Zoom's own
        return {part.strip().lower() for part in kept.split(";")} == {part.lower() for part in value.split(";")}
    return kept == value


def parse(body: Mapping[str, Any]) -> RemoteMeeting | None:
    """Zoom's JSON as a meeting; None if it is not one."""
    try:
        zoom_id, minutes = int(body["id"]), int(body.get("duration") or 0)
        starts_at, created_at = _moment(body.get("start_time")), _moment(body.get("created_at"))
    except (KeyError, TypeError, ValueError):
        return None
    reference = REFERENCE.match(str(body.get("agenda") or ""))
    kept = body.get("settings")
    return RemoteMeeting(
        zoom_id=zoom_id,
        uuid=str(body.get("uuid") or ""),
        reference=reference[1] if reference else None,
        topic=str(body.get("topic") or ""),
        starts_at=starts_at,
        minutes=minutes,
        join_url=str(body.get("join_url") or ""),
        passcode=str(body.get("password") or ""),
        created_at=created_at,
        timezone=str(body.get("timezone") or ""),
        agenda=str(body.get("agenda") or ""),
        settings=kept if isinstance(kept, dict) else {},
    )


def _moment(value: object) -> datetime | None:
    text = str(value or "")
    return datetime.fromisoformat(text).astimezone(UTC) if text.endswith("Z") else None


def locked_out(wanted: WantedMeeting, meeting: RemoteMeeting) -> list[str]:
    """Settings that Zoom kept otherwise than asked, and without which nobody gets in: the account locks them."""
    return [name for name in NEEDED_TO_GET_IN if name in meeting.otherwise(wanted)]

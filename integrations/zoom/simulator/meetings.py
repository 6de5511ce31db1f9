"""The meetings that the simulator holds, and how many changes each host has made today; kept in a file if wanted."""

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

KEPT_AFTER_START = timedelta(days=30)  # Zoom drops a one-time meeting's id then


@dataclass(frozen=True)
class SimulatedMeeting:
    """A meeting as Zoom would keep it; instants in UTC. Recurrence is not simulated."""

    id: int
    uuid: str
    host: str
    type: int
    topic: str
    agenda: str
    start_time: datetime
    duration: int
    timezone: str
    password: str = field(repr=False)
    settings: Mapping[str, Any]
    created_at: datetime

    @property
    def ends_at(self) -> datetime:
        return self.start_time + timedelta(minutes=self.duration)

    def join_path(self) -> str:
        """The join link's path; it changes when the passcode does."""
        return f"j/{self.id}?pwd={_digest(self.id, self.password)}.1"


class Meetings:
    """The state of a simulator. With a `path` it is read from there at the start, and `save` writes it back whole."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self.live: dict[int, SimulatedMeeting] = {}
        self._changes: dict[str, tuple[str, int]] = {}
        if path and path.exists():
            self._load(path)
        self._save()  # a file that cannot be written is told at the start, not to the first who creates a meeting

    def of(self, host: str, kind: str, now: datetime) -> list[SimulatedMeeting]:
        """A host's meetings of one of the `type`s of "List meetings", by id; instant ones are in none."""
        mine = [self.live[key] for key in sorted(self.live) if self.live[key].host == host and self.live[key].type != 1]
        if kind == "scheduled":
            return [meeting for meeting in mine if meeting.start_time + KEPT_AFTER_START > now]
        if kind == "previous_meetings":
            return [meeting for meeting in mine if meeting.ends_at <= now]
        return [meeting for meeting in mine if meeting.ends_at > now]

    def hosts(self) -> list[str]:
        """The hosts that have done something here."""
        return sorted(self._changes)

    def changes(self, host: str, now: datetime) -> int:
        """How many creates and updates the host has made this UTC day."""
        day, count = self._changes.get(host, ("", 0))
        return count if day == _day(now) else 0

    def put(self, meeting: SimulatedMeeting, now: datetime) -> None:
        """Keeps a created or updated meeting, and counts it for its host."""
        self.live[meeting.id] = meeting
        self._changes[meeting.host] = (_day(now), self.changes(meeting.host, now) + 1)
        self._save()

    def remove(self, meeting_id: int) -> None:
        del self.live[meeting_id]
        self._save()

    def _save(self) -> None:
        if self._path is None:
            return
        state = {"meetings": [vars(meeting) for meeting in self.live.values()], "changes": self._changes}
        self._path.parent.mkdir(parents=True, exist_ok=True)
        beside = self._path.with_name(f"{self._path.name}.new")
        beside.write_text(json.dumps(state, default=datetime.isoformat), encoding="utf-8")
        os.replace(beside, self._path)  # so that a kill leaves the old state or the new one, never half of it

    def _load(self, path: Path) -> None:
        try:
            state = json.loads(path.read_text(encoding="utf-8"))
            for item in state["meetings"]:
                for name in ("start_time", "created_at"):
                    item[name] = datetime.fromisoformat(item[name])
                self.live[item["id"]] = SimulatedMeeting(**item)
            self._changes = {host: (day, count) for host, (day, count) in state["changes"].items()}
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(f"{path} holds no state of the Zoom simulator; move it away to start afresh.") from error


def host_id(host: str) -> str:
    """The Zoom user's id, the same each time."""
    return _digest("user", host)


def shown(meeting: SimulatedMeeting, base: str) -> dict[str, Any]:
    """A meeting as "Create a meeting" answers it; `base` is the simulator's address, with a slash at its end."""
    code = f"{int(_digest(meeting.id, 'phone'), 16) % 10**6:06}"
    return {
        "uuid": meeting.uuid,
        "id": meeting.id,
        "host_id": host_id(meeting.host),
        "host_email": meeting.host,
        "topic": meeting.topic,
        "type": meeting.type,
        "start_time": stamp(meeting.start_time),
        "duration": meeting.duration,
        "timezone": meeting.timezone,
        "agenda": meeting.agenda,
        "created_at": stamp(meeting.created_at),
        "start_url": f"{base}s/{meeting.id}?zak=simulated.{_digest(meeting.id, 'zak')}",
        "join_url": base + meeting.join_path(),
        "password": meeting.password,
        "h323_password": code,
        "pstn_password": code,
        "encrypted_password": f"{_digest(meeting.id, meeting.password)}.1",
        "settings": dict(meeting.settings),
        "pre_schedule": False,
        "creation_source": "open_api",
    }


def about(meeting: SimulatedMeeting) -> dict[str, Any]:
    """A meeting as events of its life show it; its number is a number there."""
    return {
        "uuid": meeting.uuid,
        "id": meeting.id,
        "host_id": host_id(meeting.host),
        "topic": meeting.topic,
        "type": meeting.type,
        "start_time": stamp(meeting.start_time),
        "duration": meeting.duration,
        "timezone": meeting.timezone,
    }


def listed(meeting: SimulatedMeeting, base: str) -> dict[str, Any]:
    """A meeting as "List meetings" shows it: no passcode, and the agenda cut."""
    whole = shown(meeting, base)
    kept = ("uuid", "id", "host_id", "topic", "type", "start_time", "duration", "timezone", "created_at", "join_url")
    return {**{name: whole[name] for name in kept}, "agenda": meeting.agenda[:250]}


def stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _day(now: datetime) -> str:
    return now.astimezone(UTC).date().isoformat()


def _digest(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:22]

"""What Zoom checks in the body of a meeting, and what it makes of it."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

START = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ?")

SETTINGS: dict[str, Any] = {
    "host_video": False,
    "participant_video": False,
    "join_before_host": False,
    "jbh_time": 0,
    "mute_upon_entry": False,
    "watermark": False,
    "use_pmi": False,
    "approval_type": 2,
    "registration_type": 1,
    "audio": "both",
    "auto_recording": "none",
    "alternative_hosts": "",
    "waiting_room": False,
    "meeting_authentication": False,
    "private_meeting": False,
    "registrants_email_notification": True,
    "registrants_confirmation_email": True,
    "alternative_hosts_email_notification": True,
    "email_notification": True,
}
"""The settings that are kept and shown, each with Zoom's default. Others are dropped without a word, as at Zoom."""

CHOICES: dict[str, tuple[Any, ...]] = {
    "jbh_time": (0, 5, 10, 15),
    "approval_type": (0, 1, 2),
    "registration_type": (1, 2, 3),
    "audio": ("both", "telephony", "voip", "thirdParty"),
    "auto_recording": ("local", "cloud", "none"),
}


_zones = cache(available_timezones)  # reading the folders takes a while


def _text(length: int) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and len(value) <= length


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _start(value: Any) -> bool:
    if not isinstance(value, str) or not START.fullmatch(value):
        return False
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True


CHECKS: dict[str, Callable[[Any], bool]] = {
    "topic": _text(200),
    "agenda": _text(2000),
    "type": lambda value: _whole(value) and value in (1, 2, 3, 8, 10),
    "start_time": _start,
    "timezone": lambda value: isinstance(value, str) and value in _zones(),
    "duration": lambda value: _whole(value) and 0 <= value <= 100_000,
    "password": lambda value: isinstance(value, str) and bool(re.fullmatch(r"[A-Za-z0-9@_*-]{0,10}", value)),
    "default_password": lambda value: isinstance(value, bool),
    "settings": lambda value: isinstance(value, dict),
}


def problems(body: Mapping[str, Any]) -> list[dict[str, str]]:
    """Zoom's `errors` for a body; keys that it does not know are no error."""
    bad = [name for name, good in CHECKS.items() if name in body and not good(body[name])]
    settings = body.get("settings")
    if isinstance(settings, dict):
        bad += [f"settings.{name}" for name in SETTINGS if name in settings and not _fits(name, settings[name])]
    return [{"field": name, "message": f"Invalid parameter: {name.rpartition('.')[2]}."} for name in bad]


def _fits(name: str, value: Any) -> bool:
    return type(value) is type(SETTINGS[name]) and value in CHOICES.get(name, (value,))


def settings(given: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """The settings after a create or an update. A waiting room switches join_before_host off."""
    kept = {**before, **{name: value for name, value in given.items() if name in SETTINGS}}
    if kept["waiting_room"]:
        kept["join_before_host"] = False
    return kept


ZONES = {"Europe/Stockholm": "Europe/Berlin", "Asia/Kolkata": "Asia/Calcutta", "Europe/Kyiv": "Europe/Kiev"}
"""Some that have the same clocks, so that one may stand for the other."""


def plain(text: str) -> str:
    """The text without emoji and spaces around it, as it might be kept."""
    return re.sub(r"[^\u0000-\uFFFF]", "", text).strip()


def start(body: Mapping[str, Any], timezone: str) -> datetime | None:
    """The instant of a checked `start_time`: with Z it is UTC and `timezone` is for display, without it wall clock."""
    if "start_time" not in body:
        return None
    moment = datetime.fromisoformat(body["start_time"])
    return (moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(timezone))).astimezone(UTC)

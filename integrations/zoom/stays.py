"""Who was in a meeting, as Zoom reports it when it is over; and how a stay is told from others.

https://developers.zoom.us/docs/api/meetings/#tag/meetings/get/past_meetings/{meetingId}/participants
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any


@dataclass(frozen=True)
class Stay:
    """One stay of somebody in a meeting; whoever leaves and comes again has two.

    `key` is that of the webhooks about the same stay, `email` empty for guests of the account, `left_at` None while
    Zoom's report is not ready.
    """

    key: str
    email: str = field(repr=False)
    joined_at: datetime
    left_at: datetime | None


def stay_key(uuid: str, number: str) -> str:
    """Zoom numbers the stays (`user_id`) within one run of a meeting, which has the UUID; runs share the numbers."""
    return hashlib.sha256(f"{uuid}\n{number}".encode()).hexdigest()


def parse_stay(body: Mapping[str, Any], uuid: str) -> Stay | None:
    """Zoom's JSON as a stay in the run of this UUID; None for one in its waiting room, and for what makes no sense."""
    try:
        joined_at = _moment(body["join_time"])
        left_at = _moment(body["leave_time"]) if body.get("leave_time") else None
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
        return None
    number = str(body.get("user_id") or body.get("id") or "")
    if not number or body.get("status") == "in_waiting_room":
        return None
    ready = left_at is not None and bool(body.get("duration"))
    email = str(body.get("user_email") or "").strip().lower()
    return Stay(stay_key(uuid, number), email, joined_at, left_at if ready else None)


def _moment(text: str) -> datetime:
    if not text.endswith("Z"):
        raise ValueError("Zoom's instants end in Z")
    return datetime.fromisoformat(text).astimezone(UTC)

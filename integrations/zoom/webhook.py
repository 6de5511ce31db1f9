"""Zoom's webhooks: is it Zoom that speaks, is it news, and what does it say.

https://developers.zoom.us/docs/api/webhooks/
"""

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from integrations.outcome import Rejected
from integrations.zoom.stays import stay_key

SIGNATURE = "x-zm-signature"
STAMP = "x-zm-request-timestamp"
OLDEST = timedelta(hours=2)  # Zoom's last of three retries comes after 85 minutes, perhaps with its first timestamp
EARLIEST = timedelta(minutes=5)  # how far a clock may be ahead of ours
VALIDATION = "endpoint.url_validation"
WHOLE = re.compile(r"[0-9]{1,18}")
UUID = re.compile(r"[A-Za-z0-9+/=_-]{1,64}")


class Forged(Rejected):
    """Not signed with our secret, or not lately: nothing in it may be believed."""


class Malformed(Rejected):
    """Signed, and still nothing that we can read."""


@dataclass(frozen=True)
class Participant:
    """Who came or left. `key` tells one stay in the meeting from others; `email` is empty for guests of the account."""

    key: str
    email: str = field(repr=False)
    joined_at: datetime | None
    left_at: datetime | None


@dataclass(frozen=True)
class ZoomEvent:
    """What Zoom says happened at `at`.

    `receipt` is the same for each copy of one event, however often Zoom sends it. `zoom_id` is None for what is about
    no meeting; `uuid` names one run of it, and is empty where Zoom does not say.
    """

    name: str
    at: datetime
    receipt: str
    zoom_id: int | None
    uuid: str = ""
    started_at: datetime | None = None
    ended_at: datetime | None = None
    participant: Participant | None = None


@dataclass(frozen=True)
class Challenge:
    """Zoom asks whether the address is ours, at set-up and every 72 hours: `answer` is the JSON to give it."""

    answer: Mapping[str, str]


def read(body: bytes, headers: Mapping[str, str], *, secret: str, now: datetime) -> ZoomEvent | Challenge:
    """What a POST of Zoom's says. `body` is the raw bytes: to read the JSON and write it again breaks its signature.

    Raises `Forged`, also where `secret` is empty, and `Malformed`.
    """
    _check(body, headers, secret, now)
    try:
        data = json.loads(body)
        name, payload = data["event"], data["payload"]
        if name == VALIDATION:
            plain = str(payload["plainToken"])
            return Challenge({"plainToken": plain, "encryptedToken": proof(secret, plain)})
        return _event(str(name), int(data["event_ts"]), payload)
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError, OSError, RecursionError):
        raise Malformed("Zoom's event was not understood") from None


def signature(secret: str, stamp: str, body: bytes) -> str:
    """The value of `x-zm-signature` for a body that is sent at `stamp` (seconds)."""
    return f"v0={_sign(secret, b'v0:' + stamp.encode() + b':' + body)}"


def proof(secret: str, plain: str) -> str:
    """What proves to Zoom that an address knows the secret: the `encryptedToken` for this `plainToken`."""
    return _sign(secret, plain.encode())


def _check(body: bytes, headers: Mapping[str, str], secret: str, now: datetime) -> None:
    given, stamp = headers.get(SIGNATURE) or "", headers.get(STAMP) or ""
    if not secret or not stamp.isascii() or not WHOLE.fullmatch(stamp):
        raise Forged("Not signed as Zoom signs")
    if not hmac.compare_digest(signature(secret, stamp, body).encode(), given.encode("utf-8", "surrogateescape")):
        raise Forged("Not signed with the secret of our app")
    age = now.timestamp() - int(stamp)
    if not -EARLIEST.total_seconds() <= age <= OLDEST.total_seconds():
        raise Forged("Signed too long ago, or with a clock that is wrong")


def _sign(secret: str, message: bytes) -> str:
    return hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()


def _event(name: str, milliseconds: int, payload: Mapping[str, Any]) -> ZoomEvent:
    about = payload.get("object") or {}
    number = str(about.get("id") or "")  # a number in some events, a text in others
    found = UUID.fullmatch(str(about.get("uuid") or ""))
    uuid = found[0] if found else ""
    who = about.get("participant")
    participant = _participant(who, uuid) if isinstance(who, dict) else None
    at = datetime.fromtimestamp(milliseconds / 1000, UTC)
    parts = (name, str(milliseconds), uuid or number, participant.key if participant else "")
    return ZoomEvent(
        name=name,
        at=at,
        receipt=hashlib.sha256("\n".join(parts).encode()).hexdigest(),
        zoom_id=int(number) if WHOLE.fullmatch(number) else None,
        uuid=uuid,
        started_at=_moment(about.get("start_time")),
        ended_at=_moment(about.get("end_time")),
        participant=participant,
    )


def _participant(who: Mapping[str, Any], uuid: str) -> Participant | None:
    """One stay, which who leaves and comes again has another of; None for one that cannot be told from others."""
    number = str(who.get("user_id") or who.get("participant_uuid") or who.get("id") or "")
    if not uuid or not number:
        return None
    return Participant(
        key=stay_key(uuid, number),
        email=str(who.get("email") or "").strip().lower(),
        joined_at=_moment(who.get("join_time")),
        left_at=_moment(who.get("leave_time")),
    )


def _moment(value: object) -> datetime | None:
    """An instant of Zoom's, always in UTC; None where it says none."""
    if not isinstance(value, str) or not value.endswith("Z"):
        return None
    return datetime.fromisoformat(value).astimezone(UTC)

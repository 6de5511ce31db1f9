"""What a Zoom account must let us do: the scopes of its app, and hosts that may hold meetings.

Granular scopes with the classic ones that older apps have instead:
https://developers.zoom.us/docs/internal-apps/oauth-scopes-granular/
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

NEEDED = {
    "meeting:write:meeting:admin": "meeting:write:admin",
    "meeting:update:meeting:admin": "meeting:write:admin",
    "meeting:delete:meeting:admin": "meeting:write:admin",
    "meeting:read:meeting:admin": "meeting:read:admin",
    "meeting:read:list_meetings:admin": "meeting:read:admin",
    "meeting:read:list_past_instances:admin": "meeting:read:admin",
    "meeting:read:list_past_participants:admin": "meeting:read:admin",
    "user:read:user:admin": "user:read:admin",
}
LICENSED = 2
KINDS = {1: "Basic", LICENSED: "Licensed", 4: "without meetings", 99: "None"}


@dataclass(frozen=True)
class RemoteUser:
    """A Zoom user: whether they may hold meetings of any length, and the words for why not."""

    email: str
    licensed: bool
    active: bool
    kind: str


def missing(scopes: Collection[str]) -> list[str]:
    """The scopes that we need and the app lacks, by their granular names."""
    return [granular for granular, classic in NEEDED.items() if granular not in scopes and classic not in scopes]


def user(body: dict[str, Any]) -> RemoteUser:
    """The user in an answer of GET /users/{userId}."""
    kind = body.get("type")
    return RemoteUser(
        email=str(body.get("email") or ""),
        licensed=kind == LICENSED,
        active=body.get("status") == "active",
        kind=KINDS.get(kind, "of an unknown kind") if isinstance(kind, int) else "of an unknown kind",
    )

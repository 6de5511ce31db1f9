"""The simulator's side of server-to-server OAuth: who gets a token, and which tokens still count."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from werkzeug.wrappers import Request, Response

from integrations.zoom.simulator import answers

LIFETIME = 3599  # seconds, as real answers say
SCOPES = {
    "create": "meeting:write:meeting:admin",
    "get": "meeting:read:meeting:admin",
    "update": "meeting:update:meeting:admin",
    "delete": "meeting:delete:meeting:admin",
    "list": "meeting:read:list_meetings:admin",
    "instances": "meeting:read:list_past_instances:admin",
    "participants": "meeting:read:list_past_participants:admin",
    "end": "meeting:update:status:admin",
    "user": "user:read:user:admin",
    "users": "user:read:list_users:admin",
}


@dataclass(frozen=True)
class Strict:
    """The one account and app that is accepted, and the hosts (e-mail addresses) that exist in it.

    `licences` are types of Zoom users by address: 1 Basic, 2 Licensed (who is not named), 4 without meetings. `without`
    are the scopes that the app lacks.
    """

    account_id: str
    client_id: str
    client_secret: str = field(repr=False)
    hosts: frozenset[str]
    licences: Mapping[str, int] = field(default_factory=dict)
    without: frozenset[str] = frozenset()


class Issued:
    """The tokens given out. Kept in memory alone: a restarted simulator has revoked them all, and clients must cope."""

    def __init__(self, *, clock: Callable[[], datetime], strict: Strict | None, random: Random) -> None:
        self._clock = clock
        self._strict = strict
        self._random = random
        self._lacking = strict.without if strict else frozenset()
        self._ends: dict[str, datetime] = {}
        self._used: set[str] = set()

    def give(self, request: Request) -> Response:
        """`POST /oauth/token`, its arguments in the form or in the query as Zoom takes both."""
        given = request.values
        client = request.authorization
        if given.get("grant_type") != "account_credentials":
            return answers.no_token(400, "unsupported_grant_type", "unsupported grant type")
        if client is None or client.type != "basic" or not self._known(client.username, client.password):
            return answers.no_token(400, "invalid_client", "Invalid client_id or client_secret")
        account_id = given.get("account_id", "")
        if not account_id or (self._strict and account_id != self._strict.account_id):
            return answers.no_token(400, "invalid_request", "Bad Request")
        token = f"simulated.{self._random.getrandbits(256):064x}"
        self._ends[token] = self._clock() + timedelta(seconds=LIFETIME)
        body = {
            "access_token": token,
            "token_type": "bearer",
            "expires_in": LIFETIME,
            "scope": " ".join(scope for scope in SCOPES.values() if scope not in self._lacking),
            "api_url": request.host_url.rstrip("/"),
        }
        return answers.answer(200, body)

    def _known(self, client_id: str | None, client_secret: str | None) -> bool:
        if self._strict:
            return (client_id, client_secret) == (self._strict.client_id, self._strict.client_secret)
        return bool(client_id and client_secret)

    def refusal(self, request: Request, call: str) -> Response | None:
        """What is said to a token that is not good, or not good for this call; None if it is."""
        ends = self._ends.get(_bearer(request))
        if ends is None:
            return answers.bad_token(expired=False)
        if ends <= self._clock():
            return answers.bad_token(expired=True)
        return answers.missing_scope(SCOPES[call]) if SCOPES[call] in self._lacking else None

    def revoke_used(self, request: Request) -> bool:
        """Revokes the request's token unless this is its first use: a new one works, or nothing ever would."""
        token = _bearer(request)
        if token not in self._used:
            self._used.add(token)
            return False
        self._ends.pop(token, None)
        return True

    def revoke(self) -> None:
        """Revokes them all, as when an admin switches the app off and on."""
        self._ends.clear()


def _bearer(request: Request) -> str:
    return request.headers.get("Authorization", "").removeprefix("Bearer ")

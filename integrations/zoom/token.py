"""Zoom's server-to-server OAuth tokens: one at a time for all threads, renewed before they end.

https://developers.zoom.us/docs/internal-apps/s2s-oauth/
"""

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.auth import HTTPBasicAuth

from integrations import http
from integrations.outcome import Retry
from integrations.zoom.answers import content, retry_after
from integrations.zoom.errors import BadCredentials, RateLimited, Unavailable

EARLY = timedelta(minutes=5)


@dataclass(frozen=True)
class ZoomAccount:
    """Whose Zoom it is, and where.

    An `api_url` is used exactly as it stands. Empty means the region's address that comes with the token, which is
    trusted only on zoom.us.
    """

    account_id: str
    client_id: str
    client_secret: str = field(repr=False)
    token_url: str
    api_url: str


@dataclass(frozen=True)
class Token:
    value: str = field(repr=False)
    api_url: str
    renew_at: datetime
    scopes: frozenset[str] = frozenset()


class Tokens:
    """The account's token, for any number of threads: while one fetches, the others wait for what it brings."""

    def __init__(
        self,
        account: ZoomAccount,
        session: requests.Session,
        *,
        clock: Callable[[], datetime],
        timeouts: http.Timeouts,
    ) -> None:
        self._account = account
        self._session = session
        self._clock = clock
        self._timeouts = timeouts
        self._lock = threading.Lock()
        self._token: Token | None = None

    def current(self) -> Token:
        """A token good for 5 minutes more. Raises `BadCredentials`, `RateLimited`, `Unavailable`."""
        with self._lock:
            if self._token is None or self._token.renew_at <= self._clock():
                self._token = self._fetch()
            return self._token

    def renew(self, refused: Token) -> Token:
        """A token other than the one Zoom refused: the one another thread has fetched meanwhile, or a new one."""
        with self._lock:
            if self._token is refused or self._token is None:
                self._token = self._fetch()
            return self._token

    def _fetch(self) -> Token:
        asked_at = self._clock()
        account = self._account
        try:
            response = http.send(
                self._session,
                "Zoom",
                "POST",
                account.token_url,
                auth=HTTPBasicAuth(account.client_id.encode(), account.client_secret.encode()),
                form={"grant_type": "account_credentials", "account_id": account.account_id},
                timeouts=self._timeouts,
            )
        except Retry as lost:  # a lost answer included: a token that nobody has does no harm
            raise Unavailable(str(lost)) from None
        body = content(response) or {}
        if response.status_code != 200:
            raise _refusal(response, body, asked_at)
        value, seconds = body.get("access_token"), body.get("expires_in")
        if not isinstance(value, str) or not re.fullmatch(r"[!-~]+", value) or not isinstance(seconds, int):
            raise Unavailable("Zoom's token was not understood")
        lifetime = timedelta(seconds=seconds)
        api_url = account.api_url or _regional(body)
        return Token(value, api_url, renew_at=asked_at + lifetime - min(EARLY, lifetime / 2), scopes=_scopes(body))


def _scopes(body: dict[str, Any]) -> frozenset[str]:
    return frozenset(str(body.get("scope") or "").split())


def _refusal(response: requests.Response, body: dict[str, Any], now: datetime) -> Retry:
    status = response.status_code
    if status == 429:
        until = retry_after(response.headers.get("Retry-After", ""), now) or now + timedelta(seconds=2)
        return RateLimited("Zoom asks for a pause before the next token", until)
    if not 400 <= status < 500 or "error" not in body:
        return Unavailable(f"Zoom gives no token right now (status {status})")
    if body["error"] == "invalid_client":
        return BadCredentials("Zoom does not accept the client id or the client secret")
    return BadCredentials("Zoom does not accept the account id, or the app is not active")


def _regional(body: dict[str, Any]) -> str:
    """The API's address for this account. Rebuilt from its host alone, so that no reading of it leads elsewhere."""
    api_url = body.get("api_url") or "https://api.zoom.us"
    try:
        parts = urlsplit(str(api_url))
    except ValueError:
        parts = urlsplit("")
    if parts.scheme == "https" and re.fullmatch(r"([a-z0-9-]+\.)*zoom\.us", parts.hostname or ""):
        return f"https://{parts.hostname}/v2"
    raise BadCredentials("Zoom's token names an API address outside zoom.us; to trust it, set the API address")

"""Reads Zoom's error answers: by status and code, since texts are localised and bodies may be XML or broken JSON."""

import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from random import SystemRandom
from typing import Any, Literal

import requests

from integrations.outcome import Rejected, Retry
from integrations.zoom.errors import (
    BadCredentials,
    HostNotAllowed,
    HostQuota,
    Invalid,
    MissingScope,
    NotFound,
    RateLimited,
    Unavailable,
)

log = logging.getLogger(__name__)

About = Literal["host", "meeting"]

BAD_TOKEN = 124
SCOPES = frozenset({104, 4700, 4711})
VALIDATION = 300
GONE = frozenset({1001, 1120, 3001})  # some endpoints say "user" of a missing meeting
NO_HOST = frozenset({200, 1001, 1010, 1120, 3000, 3161})

CODE = re.compile(r'"code"\s*:\s*"?(\d+)|<code>\s*(\d+)')
SCOPE_LIST = re.compile(r"scopes:?\s*\[([^\]]*)\]")
SECRET = re.compile(r"\S*://\S*|\S{40,}")


@dataclass(frozen=True)
class Answer:
    """What is decided by: the status, Zoom's own code (None: not an answer of Zoom's), the text, and the headers."""

    status: int
    code: int | None
    message: str
    fields: dict[str, str]
    headers: Mapping[str, str]


def content(response: requests.Response) -> dict[str, Any] | None:
    """The JSON object in an answer; None if it holds none.

    `start_url` is taken out here, once for all: whoever has it is the host of the meeting.
    """
    try:
        body = response.json()
    except (ValueError, RecursionError):
        return None
    if not isinstance(body, dict):
        return None
    body.pop("start_url", None)
    return body


def token_refused(response: requests.Response) -> bool:
    """Was the token the trouble? Zoom says 401 with code 124, alike for expired, revoked and garbage."""
    return response.status_code == 401 or (response.status_code == 400 and _read(response).code == BAD_TOKEN)


def failure(response: requests.Response, *, about: About, now: datetime) -> Retry | Rejected:
    """The exception for an answer that is no success (https://developers.zoom.us/docs/api/errors/).

    `about` says whether the path names a host or a meeting, for codes that mean either.
    """
    answer = _read(response)
    log.info(
        "Zoom answered %s, code %s, tracking id %s",
        answer.status,
        answer.code,
        answer.headers.get("x-zm-trackingid", "none"),
    )
    if token_refused(response):
        return BadCredentials("Zoom refuses a token that it has just given")
    if answer.status == 429:
        return _limit(answer, now)
    if not 400 <= answer.status < 500:
        when = retry_after(answer.headers.get("Retry-After", ""), now)
        return Unavailable(f"Zoom is not working right now (status {answer.status})", when)
    return _refusal(answer, about)


def _read(response: requests.Response) -> Answer:
    body = content(response)
    if body is None:  # broken JSON still shows its code, and the scopes stand in it unescaped
        found = CODE.search(response.text)
        code = next((int(group) for group in found.groups() if group), None) if found else None
        return Answer(response.status_code, code, response.text, {}, response.headers)
    given = str(body.get("code"))
    code = int(given) if given.isdecimal() else None
    errors = body.get("errors")
    pairs = [error for error in errors if isinstance(error, dict)] if isinstance(errors, list) else []
    fields = {str(error.get("field", "")): _shown(str(error.get("message", ""))) for error in pairs}
    return Answer(response.status_code, code, str(body.get("message", "")), fields, response.headers)


def _refusal(answer: Answer, about: About) -> Retry | Rejected:
    code = answer.code
    if code in SCOPES:
        found = SCOPE_LIST.search(answer.message)
        return MissingScope(tuple(re.findall(r"[\w:.]+", found[1])) if found else ())
    if code is None:
        return Unavailable(f"Something other than Zoom's API answered (status {answer.status}); is its address right?")
    if about == "meeting" and code in GONE:
        return NotFound("Zoom has no such meeting")
    if about == "host" and code in NO_HOST:
        return HostNotAllowed(f"This host cannot hold meetings at Zoom (code {code}): {_shown(answer.message)}")
    if code == VALIDATION:
        what = "; ".join(f"{field}: {why}" for field, why in answer.fields.items()) or _shown(answer.message)
        return Invalid(f"Zoom finds the request wrong: {what}", answer.fields)
    return Rejected(f"Zoom refused (code {code}): {_shown(answer.message)}")


def _limit(answer: Answer, now: datetime) -> Retry:
    """Told apart by the text, for want of better: Zoom sends the 429 of a host without Type and Retry-After headers.

    https://developers.zoom.us/docs/api/rate-limits/
    """
    typed = answer.headers.get("X-RateLimit-Type", "").lower() == "daily-limit"
    if typed and answer.headers.get("X-RateLimit-Limit") != "100":
        until = retry_after(answer.headers.get("Retry-After", ""), now) or _midnight(now)
        return RateLimited("The Zoom account has used up its calls of the day", until)
    if typed or "daily rate limit" in answer.message.lower():
        return HostQuota(_midnight(now))
    soon = now + timedelta(seconds=SystemRandom().uniform(1, 2))  # spread, so that workers do not come back as one
    return RateLimited("Zoom asks for a pause", retry_after(answer.headers.get("Retry-After", ""), now) or soon)


def retry_after(value: str, now: datetime) -> datetime | None:
    """When a Retry-After ends: seconds or an HTTP date (RFC 9110 section 10.2.3), or Zoom's ISO date; None if no sense.

    Never sooner than a second from now and never later than a day.
    """
    until = _moment(value.strip(), now)
    if until is None:
        return None
    return min(max(until, now + timedelta(seconds=1)), now + timedelta(days=1))


def _moment(value: str, now: datetime) -> datetime | None:
    if re.fullmatch(r"\d{1,8}", value):
        return now + timedelta(seconds=int(value))
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            found = read(value)
        except ValueError:
            continue
        return found if found.tzinfo else found.replace(tzinfo=UTC)
    return None


def _midnight(now: datetime) -> datetime:
    tomorrow = now.astimezone(UTC).date() + timedelta(days=1)
    return datetime(tomorrow.year, tomorrow.month, tomorrow.day, tzinfo=UTC)


def _shown(text: str) -> str:
    """A text of Zoom's, short enough and without anything that might be a link or a token."""
    return SECRET.sub("...", " ".join(text.split()))[:200]

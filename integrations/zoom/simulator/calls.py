"""What each of the simulator's API calls does, once its token is found good."""

import json
import string
from base64 import b64encode, urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

from werkzeug.wrappers import Request, Response

from integrations.zoom.simulator import answers, fields
from integrations.zoom.simulator.meetings import Meetings, SimulatedMeeting, host_id, listed, shown
from integrations.zoom.simulator.tokens import Strict

LIST_TYPES = ("scheduled", "upcoming", "upcoming_meetings", "live", "previous_meetings")
PAGE_LIFETIME = timedelta(minutes=15)


class Calls:
    """The calls by name, over one state. Each takes the request and what its path holds, and gives Zoom's answer."""

    def __init__(
        self, meetings: Meetings, *, clock: Callable[[], datetime], strict: Strict | None, random: Random, daily: int
    ) -> None:
        self._meetings = meetings
        self._clock = clock
        self._hosts = frozenset(host.lower() for host in strict.hosts) if strict else None
        self._random = random
        self._daily = daily

    def create(self, request: Request, user: str) -> Response:
        host, now = self._host(user), self._clock()
        if host is None:
            return answers.no_user(user)
        if self._meetings.changes(host, now) >= self._daily:
            return answers.host_quota(self._daily)
        body = _body(request)
        if body is None:
            return answers.bad_json()
        if errors := fields.problems(body):
            return answers.invalid(errors)
        meeting = self._made(host, body, now)
        self._meetings.put(meeting, now)
        headers = answers.limits("Medium", self._daily, self._meetings.changes(host, now))
        return answers.answer(201, shown(meeting, request.host_url), headers)

    def get(self, request: Request, meeting_id: int) -> Response:
        meeting = self._meetings.live.get(meeting_id)
        if meeting is None:
            return answers.no_meeting(meeting_id)
        body = {**shown(meeting, request.host_url), "status": "waiting"}
        return answers.answer(200, body, answers.limits("Light", 6000, 1))

    def update(self, request: Request, meeting_id: int) -> Response:
        meeting, now = self._meetings.live.get(meeting_id), self._clock()
        if meeting is None:
            return answers.no_meeting(meeting_id)
        if self._meetings.changes(meeting.host, now) >= self._daily:
            return answers.host_quota(self._daily)
        body = _body(request)
        if body is None:
            return answers.bad_json()
        if errors := fields.problems(body):
            return answers.invalid(errors)
        self._meetings.put(_changed(meeting, body, now), now)
        return answers.answer(
            204, headers=answers.limits("Light", self._daily, self._meetings.changes(meeting.host, now))
        )

    def delete(self, _: Request, meeting_id: int) -> Response:
        if meeting_id not in self._meetings.live:
            return answers.no_meeting(meeting_id)
        self._meetings.remove(meeting_id)
        return answers.answer(204, headers=answers.limits("Light", 6000, 1))

    def list(self, request: Request, user: str) -> Response:
        host = self._host(user)
        if host is None:
            return answers.no_user(user)
        kind = request.args.get("type", "scheduled")
        if kind not in LIST_TYPES:
            return answers.invalid([{"field": "type", "message": "Invalid parameter: type."}])
        found = [listed(meeting, request.host_url) for meeting in self._meetings.of(host, kind, self._clock())]
        return self._page(request, "meetings", found)

    def users(self, request: Request) -> Response:
        return self._page(request, "users", [_user(host) for host in sorted(self._known())])

    def user(self, _: Request, user: str) -> Response:
        host = self._host(user)
        return answers.no_user(user) if host is None else answers.answer(200, _user(host))

    def _known(self) -> frozenset[str]:
        return self._hosts if self._hosts is not None else frozenset(self._meetings.hosts())

    def _host(self, user: str) -> str | None:
        """The host's address, for an address or an id."""
        known = self._known()
        by_id = {host_id(host): host for host in known}
        if user in by_id:
            return by_id[user]
        address = user.lower()
        return address if address in known or (self._hosts is None and "@" in address) else None

    def _made(self, host: str, body: dict[str, Any], now: datetime) -> SimulatedMeeting:
        timezone = body.get("timezone") or "UTC"
        start = fields.start(body, timezone)
        letters = string.ascii_letters + string.digits
        return SimulatedMeeting(
            id=self._new_id(),
            uuid=b64encode(self._random.randbytes(16)).decode(),  # may hold slashes, as Zoom's do
            host=host,
            type=1 if start is None else body.get("type", 2),  # without a start it is an instant meeting
            topic=body.get("topic") or "Zoom Meeting",
            agenda=body.get("agenda", ""),
            start_time=max(start or now, now).replace(microsecond=0),  # a past start becomes now, without a word
            duration=body.get("duration", 60),
            timezone=timezone,
            password=body.get("password") or "".join(self._random.choices(letters, k=6)),
            settings=fields.settings(body.get("settings", {}), fields.SETTINGS),
            created_at=now,
        )

    def _new_id(self) -> int:
        while (found := self._random.randrange(80_000_000_000, 99_999_999_999)) in self._meetings.live:
            pass
        return found

    def _page(self, request: Request, name: str, items: Sequence[dict[str, Any]]) -> Response:
        size = request.args.get("page_size", 30, type=int)
        if not 1 <= size <= 300:
            return answers.invalid([{"field": "page_size", "message": "Invalid parameter: page_size."}])
        offset = self._offset(request.args.get("next_page_token", ""))
        if offset is None:
            return answers.error(400, 300, "The next page token is either invalid or expired.")
        end = offset + size
        following = f"{self._clock().timestamp():.0f}:{end}" if end < len(items) else ""
        body = {
            "next_page_token": urlsafe_b64encode(following.encode()).decode().rstrip("="),
            "page_size": size,
            "total_records": len(items),
            name: items[offset:end],
        }
        return answers.answer(200, body, answers.limits("Medium", 60, 1))

    def _offset(self, token: str) -> int | None:
        """Where a page starts; None if its token is no token, or older than 15 minutes."""
        if not token:
            return 0
        try:
            given, _, offset = urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode().partition(":")
            fresh = float(given) + PAGE_LIFETIME.total_seconds() > self._clock().timestamp()
            return int(offset) if fresh else None
        except ValueError:
            return None


def _body(request: Request) -> dict[str, Any] | None:
    try:
        body = json.loads(request.get_data())
    except ValueError:
        return None
    return body if isinstance(body, dict) else None


def _changed(meeting: SimulatedMeeting, body: dict[str, Any], now: datetime) -> SimulatedMeeting:
    timezone = body.get("timezone") or meeting.timezone
    start = fields.start(body, timezone)
    return replace(
        meeting,
        topic=body.get("topic", meeting.topic),
        agenda=body.get("agenda", meeting.agenda),
        start_time=start if start and start > now else meeting.start_time,  # a past start is ignored, without a word
        duration=body.get("duration", meeting.duration),
        timezone=timezone,
        password=body.get("password", meeting.password),
        settings=fields.settings(body.get("settings", {}), meeting.settings),
    )


def _user(host: str) -> dict[str, Any]:
    return {
        "id": host_id(host),
        "email": host,
        "first_name": host.partition("@")[0],
        "last_name": "",
        "type": 2,  # licensed
        "status": "active",
        "timezone": "UTC",
        "verified": 1,
    }

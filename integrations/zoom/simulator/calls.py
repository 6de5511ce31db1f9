"""What each of the simulator's API calls does, once its token is found good."""

import json
import string
from base64 import b64encode, urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import Any
from urllib.parse import unquote

from werkzeug.wrappers import Request, Response

from integrations.zoom.simulator import answers, fields
from integrations.zoom.simulator.meetings import Meetings, SimulatedMeeting, about, host_id, listed, shown
from integrations.zoom.simulator.runs import Runs
from integrations.zoom.simulator.tokens import Strict

LIST_TYPES = ("scheduled", "upcoming", "upcoming_meetings", "live", "previous_meetings")
LICENSED = 2
MAY_HOST = (1, LICENSED)
PAGE_LIFETIME = timedelta(minutes=15)


class Calls:
    """The calls by name, over one state. Each takes the request and what its path holds, and gives Zoom's answer."""

    def __init__(
        self,
        meetings: Meetings,
        runs: Runs,
        *,
        clock: Callable[[], datetime],
        strict: Strict | None,
        random: Random,
        daily: int,
        own_words: bool,
        tell: Callable[..., object],
    ) -> None:
        self._meetings = meetings
        self._runs = runs
        self._tell = tell
        self._licences = {host.lower(): kind for host, kind in strict.licences.items()} if strict else {}
        self._clock = clock
        self._hosts = frozenset(host.lower() for host in strict.hosts) if strict else None
        self._random = random
        self._daily = daily
        self._own_words = own_words

    def create(self, request: Request, user: str) -> Response:
        host, now = self._host(user), self._clock()
        if host is None:
            return answers.no_user(user)
        if self._licences.get(host, LICENSED) not in MAY_HOST:
            return answers.may_not_host()
        body = _body(request)
        refusal = self._refusal(host, body, now)
        if refusal is not None or body is None:
            return refusal or answers.bad_json()
        meeting = self._spelt(self._made(host, body, now))
        self._meetings.put(meeting, now)
        self._tell("meeting.created", about(meeting), operator=host, operation="all")
        headers = answers.limits("Medium", self._daily, self._meetings.changes(host, now))
        return answers.answer(201, shown(meeting, request.host_url), headers)

    def get(self, request: Request, meeting_id: int) -> Response:
        meeting = self._meetings.live.get(meeting_id)
        if meeting is None:
            return answers.no_meeting(meeting_id)
        status = "started" if self._runs.live(meeting_id) else "waiting"
        body = {**shown(meeting, request.host_url), "status": status}
        return answers.answer(200, body, answers.limits("Light", 6000, 1))

    def update(self, request: Request, meeting_id: int) -> Response:
        meeting, now = self._meetings.live.get(meeting_id), self._clock()
        if meeting is None:
            return answers.no_meeting(meeting_id)
        body = _body(request)
        refusal = self._refusal(meeting.host, body, now)
        if refusal is not None or body is None:
            return refusal or answers.bad_json()
        self._meetings.put(self._spelt(_changed(meeting, body, now)), now)
        changed = {name: body[name] for name in ("topic", "start_time", "duration", "timezone") if name in body}
        self._tell("meeting.updated", {"id": meeting_id, **changed}, operator=meeting.host, scope="single")
        return answers.answer(
            204, headers=answers.limits("Light", self._daily, self._meetings.changes(meeting.host, now))
        )

    def delete(self, _: Request, meeting_id: int) -> Response:
        meeting = self._meetings.live.get(meeting_id)
        if meeting is None:
            return answers.no_meeting(meeting_id)
        self._meetings.remove(meeting_id)
        self._tell("meeting.deleted", about(meeting), operator=meeting.host, operation="single")
        return answers.answer(204, headers=answers.limits("Light", 6000, 1))

    def list(self, request: Request, user: str) -> Response:
        host = self._host(user)
        if host is None:
            return answers.no_user(user)
        kind = request.args.get("type", "scheduled")
        if kind not in LIST_TYPES:
            return answers.invalid([{"field": "type", "message": "Invalid parameter: type."}])
        mine = self._meetings.of(host, kind, self._clock())
        live = self._runs.live_of(host)
        found = [listed(meeting, request.host_url) for meeting in mine if kind != "live" or meeting.id in live]
        return self._page(request, "meetings", found)

    def instances(self, request: Request, meeting_id: int) -> Response:
        over = self._runs.over(meeting_id)
        if not over:
            return answers.no_meeting(meeting_id)
        return answers.answer(200, {"meetings": over}, answers.limits("Medium", 60, 1))

    def participants(self, request: Request, run: str) -> Response:
        """Of the last run, by the meeting's number, or of one, by its UUID, which may be encoded once more."""
        found = self._runs.report(unquote(run))
        return answers.no_meeting(run) if found is None else self._page(request, "participants", found)

    def end(self, request: Request, meeting_id: int) -> Response:
        if meeting_id not in self._meetings.live:
            return answers.no_meeting(meeting_id)
        if (_body(request) or {}).get("action") != "end":
            return answers.invalid([{"field": "action", "message": "Invalid parameter: action."}])
        if self._runs.live(meeting_id):
            self._runs.end(meeting_id)
        return answers.answer(204, headers=answers.limits("Light", 6000, 1))

    def users(self, request: Request) -> Response:
        return self._page(request, "users", [self._user(host) for host in sorted(self._known())])

    def user(self, _: Request, user: str) -> Response:
        host = self._host(user)
        return answers.no_user(user) if host is None else answers.answer(200, self._user(host))

    def _user(self, host: str) -> dict[str, Any]:
        return {
            "id": host_id(host),
            "email": host,
            "first_name": host.partition("@")[0],
            "last_name": "",
            "type": self._licences.get(host, LICENSED),
            "status": "active",
            "timezone": "UTC",
            "verified": 1,
        }

    def _refusal(self, host: str, body: dict[str, Any] | None, now: datetime) -> Response | None:
        """What a create and an update are refused for alike."""
        if self._meetings.changes(host, now) >= self._daily:
            return answers.host_quota(self._daily)
        if body is None:
            return answers.bad_json()
        errors = fields.problems(body)
        if not errors and not self._are_users(body):
            errors = [{"field": "settings.alternative_hosts", "message": "Invalid parameter: alternative_hosts."}]
        return answers.invalid(errors) if errors else None

    def _are_users(self, body: dict[str, Any]) -> bool:
        """Whether all alternative hosts are licensed users of the account, as Zoom demands."""
        given = str(body.get("settings", {}).get("alternative_hosts", ""))
        found = [self._host(address) for address in given.split(";") if address]
        return all(host is not None and self._licences.get(host, LICENSED) == LICENSED for host in found)

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

    def _spelt(self, meeting: SimulatedMeeting) -> SimulatedMeeting:
        """The meeting in the words in which it is kept."""
        if not self._own_words:
            return meeting
        zone = fields.ZONES.get(meeting.timezone, meeting.timezone)
        return replace(meeting, topic=fields.plain(meeting.topic), agenda=fields.plain(meeting.agenda), timezone=zone)

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

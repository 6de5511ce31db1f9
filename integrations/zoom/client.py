"""The meetings of a pool of Zoom hosts: create, read, change, delete, list, and find again after a lost answer.

Zoom Meeting API v2, https://developers.zoom.us/docs/api/meetings/
"""

import logging
from collections.abc import Callable, Iterator
from datetime import datetime
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

from integrations import http
from integrations.zoom.account import RemoteUser, user
from integrations.zoom.answers import About
from integrations.zoom.api import Api
from integrations.zoom.errors import AnswerLost, NotFound, Unavailable
from integrations.zoom.meetings import RemoteMeeting, WantedMeeting, changes, create_body, locked_out, parse
from integrations.zoom.stays import Stay, parse_stay
from integrations.zoom.token import ZoomAccount

__all__ = ["RemoteMeeting", "Stay", "WantedMeeting", "ZoomAccount", "ZoomClient"]

log = logging.getLogger(__name__)

PAGE_SIZE = 300


class ZoomClient:
    """Zoom, for any number of threads. `clock` tells the aware time; `timeouts` are seconds to connect and to read.

    Every method raises kinds of `Retry` and `Rejected` (`integrations/zoom/errors.py`) and never sleeps: a `retry_at`
    says when to come back. Hosts are the e-mail addresses (or ids) of Zoom users.
    """

    def __init__(
        self, account: ZoomAccount, *, clock: Callable[[], datetime], timeouts: http.Timeouts = http.TIMEOUTS
    ) -> None:
        self._clock = clock
        self._api = Api(account, clock=clock, timeouts=timeouts)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Closes the connections; a later call opens new ones."""
        self._api.close()

    def scopes(self) -> frozenset[str]:
        """The scopes of the app, as the token names them. Raises `BadCredentials`, `RateLimited`, `Unavailable`."""
        return self._api.scopes()

    def user(self, host: str) -> RemoteUser:
        """The Zoom user of this address. Raises `HostNotAllowed` where there is none, and `MissingScope`."""
        return user(self._api.call("GET", _host(host), about="host"))

    def create(self, host: str, wanted: WantedMeeting) -> RemoteMeeting:
        """The new meeting. A start that has passed becomes "now" at Zoom; see the answer's `starts_at`.

        Raises `AnswerLost` if there may be a meeting: wait longer than the time-outs, then `find` it by its
        reference before creating again. One create counts in the host's 100 a day.
        """
        meeting = parse(self._api.call("POST", f"{_host(host)}/meetings", about="host", body=create_body(wanted)))
        if meeting is None or not meeting.join_url:
            raise AnswerLost("Zoom's answer was not understood")
        for name in locked_out(wanted, meeting):
            log.warning("Zoom kept %s otherwise than asked in meeting %s: see the account", name, meeting.zoom_id)
        return meeting

    def get(self, zoom_id: int) -> RemoteMeeting:
        """The meeting as it stands. Raises `NotFound`."""
        return _whole(self._read(zoom_id))

    def update(
        self, zoom_id: int, wanted: WantedMeeting, *, spend: Callable[[], object] = lambda: None
    ) -> RemoteMeeting:
        """The meeting after it was made what is wanted; its link may be a new one. Raises `NotFound`.

        Sends what differs, but for what is known to be `locked`, and nothing else, since an update counts in the host's
        100 a day: asking twice costs one.
        `spend` is called right before it, and may raise. Nothing is sent for a start that has passed, which Zoom would
        ignore without a word.
        """
        found = self._read(zoom_id)
        changed = changes(wanted, found)
        if not changed or wanted.starts_at <= self._clock():
            return _whole(found)
        spend()
        self._api.call("PATCH", _meeting(zoom_id), about="meeting", body=changed)
        return self.get(zoom_id)

    def delete(self, zoom_id: int) -> None:
        """Lets there be no such meeting; one that is gone already is fine. Zoom mails nobody, we do."""
        silent = {"schedule_for_reminder": "false", "cancel_meeting_reminder": "false"}
        try:
            self._api.call("DELETE", _meeting(zoom_id), about="meeting", query=silent)
        except NotFound:
            log.info("Meeting %s was gone at Zoom already", zoom_id)

    def scheduled(self, host: str) -> Iterator[RemoteMeeting]:
        """The host's scheduled meetings that have not expired, ours and others', without passcodes.

        Pages are fetched as they are needed; a page's token lives 15 minutes.
        """
        items = self._pages(f"{_host(host)}/meetings", "meetings", about="host", type="scheduled")
        return (meeting for item in items if (meeting := parse(item)))

    def stays(self, zoom_id: int) -> list[Stay]:
        """Who was in the meeting, and when, in all its runs that are over: it runs again when somebody comes back.

        Zoom reports late: until it does, there is nothing, or there are stays without an end. It never reports a
        run of one person alone. Raises `NotFound` where Zoom knows of no run. Needs the scopes
        `meeting:read:list_past_instances:admin` and `meeting:read:list_past_participants:admin`.
        """
        listed = self._api.call("GET", f"/past_meetings/{int(zoom_id)}/instances", about="meeting").get("meetings")
        runs = [str(run.get("uuid") or "") for run in listed if isinstance(run, dict)] if listed else []
        return [stay for uuid in runs if uuid for stay in self._stays_of(uuid)]

    def _stays_of(self, uuid: str) -> list[Stay]:
        items = self._pages(f"/past_meetings/{_run(uuid)}/participants", "participants", about="meeting")
        try:
            return [stay for item in items if (stay := parse_stay(item, uuid))]
        except NotFound:  # of this run there is no report; of others there may be one
            return []

    def find(self, host: str, reference: str) -> list[RemoteMeeting]:
        """The host's meetings whose agenda opens with the reference, whole, lowest id first: adopt that one."""
        ours = sorted(meeting.zoom_id for meeting in self.scheduled(host) if meeting.reference == reference)
        try:
            return [self.get(zoom_id) for zoom_id in ours]
        except NotFound:  # deleted since, or a false 404: to leave it out would let the caller create it again
            raise Unavailable("Zoom lists a meeting that it does not show") from None

    def _pages(self, path: str, name: str, *, about: About, **query: str) -> Iterator[dict[str, Any]]:
        """The objects of a list of Zoom's, page by page."""
        query["page_size"] = str(PAGE_SIZE)
        seen: set[str] = set()
        while True:
            page = self._api.call("GET", path, about=about, query=query)
            listed = page.get(name)
            if not isinstance(listed, list):
                raise Unavailable(f"Zoom's list of {name} was not understood")
            yield from (item for item in listed if isinstance(item, dict))
            following = str(page.get("next_page_token") or "")
            if not following or following in seen:
                return
            seen.add(following)
            query["next_page_token"] = following

    def _read(self, zoom_id: int) -> dict[str, Any]:
        return self._api.call("GET", _meeting(zoom_id), about="meeting")


def _host(host: str) -> str:
    return f"/users/{quote(host, safe='')}"


def _meeting(zoom_id: int) -> str:
    return f"/meetings/{int(zoom_id)}"


def _run(uuid: str) -> str:
    """The UUID as a part of an address: encoded twice where it would break one, as Zoom asks."""
    once = quote(uuid, safe="")
    return quote(once, safe="") if uuid.startswith("/") or "//" in uuid else once


def _whole(body: dict[str, Any]) -> RemoteMeeting:
    meeting = parse(body)
    if meeting is None or not meeting.join_url:
        raise Unavailable("Zoom's answer was not understood")
    return meeting

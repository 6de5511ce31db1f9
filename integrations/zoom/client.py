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
from integrations.outcome import OutcomeUnknown
from integrations.zoom.api import Api
from integrations.zoom.errors import NotFound, Unavailable
from integrations.zoom.meetings import RemoteMeeting, WantedMeeting, changes, create_body, locked_out, parse
from integrations.zoom.token import ZoomAccount

__all__ = ["RemoteMeeting", "WantedMeeting", "ZoomAccount", "ZoomClient"]

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

    def create(self, host: str, wanted: WantedMeeting) -> RemoteMeeting:
        """The new meeting. A start that has passed becomes "now" at Zoom; see the answer's `starts_at`.

        Raises `OutcomeUnknown` if there may be a meeting: wait longer than the time-outs, then `find` it by its
        reference before creating again. One create counts in the host's 100 a day.
        """
        body = self._api.call("POST", f"{_host(host)}/meetings", about="host", body=create_body(wanted))
        meeting = parse(body)
        if meeting is None or not meeting.join_url:
            raise OutcomeUnknown("Zoom's answer was not understood")
        for name in locked_out(body):
            log.warning("Zoom kept %s otherwise than asked in meeting %s: see the account", name, meeting.zoom_id)
        return meeting

    def get(self, zoom_id: int) -> RemoteMeeting:
        """The meeting as it stands. Raises `NotFound`."""
        return _whole(self._read(zoom_id))

    def update(self, zoom_id: int, wanted: WantedMeeting) -> RemoteMeeting:
        """The meeting after it was made what is wanted; its link may be a new one. Raises `NotFound`.

        Sends what differs and nothing else, since an update counts in the host's 100 a day: asking twice costs one.
        Nothing is sent for a start that has passed, which Zoom would ignore without a word.
        """
        found = self._read(zoom_id)
        changed = changes(wanted, found)
        if not changed or wanted.starts_at <= self._clock():
            return _whole(found)
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
        query = {"type": "scheduled", "page_size": str(PAGE_SIZE)}
        seen: set[str] = set()
        while True:
            page = self._api.call("GET", f"{_host(host)}/meetings", about="host", query=query)
            listed = page.get("meetings")
            if not isinstance(listed, list):
                raise Unavailable("Zoom's list of meetings was not understood")
            yield from (meeting for item in listed if isinstance(item, dict) and (meeting := parse(item)))
            following = str(page.get("next_page_token") or "")
            if not following or following in seen:
                return
            seen.add(following)
            query["next_page_token"] = following

    def find(self, host: str, reference: str) -> list[RemoteMeeting]:
        """The host's meetings whose agenda opens with the reference, whole, lowest id first: adopt that one."""
        ours = sorted(meeting.zoom_id for meeting in self.scheduled(host) if meeting.reference == reference)
        try:
            return [self.get(zoom_id) for zoom_id in ours]
        except NotFound:  # deleted since, or a false 404: to leave it out would let the caller create it again
            raise Unavailable("Zoom lists a meeting that it does not show") from None

    def _read(self, zoom_id: int) -> dict[str, Any]:
        return self._api.call("GET", _meeting(zoom_id), about="meeting")


def _host(host: str) -> str:
    return f"/users/{quote(host, safe='')}"


def _meeting(zoom_id: int) -> str:
    return f"/meetings/{int(zoom_id)}"


def _whole(body: dict[str, Any]) -> RemoteMeeting:
    meeting = parse(body)
    if meeting is None or not meeting.join_url:
        raise Unavailable("Zoom's answer was not understood")
    return meeting

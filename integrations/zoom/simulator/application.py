"""A stateful stand-in for Zoom's API as a WSGI application, with the faults that real Zoom shows.

It keeps to Zoom's contract (https://developers.zoom.us/docs/api/meetings/) in what it takes, answers and ignores.
"""

import threading
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from random import Random, SystemRandom
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment
from zoneinfo import ZoneInfo

from markupsafe import Markup
from werkzeug.exceptions import ClientDisconnected, HTTPException
from werkzeug.routing import Map, Rule, Submount
from werkzeug.wrappers import Request, Response

from integrations.zoom.simulator import answers
from integrations.zoom.simulator import faults as faulty
from integrations.zoom.simulator.calls import Calls
from integrations.zoom.simulator.hooks import Hook, Hooks
from integrations.zoom.simulator.meetings import Meetings, SimulatedMeeting
from integrations.zoom.simulator.runs import NotLetIn, Runs
from integrations.zoom.simulator.texts import translated
from integrations.zoom.simulator.tokens import SCOPES, Issued, Strict

__all__ = ["Hook", "NotLetIn", "SimulatedMeeting", "Simulator", "Strict"]


def _rules() -> list[Rule]:
    return [
        Rule("/users/<user>/meetings", endpoint="create", methods=["POST"]),
        Rule("/users/<user>/meetings", endpoint="list", methods=["GET"]),
        Rule("/meetings/<int:meeting_id>", endpoint="get", methods=["GET"]),
        Rule("/meetings/<int:meeting_id>", endpoint="update", methods=["PATCH"]),
        Rule("/meetings/<int:meeting_id>", endpoint="delete", methods=["DELETE"]),
        Rule("/meetings/<int:meeting_id>/status", endpoint="end", methods=["PUT"]),
        Rule("/past_meetings/<int:meeting_id>/instances", endpoint="instances", methods=["GET"]),
        Rule("/past_meetings/<path:run>/participants", endpoint="participants", methods=["GET"]),
        Rule("/users", endpoint="users", methods=["GET"]),
        Rule("/users/<user>", endpoint="user", methods=["GET"]),
    ]


ADDRESSES = Map(
    [
        Rule("/oauth/token", endpoint="token", methods=["POST"]),
        Rule("/j/<int:meeting_id>", endpoint="page", methods=["GET"]),
        Rule("/simulator/meetings/<int:meeting_id>/<any(join, leave, end):act>", endpoint="act", methods=["POST"]),
        *_rules(),
        Submount("/v2", _rules()),
    ]
)

PAGE = Markup("""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title></head>
<body><main><h1>{title}</h1><p>{text}</p></main></body></html>
""")


class Simulator:
    """Zoom for tests and demos; any number of threads may call it.

    `clock` tells the aware time. `state_file` keeps the meetings over a restart. `faults` are rates from 0 to 1 by name
    (`faults.FAULTS`; raises `ValueError` for another), drawn from `random`. Without `strict`, any account,
    client and host address is accepted. `per_second` bounds the calls a second; `daily` is Zoom's quota of creates and
    updates a host and UTC day; `at_once` is how many meetings of a host can be held at a time. Messages are in
    `language` (`texts.TEXTS`), and events go to `hook`. With `own_words`, texts lose their emoji and
    some zones have another of their names.
    """

    def __init__(
        self, *, clock: Callable[[], datetime], state_file: Path | None = None,
        faults: Mapping[str, float] | None = None, strict: Strict | None = None, random: Random | None = None,
        per_second: int | None = None, daily: int = 100,
        slow_seconds: float = 2.0, hang_seconds: float = 60.0, at_once: int = 1,
        report_after: timedelta = timedelta(minutes=15), language: str = "en", own_words: bool = False,
        hook: Hook | None = None,
    ) -> None:  # fmt: skip
        self._clock = clock
        self._random = random or SystemRandom()
        self._seconds = {"slow": slow_seconds, "hang": hang_seconds}
        self._meetings = Meetings(state_file)
        self._issued = Issued(clock=clock, strict=strict, random=self._random)
        self._language = language
        self.hooks = Hooks(hook, clock=clock) if hook else None
        self._runs = Runs(self._meetings, clock=clock, tell=self._tell, at_once=at_once, report_after=report_after)
        self._calls = Calls(
            self._meetings,
            self._runs,
            clock=clock,
            strict=strict,
            random=self._random,
            daily=daily,
            own_words=own_words,
            tell=self._tell,
        )
        self._daily = daily
        self._per_second = per_second
        self._recent = (0, 0)  # a second, and the calls in it
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._faults: dict[str, float] = {}
        self.set_faults(faults or {})

    def set_faults(self, faults: Mapping[str, float]) -> None:
        """From now on these faults, at these rates, instead of those before. Raises `ValueError` for a bad one."""
        faulty.check(faults)
        self._faults = dict(faults)

    def meetings(self) -> list[SimulatedMeeting]:
        """The live meetings, by id."""
        with self._lock:
            return [self._meetings.live[key] for key in sorted(self._meetings.live)]

    def revoke_tokens(self) -> None:
        """Makes every token given so far invalid."""
        with self._lock:
            self._issued.revoke()

    def join(self, meeting_id: int, name: str, email: str = "") -> str:
        """Somebody comes to a meeting; their number in it. `KeyError` where there is none, `NotLetIn` with why not."""
        with self._lock:
            return self._runs.join(meeting_id, name, email).number

    def leave(self, meeting_id: int, number: str) -> None:
        """Whoever has this number goes; the last one ends the meeting. `KeyError` where they are not there."""
        with self._lock:
            self._runs.leave(meeting_id, number)

    def end(self, meeting_id: int) -> None:
        """The meeting ends for everybody. `KeyError` where it is not held."""
        with self._lock:
            self._runs.end(meeting_id)

    def start(self) -> None:
        """Lets the faults `slow` and `hang` wait; so it is from the beginning, and again after `stop`."""
        self._stopped.clear()

    def stop(self) -> None:
        """Ends the waits of `slow` and `hang`, so that a server can close."""
        self._stopped.set()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        request = Request(environ)
        try:
            request.get_data(parse_form_data=True)  # whole: to close on unread bytes would reset the connection
        except ClientDisconnected:
            raise ConnectionAbortedError("a caller that was killed") from None
        return translated(self.answer(request), self._language)(environ, start_response)

    def answer(self, request: Request) -> Response:
        """Zoom's answer. Raises `ConnectionAbortedError` where a fault leaves a call without one."""
        try:
            call, path = ADDRESSES.bind_to_environ(request.environ).match()
        except HTTPException:
            return answers.no_endpoint()
        if call == "token":
            with self._lock:
                return self._issued.give(request)
        if call == "page":
            return self._page(**path)
        if call == "act":
            return self._act(request, **path)
        with self._lock:
            refusal = self._issued.refusal(request, call) or self._too_many(call)
            fault = "" if refusal else faulty.pick(self._faults, call, self._random)
        return refusal or self._call(request, call, path, fault)

    def _call(self, request: Request, call: str, path: Mapping[str, Any], fault: str) -> Response:
        if fault in self._seconds:
            self._stopped.wait(self._seconds[fault])
        if fault == "hang":
            raise ConnectionAbortedError("as asked: never an answer")
        with self._lock:
            instead = self._instead(request, call, path, fault)
            response: Response = instead or getattr(self._calls, call)(request, **path)
        if fault == "500-after":
            return answers.broken()
        if fault == "drop-after":
            raise ConnectionAbortedError("as asked: done, and no answer")
        if fault == "broken-json":
            text = response.get_data()
            response.set_data(text[: len(text) // 2])
        return response

    def _instead(self, request: Request, call: str, path: Mapping[str, Any], fault: str) -> Response | None:
        """The answer of a fault that keeps the call from being done."""
        if fault == "401-once" and not self._issued.revoke_used(request):
            return None
        refusals: dict[str, Callable[[], Response]] = {
            "500-before": answers.broken,
            "429-second": lambda: answers.per_second("Medium"),
            "429-day": lambda: answers.host_quota(self._daily),
            "429-account": answers.account_quota,
            "429-concurrent": answers.concurrent,
            "401-once": lambda: answers.bad_token(expired=False),
            "missing-scope": lambda: answers.missing_scope(SCOPES[call]),
            "404-false": lambda: answers.no_meeting(path["meeting_id"]),
        }
        return refusals[fault]() if fault in refusals else None

    def _too_many(self, call: str) -> Response | None:
        second = int(self._clock().timestamp())
        self._recent = (second, self._recent[1] + 1 if self._recent[0] == second else 1)
        if self._per_second is None or self._recent[1] <= self._per_second:
            return None
        return answers.per_second("Light" if call in faulty.MEETING else "Medium")

    def _tell(self, name: str, about: dict[str, Any], **more: Any) -> None:
        if self.hooks is not None:
            self.hooks.tell(name, about, **more)

    def _act(self, request: Request, meeting_id: int, act: str) -> Response:
        """What people do in a meeting, for rehearsals from the command line; Zoom has nothing of the kind."""
        given = request.form
        try:
            if act == "join":
                number = self.join(meeting_id, given.get("name", "Guest"), given.get("email", ""))
                return answers.answer(200, {"number": number})
            if act == "leave":
                self.leave(meeting_id, given.get("number", ""))
            else:
                self.end(meeting_id)
        except NotLetIn as waiting:
            return answers.answer(409, {"message": str(waiting)})
        except KeyError:
            return answers.answer(404, {"message": "There is no such meeting, or nobody of that number in it."})
        return answers.answer(204)

    def _page(self, meeting_id: int) -> Response:
        """Where a join link lands."""
        with self._lock:
            meeting = self._meetings.live.get(meeting_id)
        if meeting is None:
            return _page(
                404, "No such meeting", "The Zoom simulator has no meeting here: it was deleted, or never was."
            )
        start = meeting.start_time.astimezone(ZoneInfo(meeting.timezone))
        when = f"{start:%A %d %B %Y, %H:%M} ({meeting.timezone}), {meeting.duration} minutes"
        return _page(200, meeting.topic, f"This is where Zoom would open. The meeting: {when}.")


def _page(status: int, title: str, text: str) -> Response:
    return Response(PAGE.format(title=title, text=text), status, content_type="text/html;charset=UTF-8")

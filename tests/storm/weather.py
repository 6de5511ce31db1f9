"""A Zoom in a storm: two calls of five fail, each in one of the ways that real Zoom has."""

import threading
import time
from collections import Counter
from collections.abc import Iterable
from random import Random
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

from werkzeug.wrappers import Request, Response

from integrations.zoom.simulator import Simulator
from integrations.zoom.simulator.faults import FAULTS
from tests.crowds import PATIENCE
from tests.storm.life import StormClock

SHARE = 0.4
# Each fault gets its chance in turn; so rare, together they come to that share of the calls that all of them can hit.
STORM = dict.fromkeys(FAULTS, 1 - (1 - SHARE) ** (1 / (len(FAULTS) - 1)))
DONE_UNHEARD = {"500-after": 0.25, "drop-after": 0.25, "broken-json": 0.25}
LATE = 0.4  # seconds: longer than a call waits


class Weather(Simulator):
    """Counts calls, failures, and the meetings that were ever there twice."""

    def __init__(self, clock: StormClock, seed: int) -> None:
        super().__init__(clock=clock, random=Random(seed), slow_seconds=LATE, hang_seconds=LATE)
        self.calls: Counter[str] = Counter()
        self.doubled: set[str] = set()
        self._inside = 0
        self._count = threading.Lock()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        with self._count:
            self._inside += 1
        try:
            return super().__call__(environ, start_response)
        finally:
            with self._count:
                self._inside -= 1

    def _call(self, request: Request, call: str, path: Any, fault: str) -> Response:
        self.calls[fault or "fine"] += 1
        try:
            return super()._call(request, call, path, fault)
        finally:
            with self._lock:
                found = Counter(meeting.agenda for meeting in self._meetings.live.values())
                self.doubled |= {agenda for agenda, times in found.items() if times > 1}

    def calm(self) -> None:
        """Waits until no call is on its way any more."""
        patience = time.monotonic() + PATIENCE
        while self._inside and time.monotonic() < patience:
            time.sleep(0.01)
        assert not self._inside, "a call is for ever on its way"

    @property
    def failed(self) -> float:
        """The share of the calls that failed."""
        return 1 - self.calls["fine"] / self.calls.total()

"""A simulator behind real HTTP, with a clock of the test's own and every exchange written down."""

import io
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from werkzeug.wrappers import Request, Response

from integrations.zoom.client import WantedMeeting, ZoomAccount, ZoomClient
from integrations.zoom.simulator import Simulator, serve
from tests.crowds import PATIENCE

HOST = "host1@example.org"
TIMEOUTS = (PATIENCE, PATIENCE)


@dataclass
class Clock:
    now: datetime = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **parts: float) -> None:
        self.now += timedelta(**parts)


@dataclass
class Exchange:
    request: Request
    response: Response | None

    @property
    def line(self) -> str:
        return f"{self.request.method} {self.request.environ['REQUEST_URI']}"


class Recorded(Simulator):
    """A simulator that keeps what was asked and answered (None: it hung up)."""

    exchanges: list[Exchange]
    prepared: Callable[[Request], Response]  # what Canned answers

    def __call__(self, environ: Any, start_response: Any) -> Any:
        raw = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = io.BytesIO(raw)
        copy = {**environ, "wsgi.input": io.BytesIO(raw), "HTTP_HOST": "zoom.test"}
        copy["REQUEST_URI"] = environ["PATH_INFO"] + ("?" + environ["QUERY_STRING"] if environ["QUERY_STRING"] else "")
        exchange = Exchange(Request(copy), None)
        self.__dict__.setdefault("exchanges", []).append(exchange)
        environ["exchange"] = exchange
        return super().__call__(environ, start_response)

    def answer(self, request: Request) -> Response:
        response = super().answer(request)
        request.environ["exchange"].response = response
        return response

    def lines(self, start: str = "") -> list[str]:
        return [exchange.line for exchange in self.__dict__.get("exchanges", []) if exchange.line.startswith(start)]

    def set_passcode(self, meeting_id: int, passcode: str) -> None:
        """As a person does on Zoom's pages."""
        self._meetings.live[meeting_id] = replace(self._meetings.live[meeting_id], password=passcode)

    def set_settings(self, meeting_id: int, **settings: Any) -> None:
        """Likewise."""
        found = self._meetings.live[meeting_id]
        self._meetings.live[meeting_id] = replace(found, settings={**found.settings, **settings})

    def set_topic(self, meeting_id: int, topic: str) -> None:
        """Likewise."""
        self._meetings.live[meeting_id] = replace(self._meetings.live[meeting_id], topic=topic)

    def tokens(self) -> int:
        return len(self.lines("POST /oauth/token"))


class Canned(Recorded):
    """Gives tokens as ever, and one prepared answer to all else."""

    def answer(self, request: Request) -> Response:
        if request.path == "/oauth/token":
            return super().answer(request)
        return self.prepared(request)


@dataclass
class Stage:
    clock: Clock
    simulator: Recorded
    url: str
    client: ZoomClient
    account: ZoomAccount
    extra: list[ZoomClient] = field(default_factory=list)

    def another(self, **account: str) -> ZoomClient:
        client = ZoomClient(ZoomAccount(**{**self.account.__dict__, **account}), clock=self.clock, timeouts=TIMEOUTS)
        self.extra.append(client)
        return client

    def heard(self, start: str) -> list[str]:
        """The requests that began like this, once there is one: whoever gives up may be ahead of the server."""
        until = time.monotonic() + PATIENCE
        while not self.simulator.lines(start) and time.monotonic() < until:
            time.sleep(0.01)
        return self.simulator.lines(start)

    def fault(self, name: str) -> None:
        """From now on every call meets this fault (empty: none); the client waits no longer than it takes to show."""
        self.simulator.set_faults({name: 1.0} if name else {})
        self.client._api._timeouts = (PATIENCE, 0.1) if name in ("hang", "slow") else TIMEOUTS


@contextmanager
def staged(simulator: Recorded, clock: Clock) -> Iterator[Stage]:
    with serve(simulator) as server:
        account = ZoomAccount("acc", "id", "secret-of-the-client", f"{server.url}/oauth/token", server.url)
        stage = Stage(clock, simulator, server.url, ZoomClient(account, clock=clock, timeouts=TIMEOUTS), account)
        try:
            yield stage
        finally:
            for client in (stage.client, *stage.extra):
                client.close()


def wanted(**changed: Any) -> WantedMeeting:
    given: dict[str, Any] = {
        "reference": "7f6c1f0e",
        "topic": "Åsa and Li: första mötet",
        "starts_at": datetime(2026, 12, 3, 17, 0, tzinfo=UTC),
        "minutes": 45,
        "timezone": "Europe/Stockholm",
    }
    return WantedMeeting(**{**given, **changed})

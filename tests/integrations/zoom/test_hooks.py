"""The simulator's webhooks, received over HTTP: signed, proved, sent again on Zoom's schedule, and lost in the end."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from time import monotonic, sleep
from typing import Any

import pytest

from integrations.zoom import webhook
from integrations.zoom.simulator import Hook
from integrations.zoom.simulator.hooks import AGAIN
from tests.crowds import PATIENCE
from tests.integrations.zoom.stage import HOST, Clock, Stage, wanted

SECRET = "a secret of webhooks"


@dataclass
class Ear:
    """An address that listens: it proves itself, and answers what it was told to answer to each event in turn."""

    clock: Clock
    url: str = ""
    statuses: list[int] = field(default_factory=list)
    proves: bool = True
    heard: list[tuple[float, bytes, webhook.ZoomEvent]] = field(default_factory=list)
    validations: int = 0
    late: bool = False  # what is heard first is answered once it has come again

    def answer(self, body: bytes, headers: Any) -> tuple[int, bytes]:
        found = webhook.read(body, headers, secret=SECRET, now=self.clock.now)
        if isinstance(found, webhook.Challenge):
            self.validations += 1
            return 200, json.dumps(found.answer if self.proves else {}).encode()
        self.heard.append((monotonic(), body, found))
        until = monotonic() + PATIENCE
        while self.late and len(self.heard) < 2 and monotonic() < until:
            sleep(0.01)
        return (self.statuses.pop(0) if self.statuses else 204), b""


@contextmanager
def listening(clock: Clock) -> Iterator[Ear]:
    ear = Ear(clock)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status, answer = ear.answer(body, self.headers)
            self.send_response(status)
            self.send_header("Content-Length", str(len(answer) if status != 204 else 0))
            self.end_headers()
            if status != 204:
                self.wfile.write(answer)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    ear.url = f"http://127.0.0.1:{server.server_port}/hooks/zoom"
    try:
        yield ear
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def ear(clock: Clock) -> Iterator[Ear]:
    with listening(clock) as found:
        yield found


@pytest.fixture
def told(stage: Callable[..., Stage], ear: Ear) -> Stage:
    return stage(hook=Hook(ear.url, SECRET, scale=0.0001, patience=PATIENCE))


def test_the_life_of_a_meeting_is_told_in_order_and_signed(told: Stage, ear: Ear):
    made = told.client.create(HOST, wanted(starts_at=told.clock.now + timedelta(minutes=5)))
    told.client.update(made.zoom_id, wanted(starts_at=told.clock.now + timedelta(minutes=6)))
    number = told.simulator.join(made.zoom_id, "Maria", "maria@example.org")
    told.simulator.leave(made.zoom_id, number)
    told.client.delete(made.zoom_id)
    assert told.simulator.hooks.quiet(PATIENCE)
    names = [event.name.removeprefix("meeting.") for _, _, event in ear.heard]
    assert names == [
        "created", "updated", "started", "participant_joined", "participant_left", "ended", "deleted",
    ]  # fmt: skip
    assert {event.zoom_id for _, _, event in ear.heard} == {made.zoom_id}
    assert ear.validations == 1
    assert not told.simulator.hooks.lost


def test_what_is_not_taken_comes_again_three_times_with_the_same_bytes_and_is_lost(told: Stage, ear: Ear):
    ear.statuses = [500, 404, 302, 500]
    told.client.create(HOST, wanted())
    assert told.simulator.hooks.quiet(PATIENCE)
    times = [at for at, _, _ in ear.heard]
    waits = [later - before for before, later in pairwise(times)]
    assert len(times) == 4
    assert all(wait >= planned * 0.0001 for wait, planned in zip(waits, AGAIN, strict=True))
    assert len({body for _, body, _ in ear.heard}) == 1
    assert len(told.simulator.hooks.lost) == 1


def test_an_answer_that_comes_late_is_none(told: Stage, ear: Ear):
    hooks, ear.late = told.simulator.hooks, True
    assert hooks.validate()
    hooks._hook = replace(hooks._hook, patience=0.3)
    told.client.create(HOST, wanted())
    while len(ear.heard) < 2:
        sleep(0.01)
    assert hooks.quiet(PATIENCE)
    assert len({body for _, body, _ in ear.heard}) == 1


def test_an_address_that_cannot_prove_itself_hears_nothing(told: Stage, ear: Ear):
    ear.proves = False
    told.client.create(HOST, wanted())
    assert told.simulator.hooks.quiet(PATIENCE)
    assert (ear.heard, len(told.simulator.hooks.lost)) == ([], 1)
    ear.proves = True
    told.client.create(HOST, wanted())
    assert told.simulator.hooks.quiet(PATIENCE)
    assert [event.name for _, _, event in ear.heard] == ["meeting.created"]

"""The simulator's webhooks: signed as Zoom signs, and sent again as Zoom does, on a time scale of one's own."""

import heapq
import json
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from secrets import token_urlsafe
from typing import Any

import requests

from integrations.zoom.webhook import SIGNATURE, STAMP, VALIDATION, proof, signature

log = logging.getLogger(__name__)

# https://developers.zoom.us/blog/webhook-delays/
PATIENCE = 3.0  # seconds in which the receiver has to answer
AGAIN = (5 * 60, 20 * 60, 60 * 60)  # seconds after a try that failed; then the event is lost
TAKEN = (200, 204)


@dataclass(frozen=True)
class Hook:
    """Where events go. `scale` stretches or shortens the waits between tries: at 0.001, five minutes are 0.3 s."""

    url: str
    secret: str = field(repr=False)
    scale: float = 1.0
    patience: float = PATIENCE


@dataclass(order=True)
class _Try:
    due: float
    order: int
    body: bytes = field(compare=False)
    number: int = field(compare=False, default=0)


class Hooks:
    """Sends what it is told in a thread of its own, in order, to an address that has proved to be ours."""

    def __init__(self, hook: Hook, *, clock: Callable[[], datetime]) -> None:
        self._hook = hook
        self._clock = clock
        self._waiting: list[_Try] = []
        self._order = count()
        self._changed = threading.Condition()
        self._busy = False
        self._stopped = False
        self._valid = False
        self.lost: list[bytes] = []
        self._thread = threading.Thread(target=self._work, name="zoom-simulator-hooks", daemon=True)
        self._thread.start()

    def tell(self, name: str, about: dict[str, Any], **more: Any) -> None:
        """Queues an event of Zoom's: `about` is its object, `more` what stands beside it in the payload."""
        payload = {"account_id": "simulator", **more, "object": about}
        milliseconds = int(self._clock().timestamp() * 1000)
        body = json.dumps({"event": name, "payload": payload, "event_ts": milliseconds}, ensure_ascii=False).encode()
        self._put(_Try(time.monotonic(), next(self._order), body))

    def quiet(self, seconds: float) -> bool:
        """Waits until everything has been sent or lost; False if that takes longer."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._waiting and not self._busy, seconds)

    def close(self) -> None:
        with self._changed:
            self._stopped = True
            self._changed.notify_all()
        self._thread.join()

    def validate(self) -> bool:
        """Asks the address to prove that it knows the secret, as Zoom does at set-up and every 72 hours."""
        plain = token_urlsafe(16)
        stamp = int(self._clock().timestamp() * 1000)
        body = json.dumps({"payload": {"plainToken": plain}, "event_ts": stamp, "event": VALIDATION}).encode()
        response = self._post(body)
        try:
            answer = response.json() if response is not None and response.status_code == 200 else {}
        except ValueError:
            answer = {}
        self._valid = answer == {"plainToken": plain, "encryptedToken": proof(self._hook.secret, plain)}
        return self._valid

    def _put(self, item: _Try) -> None:
        with self._changed:
            heapq.heappush(self._waiting, item)
            self._changed.notify_all()

    def _work(self) -> None:
        while (item := self._next()) is not None:
            taken = (self._valid or self.validate()) and self._is_taken(item.body)
            if not taken and item.number < len(AGAIN):
                wait = AGAIN[item.number] * self._hook.scale
                self._put(_Try(time.monotonic() + wait, next(self._order), item.body, item.number + 1))
            elif not taken:
                self.lost.append(item.body)
            with self._changed:
                self._busy = False
                self._changed.notify_all()

    def _next(self) -> _Try | None:
        with self._changed:
            while not self._stopped:
                now = time.monotonic()
                if self._waiting and self._waiting[0].due <= now:
                    self._busy = True
                    return heapq.heappop(self._waiting)
                self._changed.wait(self._waiting[0].due - now if self._waiting else None)
            return None

    def _is_taken(self, body: bytes) -> bool:
        response = self._post(body)
        return response is not None and response.status_code in TAKEN

    def _post(self, body: bytes) -> requests.Response | None:
        stamp = str(int(self._clock().timestamp()))
        headers = {
            "Content-Type": "application/json",
            STAMP: stamp,
            SIGNATURE: signature(self._hook.secret, stamp, body),
        }
        try:
            return requests.post(
                self._hook.url, data=body, headers=headers, timeout=self._hook.patience, allow_redirects=False
            )
        except requests.RequestException as error:
            log.debug("the hook did not answer: %s", type(error).__name__)
            return None

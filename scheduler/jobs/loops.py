"""What a worker does again and again: a turn that fails is told and taken again later, and ends nothing."""

import logging
import threading
from collections.abc import Callable
from datetime import timedelta

from scheduler.db import DATABASE_AWAY

log = logging.getLogger(__name__)


class Loop(threading.Thread):
    """Takes turns until `closing`; each says how long to wait before the next, and after one that failed it is `pause`.

    `is_well` is false from a turn that met a bug until one that does not: somebody has to see it.
    """

    def __init__(self, name: str, turn: Callable[[], timedelta], *, pause: timedelta, closing: threading.Event) -> None:
        super().__init__(name=name)
        self.is_well = True
        self._turn, self._pause, self._closing = turn, pause, closing

    def run(self) -> None:
        while not self._closing.is_set():
            self._closing.wait(self._taken().total_seconds())

    def _taken(self) -> timedelta:
        """Takes one turn; how long to wait for the next."""
        try:
            wait = self._turn()
        except DATABASE_AWAY:
            log.exception("the database does not answer the worker's %s", self.name)
            return self._pause
        except Exception:
            log.exception("the worker's %s met a bug", self.name)
            self.is_well = False
            return self._pause
        self.is_well = True
        return wait

"""Leaves another system alone while it is down: one call now and then finds out whether it is back."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

FIRST = timedelta(seconds=1)
LONGEST = timedelta(seconds=30)  # so that all is caught up with within two minutes of its return


@dataclass
class Breaker:
    """One for each channel of a worker. After trouble it says "not now": for a second, then twice as long each time."""

    clock: Callable[[], datetime]
    until: datetime | None = None
    pause: timedelta = FIRST

    @property
    def closed(self) -> bool:
        """Whether a call may be made now."""
        return self.until is None or self.until <= self.clock()

    def trouble(self, until: datetime | None) -> None:
        """A call met the other side's trouble as a whole; `until` is when it says that it will be better."""
        now = self.clock()
        asked = until or now
        self.until = now + max(self.pause, min(asked - now, LONGEST))
        self.pause = min(self.pause * 2, LONGEST)

    def well(self) -> None:
        """Something went through, or nothing had to."""
        self.pause = FIRST

"""How a call to the outside world can fail: later, perhaps done, or never. Anything else is a bug of ours."""

from datetime import datetime
from typing import ClassVar


class Retry(Exception):
    """Not done, and worth doing again: at `retry_at` (an aware instant), or after the caller's back-off if it is None.

    The message is for the people who run the service: no address, token or secret stands in it. A `widespread` one is
    the other side's trouble as a whole, so that other calls to it would fare no better just now.
    """

    widespread: ClassVar[bool] = False

    def __init__(self, reason: str, retry_at: datetime | None = None) -> None:
        super().__init__(reason)
        self.retry_at = retry_at


class OutcomeUnknown(Retry):
    """Sent, and the answer lost: it may have been done. Look before doing it again."""


class Rejected(Exception):
    """Refused for good: the same call would be refused again. The message says why, and what a person can do."""

"""How far apart the clocks of two zones are, and the weeks when that is not what people are used to.

Countries change their clocks on different days, so between Stockholm and New York it is five hours for two or three
weeks in March and for one in the autumn, and six for the rest of the year.
"""

from datetime import datetime, timedelta
from typing import NamedTuple

from scheduler.slots import zones

# What lasts longer is a season of its own. Santiago's and Stockholm's changes lie 49 to 56 days apart.
LONGEST = 60  # days


class Unusual(NamedTuple):
    """Minutes between the two clocks, for a few weeks, and as it was before; both without a sign."""

    now: int
    usual: int


def unusual(here: str, there: str, at: datetime) -> Unusual | None:
    """How the difference between the two zones at this instant differs from the usual; None where it does not."""
    minute = int((at - zones.EPOCH) / timedelta(minutes=1))

    def difference(days: int) -> int:
        then = minute + days * zones.DAY
        return zones.offset_at(here, then) - zones.offset_at(there, then)

    now = difference(0)
    since, until = (
        next((days for days in range(1, LONGEST) if difference(way * days) != now), LONGEST) for way in (-1, 1)
    )
    return Unusual(abs(now), abs(difference(-since))) if since + until <= LONGEST else None

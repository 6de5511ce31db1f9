"""Which wall clock was meant, and which was told: what tells, once a zone has new rules, whom they have misled.

An instant and a zone alone do not say what they showed under older rules. So the offset that was in force is kept
beside the instant, with the release of the zone data that it came from.
"""

from datetime import datetime, timedelta

from scheduler.models import Event, Meeting, Registration, Seat
from scheduler.slots import zones

MINUTE = timedelta(minutes=1)


def note(row: Meeting | Event) -> None:
    """Notes what the wall in the row's zone shows at its start, by the zone data of this process."""
    row.wall_offset, row.tz_data = _offset(row.timezone, row.starts_at), zones.VERSION


def meant(row: Meeting | Event) -> datetime:
    """The instant at which the wall in its zone shows what was agreed on.

    It is the start as it stands while the rules are the same, where nothing was noted, and where the wall skips that
    time now.
    """
    if row.wall_offset is None:
        return row.starts_at
    wall = (row.starts_at + row.wall_offset * MINUTE).replace(tzinfo=None)
    instants = zones.wall_to_instants(wall, row.timezone)
    return row.starts_at if row.starts_at in instants or not instants else instants[0]


def tell(row: Seat | Registration, *, zone: str, starts_at: datetime) -> None:
    """Notes that the last invite that was sent showed the start on a wall in this zone."""
    row.told_zone, row.told_offset = zone, _offset(zone, starts_at)


def forget(row: Seat | Registration) -> None:
    """Notes that what was told no longer holds, and something newer is owed."""
    row.told_zone, row.told_offset = "", None


def is_misled(row: Seat | Registration, *, starts_at: datetime) -> bool:
    """Whether the wall that the last invite named shows another time at the start than it said."""
    return bool(row.told_zone) and row.told_offset != _offset(row.told_zone, starts_at)


def _offset(zone: str, at: datetime) -> int:
    return zones.offset_at(zone, int((at - zones.EPOCH) / MINUTE))

"""The local dates of the starts of a grid."""

from functools import lru_cache
from itertools import groupby

from scheduler.slots.grid import Grid
from scheduler.slots.zones import DAY, stretches

Dates = tuple[tuple[int, int], ...]


@lru_cache(maxsize=256)
def dates(zone: str, grid: Grid) -> Dates:
    """For each start of the grid the number of its local date, and the index at which the clock leaves that date."""
    days: list[int] = []
    for _, end, offset in stretches(zone, grid.first, grid.end):
        low, high = grid.first + len(days) * grid.step, min(end, grid.end)
        days += [minute // DAY for minute in range(low + offset, high + offset, grid.step)]
    found: list[tuple[int, int]] = []
    for day, alike in groupby(days):
        count = sum(1 for _ in alike)
        found += [(day, len(found) + count)] * count
    return tuple(found)

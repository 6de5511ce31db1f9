"""Who can begin a meeting where: one bit for each start of the grid. A pair is one AND, a group a count of columns."""

from collections import Counter, OrderedDict
from collections.abc import Iterator

from scheduler.slots.fields import Interval
from scheduler.slots.grid import Grid
from scheduler.slots.people import Calendar
from scheduler.slots.spans import pairs
from scheduler.slots.windows import open_starts
from scheduler.slots.zones import DAY, day_at, stretches, week

KEPT = 32_768  # bitmaps, of 700 bytes for two months by the quarter
Key = tuple[Calendar, Grid, int]
_known: OrderedDict[Key, int] = OrderedDict()  # by everything they depend on, so they are never out of date
known = _known.get


def can_attend(calendar: Calendar, grid: Grid, duration: int) -> int:
    """The starts at which its owner can attend: inside windows, clear of busy and held time, within the limits."""
    bits = known((calendar, grid, duration))
    if bits is None:
        bits = work_out(calendar, grid, duration, taken_starts(calendar, grid, duration))
    return bits


def work_out(calendar: Calendar, grid: Grid, duration: int, taken: int) -> int:
    """What `can_attend` gives, from the starts that are taken; kept for whoever asks next."""
    bits = open_starts(calendar.hours, grid, duration)
    bits ^= bits & (taken | full_starts(calendar, grid))
    _known[calendar, grid, duration] = bits
    if len(_known) > KEPT:
        _known.popitem(last=False)
    return bits


def taken_starts(calendar: Calendar, grid: Grid, duration: int) -> int:
    """The starts whose meeting, with the buffers, would overlap busy or held time."""
    origin, step, size = grid.first * 60, grid.step * 60, grid.size
    # Meetings that start after `s - reach` and before `e + beyond` overlap [s, e); the next start on the grid is up.
    reach, beyond = (duration + calendar.after) * 60, calendar.before * 60
    to_first, to_last = step - reach - origin, step - 1 + beyond - origin
    taken = 0
    for s, e in pairs(calendar.taken):
        if s < e:
            i, j = (s + to_first) // step, (e + to_last) // step
            if not 0 <= i <= j <= size:
                i, j = max(i, 0), max(min(j, size), 0)
            taken |= ((1 << j - i) - 1) << i if i < j else 0
    return taken


def full_starts(calendar: Calendar, grid: Grid) -> int:
    """The starts on local dates, and in ISO weeks, on which the limits leave no room for another meeting."""
    if calendar.per_day is None and calendar.per_week is None:
        return 0
    return grid.starts_in(_days_that_are_full(calendar, grid))


def _days_that_are_full(calendar: Calendar, grid: Grid) -> Iterator[Interval]:
    zone, low, high = calendar.hours.zone, grid.first, grid.end
    # A held meeting counts for the grid only if it shares an ISO week with it.
    near = [s // 60 for s in calendar.held if low - 9 * DAY < s // 60 < high + 9 * DAY]
    days = [day_at(zone, minute) for minute in near]
    on_day, in_week = Counter(days), Counter(week(day) for day in days)
    for stretch in stretches(zone, low, high):
        first, last = (stretch.start + stretch.offset) // DAY, (stretch.end + stretch.offset - 1) // DAY
        for day in range(first, last + 1):
            if _full(on_day[day], calendar.per_day) or _full(in_week[week(day)], calendar.per_week):
                begin = day * DAY - stretch.offset
                yield max(begin, stretch.start), min(begin + DAY, stretch.end)


def _full(count: int, limit: int | None) -> bool:
    return limit is not None and count >= limit

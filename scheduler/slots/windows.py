"""When one person's wall shows a time inside one of their windows, and at which starts a whole meeting does.

Between two clock changes `wall = utc + offset`, and one week is like the other. So the starts of one week are worked
out once and repeated, and those about an override once for everybody with the same hours, each from its dates: a start
is open if none of the dates that its meeting touches forbids it. Only for meetings that see the clock change are the
minutes looked at one window after the other.
"""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import chain, pairwise
from typing import NamedTuple

from scheduler.slots.fields import Interval
from scheduler.slots.grid import Grid, repeated
from scheduler.slots.people import Hours, Overrides, Week, Windows
from scheduler.slots.zones import DAY, FIRST_MONDAY, LAST_MINUTE, WEEK, stretches, weekday


class Steady(NamedTuple):
    """The starts whose meetings see the clock at one offset, within these local minutes."""

    starts: int
    since: int
    until: int
    first: int  # the local minute of the grid's first start, if it were in here


class Change(NamedTuple):
    """The starts whose meetings see the clock change, within these local minutes; the last before it and the next."""

    starts: int
    since: int
    until: int
    minute: int  # UTC
    last: int
    next: int


def open_starts(hours: Hours, grid: Grid, duration: int) -> int:
    """The bits of the starts at which the windows are open for the whole duration."""
    found = _usual_starts(hours.zone, hours.weekly, grid, duration)
    if not hours.overrides:
        return found
    steady, changes = _parts(hours.zone, grid, duration)
    for days in _close_together(hours.overrides, duration):
        since, until = days[0][0] * DAY, (days[-1][0] + 2) * DAY  # their windows may pass midnight
        for part in steady:
            if since < part.until and part.since < until:
                found ^= _changed_starts(hours.weekly, days, part, grid.step, duration)
        for change in changes:
            if since < change.until and change.since < until:
                found ^= found & change.starts ^ _over_change(hours, grid, change, duration)
    return found


@lru_cache(maxsize=256)
def _parts(zone: str, grid: Grid, duration: int) -> tuple[tuple[Steady, ...], tuple[Change, ...]]:
    """All starts of the grid, by what their meetings see of the clock."""
    pieces = stretches(zone, grid.first, min(grid.end + duration, LAST_MINUTE))
    steady = [
        Steady(grid.starts(start, end - duration + 1), start + offset, end + offset, grid.first + offset)
        for start, end, offset in pieces
    ]
    changes = [
        Change(
            grid.starts(change - duration + 1, change),
            change - duration + min(before, after),
            change + duration + max(before, after),
            change,
            change - 1 + before,
            change + after,
        )
        for (_, _, before), (change, _, after) in pairwise(pieces)
    ]
    return tuple(steady), tuple(changes)


@lru_cache(maxsize=8192)
def _usual_starts(zone: str, weekly: Week, grid: Grid, duration: int) -> int:
    """The same for who has no exceptions."""
    found, (steady, changes) = 0, _parts(zone, grid, duration)
    for part in steady:
        local = grid._replace(first=part.first)
        found |= _as_every_week(weekly, local, duration) & part.starts
    for change in changes:
        found |= _over_change(Hours(zone, weekly), grid, change, duration)
    return found


def _over_change(hours: Hours, grid: Grid, change: Change, duration: int) -> int:
    """The starts whose meetings stay open while the clock changes: found from each date's windows."""
    if not (_is_open(hours, change.last) and _is_open(hours, change.next)):
        return 0
    minutes = open_minutes(hours, change.minute - duration + 1, min(change.minute + duration, LAST_MINUTE))
    return change.starts & grid.starts_in((a, b - duration + 1) for a, b in minutes)


def _is_open(hours: Hours, local: int) -> bool:
    day, minute = divmod(local, DAY)
    before = () if hours.owns(day) else hours.windows(day - 1)
    return any(a <= minute < b for a, b in _day_of_minutes(hours.windows(day), before))


@lru_cache(maxsize=8192)
def _week_of_starts(weekly: Week, step: int, phase: int, duration: int) -> int:
    """The starts of one local week, Monday 00:00 + phase + k * step for bit k, at which the windows stay open."""
    monday = Grid(FIRST_MONDAY + phase, step, WEEK // step)
    return _starts_on_the_wall(weekly, (), monday, min(duration, WEEK))  # what is open for a week is open for ever


def _as_every_week(weekly: Week, local: Grid, duration: int) -> int:
    """The starts of a grid of local minutes at which the windows stay open, one week like the other."""
    each = WEEK // local.step
    week = _week_of_starts(weekly, local.step, local.first % local.step, duration)
    ahead = (local.first - FIRST_MONDAY) % WEEK // local.step
    turned = week >> ahead | (week & (1 << ahead) - 1) << each - ahead
    return repeated(turned, each, -(-local.size // each)) & (1 << local.size) - 1


def _close_together(overrides: Overrides, duration: int) -> Iterator[Overrides]:
    """The overrides in groups: no meeting is touched by those of two groups."""
    apart, begin = 2 + _dates_before(duration), 0
    for index in range(1, len(overrides)):
        if overrides[index][0] - overrides[index - 1][0] >= apart:
            yield overrides[begin:index]
            begin = index
    yield overrides[begin:]


def _changed_starts(weekly: Week, days: Overrides, part: Steady, step: int, duration: int) -> int:
    """The starts among these that the overrides give or take."""
    before = days[0][0] // 7 * 7
    alike = tuple([(day - before, windows) for day, windows in days])
    first, bits = _changed_alike(weekly, alike, step, part.first % step, duration)
    index = (first + before * DAY - part.first) // step
    return (bits << index if index >= 0 else bits >> -index) & part.starts


@lru_cache(maxsize=8192)
def _changed_alike(weekly: Week, days: Overrides, step: int, phase: int, duration: int) -> tuple[int, int]:
    """The same for overrides in the first week there is: the local minute of a start, and the bits from there on."""
    first, last = days[0][0] - _dates_before(duration), days[-1][0] + 2
    about = Grid(first * DAY + phase, step, (last - first) * DAY // step)
    usual, own = _as_every_week(weekly, about, duration), _starts_on_the_wall(weekly, days, about, duration)
    return about.first, usual ^ own


def _starts_on_the_wall(weekly: Week, overrides: Overrides, dates: Grid, duration: int) -> int:
    """The starts at which the windows stay open, on a grid of local minutes that lasts whole dates."""
    shut, each, far = 0, DAY // dates.step, _dates_before(duration)
    first, phase = divmod(dates.first, DAY)
    exceptions = dict(overrides)
    before: Windows = ()
    for day in range(first - 1, first + dates.size // each + far):
        own = exceptions.get(day)
        spilling, own = (before, weekly.days[weekday(day)]) if own is None else ((), own)
        if day >= first:
            shut |= _shut_starts(own, spilling, dates.step, phase, duration) << (day - first) * each
        before = own
    return ~(shut >> far * each) & (1 << dates.size) - 1


def _dates_before(duration: int) -> int:
    """On how many dates before a date a meeting may start, and yet touch it."""
    return -(-(duration - 1) // DAY)


@lru_cache(maxsize=8192)
def _shut_starts(own: Windows, before: Windows, step: int, phase: int, duration: int) -> int:
    """The starts that a date's shut minutes forbid, from as many dates before it as a meeting may touch it from."""
    far = _dates_before(duration)
    ends = [0, *chain.from_iterable(_day_of_minutes(own, before)), DAY]
    about = Grid(phase - far * DAY, step, (far + 1) * DAY // step)
    return about.starts_in((a - duration + 1, b) for a, b in zip(ends[::2], ends[1::2], strict=True) if a < b)


def open_minutes(hours: Hours, start: int, end: int) -> list[Interval]:
    """The UTC minutes of [start, end) in which the windows are open: disjoint, in order, as long as can be."""
    pieces: list[Interval] = []
    for since, until, offset in stretches(hours.zone, start, end):
        for a, b in _open_on_the_wall(hours, since + offset, until + offset):
            low, high = max(a - offset, since), min(b - offset, until)
            if low < high:
                pieces.append((low, high))
    return merged(pieces)


def _open_on_the_wall(hours: Hours, since: int, until: int) -> Iterator[Interval]:
    """The local minutes in which the windows are open on the dates that [since, until) touches, date by date."""
    before = hours.windows(since // DAY - 1)
    for day in range(since // DAY, (until - 1) // DAY + 1):
        midnight, own = day * DAY, hours.windows(day)
        for a, b in _day_of_minutes(own, () if hours.owns(day) else before):
            yield midnight + a, midnight + b
        before = own


@lru_cache(maxsize=8192)
def _day_of_minutes(own: Windows, before: Windows) -> tuple[Interval, ...]:
    """The open local minutes of a date, 0 to 1440: its own windows', and what spills over from the date before."""
    spilt = [(0, b - DAY) for _, b in before if b > DAY]
    return tuple(merged(spilt + [(a, min(b, DAY)) for a, b in own]))


def merged(pieces: Iterable[Interval]) -> list[Interval]:
    """The union of intervals; those that touch become one, or a meeting across the seam would be missed."""
    union: list[Interval] = []
    for low, high in sorted(pieces):
        if union and low <= union[-1][1]:
            union[-1] = (union[-1][0], max(union[-1][1], high))
        else:
            union.append((low, high))
    return union

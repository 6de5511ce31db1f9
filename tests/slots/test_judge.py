"""The judge can fail: for each rule, a reading that gets it wrong is found out by the problems the engine is asked.

Each mutant below is the reference with one sentence of the contract misread, as software that schedules has done.
If a mutant is not found out, the problems do not reach its rule, and an engine that agrees with the reference on them
has not shown that it follows it.
"""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from tests.slots.problems import on_many, problems
from tests.slots.reference import Data, Person, Range, Reference

Row = tuple[int, int, int, int]


class ClosedEnds(Reference):
    """Two intervals that touch overlap."""

    def is_unhindered(self, person: Person, start: int) -> bool:
        s, e = self.with_buffers(person, start)
        return not any(s <= to and since <= e for since, to in self.taken(person))


class ClosedWindows(Reference):
    """The last minute of a window is in it."""

    def available(self, wall: datetime, windows: list[Range]) -> bool:
        t = 60 * wall.hour + wall.minute
        return any(a <= t <= b for a, b in windows if a < b)


class OpenHorizon(Reference):
    """A slot may not end with the horizon."""

    def in_horizon(self, start: int) -> bool:
        return self.horizon[0] <= start and self.end(start) < self.horizon[1]


class HorizonToTheMinute(Reference):
    """Odd seconds of the horizon are dropped."""

    def in_horizon(self, start: int) -> bool:
        return self.horizon[0] // 60 <= start // 60 and self.end(start) <= self.horizon[1]


class FirstPassOnly(Reference):
    """Wall times that are repeated count once."""

    def available(self, wall: datetime, windows: list[Range]) -> bool:
        return not wall.fold and super().available(wall, windows)


class SecondPassOnly(Reference):
    """Wall times that are repeated count when they come again."""

    def available(self, wall: datetime, windows: list[Range]) -> bool:
        again = wall.replace(fold=1).astimezone(UTC) != wall.astimezone(UTC)
        return not again and super().available(wall, windows)


class EndsResolved(Reference):
    """A window is the time between its two ends, each looked up on its own: what a gap swallows is put elsewhere."""

    def __init__(self, data: Data) -> None:
        super().__init__(data)
        for person in self.people:
            days = sorted({wall.date() for wall in person.wall})
            ends = [
                (instant(person, day, a), instant(person, day, b))
                for day in days
                for a, b in self.windows_on(person, day)
            ]
            person.free = [any(s <= 60 * m < e for s, e in ends) for m in self.minutes]


def instant(person: Person, day: date, minute: int) -> int:
    wall = datetime.combine(day, time(), tzinfo=person.zone) + timedelta(minutes=minute)
    return int(wall.timestamp())


class SpillIntoOverrides(Reference):
    """The night before spills into a date with an override."""

    def windows_on(self, person: Person, day: date) -> list[Range]:
        kept = {each: windows for each, windows in person.overrides.items() if each != day}
        parts = [self.until_midnight(window) for window in self.own_windows(person, day)]
        person.overrides, saved = kept, person.overrides
        spilt = [self.after_midnight(window) for window in self.own_windows(person, day - timedelta(days=1))]
        person.overrides = saved
        return parts + spilt


class OverridesAdd(Reference):
    """An override adds to the weekday."""

    def own_windows(self, person: Person, day: date) -> list[Range]:
        weekly = [window for weekday, window in person.weekly if weekday == day.weekday()]
        return weekly + person.overrides.get(day, [])


class EmptyOverridesIgnored(Reference):
    """An override without windows is none."""

    def windows_on(self, person: Person, day: date) -> list[Range]:
        person.overrides = {each: windows for each, windows in person.overrides.items() if windows}
        return super().windows_on(person, day)


class OverridesEndAtMidnight(Reference):
    """What an override holds past midnight is lost."""

    def windows_on(self, person: Person, day: date) -> list[Range]:
        parts = [self.until_midnight(window) for window in self.own_windows(person, day)]
        before = day - timedelta(days=1)
        if day in person.overrides or before in person.overrides:
            return parts
        return parts + [self.after_midnight(window) for window in self.own_windows(person, before)]


class WeeklySpillDespiteOverride(Reference):
    """The night of a weekday spills over even if its own date has an override."""

    def windows_on(self, person: Person, day: date) -> list[Range]:
        parts = [self.until_midnight(window) for window in self.own_windows(person, day)]
        if day in person.overrides:
            return parts
        weekday = (day - timedelta(days=1)).weekday()
        return parts + [self.after_midnight(window) for each, window in person.weekly if each == weekday]


class WindowsEndAtMidnight(Reference):
    """A window stops at midnight."""

    def after_midnight(self, window: Range) -> Range:
        return 0, 0


class SkippedDateIsNoDate(Reference):
    """The night before a date is that of the date the clock showed before it, not of the calendar's."""

    def windows_on(self, person: Person, day: date) -> list[Range]:
        before = day - timedelta(days=1)
        noon = datetime.combine(before, time(12), tzinfo=UTC).timestamp()
        seen = {person.at(int(noon) + 1800 * n).date() for n in range(-80, 80)}
        if before in seen or day in person.overrides:
            return super().windows_on(person, day)
        return [self.until_midnight(window) for window in self.own_windows(person, day)]


class WeekFromSunday(Reference):
    """0 is Sunday."""

    def own_windows(self, person: Person, day: date) -> list[Range]:
        if day in person.overrides:
            return person.overrides[day]
        return [window for weekday, window in person.weekly if weekday == day.isoweekday() % 7]


class UtcDates(Reference):
    """Windows are of the UTC date, though of the local minute."""

    def __init__(self, data: Data) -> None:
        super().__init__(data)
        for person in self.people:
            utc_days = [datetime.fromtimestamp(60 * m, UTC).date() for m in self.minutes]
            windows = {day: self.windows_on(person, day) for day in set(utc_days)}
            person.free = [self.available(w, windows[d]) for w, d in zip(person.wall, utc_days, strict=True)]


class WindowsNotMerged(Reference):
    """A slot must lie in one window as it is written: two that touch are not one."""

    def is_free(self, person: Person, start: int) -> bool:
        walls = person.wall[self.slot_minutes(start)]
        first, minutes = walls[0], [60 * wall.hour + wall.minute for wall in walls]
        if not super().is_free(person, start) or walls[-1].date() != first.date():
            return super().is_free(person, start)
        return any(all(a <= t < b for t in minutes) for a, b in self.windows_on(person, first.date()))


class SeamsAtMidnight(Reference):
    """A slot over midnight fits only into a window that is written over midnight."""

    def is_free(self, person: Person, start: int) -> bool:
        walls = person.wall[self.slot_minutes(start)]
        own = self.own_windows(person, walls[0].date())
        over = any(b <= a <= 60 * walls[0].hour + walls[0].minute for a, b in own)
        return super().is_free(person, start) and (walls[0].date() == walls[-1].date() or over)


class GridFromHorizon(Reference):
    """The grid begins with the horizon."""

    def on_grid(self, m: int) -> bool:
        return (m - self.horizon[0] // 60 - self.anchor) % self.step == 0


class GridByTheWall(Reference):
    """The grid begins with the first person's midnight."""

    def on_grid(self, m: int) -> bool:
        wall = self.people[0].at(60 * m)
        return (60 * wall.hour + wall.minute - self.anchor) % self.step == 0


class NoAnchor(Reference):
    """The anchor does not count."""

    def on_grid(self, m: int) -> bool:
        return m % self.step == 0


class NoticeToTheMinute(Reference):
    """Notice is rounded down to whole minutes."""

    def late_enough(self, start: int) -> bool:
        return start // 60 >= self.now // 60 + self.notice


class NoticeStrictly(Reference):
    """A slot starts after its notice, not with it."""

    def late_enough(self, start: int) -> bool:
        return start > self.now + 60 * self.notice


class DurationByTheWall(Reference):
    """A slot lasts until the wall clock has moved by its duration."""

    def end(self, start: int) -> int:
        wall = self.people[0].at(start) + timedelta(minutes=self.duration)
        return max(int(wall.timestamp()), start + 60)


class BusyToTheMinute(Reference):
    """Odd seconds of busy time are dropped."""

    def taken(self, person: Person) -> list[Range]:
        return [(s // 60 * 60, e // 60 * 60) for s, e in super().taken(person)]


class EmptyBusyBlocks(Reference):
    """An interval without length blocks the slot that it lies in."""

    def taken(self, person: Person) -> list[Range]:
        return [(s, e) for s, e in person.busy + person.held if s <= e]


class ReversedBusyBlocks(Reference):
    """A reversed interval is turned round."""

    def taken(self, person: Person) -> list[Range]:
        return [(min(each), max(each)) for each in person.busy + person.held if each[0] != each[1]]


class HeldIsFree(Reference):
    """Held time does not block."""

    def taken(self, person: Person) -> list[Range]:
        return [(s, e) for s, e in person.busy if s < e]


class BuffersSwapped(Reference):
    """The buffer before is kept after, and the other way round."""

    def with_buffers(self, person: Person, start: int) -> Range:
        return start - person.after, self.end(start) + person.before


class BuffersInWindows(Reference):
    """The buffers must lie in the windows too."""

    def is_free(self, person: Person, start: int) -> bool:
        first = start // 60 - self.minutes[0]
        wide = person.free[max(0, first - person.before // 60) : first + self.duration + person.after // 60]
        return False not in wide


class NoBufferToHeld(Reference):
    """Buffers keep no distance to held time."""

    def is_unhindered(self, person: Person, start: int) -> bool:
        far = not any(s < self.end(start) and start < e for s, e in self.taken(person))
        person.held, held = [], person.held
        try:
            return far and super().is_unhindered(person, start)
        finally:
            person.held = held


class LimitsByUtc(Reference):
    """Limits count by the UTC date."""

    def day_of(self, person: Person, start: int) -> object:
        return datetime.fromtimestamp(start, UTC).date()


class LimitsByTheFirstZone(Reference):
    """Limits count by the date of the first person."""

    def day_of(self, person: Person, start: int) -> object:
        return self.people[0].at(start).date()


class SlotLimitByEnd(Reference):
    """A slot counts on the date on which it ends."""

    def is_within_limits(self, person: Person, start: int) -> bool:
        return super().is_within_limits(person, start + 60 * self.duration - 1)


class HeldWithoutLengthCounts(Reference):
    """A held interval without length counts."""

    def held_starts(self, person: Person) -> list[int]:
        return [s for s, _ in person.held]


class BusyCounts(Reference):
    """Busy time counts as a held meeting."""

    def held_starts(self, person: Person) -> list[int]:
        return [s for s, e in person.busy + person.held if s < e]


class LimitsPlusOne(Reference):
    """The limit itself is still allowed."""

    def held_starts(self, person: Person) -> list[int]:
        return super().held_starts(person)[1:]


class WeekFromSundayInLimits(Reference):
    """A week begins on Sunday."""

    def week_of(self, person: Person, start: int) -> object:
        return person.at(start + 86400).isocalendar()[:2]


class WeekOfCalendarYear(Reference):
    """A week is its number in the calendar year."""

    def week_of(self, person: Person, start: int) -> object:
        day = person.at(start)
        return day.year, day.isocalendar()[1]


class NeedOnly(Reference):
    """The required may stay away when there are enough."""

    def is_answer(self, attendees: list[Person]) -> bool:
        return len(attendees) >= self.need


class RequiredOnly(Reference):
    """When the required come, nobody else is needed."""

    def is_answer(self, attendees: list[Person]) -> bool:
        present = {person.id for person in attendees}
        return all(each in present for each in self.required) if self.required else len(attendees) >= self.need


class ComfortAtStart(Reference):
    """Comfort is that of the hour in which a slot starts."""

    def hours(self, person: Person, start: int) -> set[int]:
        return {person.at(start).hour}


class ComfortAtTheNextHour(Reference):
    """A slot that ends on the hour touches it."""

    def hours(self, person: Person, start: int) -> set[int]:
        return super().hours(person, start) | {person.at(start + 60 * self.duration).hour}


class ComfortOfHoursCounted(Reference):
    """The hours touched are counted from the first, as if no clock changed."""

    def hours(self, person: Person, start: int) -> set[int]:
        wall = person.at(start)
        return {(wall.hour + n) % 24 for n in range((wall.minute + self.duration - 1) // 60 + 1)}


class ComfortOfAbsent(Reference):
    """The comfort of those who cannot attend counts too."""

    def row(self, start: int, present: list[Person]) -> Row:
        comforts = [self.comfort(person, start) for person in self.people]
        return start, len(present), min(comforts), sum(comforts)


class TotalBeforeWorst(Reference):
    """Total comfort is looked at before the worst."""

    def order(self, row: Row) -> tuple[int, ...]:
        return -row[1], -row[3], -row[2], row[0]


class LatestFirst(Reference):
    """Of equals, the later start comes first."""

    def order(self, row: Row) -> tuple[int, ...]:
        return -row[1], -row[2], -row[3], -row[0]


class CountIgnored(Reference):
    """Comfort is looked at before the number of attendees."""

    def order(self, row: Row) -> tuple[int, ...]:
        return -row[2], -row[3], -row[1], row[0]


class SpreadByUtc(Reference):
    """The answers are spread over UTC dates."""

    def rank_day(self, start: int) -> object:
        return datetime.fromtimestamp(start, UTC).date()


class SpreadByTheFirstZone(Reference):
    """The answers are spread over the first person's dates, whatever zone is asked for."""

    def rank_day(self, start: int) -> object:
        return self.people[0].at(start).date()


class OneWalk(Reference):
    """There is no second walk."""

    def second_walk(self, rows: list[Row], accepted: list[Row]) -> list[Row]:
        return []


class SortedAgain(Reference):
    """What the two walks accept is sorted again."""

    def spread(self, rows: list[Row]) -> list[Row]:
        return sorted(super().spread(rows)[: self.limit], key=self.order)


MUTANTS = sorted(Reference.__subclasses__(), key=lambda mutant: mutant.__name__)


def answers(reading: type[Reference], data: Data) -> tuple[list[tuple[int, int]], list[Row]]:
    asked = reading(data)
    return asked.attendance(), asked.ranked()


@pytest.fixture(scope="module")
def found_out() -> set[type[Reference]]:
    """The mutants that answer otherwise on one of the problems that the property tests draw."""
    left = set(MUTANTS)

    @on_many(problems(), 600)
    def ask(data: Data) -> None:
        right = answers(Reference, data) if left else None
        left.difference_update([mutant for mutant in left if answers(mutant, data) != right])

    ask()
    return set(MUTANTS) - left


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.__name__)
def test_a_wrong_reading_is_found_out(mutant: type[Reference], found_out: set[type[Reference]]) -> None:
    assert mutant in found_out, mutant.__doc__

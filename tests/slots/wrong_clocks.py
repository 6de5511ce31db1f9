"""Wrong readings of the contract, on clocks: grid, horizon, notice, windows. See `test_judge.py`."""

from datetime import UTC, date, datetime, time, timedelta

from tests.slots.reference import Data, Person, Range, Reference


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

"""Wrong readings of the contract, on meetings and people: busy, buffers, limits, need, rank. See `test_judge.py`."""

from datetime import UTC, datetime

from tests.slots.reference import Person, Range, Reference

Row = tuple[int, int, int, int]


class ClosedEnds(Reference):
    """Two intervals that touch overlap."""

    def is_unhindered(self, person: Person, start: int) -> bool:
        s, e = self.with_buffers(person, start)
        return not any(s <= to and since <= e for since, to in self.taken(person))


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

"""The slot contract, read aloud: slow, obvious, minute by minute, and nothing of the engine.

Every method is one sentence of the contract. There is one idea in it: ask the zone database what the clock on the wall
shows at each UTC minute, and look that up. A mutant (`test_judge.py`) overrides one method and so breaks one sentence.
"""

import zoneinfo
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache, cached_property, lru_cache
from typing import Any

zoneinfo.reset_tzpath(to=[])

Data = dict[str, Any]
Range = tuple[int, int]

COMFORT = [0, 0, 0, 0, 0, 0, 20, 50, 80, 100, 100, 100, 70, 100, 100, 100, 90, 70, 50, 40, 30, 15, 5, 0]


@cache
def zone(name: str) -> zoneinfo.ZoneInfo:
    return zoneinfo.ZoneInfo.no_cache(name)


@lru_cache(maxsize=8)
def walls(where: zoneinfo.ZoneInfo, minutes: range) -> list[datetime]:
    """What clocks there show at each of these UTC minutes."""
    return [datetime.fromtimestamp(60 * m, where) for m in minutes]


def minute(text: str) -> int:
    """'08:30' as minutes after midnight; '24:00' is 1440."""
    hours, minutes = text.split(":")
    return 60 * int(hours) + int(minutes)


def overlap(one: Range, other: Range) -> bool:
    """Half-open intervals: two that touch do not overlap."""
    return one[0] < other[1] and other[0] < one[1]


class Person:
    """One person of a problem, with the defaults filled in."""

    def __init__(self, data: Data) -> None:
        self.id: str = data["id"]
        self.zone = zone(data["tz"])
        self.weekly = [(day, (minute(a), minute(b))) for day, a, b in data.get("weekly") or []]
        self.overrides = {
            date.fromisoformat(day): [(minute(a), minute(b)) for a, b in windows]
            for day, windows in (data.get("overrides") or {}).items()
        }
        self.busy: list[Range] = [(s, e) for s, e in data.get("busy") or []]
        self.held: list[Range] = [(s, e) for s, e in data.get("held") or []]
        self.before: int = 60 * (data.get("before") or 0)
        self.after: int = 60 * (data.get("after") or 0)
        self.per_day: int | None = data.get("per_day")
        self.per_week: int | None = data.get("per_week")
        self.comfort: list[int] = data.get("comfort") or COMFORT
        self.wall: list[datetime] = []
        self.free: list[bool] = []

    def at(self, second: int) -> datetime:
        """What this person's clock shows."""
        return datetime.fromtimestamp(second, self.zone)


class Reference:
    """The answers to one problem."""

    def __init__(self, data: Data) -> None:
        self.now: int = data["now"]
        self.horizon: Range = (data["horizon"][0], data["horizon"][1])
        self.duration: int = data["duration"]
        self.step: int = data["step"]
        self.anchor: int = data.get("anchor") or 0
        self.notice: int = data.get("notice") or 0
        self.people = [Person(each) for each in data["people"]]
        self.need: int = len(self.people) if data.get("need") in (None, "all") else data["need"]
        self.required: list[str] = data.get("required") or []
        rank = data.get("rank") or {}
        self.limit: int | None = rank.get("limit")
        self.per_day: int | None = rank.get("per_day")
        self.zone = zone(rank.get("zone") or data["people"][0]["tz"])
        self.minutes = range(self.horizon[0] // 60, self.horizon[1] // 60 + 1)
        for person in self.people:
            person.wall = walls(person.zone, self.minutes)
            windows = {day: self.windows_on(person, day) for day in {wall.date() for wall in person.wall}}
            person.free = [self.available(wall, windows[wall.date()]) for wall in person.wall]

    # Grid, horizon, notice

    def on_grid(self, m: int) -> bool:
        return (m - self.anchor) % self.step == 0

    def in_horizon(self, start: int) -> bool:
        return self.horizon[0] <= start and self.end(start) <= self.horizon[1]

    def late_enough(self, start: int) -> bool:
        return start >= self.now + 60 * self.notice

    def end(self, start: int) -> int:
        return start + 60 * self.duration

    def grid(self) -> list[int]:
        starts = [60 * m for m in self.minutes if self.on_grid(m)]
        return [start for start in starts if self.in_horizon(start) and self.late_enough(start)]

    # Availability is what the clock on the wall shows

    def own_windows(self, person: Person, day: date) -> list[Range]:
        """The windows that begin on this date: the date's override if it has one, else its weekday's."""
        if day in person.overrides:
            return person.overrides[day]
        return [window for weekday, window in person.weekly if weekday == day.weekday()]

    def windows_on(self, person: Person, day: date) -> list[Range]:
        """The parts of windows that lie on this date; an override lets nothing spill in from the day before."""
        parts = [self.until_midnight(window) for window in self.own_windows(person, day)]
        if day in person.overrides:
            return parts
        before = self.own_windows(person, day - timedelta(days=1))
        return parts + [self.after_midnight(window) for window in before]

    def until_midnight(self, window: Range) -> Range:
        a, b = window
        return (a, b) if a < b else (a, 1440)

    def after_midnight(self, window: Range) -> Range:
        a, b = window
        return (0, b) if b <= a else (0, 0)

    def available(self, wall: datetime, windows: list[Range]) -> bool:
        t = 60 * wall.hour + wall.minute
        return any(a <= t < b for a, b in windows)

    def slot_minutes(self, start: int) -> slice:
        first = start // 60 - self.minutes[0]
        return slice(first, first + (self.end(start) - start) // 60)

    def is_free(self, person: Person, start: int) -> bool:
        return False not in person.free[self.slot_minutes(start)]

    # Busy, held, buffers

    def taken(self, person: Person) -> list[Range]:
        return [(s, e) for s, e in person.busy + person.held if s < e]

    def with_buffers(self, person: Person, start: int) -> Range:
        return start - person.before, self.end(start) + person.after

    def is_unhindered(self, person: Person, start: int) -> bool:
        wide = self.with_buffers(person, start)
        return not any(overlap(wide, interval) for interval in self.taken(person))

    # Limits

    def held_starts(self, person: Person) -> list[int]:
        return [s for s, e in person.held if s < e]

    def day_of(self, person: Person, start: int) -> object:
        return person.at(start).date()

    def week_of(self, person: Person, start: int) -> object:
        return person.at(start).isocalendar()[:2]

    def is_within_limits(self, person: Person, start: int) -> bool:
        held = self.held_starts(person)
        if person.per_day is not None:
            day = self.day_of(person, start)
            if sum(self.day_of(person, s) == day for s in held) >= person.per_day:
                return False
        if person.per_week is not None:
            week = self.week_of(person, start)
            if sum(self.week_of(person, s) == week for s in held) >= person.per_week:
                return False
        return True

    # Attendance

    def can_attend(self, person: Person, start: int) -> bool:
        return (
            self.is_free(person, start) and self.is_unhindered(person, start) and self.is_within_limits(person, start)
        )

    def is_answer(self, attendees: list[Person]) -> bool:
        present = {person.id for person in attendees}
        return len(attendees) >= self.need and all(each in present for each in self.required)

    @cached_property
    def attendees(self) -> dict[int, list[Person]]:
        """Every answer, ascending, with those who can attend."""
        found = {start: [p for p in self.people if self.can_attend(p, start)] for start in self.grid()}
        return {start: present for start, present in found.items() if self.is_answer(present)}

    def starts(self) -> list[int]:
        return list(self.attendees)

    def attendance(self) -> list[tuple[int, int]]:
        return [(start, len(present)) for start, present in self.attendees.items()]

    # Ranking

    def hours(self, person: Person, start: int) -> set[int]:
        return {wall.hour for wall in person.wall[self.slot_minutes(start)]}

    def comfort(self, person: Person, start: int) -> int:
        return min(person.comfort[hour] for hour in self.hours(person, start))

    def row(self, start: int, present: list[Person]) -> tuple[int, int, int, int]:
        comforts = [self.comfort(person, start) for person in present]
        return start, len(present), min(comforts), sum(comforts)

    def order(self, row: tuple[int, int, int, int]) -> tuple[int, ...]:
        start, count, worst, total = row
        return -count, -worst, -total, start

    def rank_day(self, start: int) -> object:
        return datetime.fromtimestamp(start, self.zone).date()

    def spread(self, rows: list[tuple[int, int, int, int]]) -> list[tuple[int, int, int, int]]:
        """First at most `per_day` a date; then, if there is room, the rest. A bound that is not given does not bind."""
        accepted, days = [], Counter[object]()
        for row in rows:
            if self.per_day is None or days[self.rank_day(row[0])] < self.per_day:
                accepted.append(row)
                days[self.rank_day(row[0])] += 1
        return accepted + self.second_walk(rows, accepted)

    def second_walk(
        self, rows: list[tuple[int, int, int, int]], accepted: list[tuple[int, int, int, int]]
    ) -> list[tuple[int, int, int, int]]:
        taken = set(accepted)
        return [row for row in rows if row not in taken]

    def ranked(self) -> list[tuple[int, int, int, int]]:
        rows = sorted((self.row(start, present) for start, present in self.attendees.items()), key=self.order)
        return self.spread(rows)[: self.limit]


def text(start: int) -> str:
    """'2026-03-29 01:00' in UTC."""
    return datetime.fromtimestamp(start, UTC).strftime("%Y-%m-%d %H:%M")


# Cohorts


Placed = Sequence[tuple[str, int, str | None]]


class Cohort:
    """What a plan may hold, and how good it is."""

    def __init__(self, data: Data) -> None:
        self.busy = {host["id"]: [(s, e) for s, e in host.get("busy") or [] if s < e] for host in data["hosts"]}
        self.gap: int = 60 * (data.get("gap") or 0)
        self.pairs: dict[str, Data] = {pair["id"]: pair for pair in data["pairs"]}

    def values(self, pair: str) -> dict[int, int]:
        """The pair's starts, each with its highest value."""
        found: dict[int, int] = {}
        for start, value in self.pairs[pair]["options"]:
            found[start] = max(value, found.get(start, value))
        return found

    def needs_host(self, pair: str) -> bool:
        return self.pairs[pair].get("host") is not False

    def hosts_for(self, pair: str) -> list[str | None]:
        return list(self.busy) if self.needs_host(pair) else [None]

    def interval(self, pair: str, start: int) -> Range:
        return start, start + 60 * self.pairs[pair]["duration"]

    def host_is_free(self, pair: str, start: int, host: str | None, plan: Placed) -> bool:
        if host is None:
            return True
        s, e = self.interval(pair, start)
        if any(overlap((s, e), busy) for busy in self.busy[host]):
            return False
        others = [self.interval(other, at) for other, at, whose in plan if whose == host and other != pair]
        return not any(overlap((s, e + self.gap), (x, y + self.gap)) for x, y in others)

    def people_are_free(self, pair: str, start: int, plan: Placed) -> bool:
        return not any(
            set(self.pairs[pair]["people"]) & set(self.pairs[other]["people"])
            and overlap(self.interval(pair, start), self.interval(other, at))
            for other, at, _ in plan
            if other != pair
        )

    def wrong_with(self, plan: Placed) -> str | None:
        """None for a feasible plan; else a sentence why not."""
        names = [pair for pair, _, _ in plan]
        for pair, start, host in plan:
            if pair not in self.pairs:
                return f"there is no pair {pair}"
            if names.count(pair) > 1:
                return f"{pair} is placed twice"
            if start not in self.values(pair):
                return f"{pair} is not at one of its options"
            if host not in self.hosts_for(pair):
                return f"{pair} cannot have the host {host}"
            if not self.host_is_free(pair, start, host, plan):
                return f"{host} is not free for {pair}"
            if not self.people_are_free(pair, start, plan):
                return f"somebody of {pair} is in two meetings"
        return None

    def worth(self, plan: Placed) -> tuple[int, int]:
        return len(plan), sum(self.values(pair)[start] for pair, start, _ in plan)

    def reason(self, pair: str, plan: Placed) -> str | None:
        """Why a pair was left out of this plan; None if nothing stood in its way."""
        with_host = [
            start
            for start in self.values(pair)
            if any(self.host_is_free(pair, start, host, plan) for host in self.hosts_for(pair))
        ]
        if not self.values(pair):
            return "no_common_hour"
        if not with_host:
            return "no_host_free"
        if any(self.people_are_free(pair, start, plan) for start in with_host):
            return None
        return "person_taken"

    def best(self) -> tuple[int, int]:
        """The worth of the best plan there is, found by trying them all."""
        return self._best([], list(self.pairs))

    def _best(self, plan: Placed, left: list[str]) -> tuple[int, int]:
        if not left:
            return self.worth(plan)
        pair, *rest = left
        tries = [(pair, start, host) for start in self.values(pair) for host in self.hosts_for(pair)]
        found = self._best(plan, rest)
        for pair_at in tries:
            if self.host_is_free(*pair_at, plan) and self.people_are_free(*pair_at[:2], plan):
                found = max(found, self._best([*plan, pair_at], rest))
        return found

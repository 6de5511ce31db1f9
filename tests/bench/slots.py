"""`make bench`: the slot engine against libraries and a loop over datetimes, in one run, results compared first.

`make bench ARGS=--quick` leaves out the long waves. Read the ratios, not the times.
"""

import argparse
import os
import platform
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from pathlib import Path
from typing import TypeVar

from scheduler.slots import Person, Problem, Ranked, attendance, prepare, ranked, starts, zones
from tests.bench import rivals
from tests.bench.people import asked, crowd, pair
from tests.bench.timing import Contender, alone, forget_all, forget_people, race
from tests.bench.wave_rows import wave_rows

SAMPLE = 20  # pairs of a thousand that the rivals are asked: their time is scaled up
GROUP, ENOUGH = 160, 80
RIVALS = ("portion", "intervaltree", "datetimes")


@dataclass(frozen=True)
class Row:
    """A line of the table: our milliseconds, the rivals', and what is asked of ours."""

    what: str
    goal: str
    ours: float
    rivals: dict[str, float] = field(default_factory=dict)
    note: str = ""

    def __str__(self) -> str:
        against = [f"{self.rivals[name] / self.ours:,.0f} x" if name in self.rivals else "" for name in RIVALS]
        return " | ".join(["", self.what, self.goal, f"{self.ours:,.3g} ms", *against, self.note, ""]).strip(" ")


T = TypeVar("T")


def new(people: list[Person]) -> list[Person]:
    """The same people as they come from the database, when nothing is known of them."""
    forget_people()
    return [replace(each, calendar=replace(each.calendar, hours=replace(each.calendar.hours))) for each in people]


def after(forget: Callable[[], None], given: T) -> tuple[T]:
    forget()
    return (given,)


def one_pair() -> list[Row]:
    data = pair()
    people, problem = data["people"], Problem.from_data(data)
    theirs = [
        Contender(lambda: rivals.pair_by_portion(problem, people)),
        Contender(lambda: rivals.pair_by_tree(problem, people)),
        Contender(lambda: rivals.pair_by_datetimes(people)),
    ]
    ours = [
        Contender(starts, lambda: (replace(problem, people=tuple(new(list(problem.people)))),), calls=25),
        Contender(lambda data: starts(Problem.from_data(data)), lambda: after(forget_people, data), calls=25),
        Contender(ranked, lambda: (problem,), calls=200),
    ]
    assert all(way.run() == starts(problem) for way in theirs)
    assert {slot.start for slot in ranked(problem)} <= set(starts(problem))
    *times, cold, raw, warm = race(*theirs, *ours, rounds=11)
    against, found = dict(zip(RIVALS, times, strict=True)), len(starts(problem))
    return [
        Row("one pair, cold, full list", "18 x", cold, against, f"{found} slots; the rivals take {_listed(against)}"),
        Row("one pair, cold, from the JSON of `traff slots`", "", raw, against),
        Row("one pair, warm, 20 ranked", "180 x", warm, against),
    ]


def _listed(times: dict[str, float]) -> str:
    return ", ".join(f"{name} {time:,.3g} ms" for name, time in times.items())


def thousand_pairs() -> list[Row]:
    data = crowd(2000)
    people = [Person.from_data(each) for each in data]

    def best(people: list[Person]) -> list[list[Ranked]]:
        problems = [asked(two) for two in zip(people[::2], people[1::2], strict=True)]
        prepare(problems)
        return [ranked(each) for each in problems]

    def by_portion() -> list[list[int]]:
        both = [(people[n : n + 2], data[n : n + 2]) for n in range(0, 2 * SAMPLE, 2)]
        return [rivals.pair_by_portion(asked(two), theirs) for two, theirs in both]

    for found, chosen, first in zip(by_portion(), best(people), range(0, 2 * SAMPLE, 2), strict=False):
        assert found == starts(asked(people[first : first + 2]))
        assert {slot.start for slot in chosen} <= set(found)
    portion, ours, all_new = race(
        Contender(by_portion),
        Contender(best, lambda: (new(people),)),
        Contender(best, lambda: after(forget_all, new(people))),
        rounds=7,
    )
    note = f"the first in a process, which works out the comfort of ten zones: {all_new:,.0f} ms"
    return [Row("1,000 pairs, raw, 20 ranked each", "150 x", ours, {"portion": portion * 1000 / SAMPLE}, note)]


def group() -> list[Row]:
    data = crowd(GROUP)
    people = [Person.from_data(each) for each in data]

    def count(people: list[Person]) -> list[tuple[int, int]]:
        return attendance(asked(people, ENOUGH))

    def by_portion() -> list[tuple[int, int]]:
        return rivals.group_by_portion(people, data, ENOUGH)

    assert by_portion() == count(people)
    portion, raw, warm = race(
        Contender(by_portion),
        Contender(count, lambda: (new(people),), calls=5),
        Contender(count, lambda: (people,), calls=20),
        rounds=5,
    )
    return [
        Row(f"group of {GROUP}, raw, how many can attend", "100 x", raw, {"portion": portion}),
        Row(f"group of {GROUP}, warm", "", warm, {"portion": portion}),
    ]


def _people(size: int) -> list[Person]:
    """So many, without the data they are made of."""
    return [Person.from_data(each) for part in range(size // 100) for each in crowd(100, part)]


def _ten_thousand_pairs() -> float:
    people = _people(20_000)
    problems = [asked(two) for two in zip(people[::2], people[1::2], strict=True)]
    prepare(problems)

    def best() -> int:
        return sum(len(ranked(each)) for each in problems)

    assert best() > 0
    return race(Contender(best), rounds=5)[0]


def _ten_thousand_people() -> float:
    problem = asked(_people(10_000), 5_000)
    assert attendance(problem)
    return race(Contender(lambda: attendance(problem)), rounds=11)[0]


def crowds() -> list[Row]:
    rows: list[tuple[str, str, Callable[[], float]]] = [
        ("10,000 pairs, warm, 20 ranked each", "300 ms, 200 MB", _ten_thousand_pairs),
        ("10,000 people, warm, how many can attend", "some 10 ms", _ten_thousand_people),
    ]
    return [
        Row(what, goal, ours, note=f"the process, with its people: {most:,.0f} MB")
        for what, goal, run in rows
        for ours, most in [alone(run)]
    ]


def machine() -> str:
    models = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
    return (
        f"{models[0].partition(': ')[2] if models else platform.processor()}, {os.cpu_count()} cores;"
        f" {platform.python_implementation()} {platform.python_version()}, numpy {version('numpy')},"
        f" highspy {version('highspy')}, portion {version('portion')}, intervaltree {version('intervaltree')},"
        f" tzdata {zones.VERSION}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="without the waves that take long")
    quick: bool = parser.parse_args().quick
    print(
        f"{machine()}\n\n| slots | goal | ours | portion | intervaltree | datetimes | |\n|---|---|---|---|---|---|---|"
    )
    for part in (one_pair, thousand_pairs, group, crowds):
        for row in part():
            print(row, flush=True)
    print("\n| waves | goal | placed, of at most | below the bound | CPU | |\n|---|---|---|---|---|---|")
    for line in wave_rows(quick=quick):
        print(line, flush=True)


if __name__ == "__main__":
    main()

"""A crowd's bitmaps, worked out together by numpy, are those that each calendar has by itself."""

import subprocess
import sys
from dataclasses import replace

import pytest

from scheduler.slots import Person, Problem, attendance, bitmaps, bulk, prepare, starts
from scheduler.slots.grid import Grid
from tests.crowds import PATIENCE
from tests.slots.problems import ALWAYS, crowds, on_many, person, problem, utc
from tests.slots.reference import Data, Reference

TWO_WEEKS = ("2026-10-19", "2026-11-02")
NUMPY_AFTER = """
import sys
from scheduler.slots import Problem, attendance, ranked, starts
who = {"tz": "Europe/Stockholm", "weekly": [[0, "08:00", "17:00"]], "busy": [[1790000000, 1790003600]]}
def ask(size):
    people = [{**who, "id": str(n), "before": n} for n in range(size)]
    data = {"now": 0, "horizon": [1790000000, 1791000000], "duration": 30, "step": 15, "people": people, "need": 1}
    attendance(Problem.from_data(data)), ranked(Problem.from_data(data)), starts(Problem.from_data(data))
ask(int(sys.argv[1]))
print("numpy" in sys.modules)
"""


@on_many(crowds(), 60)
def test_taken_starts_are_those_of_each_calendar(data: Data) -> None:
    asked = Problem.from_data(data)
    calendars, grid = [each.calendar for each in asked.people], Grid.of(asked)
    alone = [bitmaps.taken_starts(each, grid, asked.duration) for each in calendars]
    assert bulk.taken_starts(calendars, grid, asked.duration) == alone


def test_a_crowd_without_taken_time_has_no_start_taken() -> None:
    free = [Person.from_data(person(before=n)).calendar for n in range(bulk.CROWD)]
    grid = Grid.of(Problem.from_data(problem(*TWO_WEEKS)))
    assert bulk.taken_starts(free, grid, 60) == [0] * bulk.CROWD


def many(size: int) -> Data:
    """So many who differ in their busy time and buffers, some of it longer than a week and some beyond all time."""
    first = utc(TWO_WEEKS[0])
    people = [
        person(
            busy=[
                [first + 7_001 * n, first + 7_001 * n + 3_600],
                [first + 900 * n, first + 90_000 * n],
                [first, -(2**62)],
            ],
            held=[[first + 86_400 * ((n + 5) % 14), first + 86_400 * ((n + 5) % 14) + 1800]],
            before=n % 3 * 10,
            after=10**30 if n == 7 else n % 4,
            per_day=1,
            weekly=ALWAYS[n % 7 :],
        )
        for n in range(size)
    ]
    return problem(*TWO_WEEKS, *people, step=15, duration=45, need=1)


@pytest.mark.parametrize("size", [bulk.CROWD - 1, bulk.CROWD, 2 * bulk.CROWD + 1])
def test_a_crowd_is_counted_as_by_the_reference(size: int) -> None:
    data = many(size)
    assert attendance(Problem.from_data(data)) == Reference(data).attendance() != []


def test_without_numpy_the_answer_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    data = many(40)
    with_numpy = attendance(Problem.from_data(data))
    bitmaps._known.clear()
    monkeypatch.setitem(sys.modules, "numpy", None)
    assert attendance(Problem.from_data(data)) == with_numpy


def test_what_was_prepared_is_kept_for_every_pair_that_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    people = [replace(each, id=str(n)) for n, each in enumerate(Problem.from_data(many(40)).people)]
    pairs = [pair_of(one, other) for one, other in zip(people[::2], people[1::2], strict=True)]
    alone = [starts(each) for each in pairs]
    bitmaps._known.clear()
    prepare(pairs)

    def not_again(*_: object) -> int:
        raise AssertionError("this was known")

    monkeypatch.setattr(bitmaps, "taken_starts", not_again)
    assert [starts(each) for each in pairs] == alone


def pair_of(*people: Person) -> Problem:
    return Problem(now=0, horizon=(utc(TWO_WEEKS[0]), utc(TWO_WEEKS[1])), duration=45, step=15, people=people)


@pytest.mark.parametrize(("size", "loaded"), [(2, False), (bulk.CROWD, True)])
def test_numpy_is_loaded_for_a_crowd_and_not_for_a_pair(size: int, loaded: bool) -> None:
    command = [sys.executable, "-c", NUMPY_AFTER, str(size)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=True)
    assert done.stdout.split() == [str(loaded)]

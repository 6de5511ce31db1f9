"""The comfort of every start at once is that of each by itself."""

import pytest

from scheduler.slots import Person, comfort, dates, tastes
from scheduler.slots.grid import Grid
from scheduler.slots.tastes import Taste
from scheduler.slots.zones import FIRST_MONDAY, WEEK, day_at
from tests.slots.problems import utc

TABLE = [(n * 37) % 101 for n in range(24)]
MONDAY = (utc("2026-03-23") // 60 - FIRST_MONDAY) // WEEK * WEEK + FIRST_MONDAY  # the clocks change within the weeks


@pytest.mark.parametrize("zone", ["Europe/Stockholm", "Australia/Lord_Howe", "Asia/Kathmandu", "Antarctica/Troll"])
@pytest.mark.parametrize(("step", "duration"), [(15, 30), (5, 50), (60, 200), (30, 1500)])
def test_every_start_has_its_own_comfort_and_one_level(zone: str, step: int, duration: int) -> None:
    person = Person.from_data({"id": "p", "tz": zone, "comfort": TABLE})
    grid = Grid(MONDAY, step, 2 * WEEK // step)
    values = tastes.by_start(Taste.of(person), grid, duration)
    assert list(values) == [comfort(person, grid.first + n * step, duration) for n in range(grid.size)]
    levels = tastes.levels(Taste.of(person), grid, duration)
    assert [value for value, _ in levels] == sorted(set(values))
    for value, bits in levels:
        assert [bits >> n & 1 == 1 for n in range(grid.size)] == [each == value for each in values]


def test_every_start_lies_on_its_local_date() -> None:
    for zone in ("Europe/Stockholm", "America/Santiago", "Pacific/Kiritimati"):
        grid = Grid(MONDAY, 15, 2 * WEEK // 15)
        days = dates.dates(zone, grid)
        expected = [day_at(zone, grid.first + 15 * n) for n in range(grid.size)]
        assert [day for day, _ in days] == expected
        for n, (day, end) in enumerate(days):
            assert set(expected[n:end]) == {day} != {*expected[end : end + 1]}

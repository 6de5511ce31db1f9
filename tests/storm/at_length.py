"""The long storm, by `make storm`: 300 bookings, moves and cancellations, 100 workers killed, and its control."""

from pathlib import Path

import pytest

from scheduler.db import Database
from tests.storm.town import check, figures, town
from tests.storm.weather import SHARE, STORM

LIVES, BOOKINGS = 100, 300
SEEDS = (1,)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_hundred_kills_in_a_storm(database: Database, tmp_path: Path, seed: int) -> None:
    with town(database, tmp_path / "mail", hosts=10, pairs=BOOKINGS, seed=seed) as found:
        found.zoom.set_faults(STORM)
        found.storm(lives=LIVES, bookings=BOOKINGS)
        failed = found.zoom.failed
        found.settle()
        print(f"\n{database.engine.dialect.name}, {failed:.0%} of the calls failed: {figures(found)}")
        check(found)
        assert abs(failed - SHARE) < 0.1


def test_the_same_storm_without_intent_and_adoption(database: Database, tmp_path: Path) -> None:
    with town(database, tmp_path / "mail", hosts=10, pairs=BOOKINGS, seed=SEEDS[0]) as found:
        found.zoom.set_faults(STORM)
        found.storm(lives=LIVES, bookings=BOOKINGS, blind=True)
        print(f"\n{database.engine.dialect.name}, blind: {figures(found)}")
        assert found.zoom.doubled

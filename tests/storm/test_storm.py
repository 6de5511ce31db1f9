"""A short storm: workers that are killed, and a Zoom that fails two calls of five. `make storm` is the long one."""

from pathlib import Path

from scheduler.db import Database
from tests.storm.town import check, town
from tests.storm.weather import DONE_UNHEARD, STORM

LIVES, BOOKINGS = 6, 15
LONGER = (1, 2, 4, 8, 16, 32)  # seconds of more lives, if need be: on a slow machine one comes to little


def test_after_a_storm_zoom_has_what_is_booked_each_once_and_everybody_was_told(
    database: Database, tmp_path: Path
) -> None:
    with town(database, tmp_path / "mail", hosts=3, pairs=BOOKINGS, seed=1) as found:
        found.zoom.set_faults(STORM)
        found.storm(lives=LIVES, bookings=BOOKINGS)
        found.settle()
        check(found)


def test_without_intent_and_adoption_the_same_storm_leaves_meetings_twice(sqlite: Database, tmp_path: Path) -> None:
    """The control, with the faults after which something was done and nobody heard of it."""
    with town(sqlite, tmp_path / "mail", hosts=3, pairs=BOOKINGS, seed=1) as found:
        found.zoom.set_faults(DONE_UNHEARD)
        found.storm(lives=LIVES, bookings=BOOKINGS, blind=True)
        for seconds in LONGER:
            if not found.zoom.doubled:
                found.storm(lives=3, bookings=BOOKINGS, blind=True, seconds=seconds)
        assert found.zoom.doubled

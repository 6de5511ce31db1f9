"""The same programme some weeks later: dates move, weekdays and wall clocks stay."""

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from scheduler.programme import folder
from scheduler.programme.folder.shift import shifted, weeks_to
from scheduler.slots import zones
from tests.programme.folder.files import EXAMPLE, read

DEMO = Path(__file__).parents[3] / "demo"


@pytest.mark.parametrize(
    ("day", "weeks"),
    [
        (date(2026, 11, 2), 0),
        (date(2026, 11, 5), 0),
        (date(2026, 11, 6), 1),
        (date(2026, 10, 30), 0),
        (date(2026, 10, 29), -1),
        (date(2027, 11, 1), 52),
        (date(2025, 11, 3), -52),
    ],
)
def test_the_start_comes_as_near_as_whole_weeks_can_bring_it(tmp_path: Path, day: date, weeks: int) -> None:
    found = read(tmp_path)
    assert weeks_to(found, day) == weeks
    assert abs(shifted(found, weeks).programme.starts_on - day) <= timedelta(days=3)


@pytest.mark.parametrize("weeks", [-30, -1, 0, 1, 3, 20, 52, 300])
def test_weekdays_and_wall_clocks_stay(weeks: int) -> None:
    before = folder.read(DEMO)
    after = shifted(before, weeks)
    by = timedelta(weeks=weeks)
    assert after.programme.starts_on - before.programme.starts_on == by
    assert after.programme.ends_on - before.programme.ends_on == by
    assert [(first - by, last - by) for first, last in after.programme.blackouts] == list(before.programme.blackouts)
    for old, new in zip(before.events, after.events, strict=True):
        for was, now in ((old.starts, new.starts), (old.opens, new.opens), (old.closes, new.closes)):
            assert was is not None
            assert now is not None
            assert now - was == by
            assert (now.weekday(), now.time()) == (was.weekday(), was.time())
            assert zones.wall_to_instants(now, after.programme.timezone), "a wall that shows this hour"
    assert (after.people, after.pairs, after.windows) == (before.people, before.pairs, before.windows)


def test_over_a_clock_change_the_wall_stays_and_the_instant_moves(tmp_path: Path) -> None:
    found = read(tmp_path)  # the workshop is in winter, at 17:00 by the wall in Stockholm
    (winter,), (summer,) = found.events, shifted(found, 26).events
    assert summer.starts == datetime.fromisoformat("2027-05-04T17:00")
    instants = [zones.wall_to_instants(event.starts, "Europe/Stockholm")[0] for event in (winter, summer)]
    assert instants[1] - instants[0] == timedelta(weeks=26, hours=-1)


def test_what_is_not_said_stays_unsaid(tmp_path: Path) -> None:
    text = "\n".join(line for line in EXAMPLE.splitlines() if not line.startswith(("opens", "closes")))
    (event,) = shifted(read(tmp_path, {"programme.toml": text}), 5).events
    assert (event.opens, event.closes) == (None, None)

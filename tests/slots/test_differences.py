"""The weeks in which two countries' clocks are not as far apart as people are used to."""

from datetime import UTC, datetime, timedelta

import pytest

from scheduler.slots.differences import Unusual, unusual

DAY = timedelta(days=1)
STOCKHOLM = "Europe/Stockholm"


def spells(there: str, here: str = STOCKHOLM, year: int = 2027) -> list[tuple[str, str, Unusual]]:
    """The spells of the year that are unusual at noon UTC: first day, last day, and how."""
    found: list[tuple[str, str, Unusual]] = []
    at = datetime(year, 1, 1, 12, tzinfo=UTC)
    while at.year == year:
        how = unusual(here, there, at)
        day, before = f"{at:%m-%d}", f"{at - DAY:%m-%d}"
        if how and found and found[-1][1:] == (before, how):
            found[-1] = (found[-1][0], day, how)
        elif how:
            found.append((day, day, how))
        at += DAY
    return found


@pytest.mark.parametrize(
    ("there", "expected"),
    [
        ("America/New_York", [("03-14", "03-27", Unusual(300, 360)), ("10-31", "11-06", Unusual(300, 360))]),
        ("Australia/Sydney", [("03-28", "04-03", Unusual(540, 600)), ("10-03", "10-30", Unusual(540, 480))]),
        ("Australia/Lord_Howe", [("03-28", "04-03", Unusual(540, 600)), ("10-03", "10-30", Unusual(540, 510))]),
        ("America/St_Johns", [("03-14", "03-27", Unusual(210, 270)), ("10-31", "11-06", Unusual(210, 270))]),
        ("America/Santiago", [("03-28", "04-03", Unusual(300, 240)), ("09-05", "10-30", Unusual(300, 360))]),
        ("Africa/Casablanca", []),  # without clock changes since September 2026
        ("Africa/Cairo", [("03-28", "04-29", Unusual(0, 60)), ("10-29", "10-30", Unusual(0, 60))]),
        ("Europe/London", []),  # changes at the same instant
        ("Asia/Tokyo", []),  # eight hours in winter and seven in summer are both usual
        ("Asia/Kathmandu", []),
        (STOCKHOLM, []),
    ],
)
def test_the_weeks_between_two_clock_changes_are_unusual(there: str, expected: list[tuple[str, str, Unusual]]) -> None:
    assert spells(there) == expected
    for first, _, how in expected:
        at = datetime.strptime(f"2027-{first} 12", "%Y-%m-%d %H").replace(tzinfo=UTC)
        assert unusual(there, STOCKHOLM, at) == how, "the same, whoever reads"

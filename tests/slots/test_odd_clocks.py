"""Clocks that change at midnight or by two hours, rules that end, and the first and last years: by hand."""

from tests.slots.asking import Times, all_starts, on
from tests.slots.problems import person, problem, utc
from tests.slots.reference import Data

SAT, SUN = 5, 6


def over(zone: str, day: str, *weekly: list[object]) -> Data:
    """That day in UTC, by the hour, for somebody with these windows."""
    return problem(f"{day} 00:00", f"{day} 23:59", person(tz=zone, weekly=list(weekly)))


def test_beirut_skips_the_hour_after_midnight(times: Times) -> None:
    # 2026-03-29 00:00 -> 01:00 at 22:00 UTC on the 28th.
    assert times(over("Asia/Beirut", "2026-03-28", [SAT, "23:00", "02:00"])) == on("2026-03-28", "21:00", "22:00")


def test_beirut_repeats_the_hour_before_midnight(times: Times) -> None:
    # 2026-10-25 00:00 -> 2026-10-24 23:00 at 21:00 UTC on the 24th.
    found = times(over("Asia/Beirut", "2026-10-24", [SAT, "22:00", "00:00"]))
    assert found == on("2026-10-24", "19:00", "20:00", "21:00")


def test_asuncion_went_back_at_midnight_until_it_stayed_on_summer_time(times: Times) -> None:
    # 2024-03-24 00:00 -> 2024-03-23 23:00 at 03:00 UTC; since October 2024 three hours behind UTC, all year.
    found = times(over("America/Asuncion", "2024-03-24", [SAT, "22:00", "01:00"]))
    assert found == on("2024-03-24", "01:00", "02:00", "03:00", "04:00")
    for day in ("2025-03-23", "2025-10-05", "2030-07-07"):
        found = times(over("America/Asuncion", day, [SAT, "22:00", "01:00"]))
        assert found == on(day, "01:00", "02:00", "03:00"), day


def test_troll_goes_two_hours_forward_and_back(times: Times) -> None:
    # 2026-03-29 01:00 -> 03:00, and 2026-10-25 03:00 -> 01:00, both at 01:00 UTC.
    assert times(over("Antarctica/Troll", "2026-03-29", [SUN, "00:00", "04:00"])) == on("2026-03-29", "00:00", "01:00")
    assert times(over("Antarctica/Troll", "2026-10-25", [SUN, "01:00", "03:00"])) == on(
        "2026-10-25", "00:00", "01:00", "02:00"
    )


def test_casablanca_went_back_an_hour_for_ramadan(times: Times) -> None:
    # 2026-02-15 03:00 -> 02:00 and 2026-03-22 02:00 -> 03:00, both at 02:00 UTC.
    found = times(over("Africa/Casablanca", "2026-02-15", [SUN, "02:00", "03:00"]))
    assert found == on("2026-02-15", "01:00", "02:00")
    assert times(over("Africa/Casablanca", "2026-03-22", [SUN, "02:00", "04:00"])) == on("2026-03-22", "02:00")


def test_the_first_year_has_its_own_days_of_change(times: Times) -> None:
    # Stockholm, 1980-04-06 02:00 -> 03:00, and 1980-09-28 03:00 -> 02:00: not the last Sundays of March and October.
    found = times(over("Europe/Stockholm", "1980-04-06", [SUN, "01:00", "04:00"]))
    assert found == on("1980-04-06", "00:00", "01:00")
    found = times(over("Europe/Stockholm", "1980-09-28", [SUN, "02:00", "03:00"]))
    assert found == on("1980-09-28", "00:00", "01:00")


def test_the_last_year_goes_on_by_the_rule(times: Times) -> None:
    found = times(over("Europe/Stockholm", "2100-03-28", [SUN, "01:00", "04:00"]))
    assert found == on("2100-03-28", "00:00", "01:00")
    found = times(over("America/New_York", "2100-11-07", [SUN, "01:00", "02:00"]))
    assert found == on("2100-11-07", "05:00", "06:00")


def test_overrides_about_a_skipped_date_close_their_own_dates_and_no_others(who: str) -> None:
    # Apia has no 2011-12-30: what closes it, and the second of January, leaves all other quarters open.
    apia = {"2011-12-30": [], "2012-01-02": []}
    data = problem("2011-12-30 00:00", "2012-01-03 00:00", person(tz="Pacific/Apia", overrides=apia))
    closed, reopened = utc("2012-01-01 10:00"), utc("2012-01-02 10:00")
    for minutes in (15, 60):
        begins = range(data["horizon"][0], data["horizon"][1] - 60 * minutes + 1, 900)
        found = all_starts(who, data | {"step": 15, "duration": minutes})
        assert found == [at for at in begins if at + 60 * minutes <= closed or reopened <= at]

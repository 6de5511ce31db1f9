"""Availability is what the clock on the wall shows."""

import pytest

from tests.slots.asking import Times, on
from tests.slots.problems import ALWAYS, person, problem
from tests.slots.reference import Data

MON, TUE, WED, THU, FRI, SAT, SUN = range(7)
DAY, NEXT = "2026-01-05", "2026-01-06"  # Monday, Tuesday


def winter(*weekly: list[object], **fields: object) -> Data:
    """Two days and a half around Monday 5 January 2026 for somebody in UTC, by the hour."""
    return problem("2026-01-04 12:00", "2026-01-07 00:00", person(weekly=list(weekly), **fields))


def stockholm(first: str, last: str, *weekly: list[object], **fields: object) -> Data:
    return problem(first, last, person(tz="Europe/Stockholm", weekly=list(weekly)), **fields)


# Windows


def test_a_window_is_half_open(times: Times) -> None:
    assert times(winter([MON, "08:00", "09:00"])) == on(DAY, "08:00")
    assert times(winter([MON, "08:01", "09:01"])) == times(winter([MON, "08:00", "08:59"])) == []


def test_weekday_0_is_monday(times: Times) -> None:
    assert times(winter([MON, "08:00", "09:00"])) == on(DAY, "08:00")
    assert times(winter([TUE, "08:00", "09:00"])) == on(NEXT, "08:00")
    assert times(winter([SUN, "20:00", "21:00"])) == on("2026-01-04", "20:00")


def test_without_weekly_windows_nobody_is_available(times: Times) -> None:
    free: Data = {"id": "p0", "tz": "UTC"}
    asked = problem(f"{DAY} 00:00", f"{NEXT} 00:00")
    assert times({**asked, "people": [free]}) == times({**asked, "people": [{**free, "weekly": None}]}) == []


def test_a_window_with_b_before_a_crosses_midnight(times: Times) -> None:
    assert times(winter([MON, "22:00", "02:00"])) == [*on(DAY, "22:00", "23:00"), *on(NEXT, "00:00", "01:00")]


def test_a_slot_may_lie_across_midnight(times: Times) -> None:
    assert times({**winter([MON, "22:00", "02:00"]), "duration": 240}) == on(DAY, "22:00")


def test_24_00_ends_a_window_at_midnight(times: Times) -> None:
    assert times(winter([MON, "22:00", "24:00"])) == on(DAY, "22:00", "23:00")


def test_22_00_to_00_00_is_22_00_to_24_00(times: Times) -> None:
    assert times(winter([MON, "22:00", "00:00"])) == on(DAY, "22:00", "23:00")


def test_a_window_from_00_00_to_24_00_is_the_whole_date(times: Times) -> None:
    assert times({**winter([MON, "00:00", "24:00"]), "duration": 1440}) == on(DAY, "00:00")


def test_windows_that_touch_are_one(times: Times) -> None:
    both = winter([MON, "08:00", "09:00"], [MON, "09:00", "10:00"])
    assert times({**both, "duration": 120}) == on(DAY, "08:00")


def test_windows_that_touch_at_midnight_are_one(times: Times) -> None:
    for last in ("24:00", "00:00"):
        both = winter([MON, "22:00", last], [TUE, "00:00", "02:00"])
        assert times({**both, "duration": 240}) == on(DAY, "22:00")


def test_whole_days_side_by_side_have_no_seam(times: Times) -> None:
    asked = problem(f"{DAY} 00:00", f"{NEXT} 06:00", person(weekly=ALWAYS), duration=600, step=240)
    assert times(asked) == on(DAY, "00:00", "04:00", "08:00", "12:00", "16:00", "20:00")


def test_overlapping_windows_behave_as_their_union(times: Times) -> None:
    both = winter([MON, "10:00", "12:00"], [MON, "08:00", "11:00"], [MON, "09:00", "10:00"])
    assert times({**both, "duration": 240}) == on(DAY, "08:00")


def test_two_windows_over_midnight_overlap_on_the_next_date_too(times: Times) -> None:
    both = winter([MON, "22:00", "02:00"], [MON, "23:00", "04:00"], [TUE, "03:00", "05:00"])
    assert times({**both, "duration": 420}) == on(DAY, "22:00")


def test_a_window_may_cover_nearly_two_dates(times: Times) -> None:
    assert times({**winter([MON, "00:02", "00:01"]), "duration": 1439, "step": 1}) == on(DAY, "00:02")


def test_a_meeting_may_last_longer_than_a_week(times: Times) -> None:
    open_always = person(weekly=ALWAYS, overrides={"2026-01-17": []})
    asked = problem(f"{DAY} 00:00", "2026-01-25 00:00", open_always, duration=9 * 1440, step=720)
    until_the_16th = [*on(DAY, "00:00", "12:00"), *on(NEXT, "00:00", "12:00"), *on("2026-01-07", "00:00", "12:00")]
    assert times(asked) == [*until_the_16th, *on("2026-01-08", "00:00")]
    assert times({**winter([MON, "00:00", "24:00"]), "duration": 8 * 1440}) == []


# Overrides


def test_an_override_replaces_the_weekday(times: Times) -> None:
    asked = winter([MON, "08:00", "12:00"], [TUE, "08:00", "09:00"], overrides={DAY: [["13:00", "14:00"]]})
    assert times(asked) == [*on(DAY, "13:00"), *on(NEXT, "08:00")]


def test_an_empty_override_closes_the_date(times: Times) -> None:
    assert times(winter([MON, "08:00", "12:00"], [TUE, "08:00", "09:00"], overrides={DAY: []})) == on(NEXT, "08:00")


def test_an_override_opens_a_date_without_weekly_windows(times: Times) -> None:
    assert times(winter(overrides={DAY: [["08:00", "09:00"]]})) == on(DAY, "08:00")


def test_nothing_spills_into_a_date_with_an_override(times: Times) -> None:
    asked = winter([MON, "22:00", "02:00"], overrides={NEXT: [["01:00", "02:00"], ["08:00", "09:00"]]})
    assert times(asked) == [*on(DAY, "22:00", "23:00"), *on(NEXT, "01:00", "08:00")]


def test_an_empty_override_stops_the_spill_of_the_night_before(times: Times) -> None:
    assert times(winter([MON, "22:00", "02:00"], overrides={NEXT: []})) == on(DAY, "22:00", "23:00")


def test_the_windows_of_an_override_spill_into_the_next_date(times: Times) -> None:
    asked = winter([TUE, "08:00", "09:00"], overrides={DAY: [["23:00", "01:00"]]})
    assert times(asked) == [*on(DAY, "23:00"), *on(NEXT, "00:00", "08:00")]


def test_an_override_takes_its_weekdays_spill_away_from_the_next_date(times: Times) -> None:
    assert times(winter([MON, "22:00", "02:00"], overrides={DAY: [["08:00", "09:00"]]})) == on(DAY, "08:00")


def test_an_override_stops_the_spill_of_an_override(times: Times) -> None:
    asked = winter(overrides={DAY: [["23:00", "02:00"]], NEXT: [["01:00", "02:00"]]})
    assert times(asked) == [*on(DAY, "23:00"), *on(NEXT, "01:00")]


def test_an_override_belongs_to_the_local_date(times: Times) -> None:
    tokyo = person(tz="Asia/Tokyo", weekly=ALWAYS, overrides={"2026-01-06": []})  # 15:00-15:00 UTC
    assert times(problem(f"{DAY} 13:00", f"{NEXT} 17:00", tokyo)) == [
        *on(DAY, "13:00", "14:00"),
        *on(NEXT, "15:00", "16:00"),
    ]


# The clock changes


def test_a_window_keeps_its_wall_clock_in_winter_and_summer(times: Times) -> None:
    week = [[day, "08:00", "09:00"] for day in range(7)]
    assert times(stockholm("2026-03-28 00:00", "2026-03-30 00:00", *week)) == ["2026-03-28 07:00", "2026-03-29 06:00"]
    assert times(stockholm("2026-10-24 00:00", "2026-10-26 00:00", *week)) == ["2026-10-24 06:00", "2026-10-25 07:00"]


def test_wall_times_skipped_in_spring_hold_no_minutes(times: Times) -> None:
    assert times(stockholm("2026-03-28 00:00", "2026-03-31 00:00", [SUN, "02:00", "03:00"], step=1, duration=1)) == []
    asked = stockholm("2026-03-28 00:00", "2026-03-31 00:00", [SUN, "01:00", "04:00"], step=15, duration=120)
    assert times(asked) == on("2026-03-29", "00:00")


def test_windows_that_touch_the_gap_meet_across_it(times: Times) -> None:
    asked = stockholm("2026-03-28 00:00", "2026-03-31 00:00", [SUN, "01:00", "02:10"], [SUN, "02:50", "04:00"])
    assert times({**asked, "duration": 120}) == on("2026-03-29", "00:00")


def test_wall_times_repeated_in_autumn_are_held_twice(times: Times) -> None:
    asked = stockholm("2026-10-24 00:00", "2026-10-27 00:00", [SUN, "02:00", "03:00"])
    assert times(asked) == on("2026-10-25", "00:00", "01:00")
    assert times({**asked, "duration": 120}) == on("2026-10-25", "00:00")


def test_01_00_to_02_30_with_the_clock_going_back_is_two_pieces(times: Times) -> None:
    asked = stockholm("2026-10-24 00:00", "2026-10-27 00:00", [SUN, "01:00", "02:30"], step=30, duration=30)
    expected = [*on("2026-10-24", "23:00", "23:30"), *on("2026-10-25", "00:00", "01:00")]
    assert times(asked) == expected
    assert times({**asked, "duration": 90}) == on("2026-10-24", "23:00")
    assert times({**asked, "duration": 91, "step": 1}) == []


def test_02_30_to_04_00_with_the_clock_going_back_is_two_pieces(times: Times) -> None:
    asked = stockholm("2026-10-24 00:00", "2026-10-27 00:00", [SUN, "02:30", "04:00"], step=30, duration=30)
    assert times(asked) == on("2026-10-25", "00:30", "01:30", "02:00", "02:30")


def test_a_clock_that_goes_back_over_midnight_shows_the_end_of_the_date_twice(times: Times) -> None:
    # Havana, 2025-11-02 01:00 -> 00:00: the hour after midnight of Sunday comes twice (04:00-06:00 UTC).
    havana = person(tz="America/Havana", weekly=[[SUN, "00:00", "01:00"]])
    assert times(problem("2025-11-01 12:00", "2025-11-03 12:00", havana)) == on("2025-11-02", "04:00", "05:00")
    # Santiago, 2026-04-05 00:00 -> 2026-04-04 23:00: the last hour of Saturday comes twice (02:00-04:00 UTC).
    santiago = person(tz="America/Santiago", weekly=[[SAT, "23:00", "01:00"]])
    assert times(problem("2026-04-04 12:00", "2026-04-06 12:00", santiago)) == on(
        "2026-04-05", "02:00", "03:00", "04:00"
    )


def test_a_clock_that_skips_midnight_begins_the_date_at_one(times: Times) -> None:
    # Santiago, 2026-09-06 00:00 -> 01:00 at 04:00 UTC.
    santiago = person(tz="America/Santiago", weekly=[[SAT, "22:00", "02:00"]])
    assert times(problem("2026-09-05 12:00", "2026-09-07 12:00", santiago)) == on(
        "2026-09-06", "02:00", "03:00", "04:00"
    )


def test_a_clock_may_change_by_half_an_hour(times: Times) -> None:
    # Lord Howe, 2026-04-05 02:00 -> 01:30 at 15:00 UTC on the 4th: 01:30-02:00 comes twice.
    howe = person(tz="Australia/Lord_Howe", weekly=[[SUN, "01:30", "02:00"]])
    asked = problem("2026-04-04 00:00", "2026-04-06 00:00", howe, step=30, duration=30)
    assert times(asked) == on("2026-04-04", "14:30", "15:00")
    # 2026-10-04 02:00 -> 02:30 at 15:30 UTC on the 3rd: 02:00-02:30 does not come.
    howe["weekly"] = [[SUN, "02:00", "03:00"]]
    asked = problem("2026-10-03 00:00", "2026-10-05 00:00", howe, step=30, duration=30)
    assert times(asked) == on("2026-10-03", "15:30")


# A skipped date: Apia went from Thursday 2011-12-29 24:00 (-10:00) to Saturday 2011-12-31 00:00 (+14:00), at 10:00 UTC


def apia(*weekly: list[object], **fields: object) -> Data:
    return problem("2011-12-29 12:00", "2012-01-01 00:00", person(tz="Pacific/Apia", weekly=list(weekly), **fields))


def test_a_skipped_date_holds_no_minutes(times: Times) -> None:
    assert times(apia([FRI, "00:00", "24:00"])) == []
    assert times(apia(overrides={"2011-12-30": [["00:00", "24:00"]]})) == []


def test_the_windows_past_midnight_of_a_skipped_date_reach_the_next_date(times: Times) -> None:
    assert times(apia([FRI, "22:00", "02:00"])) == on("2011-12-30", "10:00", "11:00")
    assert times(apia(overrides={"2011-12-30": [["23:00", "01:00"]]})) == on("2011-12-30", "10:00")


def test_the_day_before_a_skipped_date_does_not_spill_past_it(times: Times) -> None:
    assert times(apia([THU, "22:00", "02:00"])) == on("2011-12-30", "08:00", "09:00")


@pytest.mark.parametrize("overrides", [{"2011-12-30": []}, {"2011-12-31": []}])
def test_an_override_on_either_side_stops_the_spill_of_a_skipped_date(times: Times, overrides: Data) -> None:
    assert times(apia([FRI, "22:00", "02:00"], overrides=overrides)) == []


def test_the_dates_around_a_skipped_date_touch(times: Times) -> None:
    asked = apia([THU, "22:00", "24:00"], [SAT, "00:00", "02:00"])
    assert times({**asked, "duration": 240}) == on("2011-12-30", "08:00")

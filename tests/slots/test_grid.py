"""Grid, horizon and notice: where a slot may start, whoever may come."""

import pytest

from tests.slots.asking import Times, on
from tests.slots.problems import person, problem, utc

DAY = "2026-01-05"  # a Monday


def test_a_slot_starts_on_the_utc_grid_and_not_where_the_horizon_starts(times: Times) -> None:
    asked = problem(f"{DAY} 08:07", f"{DAY} 09:30", step=15, duration=30)
    assert times(asked) == on(DAY, "08:15", "08:30", "08:45", "09:00")


def test_the_anchor_moves_the_grid(times: Times) -> None:
    asked = problem(f"{DAY} 08:00", f"{DAY} 09:00", step=15, anchor=5, duration=15)
    assert times(asked) == on(DAY, "08:05", "08:20", "08:35")


def test_a_missing_or_null_anchor_is_zero(times: Times) -> None:
    asked = problem(f"{DAY} 08:00", f"{DAY} 09:00", step=30, duration=30)
    assert (
        times(asked) == times({**asked, "anchor": None}) == times({**asked, "anchor": 0}) == on(DAY, "08:00", "08:30")
    )


def test_a_step_of_a_day_gives_one_start_a_day(times: Times) -> None:
    asked = problem(f"{DAY} 00:00", "2026-01-08 00:00", step=1440, anchor=600)
    assert times(asked) == [f"2026-01-0{day} 10:00" for day in (5, 6, 7)]


def test_a_step_that_is_no_part_of_an_hour_counts_from_the_epoch(times: Times) -> None:
    asked = problem(f"{DAY} 01:00", f"{DAY} 06:00", step=90, duration=90)
    assert times(asked) == on(DAY, "01:30", "03:00", "04:30")


def test_the_grid_is_never_the_start_of_the_window(times: Times) -> None:
    kathmandu = person(tz="Asia/Kathmandu", weekly=[[0, "09:00", "12:00"]])  # 03:15-06:15 UTC
    assert times(problem(f"{DAY} 00:00", f"{DAY} 12:00", kathmandu)) == on(DAY, "04:00", "05:00")


def test_the_grid_lands_on_quarters_in_every_zone(times: Times) -> None:
    kathmandu = person(tz="Asia/Kathmandu", weekly=[[0, "09:00", "09:30"]])
    assert times(problem(f"{DAY} 00:00", f"{DAY} 12:00", kathmandu, step=15, duration=15)) == on(DAY, "03:15", "03:30")


def test_the_grid_does_not_move_when_somebody_adds_a_ten_minute_event(times: Times) -> None:
    busy = person(weekly=[[0, "08:00", "09:00"]], busy=[[utc(f"{DAY} 08:00"), utc(f"{DAY} 08:10")]])
    asked = problem(f"{DAY} 00:00", f"{DAY} 12:00", busy, step=15, duration=15)
    assert times(asked) == on(DAY, "08:15", "08:30", "08:45")


def test_a_window_between_two_grid_points_holds_no_start_and_a_finer_step_is_never_taken(times: Times) -> None:
    short = person(weekly=[[0, "08:10", "08:40"]])
    assert times(problem(f"{DAY} 00:00", f"{DAY} 12:00", short, step=15, duration=30)) == []
    assert times(problem(f"{DAY} 00:00", f"{DAY} 12:00", short, step=5, duration=30)) == on(DAY, "08:10")


def test_a_slot_lasts_its_elapsed_minutes_when_an_hour_is_skipped(times: Times) -> None:
    night = person(tz="Europe/Stockholm", weekly=[[6, "00:00", "06:00"]])  # five hours: 23:00-04:00 UTC
    asked = problem("2026-03-28 12:00", "2026-03-29 12:00", night, duration=120)
    assert times(asked) == [*on("2026-03-28", "23:00"), *on("2026-03-29", "00:00", "01:00", "02:00")]


def test_a_slot_may_fill_the_horizon_to_both_ends(times: Times) -> None:
    assert times(problem(f"{DAY} 08:00", f"{DAY} 10:00")) == on(DAY, "08:00", "09:00")


def test_the_horizon_binds_to_the_second(times: Times) -> None:
    assert times(problem(f"{DAY} 08:00:01", f"{DAY} 11:00")) == on(DAY, "09:00", "10:00")
    assert times(problem(f"{DAY} 08:00", f"{DAY} 10:59:59")) == on(DAY, "08:00", "09:00")


def test_the_whole_slot_lies_in_the_horizon(times: Times) -> None:
    assert times(problem(f"{DAY} 08:00", f"{DAY} 10:00", duration=90, step=30)) == on(DAY, "08:00", "08:30")
    assert times(problem(f"{DAY} 08:00", f"{DAY} 10:00", duration=121, step=1)) == []


@pytest.mark.parametrize("last", [f"{DAY} 08:00", f"{DAY} 07:00", "2025-01-05 00:00"])
def test_an_empty_or_reversed_horizon_has_no_answers(times: Times, last: str) -> None:
    assert times(problem(f"{DAY} 08:00", last)) == []


def test_a_horizon_may_begin_with_1980(times: Times) -> None:
    assert times(problem("1980-01-01 00:00", "1980-01-01 02:00")) == on("1980-01-01", "00:00", "01:00")


def test_a_start_exactly_at_now_and_notice_is_late_enough(times: Times) -> None:
    asked = problem(f"{DAY} 08:00", f"{DAY} 12:00", now=utc(f"{DAY} 08:00"), notice=120)
    assert times(asked) == on(DAY, "10:00", "11:00")


def test_notice_counts_to_the_second(times: Times) -> None:
    asked = problem(f"{DAY} 08:00", f"{DAY} 12:00", now=utc(f"{DAY} 08:00:01"), notice=120)
    assert times(asked) == on(DAY, "11:00")
    assert times({**asked, "now": utc(f"{DAY} 07:59:59")}) == on(DAY, "10:00", "11:00")


def test_without_notice_a_slot_may_start_now_and_not_before(times: Times) -> None:
    asked = problem(f"{DAY} 08:00", f"{DAY} 11:00", now=utc(f"{DAY} 09:00"))
    assert times(asked) == times({**asked, "notice": None}) == on(DAY, "09:00", "10:00")


def test_now_may_be_long_before_and_after_the_horizon(times: Times) -> None:
    asked = problem(f"{DAY} 08:00", f"{DAY} 09:00", now=-1)
    assert times(asked) == on(DAY, "08:00")
    assert times({**asked, "now": utc("2030-01-01")}) == []

"""Busy and held time, buffers, and the limits on held meetings."""

import pytest

from tests.slots.asking import Times, on
from tests.slots.problems import ALWAYS, person, problem, utc
from tests.slots.reference import Data

DAY, NEXT = "2026-01-05", "2026-01-06"  # Monday, Tuesday


def span(first: str, last: str, day: str = DAY) -> list[int]:
    return [utc(f"{day} {first}"), utc(f"{day} {last}")]


def morning(**fields: object) -> Data:
    """Monday 08:00-12:00 UTC by the hour, for one person."""
    return problem(f"{DAY} 08:00", f"{DAY} 12:00", person(**fields))


def quarters(**fields: object) -> Data:
    """Monday 08:00-10:00 UTC by the quarter, for one person."""
    return problem(f"{DAY} 08:00", f"{DAY} 10:00", person(**fields), step=15, duration=15)


# Busy


@pytest.mark.parametrize("kind", ["busy", "held"])
def test_no_meeting_overlaps_busy_or_held_time(times: Times, kind: str) -> None:
    assert times(morning(**{kind: [span("09:15", "09:30")]})) == on(DAY, "08:00", "10:00", "11:00")


@pytest.mark.parametrize("kind", ["busy", "held"])
def test_a_meeting_may_touch_busy_or_held_time(times: Times, kind: str) -> None:
    assert times(morning(**{kind: [span("09:00", "10:00")]})) == on(DAY, "08:00", "10:00", "11:00")


@pytest.mark.parametrize("kind", ["busy", "held"])
def test_one_second_of_overlap_is_too_much(times: Times, kind: str) -> None:
    assert times(morning(**{kind: [span("09:59:59", "10:00:01")]})) == on(DAY, "08:00", "11:00")
    assert times(morning(**{kind: [span("08:59:59", "09:00")]})) == on(DAY, "09:00", "10:00", "11:00")
    assert times(morning(**{kind: [span("09:00", "09:00:01")]})) == on(DAY, "08:00", "10:00", "11:00")


@pytest.mark.parametrize("kind", ["busy", "held"])
def test_empty_and_reversed_intervals_are_ignored(times: Times, kind: str) -> None:
    odd = [span("08:30", "08:30"), span("09:45", "09:15"), span("11:00", "08:00")]
    assert times(morning(**{kind: odd})) == on(DAY, "08:00", "09:00", "10:00", "11:00")


def test_busy_time_comes_in_any_order_and_may_overlap(times: Times) -> None:
    busy = [span("10:30", "10:40"), span("08:00", "08:50"), span("08:10", "08:20"), span("10:30", "10:40")]
    assert times(morning(busy=busy)) == on(DAY, "09:00", "11:00")


def test_a_long_interval_blocks_also_what_comes_after_a_short_one(times: Times) -> None:
    assert times(morning(busy=[span("08:00", "11:00"), span("08:10", "08:20")])) == on(DAY, "11:00")


def test_busy_time_from_before_the_horizon_and_past_it_counts(times: Times) -> None:
    assert times(morning(busy=[span("00:00", "08:01"), span("11:59", "20:00")])) == on(DAY, "09:00", "10:00")


def test_null_busy_and_held_are_none(times: Times) -> None:
    free = on(DAY, "08:00", "09:00", "10:00", "11:00")
    assert times(morning(busy=None, held=None, before=None, after=None, per_day=None, per_week=None)) == free


# Buffers


@pytest.mark.parametrize("kind", ["busy", "held"])
def test_before_keeps_a_distance_to_the_meeting_that_comes_first(times: Times, kind: str) -> None:
    asked = quarters(before=15, **{kind: [span("08:45", "09:00")]})
    assert times(asked) == on(DAY, "08:00", "08:15", "08:30", "09:15", "09:30", "09:45")


@pytest.mark.parametrize("kind", ["busy", "held"])
def test_after_keeps_a_distance_to_the_meeting_that_comes_next(times: Times, kind: str) -> None:
    asked = quarters(after=15, **{kind: [span("08:45", "09:00")]})
    assert times(asked) == on(DAY, "08:00", "08:15", "09:00", "09:15", "09:30", "09:45")


def test_a_buffer_may_touch(times: Times) -> None:
    asked = quarters(before=15, after=30, busy=[span("08:00", "08:15"), span("09:15", "10:00")])
    assert times(asked) == on(DAY, "08:30")


def test_a_buffer_counts_to_the_second(times: Times) -> None:
    asked = quarters(before=15, after=30, busy=[span("08:00", "08:15:01"), span("09:30", "10:00")])
    assert times(asked) == on(DAY, "08:45")


def test_a_buffer_need_not_be_a_multiple_of_the_step(times: Times) -> None:
    assert times(quarters(before=7, busy=[span("08:00", "08:53")])) == on(DAY, "09:00", "09:15", "09:30", "09:45")
    assert times(quarters(before=8, busy=[span("08:00", "08:53")])) == on(DAY, "09:15", "09:30", "09:45")


def test_a_buffer_may_lie_outside_windows(times: Times) -> None:
    asked = problem(f"{DAY} 00:00", f"{NEXT} 00:00", person(weekly=[[0, "08:00", "09:00"]], before=120, after=120))
    assert times(asked) == on(DAY, "08:00")


def test_a_buffer_may_lie_outside_the_horizon_and_before_now(times: Times) -> None:
    asked = problem(f"{DAY} 08:00", f"{DAY} 09:00", person(before=120, after=120), now=utc(f"{DAY} 08:00"))
    assert times(asked) == on(DAY, "08:00")


def test_a_buffer_reaches_meetings_outside_windows_and_horizon(times: Times) -> None:
    busy = [span("07:00", "07:31"), span("12:29", "13:00")]
    assert times(morning(before=30, after=30, busy=busy)) == on(DAY, "09:00", "10:00")


def test_a_buffer_meets_only_its_owners_meetings(times: Times) -> None:
    careful, other = person(before=60, after=60), person(busy=[span("09:00", "10:00")])
    asked = problem(f"{DAY} 08:00", f"{DAY} 12:00", careful, other)
    assert times(asked) == on(DAY, "08:00", "10:00", "11:00")


def test_buffers_ignore_empty_intervals(times: Times) -> None:
    asked = morning(before=30, after=30, busy=[span("09:30", "09:30"), span("10:30", "10:10")])
    assert times(asked) == on(DAY, "08:00", "09:00", "10:00", "11:00")


# Limits


def days(**fields: object) -> Data:
    """Monday to Thursday at noon UTC."""
    return problem(f"{DAY} 00:00", "2026-01-09 00:00", person(**fields), step=1440, anchor=720)


def test_a_date_with_its_number_of_held_meetings_takes_no_more(times: Times) -> None:
    held = [span("08:00", "09:00", NEXT)]
    assert times(days(held=held, per_day=1)) == ["2026-01-05 12:00", "2026-01-07 12:00", "2026-01-08 12:00"]
    assert len(times(days(held=held, per_day=2))) == 4
    assert len(times(days(held=[*held, span("15:00", "16:00", NEXT)], per_day=2))) == 3


def test_more_held_meetings_than_the_limit_refuse_as_well(times: Times) -> None:
    held = [span("08:00", "09:00", NEXT), span("15:00", "16:00", NEXT), span("17:00", "18:00", NEXT)]
    assert len(times(days(held=held, per_day=1))) == len(times(days(held=held, per_day=2))) == 3


def test_a_limit_of_nothing_is_a_limit(times: Times) -> None:
    assert times(days(per_day=0)) == times(days(per_week=0)) == []


def test_busy_time_is_not_counted_by_the_limits(times: Times) -> None:
    assert len(times(days(busy=[span("08:00", "09:00", NEXT)], per_day=1, per_week=1))) == 4


def test_held_intervals_that_are_empty_or_reversed_do_not_count(times: Times) -> None:
    held = [span("08:00", "08:00", NEXT), span("09:00", "08:00", NEXT)]
    assert len(times(days(held=held, per_day=1, per_week=1))) == 4


def test_the_same_held_interval_twice_is_two_meetings(times: Times) -> None:
    assert len(times(days(held=[span("08:00", "09:00", NEXT)] * 2, per_day=2))) == 3


def test_held_meetings_outside_the_horizon_count(times: Times) -> None:
    asked = problem(f"{DAY} 12:00", f"{DAY} 14:00", person(held=[span("08:00", "09:00")], per_day=1))
    assert times(asked) == []


def test_a_held_meeting_counts_on_the_local_date_of_its_start(times: Times) -> None:
    # Stockholm is an hour ahead: 22:30-00:30 UTC is 23:30-01:30, a meeting of Monday.
    late = person(tz="Europe/Stockholm", weekly=ALWAYS, held=[[utc(f"{DAY} 22:30"), utc(f"{NEXT} 00:30")]], per_day=1)
    asked = problem(f"{DAY} 20:00", f"{NEXT} 03:00", late)
    assert times(asked) == on(NEXT, "01:00", "02:00")
    # 23:30-00:30 UTC is 00:30-01:30, a meeting of Tuesday.
    late["held"] = [[utc(f"{DAY} 23:30"), utc(f"{NEXT} 00:30")]]
    asked = problem(f"{DAY} 20:00", f"{NEXT} 03:00", late)
    assert times(asked) == on(DAY, "20:00", "21:00", "22:00")


def test_a_slot_counts_on_the_local_date_of_its_own_start(times: Times) -> None:
    # 22:00-01:00 UTC starts at 23:00 on Monday in Stockholm, though most of it is on Tuesday.
    late = person(tz="Europe/Stockholm", weekly=ALWAYS, held=[span("10:00", "11:00", NEXT)], per_day=1)
    asked = problem(f"{DAY} 20:00", f"{NEXT} 04:00", late, duration=180)
    assert times(asked) == on(DAY, "20:00", "21:00", "22:00")


def test_a_limit_is_its_owners_in_their_own_zone(times: Times) -> None:
    # One held meeting on Monday 23:00 UTC is on Monday for p0 and on Tuesday in Tokyo.
    held = [[utc(f"{DAY} 23:00"), utc(f"{NEXT} 00:00")]]
    limited = person(tz="Asia/Tokyo", weekly=ALWAYS, held=held, per_day=1)
    asked = problem(f"{DAY} 13:00", f"{DAY} 17:00", person(held=held), limited)
    assert times(asked) == on(DAY, "13:00", "14:00")


def test_a_limit_refuses_a_slot_to_that_person_alone(times: Times) -> None:
    limited = person(held=[span("06:00", "07:00")], per_day=1)
    asked = problem(f"{DAY} 08:00", f"{DAY} 10:00", limited, person(), need=1)
    assert times(asked) == on(DAY, "08:00", "09:00")
    assert times({**asked, "required": ["p0"]}) == []


def test_a_week_with_its_number_of_held_meetings_takes_no_more(times: Times) -> None:
    # Monday 5 January 2026 begins ISO week 2; Sunday the 4th ends week 1, Sunday the 11th ends week 2.
    held = [span("08:00", "09:00", "2026-01-07")]
    asked = problem("2026-01-04 00:00", "2026-01-13 00:00", person(held=held, per_week=1), step=1440, anchor=720)
    assert times(asked) == ["2026-01-04 12:00", "2026-01-12 12:00"]
    asked["people"][0]["per_week"] = 2
    assert len(times(asked)) == 9


def test_iso_week_53_runs_over_new_year(times: Times) -> None:
    # ISO 2026-W53 is Monday 28 December 2026 to Sunday 3 January 2027.
    held = [span("08:00", "09:00", "2026-12-28")]
    asked = problem("2026-12-27 00:00", "2027-01-05 00:00", person(held=held, per_week=1), step=1440, anchor=720)
    assert times(asked) == ["2026-12-27 12:00", "2027-01-04 12:00"]


def test_iso_week_1_may_begin_in_december(times: Times) -> None:
    # ISO 2026-W01 is Monday 29 December 2025 to Sunday 4 January 2026.
    held = [span("08:00", "09:00", "2026-01-02")]
    asked = problem("2025-12-28 00:00", "2026-01-06 00:00", person(held=held, per_week=1), step=1440, anchor=720)
    assert times(asked) == ["2025-12-28 12:00", "2026-01-05 12:00"]


def test_the_same_week_number_of_another_year_is_another_week(times: Times) -> None:
    held = [span("08:00", "09:00", "2025-01-07")]  # ISO 2025-W02
    assert len(times(days(held=held, per_week=1))) == 4


def test_the_week_turns_at_local_midnight(times: Times) -> None:
    # In New York, Sunday ends at 05:00 UTC on Monday.
    late = person(tz="America/New_York", weekly=ALWAYS, held=[span("15:00", "16:00", "2026-01-07")], per_week=1)
    assert times(problem(f"{DAY} 03:00", f"{DAY} 07:00", late)) == on(DAY, "03:00", "04:00")

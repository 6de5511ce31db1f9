"""Attendance, need, required, and the order of the answers."""

import pytest

from tests.slots.asking import Counts, Rows, Times, on
from tests.slots.problems import ALWAYS, person, problem, utc
from tests.slots.reference import Data

DAY, NEXT = "2026-01-05", "2026-01-06"  # Monday, Tuesday
EARLY, LATE = person(weekly=[[0, "08:00", "10:00"]]), person(weekly=[[0, "09:00", "11:00"]])


def likes(**hours: int) -> list[int]:
    """A comfort table by hour: likes(h8=70) is 70 at eight and 10 else."""
    return [hours.get(f"h{hour}", 10) for hour in range(24)]


def both(**fields: object) -> Data:
    """p0 can from eight to ten, p1 from nine to eleven."""
    return problem(f"{DAY} 00:00", f"{NEXT} 00:00", EARLY, LATE, **fields)


# Attendance


@pytest.mark.parametrize("need", ["all", None, 2])
def test_all_must_be_able_to_attend(times: Times, need: object) -> None:
    assert times(both(need=need)) == on(DAY, "09:00")


def test_need_defaults_to_all(times: Times) -> None:
    assert times(both()) == on(DAY, "09:00")


def test_at_least_need_people_must_be_able_to_attend(times: Times, counts: Counts) -> None:
    assert times(both(need=1)) == on(DAY, "08:00", "09:00", "10:00")
    assert counts(both(need=1)) == [(f"{DAY} 08:00", 1), (f"{DAY} 09:00", 2), (f"{DAY} 10:00", 1)]


def test_attendance_counts_the_same_starts_as_starts(counts: Counts) -> None:
    assert counts(both()) == [(f"{DAY} 09:00", 2)]


def test_with_need_1_attendance_is_everywhere_that_anybody_can_and_nowhere_else(counts: Counts) -> None:
    asked = problem(f"{DAY} 00:00", f"{NEXT} 00:00", EARLY, person(weekly=[[0, "15:00", "16:00"]]), need=1)
    assert counts(asked) == [(f"{DAY} 08:00", 1), (f"{DAY} 09:00", 1), (f"{DAY} 15:00", 1)]


def test_the_required_must_attend_whatever_need_says(times: Times, counts: Counts) -> None:
    assert times(both(need=1, required=["p0"])) == on(DAY, "08:00", "09:00")
    assert counts(both(need=1, required=["p1"])) == [(f"{DAY} 09:00", 2), (f"{DAY} 10:00", 1)]
    assert times(both(need=1, required=["p0", "p1"])) == on(DAY, "09:00")


def test_the_required_do_not_replace_need(times: Times) -> None:
    assert times(both(need=2, required=["p0"])) == on(DAY, "09:00")


def test_a_null_or_empty_required_binds_nobody(times: Times) -> None:
    assert times(both(need=1, required=None)) == times(both(need=1, required=[])) == times(both(need=1))


# Comfort


def one(first: str, last: str, **fields: object) -> Data:
    return problem(f"{DAY} {first}", f"{DAY} {last}", person(), **fields)


def test_the_default_comfort_table_by_local_hour(rows: Rows) -> None:
    found = {row[0]: row[3] for row in rows(problem(f"{DAY} 00:00", f"{NEXT} 00:00"))}
    night, day = [0, 0, 0, 0, 0, 0, 20, 50, 80, 100, 100, 100], [70, 100, 100, 100, 90, 70, 50, 40, 30, 15, 5, 0]
    assert [found[f"{DAY} {hour:02}:00"] for hour in range(24)] == night + day


def test_comfort_is_by_the_hour_on_the_persons_own_clock(rows: Rows) -> None:
    stockholm = person(tz="Europe/Stockholm")
    assert rows(problem(f"{DAY} 06:00", f"{DAY} 07:00", stockholm)) == [(f"{DAY} 06:00", 1, 50, 50)]


def test_comfort_is_the_lowest_of_the_hours_touched(rows: Rows) -> None:
    assert rows(one("07:30", "08:30", step=30)) == [(f"{DAY} 07:30", 1, 50, 50)]
    assert rows(one("11:00", "14:00", duration=180)) == [(f"{DAY} 11:00", 1, 70, 70)]


def test_a_slot_that_ends_on_the_hour_does_not_touch_that_hour(rows: Rows) -> None:
    assert rows(one("11:00", "12:00")) == [(f"{DAY} 11:00", 1, 100, 100)]
    assert rows(one("11:00", "12:01", duration=61)) == [(f"{DAY} 11:00", 1, 70, 70)]


def test_comfort_takes_the_hours_of_the_next_date_too(rows: Rows) -> None:
    asked = problem(f"{DAY} 22:00", f"{NEXT} 02:00", person(comfort=likes(h22=70, h23=60, h0=5, h1=50)), duration=240)
    assert rows(asked) == [(f"{DAY} 22:00", 1, 5, 5)]


def test_comfort_follows_the_clock_when_it_changes(rows: Rows) -> None:
    # Stockholm, 2026-03-29: 01:00 is followed by 03:00; hour 2 is not touched.
    early = person(tz="Europe/Stockholm", comfort=likes(h1=70, h2=0, h3=60))
    asked = problem("2026-03-29 00:00", "2026-03-29 02:00", early, duration=120)
    assert rows(asked) == [("2026-03-29 00:00", 1, 60, 60)]


def test_a_person_may_have_a_comfort_table(rows: Rows) -> None:
    people = person(comfort=likes(h8=33)), person(comfort=None)
    assert rows(problem(f"{DAY} 08:00", f"{DAY} 09:00", *people)) == [(f"{DAY} 08:00", 2, 33, 113)]


def test_only_attendees_count_in_worst_and_total(rows: Rows) -> None:
    absent = person(weekly=[], comfort=likes(h8=1))
    asked = problem(f"{DAY} 08:00", f"{DAY} 09:00", person(comfort=likes(h8=60)), absent, need=1)
    assert rows(asked) == [(f"{DAY} 08:00", 1, 60, 60)]


# Order


def test_more_attendees_come_first(rows: Rows) -> None:
    early = {**EARLY, "comfort": likes(h8=90, h9=10)}
    asked = problem(f"{DAY} 00:00", f"{NEXT} 00:00", early, LATE, need=1)
    assert [row[:2] for row in rows(asked)] == [(f"{DAY} 09:00", 2), (f"{DAY} 10:00", 1), (f"{DAY} 08:00", 1)]


def test_then_the_higher_worst_comfort_among_attendees(rows: Rows) -> None:
    people = person(comfort=likes(h8=99, h9=30)), person(comfort=likes(h8=20, h9=30))
    found = rows(problem(f"{DAY} 08:00", f"{DAY} 10:00", *people))
    assert found == [(f"{DAY} 09:00", 2, 30, 60), (f"{DAY} 08:00", 2, 20, 119)]


def test_then_the_higher_total_comfort(rows: Rows) -> None:
    people = person(comfort=likes(h8=30, h9=30)), person(comfort=likes(h8=30, h9=31))
    found = rows(problem(f"{DAY} 08:00", f"{DAY} 10:00", *people))
    assert found == [(f"{DAY} 09:00", 2, 30, 61), (f"{DAY} 08:00", 2, 30, 60)]


def test_then_the_earlier_start(rows: Rows) -> None:
    asked = one("08:00", "11:00")
    asked["people"][0]["comfort"] = likes()
    assert [row[0] for row in rows(asked)] == on(DAY, "08:00", "09:00", "10:00")


# Limit and spread


def three_days(**rank: object) -> Data:
    """Monday to Wednesday, two answers a day; Monday is liked best, Wednesday least, and eight better than nine."""
    tables = [likes(h8=60, h9=50), likes(h8=40, h9=30), likes(h8=20, h9=15)]
    people = [
        person(weekly=[[day, "08:00", "10:00"]], comfort=table) for day, table in enumerate(tables)
    ]  # each comes on a day of their own
    return problem(f"{DAY} 00:00", "2026-01-08 00:00", *people, need=1, rank=rank)


ORDER = [f"2026-01-0{day} 0{hour}:00" for day in (5, 6, 7) for hour in (8, 9)]


@pytest.mark.parametrize("rank", [None, {}, {"limit": None, "per_day": None, "zone": None}])
def test_without_limit_and_per_day_everything_stands_in_order(rows: Rows, rank: Data | None) -> None:
    assert [row[0] for row in rows({**three_days(), "rank": rank})] == ORDER


def test_limit_keeps_the_first(rows: Rows) -> None:
    assert [row[0] for row in rows(three_days(limit=3))] == ORDER[:3]
    assert [row[0] for row in rows(three_days(limit=100))] == ORDER


def test_limit_and_per_day_bind_only_the_ranked(times: Times) -> None:
    assert times(three_days(limit=1, per_day=1)) == sorted(ORDER)


def test_per_day_takes_so_many_of_a_date(rows: Rows) -> None:
    assert [row[0] for row in rows(three_days(limit=3, per_day=1))] == [ORDER[0], ORDER[2], ORDER[4]]


def test_a_limit_that_is_not_reached_is_filled_by_a_second_walk_in_order(rows: Rows) -> None:
    expected = [ORDER[0], ORDER[2], ORDER[4], ORDER[1], ORDER[3]]
    assert [row[0] for row in rows(three_days(limit=5, per_day=1))] == expected
    assert [row[0] for row in rows(three_days(limit=50, per_day=1))] == [*expected, ORDER[5]]


def test_the_first_walk_stops_at_limit(rows: Rows) -> None:
    assert [row[0] for row in rows(three_days(limit=2, per_day=1))] == [ORDER[0], ORDER[2]]
    assert [row[0] for row in rows(three_days(limit=2, per_day=2))] == ORDER[:2]


def test_a_limit_of_nothing_keeps_nothing(rows: Rows) -> None:
    assert rows(three_days(limit=0)) == rows(three_days(limit=0, per_day=2)) == []


def test_none_of_a_date_leaves_all_to_the_second_walk(rows: Rows) -> None:
    assert [row[0] for row in rows(three_days(limit=4, per_day=0))] == ORDER[:4]


def night(**rank: object) -> Data:
    """22:00, 23:00, 00:00 and 01:00 UTC for somebody in UTC, who likes each a little less than the one before."""
    table = likes(h22=40, h23=30, h0=20, h1=10)
    return problem(f"{DAY} 22:00", f"{NEXT} 02:00", person(comfort=table), rank={"limit": 2, "per_day": 1, **rank})


def test_dates_are_the_first_persons_unless_rank_has_a_zone(rows: Rows) -> None:
    expected = [f"{DAY} 22:00", f"{NEXT} 00:00"]
    assert [row[0] for row in rows(night())] == [row[0] for row in rows(night(zone=None))] == expected


def test_dates_are_those_of_the_rank_zone(rows: Rows) -> None:
    assert [row[0] for row in rows(night(zone="Europe/Stockholm"))] == [f"{DAY} 22:00", f"{DAY} 23:00"]


def test_the_date_is_that_of_the_start(rows: Rows) -> None:
    asked = {**night(), "duration": 120}
    assert [row[0] for row in rows(asked)] == [f"{DAY} 22:00", f"{NEXT} 00:00"]


def test_ranked_holds_every_answer_once(rows: Rows, times: Times) -> None:
    asked = problem(
        "2026-10-24 00:00", "2026-10-27 00:00", person(tz="Europe/Stockholm", weekly=ALWAYS), step=30, duration=45
    )
    asked["now"] = utc("2026-10-24 10:00")
    assert sorted(row[0] for row in rows(asked)) == times(asked)

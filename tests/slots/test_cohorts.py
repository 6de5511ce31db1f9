"""Cohorts: what `plan` places is feasible, its reasons are the contract's, and its bound is a bound.

`TRAFF_FUZZ=5000 pytest tests/slots/test_cohorts.py` draws that many fresh cohorts for each property.
"""

from typing import Any

import pytest

from scheduler.slots import Cohort, plan
from tests.slots import reference
from tests.slots.problems import cohorts, on_many
from tests.slots.reference import Data, Placed

AT = 1790000100 // 900 * 900
QUARTER = 900


def pair(name: str, *options: list[int], people: list[str] | None = None, **fields: Any) -> Data:
    return {
        "id": name,
        "people": people or [f"m{name}", f"e{name}"],
        "duration": 30,
        "options": list(options),
        **fields,
    }


def cohort(*pairs: Data, hosts: int = 1, **fields: Any) -> Data:
    return {"hosts": [{"id": f"z{i}", "busy": []} for i in range(hosts)], "gap": 0, "pairs": list(pairs), **fields}


def solved(data: Data) -> tuple[Placed, dict[str, str], tuple[int, int]]:
    """What was placed and what was not, once the checker has nothing to say against it."""
    found = plan(Cohort.from_data(data))
    judge = reference.Cohort(data)
    assert judge.wrong_with(found.placed) is None
    assert found.optimal is (judge.worth(found.placed) == tuple(found.bound))
    return found.placed, found.unplaced, judge.worth(found.placed)


# Properties


@on_many(cohorts(), 150)
def test_a_plan_is_feasible_complete_and_within_its_bound(data: Data) -> None:
    found, judge = plan(Cohort.from_data(data)), reference.Cohort(data)
    assert judge.wrong_with(found.placed) is None
    placed = [name for name, _, _ in found.placed]
    assert sorted([*placed, *found.unplaced]) == sorted(judge.pairs), "each pair is either placed or has a reason"
    assert judge.worth(found.placed) <= judge.best() <= tuple(found.bound)
    assert found.optimal is (judge.worth(found.placed) == tuple(found.bound))


@on_many(cohorts(), 150)
def test_the_reason_of_a_pair_is_what_stands_in_its_way(data: Data) -> None:
    found, judge = plan(Cohort.from_data(data)), reference.Cohort(data)
    assert found.unplaced == {name: judge.reason(name, found.placed) for name in found.unplaced}


@on_many(cohorts(), 150)
def test_a_handful_of_pairs_is_planned_as_well_as_can_be(data: Data) -> None:
    found, judge = plan(Cohort.from_data(data)), reference.Cohort(data)
    assert judge.worth(found.placed) == judge.best() == tuple(found.bound)
    assert found.optimal is True


@on_many(cohorts(most_pairs=25, most_hosts=5, most_options=8), 40)
def test_a_larger_wave_is_feasible_with_right_reasons(data: Data) -> None:
    found, judge = plan(Cohort.from_data(data)), reference.Cohort(data)
    assert judge.wrong_with(found.placed) is None
    assert judge.worth(found.placed) <= tuple(found.bound)
    assert found.optimal is (judge.worth(found.placed) == tuple(found.bound))
    placed = [name for name, _, _ in found.placed]
    assert sorted([*placed, *found.unplaced]) == sorted(judge.pairs)
    assert found.unplaced == {name: judge.reason(name, found.placed) for name in found.unplaced}


@on_many(cohorts(most_pairs=8, most_hosts=3), 60)
def test_the_same_cohort_has_the_same_plan(data: Data) -> None:
    one, other = plan(Cohort.from_data(data)), plan(Cohort.from_data(data))
    assert (one.placed, one.unplaced, one.optimal, one.bound) == (
        other.placed, other.unplaced, other.optimal, other.bound,
    )  # fmt: skip


@on_many(cohorts(), 60)
def test_the_worth_of_a_plan_does_not_depend_on_the_order_of_the_cohort(data: Data) -> None:
    judge = reference.Cohort(data)
    one = plan(Cohort.from_data(data))
    other = plan(Cohort.from_data({**data, "pairs": data["pairs"][::-1], "hosts": data["hosts"][::-1]}))
    if one.optimal and other.optimal:
        assert judge.worth(one.placed) == judge.worth(other.placed)


# Rules by example


def test_no_pairs_make_an_empty_plan() -> None:
    found = plan(Cohort.from_data(cohort()))
    assert (found.placed, found.unplaced, found.optimal, tuple(found.bound)) == ([], {}, True, (0, 0))


def test_one_pair_gets_its_best_option_and_a_host() -> None:
    assert solved(cohort(pair("a", [AT, 3], [AT + QUARTER, 5]))) == ([("a", AT + QUARTER, "z0")], {}, (1, 5))


def test_more_pairs_placed_is_better_than_more_value() -> None:
    # a at its best stands in the way of both b and c.
    a = pair("a", [AT, 1], [AT + 2 * QUARTER, 100], duration=60)
    b, c = pair("b", [AT + 4 * QUARTER, 1]), pair("c", [AT + 4 * QUARTER, 2])
    placed, unplaced, worth = solved(cohort(a, b, c))
    assert worth == (2, 3)
    assert sorted(placed) == [("a", AT, "z0"), ("c", AT + 4 * QUARTER, "z0")]
    assert unplaced == {"b": "no_host_free"}


def test_then_the_higher_total_value_is_better() -> None:
    a, b = pair("a", [AT, 5], [AT + 2 * QUARTER, 4]), pair("b", [AT, 7], [AT + 2 * QUARTER, 1])
    assert solved(cohort(a, b)) == ([("a", AT + 2 * QUARTER, "z0"), ("b", AT, "z0")], {}, (2, 11))


def test_three_pairs_where_fractions_would_do_better() -> None:
    # Starts {3}, {0, 4}, {1, 2, 3} for two quarters each: two and a half by halves, two in truth.
    a, b = pair("a", [AT + 3 * QUARTER, 1]), pair("b", [AT, 1], [AT + 4 * QUARTER, 1])
    c = pair("c", *[[AT + n * QUARTER, 1] for n in (1, 2, 3)])
    found = plan(Cohort.from_data(cohort(a, b, c)))
    assert (len(found.placed), found.optimal, tuple(found.bound)) == (2, True, (2, 2))


def test_a_start_listed_twice_counts_with_its_highest_value() -> None:
    for options in ([[AT, 2], [AT, 9], [AT, 4]], [[AT, 9], [AT, 2]]):
        assert solved(cohort(pair("a", *options)))[2] == (1, 9)


def test_meetings_of_one_host_may_touch_when_there_is_no_gap() -> None:
    assert solved(cohort(pair("a", [AT, 1]), pair("b", [AT + 2 * QUARTER, 1])))[2] == (2, 2)


def test_meetings_of_one_host_do_not_overlap() -> None:
    assert solved(cohort(pair("a", [AT, 2]), pair("b", [AT + 2 * QUARTER - 1, 1])))[1] == {"b": "no_host_free"}


def test_meetings_of_one_host_keep_the_gap() -> None:
    a, b = pair("a", [AT, 2]), pair("b", [AT + 3 * QUARTER, 1])
    assert solved(cohort(a, b, gap=15))[2] == (2, 3)
    assert solved(cohort(a, b, gap=16)) == ([("a", AT, "z0")], {"b": "no_host_free"}, (1, 2))


def test_the_gap_keeps_no_distance_to_busy_time() -> None:
    data = cohort(pair("a", [AT, 1]), gap=60)
    data["hosts"][0]["busy"] = [[AT - 60, AT], [AT + 1800, AT + 1860]]
    assert solved(data)[2] == (1, 1)


def test_the_gap_is_a_hosts_and_not_a_persons() -> None:
    a, b = pair("a", [AT, 1], people=["m", "x"]), pair("b", [AT + 2 * QUARTER, 1], people=["m", "y"])
    assert solved(cohort(a, b, hosts=2, gap=60))[2] == (2, 2)


def test_a_missing_or_null_gap_is_none() -> None:
    data = cohort(pair("a", [AT, 1]), pair("b", [AT + 2 * QUARTER, 1]))
    assert solved({**data, "gap": None})[2] == (2, 2)
    del data["gap"]
    assert solved(data)[2] == (2, 2)


@pytest.mark.parametrize(("busy", "fits"), [
    ([[AT - 60, AT]], True), ([[AT + 1800, AT + 1801]], True), ([[AT + 1799, AT + 1800]], False),
    ([[AT - 60, AT + 1]], False), ([[AT + 5, AT + 5], [AT + 60, AT]], True), ([[AT + 60, AT + 61], [0, 1]], False),
])  # fmt: skip
def test_a_host_has_no_meeting_in_its_busy_time(busy: list[list[int]], fits: bool) -> None:
    data = cohort(pair("a", [AT, 1]))
    data["hosts"][0]["busy"] = busy
    assert solved(data)[1] == ({} if fits else {"a": "no_host_free"})


def test_each_pair_gets_a_host_that_is_free_for_it() -> None:
    data = cohort(pair("a", [AT, 1]), pair("b", [AT + 4 * QUARTER, 1]), hosts=2)
    data["hosts"][0]["busy"] = [[AT, AT + 60]]
    data["hosts"][1]["busy"] = [[AT + 4 * QUARTER, AT + 5 * QUARTER]]
    assert sorted(solved(data)[0]) == [("a", AT, "z1"), ("b", AT + 4 * QUARTER, "z0")]


def test_hosts_with_busy_time_are_given_out_with_care() -> None:
    # z0 is busy later: the long meeting must take z1, though both are free when it begins.
    long, short = pair("a", [AT, 1], duration=60), pair("b", [AT, 1])
    data = cohort(short, long, hosts=2)
    data["hosts"][0]["busy"] = [[AT + 1800, AT + 3600]]
    assert sorted(solved(data)[0]) == [("a", AT, "z1"), ("b", AT, "z0")]


def test_a_host_of_capacity_two_is_listed_as_two() -> None:
    pairs = [pair(name, [AT, 1]) for name in "abc"]
    assert solved(cohort(*pairs, hosts=2))[2] == (2, 2)


def test_no_person_is_in_two_overlapping_meetings() -> None:
    a, b = pair("a", [AT, 2], people=["m", "x"]), pair("b", [AT + QUARTER, 1], people=["y", "m"])
    [(name, start, _)], unplaced, _ = solved(cohort(a, b, hosts=2))
    assert (name, start, unplaced) == ("a", AT, {"b": "person_taken"})


def test_a_person_may_go_from_one_meeting_to_the_next() -> None:
    a, b = pair("a", [AT, 1], people=["m", "x"]), pair("b", [AT + 2 * QUARTER, 1], people=["m", "y"])
    assert solved(cohort(a, b))[2] == (2, 2)


def test_a_pair_without_a_host_gets_null() -> None:
    assert solved(cohort(pair("a", [AT, 4], host=False), hosts=0)) == ([("a", AT, None)], {}, (1, 4))


def test_a_pair_without_a_host_leaves_the_hosts_to_others() -> None:
    a, b = pair("a", [AT, 4], host=False), pair("b", [AT, 1], host=True)
    assert solved(cohort(a, b)) == ([("a", AT, None), ("b", AT, "z0")], {}, (2, 5))


def test_a_pair_without_a_host_still_takes_its_people() -> None:
    a = pair("a", [AT, 4], people=["m", "x"], host=False)
    b = pair("b", [AT, 1], people=["m", "y"])
    assert solved(cohort(a, b)) == ([("a", AT, None)], {"b": "person_taken"}, (1, 4))


def test_a_pair_without_options_has_no_common_hour() -> None:
    assert solved(cohort(pair("a"), hosts=0)) == ([], {"a": "no_common_hour"}, (0, 0))


def test_without_hosts_there_is_no_host_free() -> None:
    assert solved(cohort(pair("a", [AT, 1]), hosts=0)) == ([], {"a": "no_host_free"}, (0, 0))


def test_the_person_is_the_reason_when_some_option_has_a_host() -> None:
    # b's first option has no host (a has it) and its second has one, but c, a walk, has taken b's mentor.
    a = pair("a", [AT, 9])
    b = pair("b", [AT, 1], [AT + 4 * QUARTER, 1], people=["m", "y"])
    c = pair("c", [AT + 4 * QUARTER, 9], people=["m", "x"], host=False)
    assert solved(cohort(a, b, c))[1] == {"b": "person_taken"}


def test_starts_need_not_lie_on_a_minute() -> None:
    a, b = pair("a", [AT + 7, 1]), pair("b", [AT + 1807, 1])
    assert solved(cohort(a, b))[2] == (2, 2)
    assert solved(cohort(a, pair("b", [AT + 1806, 1])))[2] == (1, 1)


def test_values_may_be_large() -> None:
    big = 10**12
    a, b = pair("a", [AT, big], [AT + 2 * QUARTER, 1]), pair("b", [AT, big + 1], [AT + 2 * QUARTER, 1])
    assert solved(cohort(a, b))[2] == (2, big + 2)


def test_the_search_ends_when_its_seconds_are_over() -> None:
    pairs = [
        pair(f"{n}", *[[AT + (n * 7 + k * 5) % 40 * QUARTER, 1 + n * k % 13] for k in range(12)]) for n in range(60)
    ]
    data = cohort(*pairs, hosts=2, gap=10, seconds=1)
    assert len(solved(data)[0]) > 0


# The checker itself


@pytest.mark.parametrize(("bad", "why"), [
    ([("q", AT, "z0")], "there is no pair"),
    ([("a", AT, "z0"), ("a", AT + 3600, "z0")], "placed twice"),
    ([("a", AT + 1, "z0")], "one of its options"),
    ([("a", AT, None)], "cannot have the host"),
    ([("a", AT, "z9")], "cannot have the host"),
    ([("w", AT, "z0")], "cannot have the host"),
    ([("a", AT, "z1")], "z1 is not free"),
    ([("a", AT, "z0"), ("b", AT + 1800, "z0")], "z0 is not free"),
    ([("a", AT, "z0"), ("w", AT, None)], "two meetings"),
])  # fmt: skip
def test_the_checker_sees_what_is_wrong(bad: Placed, why: str) -> None:
    a, b = pair("a", [AT, 1], [AT + 3600, 1], people=["m", "e"]), pair("b", [AT + 1800, 1])
    data = cohort(a, b, pair("w", [AT, 1], people=["m"], host=False), hosts=2, gap=5)
    data["hosts"][1]["busy"] = [[AT + 60, AT + 120]]
    assert why in str(reference.Cohort(data).wrong_with(bad))
    assert reference.Cohort(data).wrong_with([("a", AT, "z0")]) is None


def test_the_best_plan_is_found_by_trying_them_all() -> None:
    a, b = pair("a", [AT, 5], [AT + 2 * QUARTER, 4]), pair("b", [AT, 7], [AT + 2 * QUARTER, 1])
    assert reference.Cohort(cohort(a, b)).best() == (2, 11)
    assert reference.Cohort(cohort(a, b, gap=1)).best() == (1, 7)
    assert reference.Cohort(cohort(a, b, hosts=2)).best() == (2, 12)
    long = pair("a", [AT, 1], [AT + 2 * QUARTER, 100], duration=60)
    assert reference.Cohort(cohort(long, pair("b", [AT + 4 * QUARTER, 1]))).best() == (2, 2)


def test_the_reference_knows_the_reasons() -> None:
    a, b, c = pair("a", [AT, 1], people=["m"]), pair("b", [AT + QUARTER, 1], people=["m"]), pair("c")
    one, two = reference.Cohort(cohort(a, b, c)), reference.Cohort(cohort(a, b, c, hosts=2))
    assert one.reason("b", [("a", AT, "z0")]) == "no_host_free"
    assert two.reason("b", [("a", AT, "z0")]) == "person_taken"
    assert two.reason("b", []) is None
    assert two.reason("c", []) == "no_common_hour"

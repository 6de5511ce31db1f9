"""What breaks the rules is refused with one sentence that names the field."""

import re
from copy import deepcopy
from typing import Any

import pytest

from scheduler.slots import BadProblem, Cohort, Problem
from tests.slots.problems import utc
from tests.slots.reference import COMFORT, Data

GONE = object()
NAN, INFINITY = float("nan"), float("inf")
START = utc("2026-01-05 08:00")

PROBLEM: Data = {
    "now": START,
    "horizon": [START, START + 86400],
    "duration": 30,
    "step": 15,
    "anchor": 0,
    "notice": 240,
    "need": "all",
    "required": ["p0"],
    "people": [
        {
            "id": "p0",
            "tz": "Europe/Stockholm",
            "weekly": [[0, "08:00", "17:00"]],
            "overrides": {"2026-12-24": [["10:00", "12:00"]], "2026-12-25": []},
            "busy": [[START, START + 600]],
            "held": [[START, START + 600]],
            "before": 5,
            "after": 5,
            "per_day": 1,
            "per_week": 2,
            "comfort": COMFORT,
        },
        {"id": "p1", "tz": "Asia/Kathmandu"},
    ],
    "rank": {"limit": 20, "per_day": 3, "zone": "Europe/Stockholm"},
}
COHORT: Data = {
    "hosts": [{"id": "z1", "busy": [[START, START + 60]]}, {"id": "z2", "busy": []}],
    "gap": 5,
    "seconds": 5,
    "pairs": [
        {"id": "a", "people": ["m1", "e1"], "duration": 30, "options": [[START, 7], [START + 1800, 3]]},
        {"id": "b", "people": ["m2", "e2"], "duration": 30, "options": [[START, 1]], "host": False},
    ],
}

WHOLE = [GONE, None, "1", True, 1.5, NAN, INFINITY, [], {}]  # what is no whole number where one must be
OPTIONAL_WHOLE = ["1", True, False, 1.5, NAN, INFINITY, -INFINITY, [], {}]
INTERVALS = [0, "", {}, "x", [5], [[1]], [[1, 2, 3]], [["a", "b"]], [[True, 5]], [[NAN, 5]], [[5, INFINITY]], [None]]
INTERVALS += [[[None, 5]], [{"start": 1, "end": 2}], ["ab"], [[1.5, 2]]]
TIMES = [
    "25:00",
    "08:60",
    "24:01",
    "-1:00",
    "",
    "8",
    "08",
    "0800",
    "08:00:00",
    " 08:00",
    "08:00Z",
    "٠٨:٠٠",
    8,
    None,
    [],
    True,
]

BAD_PROBLEMS: list[tuple[str, list[Any], str]] = [
    ("now", WHOLE, "now"),
    ("horizon", [GONE, None, "ab", [], [START], [START, START + 60, START + 120], {}, 5, True], "horizon"),
    ("horizon.1", [None, "x", True, 1.5, NAN, INFINITY], "horizon"),
    ("horizon.0", [None, "x", True, 1.5, NAN, 0, -1, utc("1979-12-31 23:59:59")], "horizon"),
    ("duration", [*WHOLE, 0, -1], "duration"),
    ("step", [*WHOLE, 0, -15, 7, 11, 14, 25, 1439, 1441, 2880], "step"),
    ("anchor", [*OPTIONAL_WHOLE, -1, 15, 16, 1440], "anchor"),
    ("notice", [*OPTIONAL_WHOLE, -1], "notice"),
    ("need", [0, -1, 3, True, False, 1.0, 1.5, "most", "1", "", "ALL", [], {}, NAN], "need"),
    ("required", [["p9"], ["p0", "P1"], "p0", 0, "", {}, {"p0": 1}, [0], [None], [["p0"]], [True]], "required"),
    ("people", [GONE, None, [], {}, "p0", 5, [None], [5], [[]], ["p0"]], "people"),
    ("foo", [1, None], "foo"),
    ("Now", [1], "Now"),
    ("rank", [[], "", 0, False, 5, "x", [["limit", 1]]], "rank"),
    ("rank.limit", OPTIONAL_WHOLE, "limit"),
    ("rank.per_day", OPTIONAL_WHOLE, "per_day"),
    ("rank.foo", [1], "foo"),
    ("people.0.id", [GONE, None, 5, True, [], {}, 1.5], "id"),
    ("people.1.id", ["p0"], "people|id"),
    ("people.1.foo", [1, None], "foo"),
    ("people.0.weekly", [0, "", {}, "x", False, [5], [[0, "08:00"]], [[0, "08:00", "09:00", 1]], [None]], "weekly"),
    ("people.0.weekly.0.0", [7, -1, True, "0", None, 0.0, NAN, []], "weekly"),
    ("people.0.weekly.0.1", [*TIMES, "24:00", "17:00"], "weekly"),
    ("people.0.weekly.0.2", [*TIMES, "08:00"], "weekly"),
    ("people.0.overrides", [0, "", [], "x", False, ["2026-12-24"]], "overrides"),
    ("people.0.overrides.2026-12-24", [0, {}, "", "x", [5], [["10:00"]], [["10:00", "11:00", 1]], [None]], "overrides"),
    ("people.0.overrides.2026-12-24.0.0", [*TIMES, "24:00", "12:00"], "overrides"),
    ("people.0.overrides.2026-12-24.0.1", [*TIMES, "10:00"], "overrides"),
    *[(f"people.0.overrides.{day}", [[]], "overrides") for day in ("2026-02-30", "2026-13-01", "26-1-1", "x", "")],
    *[(f"people.0.overrides.{day}", [[]], "overrides") for day in ("2026-12-24T00:00", "24/12/2026", "0000-01-01")],
    ("people.0.busy", INTERVALS, "busy"),
    ("people.0.held", INTERVALS, "held"),
    ("people.0.before", OPTIONAL_WHOLE, "before"),
    ("people.0.after", OPTIONAL_WHOLE, "after"),
    ("people.0.per_day", OPTIONAL_WHOLE, "per_day"),
    ("people.0.per_week", OPTIONAL_WHOLE, "per_week"),
    ("people.0.comfort", [[], [1] * 23, [1] * 25, "x" * 24, 5, False, {}, [*COMFORT[1:], "1"]], "comfort"),
    ("people.0.comfort", [[*COMFORT[1:], each] for each in (None, True, 1.5, NAN, [1])], "comfort"),
]

ZONES = [
    "Mars/Base",
    "",
    " ",
    "europe/Stockholm ",
    "Europe",
    "../UTC",
    "/etc/localtime",
    "Europe/../UTC",
    "zones",
    "a\0b",
]
ZONES += ["tzdata.zi", "__init__.py", "Europe/", "x" * 5000, "\ud800", "Zürich", ".", "Europe//Stockholm", "a\nb"]
BAD_PROBLEMS += [
    ("people.0.tz", [GONE, None, 5, True, [], {}, *ZONES], "tz"),
    ("rank.zone", [5, True, [], {}, *ZONES], "zone"),
]

BAD_COHORTS: list[tuple[str, list[Any], str]] = [
    ("hosts", [{}, "z1", 5, [None], [5], ["z1"]], "hosts"),
    ("hosts.0.id", [GONE, None, 5, True, []], "id"),
    ("hosts.1.id", ["z1"], "hosts|id"),
    ("hosts.0.foo", [1], "foo"),
    ("hosts.0.busy", [each for each in INTERVALS if each not in (0, "")], "busy"),
    ("gap", OPTIONAL_WHOLE, "gap"),
    ("seconds", ["1", True, NAN, [], {}, -1], "seconds"),
    ("foo", [1], "foo"),
    ("pairs", [GONE, None, {}, "a", 5, [None], [5], ["a"]], "pairs"),
    ("pairs.0.id", [GONE, None, 5, True, []], "id"),
    ("pairs.1.id", ["a"], "pairs|id"),
    ("pairs.0.foo", [1], "foo"),
    ("pairs.0.people", [GONE, None, "m1", 5, {}, {"m1": 1}, [1], [None], [["m1"]], [True]], "people"),
    ("pairs.0.duration", [*WHOLE, 0, -30], "duration"),
    ("pairs.0.options", ["x", 5, {}, [5], [[START]], [[START, 1, 2]], [None], ["ab"]], "options"),
    ("pairs.0.options.0.0", [None, "x", True, 1.5, NAN, INFINITY, []], "options"),
    ("pairs.0.options.0.1", [None, "x", True, 1.5, NAN, INFINITY, [], 0, -1], "options"),
    ("pairs.0.host", ["no", 0, 1, [], {}, "z1"], "host"),
]


def changed(data: Data, path: str, value: Any) -> Data:
    """The same data with another value at a path such as 'people.0.tz'."""
    found = deepcopy(data)
    *way, last = path.split(".")
    place: Any = found
    for key in way:
        place = place[int(key) if isinstance(place, list) else key]
    if value is GONE:
        del place[last]
    else:
        place[int(last) if isinstance(place, list) else last] = value
    return found


def cases(table: list[tuple[str, list[Any], str]]) -> list[Any]:
    return [
        pytest.param(path, value, field, id=f"{path}={'(gone)' if value is GONE else ascii(value)[:40]}")
        for path, values, field in table
        for value in values
    ]


def is_one_sentence_that_names(field: str, refusal: pytest.ExceptionInfo[BadProblem]) -> bool:
    said = str(refusal.value)
    assert len(said.splitlines()) == 1, "a refusal is a single line"
    said.encode()  # it must be possible to print it
    return re.search(field, said) is not None


def test_the_good_problem_and_cohort_are_not_refused() -> None:
    Problem.from_data(PROBLEM)
    Cohort.from_data(COHORT)


@pytest.mark.parametrize(("path", "value", "field"), cases(BAD_PROBLEMS))
def test_a_bad_problem_is_refused_by_the_name_of_its_field(path: str, value: Any, field: str) -> None:
    with pytest.raises(BadProblem) as refusal:
        Problem.from_data(changed(PROBLEM, path, value))
    assert is_one_sentence_that_names(field, refusal)


@pytest.mark.parametrize(("path", "value", "field"), cases(BAD_COHORTS))
def test_a_bad_cohort_is_refused_by_the_name_of_its_field(path: str, value: Any, field: str) -> None:
    with pytest.raises(BadProblem) as refusal:
        Cohort.from_data(changed(COHORT, path, value))
    assert is_one_sentence_that_names(field, refusal)


@pytest.mark.parametrize("data", [None, [], "x", 5, True, {}, [["now", 1]]])
def test_what_is_no_object_is_refused(data: Any) -> None:
    for kind in (Problem, Cohort):
        with pytest.raises(BadProblem) as refusal:
            kind.from_data(data)
        assert is_one_sentence_that_names(".", refusal)


def test_a_refusal_is_a_value_error() -> None:
    assert issubclass(BadProblem, ValueError)


@pytest.mark.parametrize("name", ["a\nb", "a\r\nb", "a\u2028b", "\ud800", "x" * 100_000, ""])
def test_a_strange_unknown_key_is_refused_in_one_printable_line(name: str) -> None:
    for data, kind in ((PROBLEM, Problem), (COHORT, Cohort)):
        with pytest.raises(BadProblem) as refusal:
            kind.from_data({**data, name: 1})
        assert is_one_sentence_that_names(".", refusal)


def test_every_optional_field_may_be_null_or_missing() -> None:
    bare = {"id": "p0", "tz": "UTC"}
    fields = [*PROBLEM["people"][0]]
    nulls = {**dict.fromkeys(fields), **bare}
    for people in ([bare], [nulls]):
        asked = {"now": 0, "horizon": [START, START + 3600], "duration": 1, "step": 1, "people": people}
        Problem.from_data(asked)
        Problem.from_data({**dict.fromkeys(PROBLEM), **asked})
        Problem.from_data({**asked, "rank": {"limit": None, "per_day": None, "zone": None}})


def test_no_people_and_need_are_refused_before_anything_is_computed() -> None:
    for need in (1, "all", None):
        with pytest.raises(BadProblem, match="people"):
            Problem.from_data({**PROBLEM, "people": [], "required": [], "need": need})

"""The command: a line in, a line out."""

import json
import os
import subprocess
import sys
from importlib import import_module
from importlib.resources import files
from io import BytesIO, StringIO, TextIOWrapper
from pathlib import Path
from threading import Timer
from typing import Any

import pytest

from scheduler.slots.lines import serve
from tests.conftest import need
from tests.crowds import PATIENCE
from tests.slots.problems import person, problem, utc
from tests.slots.reference import Data

AT = utc("2026-01-05 08:00")
PROBLEM = problem("2026-01-05 08:00", "2026-01-05 10:00")
STARTS: Data = {"op": "starts", "problem": PROBLEM}
COHORT: Data = {
    "hosts": [{"id": "z", "busy": []}],
    "gap": 0,
    "pairs": [
        {"id": "a", "people": ["m", "e"], "duration": 30, "options": [[AT, 5]]},
        {"id": "b", "people": ["m"], "duration": 30, "options": [[AT, 1]], "host": False},
        {"id": "c", "people": ["x"], "duration": 30, "options": []},
    ],
}


def served(*lines: str) -> list[Any]:
    """What the command answers to these lines."""
    output = StringIO()
    serve(StringIO("".join(f"{line}\n" for line in lines)), output)
    assert output.getvalue().endswith("\n") or not output.getvalue()
    return [json.loads(line) for line in output.getvalue().splitlines()]


def is_an_error(answer: Any) -> bool:
    return isinstance(answer, dict) and list(answer) == ["error"] and len(answer["error"].splitlines()) == 1


def test_starts_are_ascending_epoch_seconds() -> None:
    assert served(json.dumps(STARTS)) == [[AT, AT + 3600]]


def test_attendance_has_a_count_for_each_start() -> None:
    asked = problem("2026-01-05 08:00", "2026-01-05 10:00", person(), person(weekly=[[0, "09:00", "10:00"]]), need=1)
    assert served(json.dumps({"op": "attendance", "problem": asked})) == [[[AT, 1], [AT + 3600, 2]]]


def test_ranked_rows_are_start_attendees_worst_and_total() -> None:
    assert served(json.dumps({"op": "ranked", "problem": PROBLEM})) == [[[AT + 3600, 1, 100, 100], [AT, 1, 80, 80]]]


def test_a_cohort_is_answered_with_placed_unplaced_optimal_and_bound() -> None:
    [answer] = served(json.dumps({"op": "cohort", "cohort": COHORT}))
    assert list(answer) == ["placed", "unplaced", "optimal", "bound"]
    assert answer["placed"] in ([["a", AT, "z"]], [["b", AT, None]])
    assert answer["unplaced"]["c"] == "no_common_hour"
    assert type(answer["optimal"]) is bool
    assert [type(each) for each in answer["bound"]] == [int, int]


def test_a_pair_without_a_host_is_placed_with_null() -> None:
    walk = {**COHORT, "pairs": COHORT["pairs"][1:2]}
    [answer] = served(json.dumps({"op": "cohort", "cohort": walk}))
    assert answer == {"placed": [["b", AT, None]], "unplaced": {}, "optimal": True, "bound": [1, 1]}


def test_no_lines_have_no_answers() -> None:
    assert served() == []


def test_answers_come_in_order() -> None:
    lines = [json.dumps({**STARTS, "problem": {**PROBLEM, "now": AT + n * 1800}}) for n in range(4)]
    assert served(*lines) == [[AT, AT + 3600], [AT + 3600], [AT + 3600], []]


def test_the_last_line_needs_no_line_break() -> None:
    output = StringIO()
    serve(StringIO(json.dumps(STARTS)), output)
    assert output.getvalue().endswith("\n")
    assert json.loads(output.getvalue()) == [AT, AT + 3600]


def test_line_breaks_of_windows_are_line_breaks() -> None:
    assert served(json.dumps(STARTS) + "\r", json.dumps(STARTS) + "\r") == [[AT, AT + 3600]] * 2


def test_an_empty_line_does_not_disturb_the_lines_around_it() -> None:
    for empty in ("", "   ", "\t"):
        first, *_, last = served(json.dumps(STARTS), empty, json.dumps(STARTS))
        assert first == last == [AT, AT + 3600]


BAD_JSON = [
    "{",
    "}",
    '{"op": "starts"',
    "starts",
    '{"op": "starts",}',
    "{'op': 'starts'}",
    '"',
    "\\",
    "\x00",
    "[" * 100_000,
]
BAD_JSON += [
    '{"a":' * 100_000,
    "9" * 5000,
    json.dumps({"op": "starts", "problem": {**PROBLEM, "now": "N"}}).replace('"N"', "9" * 5000),
]
NO_REQUEST = ["null", "true", "5", '"starts"', "[]", '["starts"]', "{}", "NaN", json.dumps([STARTS]), "1e999"]
BAD_OPS = [None, 5, True, "", "Starts", "start", "plan", "ranked ", ["starts"], {"starts": 1}]
BAD_REQUESTS: list[Data] = [
    {"problem": PROBLEM},
    *[{"op": op, "problem": PROBLEM} for op in BAD_OPS],
    {"op": "starts"},
    {"op": "starts", "problem": None},
    {"op": "starts", "problem": []},
    {"op": "starts", "cohort": COHORT},
    {"op": "cohort"},
    {"op": "cohort", "problem": PROBLEM},
    {"op": "cohort", "cohort": []},
    {"op": "starts", "problem": {**PROBLEM, "step": 7}},
    {"op": "attendance", "problem": {**PROBLEM, "now": float("nan")}},
    {"op": "ranked", "problem": {**PROBLEM, "horizon": [float("-inf"), float("inf")]}},
    {"op": "starts", "problem": {**PROBLEM, "a\nb": 1}},
    {"op": "starts", "problem": {**PROBLEM, "\ud800": 1}},
    {"op": "\ud800", "problem": PROBLEM},
    {"op": "starts", "problem": PROBLEM, "foo": 1},
]
ERRORS = [*BAD_JSON, *NO_REQUEST, *[json.dumps(each) for each in BAD_REQUESTS]]


@pytest.mark.parametrize("line", ERRORS, ids=[f"{n}-{line[:40]!a}" for n, line in enumerate(ERRORS)])
def test_a_bad_line_is_answered_with_an_error_and_the_next_line_is_served(line: str) -> None:
    answer, following = served(line, json.dumps(STARTS))
    assert is_an_error(answer)
    assert following == [AT, AT + 3600]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"step": 7}, "step"),
        ({"need": 9}, "need"),
        ({"foo": 1}, "foo"),
        ({"horizon": [0, 1]}, "horizon"),
        ({"people": [{"id": "a", "tz": "Mars/X"}]}, "tz"),
        ({"people": [{"id": "a", "tz": "UTC", "weekly": [[0, "08:00", "08:00"]]}]}, "weekly"),
    ],
)
def test_an_error_names_the_field(change: Data, field: str) -> None:
    [answer] = served(json.dumps({"op": "starts", "problem": {**PROBLEM, **change}}))
    assert is_an_error(answer)
    assert field in answer["error"]


def test_an_unknown_op_is_named() -> None:
    [answer] = served('{"op": "stars"}')
    assert is_an_error(answer)
    assert "op" in answer["error"]


def test_every_answer_can_be_written_as_utf_8() -> None:
    odd = {**COHORT, "pairs": [{**COHORT["pairs"][0], "id": "Åsa & \ud800"}]}
    lines = [json.dumps({"op": "cohort", "cohort": odd}), json.dumps({**STARTS, "\ud800": 1}), json.dumps(STARTS)]
    raw = BytesIO()
    output = TextIOWrapper(raw, encoding="utf-8")
    serve(StringIO("\n".join(lines)), output)
    output.flush()
    answers = [json.loads(line) for line in raw.getvalue().splitlines()]
    assert len(answers) == 3
    assert answers[2] == [AT, AT + 3600]


# As a process


SERVE = "import sys; from scheduler.slots.lines import serve; serve(sys.stdin, sys.stdout)"


@pytest.fixture
def traff() -> list[str]:
    """`traff slots` as it is installed."""
    if not hasattr(import_module("scheduler.cli"), "main"):
        need("the command `traff`")
    return [str(Path(sys.executable).with_name("traff")), "slots"]


@pytest.mark.parametrize("how", ["serve", "traff"])
def test_each_answer_is_flushed_before_the_next_line_is_read(how: str, request: pytest.FixtureRequest) -> None:
    command = [sys.executable, "-c", SERVE] if how == "serve" else request.getfixturevalue("traff")
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        patience = Timer(PATIENCE, process.kill)  # without the flush both sides would wait for ever
        patience.start()
        assert process.stdin
        assert process.stdout
        for _ in range(3):
            process.stdin.write(json.dumps(STARTS) + "\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline()) == [AT, AT + 3600]
        process.stdin.close()
        assert process.wait(timeout=PATIENCE) == 0
        patience.cancel()


def test_the_command_ends_with_0_at_the_end_of_input_even_after_errors(traff: list[str]) -> None:
    given = "{\n" + json.dumps(STARTS) + "\n" + '{"op": "x"}\n'
    done = subprocess.run(traff, input=given, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    first, second, third = [json.loads(line) for line in done.stdout.splitlines()]
    assert is_an_error(first)
    assert second == [AT, AT + 3600]
    assert is_an_error(third)


def test_the_solver_writes_nothing_among_the_answers(traff: list[str]) -> None:
    # Too many pairs to try all plans, and too few hosts for all: the solver is asked.
    options = [[AT + 900 * n, 5 + n % 3] for n in range(12)]
    pairs = [
        {"id": f"p{n}", "people": [f"m{n % 9}", f"e{n}"], "duration": 45, "options": options[n % 7 :]}
        for n in range(24)
    ]
    given = json.dumps({"op": "cohort", "cohort": {"hosts": [{"id": "z"}], "pairs": pairs}}) + "\n"
    done = subprocess.run(traff, input=given, capture_output=True, text=True, timeout=PATIENCE, check=True)
    assert [json.loads(line)["optimal"] for line in done.stdout.splitlines()] == [True]


def test_the_command_survives_bytes_that_are_no_text(traff: list[str]) -> None:
    given = b'\xff\xfe{"op"\n' + json.dumps(STARTS).encode() + b"\n"
    done = subprocess.run(traff, input=given, capture_output=True, timeout=PATIENCE, check=False)
    assert done.returncode == 0, done.stderr
    answer, following = [json.loads(line) for line in done.stdout.splitlines()]
    assert is_an_error(answer)
    assert following == [AT, AT + 3600]


EARLIER = "import zoneinfo; in_use = zoneinfo.ZoneInfo('Europe/Stockholm'); "


@pytest.mark.parametrize("before", ["", EARLIER], ids=["first", "after the zone was in use"])
def test_zones_come_from_the_package_and_not_from_the_machine(before: str, tmp_path: Path) -> None:
    """A machine whose zone files say other things, and know other zones, gets the same answers."""
    wrong = files("tzdata").joinpath("zoneinfo", "Etc", "UTC").read_bytes()
    for name in ("Europe/Stockholm", "Mars/Base"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(wrong)
    lines = [
        {
            "op": "starts",
            "problem": problem("2026-01-05", "2026-01-06", person(tz=name, weekly=[[0, "08:00", "09:00"]])),
        }
        for name in ("Europe/Stockholm", "Mars/Base")
    ]
    command = [sys.executable, "-c", before + SERVE]
    given, env = "\n".join(map(json.dumps, lines)), {**os.environ, "PYTHONTZPATH": str(tmp_path)}
    done = subprocess.run(command, input=given, capture_output=True, text=True, timeout=PATIENCE, check=True, env=env)
    here, there = [json.loads(line) for line in done.stdout.splitlines()]
    assert here == [utc("2026-01-05 07:00")]
    assert is_an_error(there)

"""`traff slots`: one JSON object a line in, one JSON value a line out, in order (slots.md section 4)."""

import json
from typing import Any, NoReturn, TextIO

from scheduler.slots.cohort import Cohort
from scheduler.slots.fields import BadProblem, Fields
from scheduler.slots.groups import attendance, starts
from scheduler.slots.problem import Problem
from scheduler.slots.ranking import ranked
from scheduler.slots.waves.planning import plan

ON_PROBLEMS = {"starts": starts, "attendance": attendance, "ranked": ranked}


def serve(lines: TextIO, answers: TextIO) -> None:
    """Answers each line until the input ends. A line that breaks the rules gets an error of its own."""
    for line in lines:
        try:
            answer = answer_to(_parse(line))
        except BadProblem as bad:
            answer = {"error": str(bad)}
        answers.write(json.dumps(answer, separators=(",", ":")) + "\n")
        answers.flush()


def answer_to(request: object) -> Any:
    """The JSON value that answers one request. BadProblem if it breaks the rules."""
    if not isinstance(request, dict):
        raise BadProblem("the request must be an object")
    op = request.get("op")
    if op == "cohort":
        return _cohort(Fields(request, "request", {"op", "cohort"}).read("cohort", lambda data, _: data))
    if not isinstance(op, str) or op not in ON_PROBLEMS:
        raise BadProblem(f"op must be one of {', '.join(ON_PROBLEMS)} or cohort")
    data = Fields(request, "request", {"op", "problem"}).read("problem", lambda data, _: data)
    return ON_PROBLEMS[op](Problem.from_data(data))


def _cohort(data: object) -> dict[str, Any]:
    found = plan(Cohort.from_data(data))
    return {"placed": found.placed, "unplaced": found.unplaced, "optimal": found.optimal, "bound": found.bound}


def _parse(line: str) -> object:
    try:
        return json.loads(line, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise BadProblem("the line is not JSON") from None


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)

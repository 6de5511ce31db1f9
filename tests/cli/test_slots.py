"""`traff slots`: a line in, a line out."""

import json
import subprocess

from tests.builders import utc
from tests.cli.shell import PATIENCE, TRAFF, Shell

EIGHT = int(utc(2026, 11, 2, 8).timestamp())
LINE = json.dumps(
    {
        "op": "starts",
        "problem": {
            "now": 0,
            "horizon": [EIGHT, EIGHT + 7200],
            "duration": 60,
            "step": 60,
            "people": [{"id": "anna", "tz": "Europe/Stockholm", "weekly": [[0, "10:00", "11:00"]]}],
        },
    }
)
ANSWER = [EIGHT + 3600]  # ten o'clock in Stockholm


def test_each_line_gets_a_line_in_order(shell: Shell) -> None:
    lines = [LINE, "no JSON at all", '{"op": "dance"}', LINE]
    ran = shell.run("slots", given="".join(f"{line}\n" for line in lines), TRAFF_SECRET_KEY="")
    assert (ran.returncode, ran.stderr) == (0, "")
    first, broken, unknown, last = (json.loads(line) for line in ran.stdout.splitlines())
    assert first == last == ANSWER
    assert broken == {"error": "the line is not JSON"}
    assert unknown["error"].startswith("op must be one of ")
    assert list(shell.folder.iterdir()) == [], "it needs no database"


def test_a_line_is_answered_before_the_next_is_asked(shell: Shell) -> None:
    process = subprocess.Popen(
        [TRAFF, "slots"],
        cwd=shell.folder,
        env=shell.environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )
    with process:
        assert process.stdin is not None
        assert process.stdout is not None
        for _ in range(3):
            process.stdin.write(f"{LINE}\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline()) == ANSWER
        process.stdin.close()
        assert process.wait(PATIENCE) == 0

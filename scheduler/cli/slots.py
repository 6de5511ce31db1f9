"""`traff slots`."""

import io
import sys

import click

from scheduler.slots import lines


@click.command()
def slots() -> None:
    """Answer slot problems: one JSON object a line on standard input, one JSON value a line on standard output."""
    questions = io.TextIOWrapper(sys.stdin.buffer, encoding="utf-8", errors="replace", newline="\n")
    lines.serve(questions, sys.stdout)

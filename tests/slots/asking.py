"""Asking the engine or the reference, with answers that a reader can check against a calendar."""

from collections.abc import Callable

from scheduler.slots import Problem, attendance, ranked, starts
from tests.slots.reference import Data, Reference

Times = Callable[[Data], list[str]]
Counts = Callable[[Data], list[tuple[str, int]]]
Rows = Callable[[Data], list[tuple[str, int, int, int]]]


def all_starts(who: str, data: Data) -> list[int]:
    return starts(Problem.from_data(data)) if who == "engine" else Reference(data).starts()


def all_counts(who: str, data: Data) -> list[tuple[int, int]]:
    return attendance(Problem.from_data(data)) if who == "engine" else Reference(data).attendance()


def all_rows(who: str, data: Data) -> list[tuple[int, int, int, int]]:
    return list(ranked(Problem.from_data(data))) if who == "engine" else Reference(data).ranked()


def on(day: str, *clocks: str) -> list[str]:
    """on('2026-03-29', '01:00', '02:00') is two texts of the same UTC day."""
    return [f"{day} {each}" for each in clocks]

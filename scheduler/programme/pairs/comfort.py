"""Which hours of the day suit somebody: a choice for each part of the day, and the engine's 24 numbers for it."""

from collections.abc import Sequence
from enum import StrEnum

from scheduler.slots.people import COMFORT


class Fit(StrEnum):
    """How well a part of the day suits."""

    BEST = "best"
    FINE = "fine"
    IF_NEEDED = "if-needed"


PARTS = ((0, 6), (6, 9), (9, 12), (12, 14), (14, 17), (17, 20), (20, 24))  # [from, to) in local hours
VALUES = {Fit.BEST: 100, Fit.FINE: 60, Fit.IF_NEEDED: 15}


def table(fits: Sequence[Fit]) -> tuple[int, ...] | None:
    """The 24 numbers of these choices, one a part; None for the usual ones, which the engine knows more finely."""
    if tuple(fits) == usual():
        return None
    return tuple(VALUES[fit] for fit, (first, last) in zip(fits, PARTS, strict=True) for _ in range(first, last))


def fits(numbers: Sequence[int] | None) -> tuple[Fit, ...]:
    """The choices that come nearest to the numbers; of None, the usual ones."""
    known = COMFORT if numbers is None else numbers
    return tuple(_nearest(sum(known[first:last]) / (last - first)) for first, last in PARTS)


def usual() -> tuple[Fit, ...]:
    """What suits most people: the working day best, early and late only if needed."""
    return fits(None)


def _nearest(value: float) -> Fit:
    return min(VALUES, key=lambda fit: abs(VALUES[fit] - value))

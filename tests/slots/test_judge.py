"""The judge can fail: for each rule, a reading that gets it wrong is found out by the problems the engine is asked.

A mutant is the reference with one sentence of the contract misread, as software that schedules has done. If one is not
found out, the problems do not reach its rule, and an engine that agrees with the reference on them has not shown that
it follows it.
"""

import pytest

from tests.slots import wrong_clocks, wrong_counts
from tests.slots.problems import on_many, problems
from tests.slots.reference import Data, Reference

MUTANTS = [
    each
    for module in (wrong_clocks, wrong_counts)
    for each in vars(module).values()
    if isinstance(each, type) and issubclass(each, Reference) and each is not Reference
]


def answers(reading: type[Reference], data: Data) -> tuple[list[tuple[int, int]], list[tuple[int, int, int, int]]]:
    asked = reading(data)
    return asked.attendance(), asked.ranked()


@pytest.fixture(scope="module")
def found_out() -> set[type[Reference]]:
    """The mutants that answer otherwise on one of the problems that the property tests draw."""
    left = set(MUTANTS)

    @on_many(problems(), 600)
    def ask(data: Data) -> None:
        right = answers(Reference, data) if left else None
        left.difference_update([mutant for mutant in left if answers(mutant, data) != right])

    ask()
    return set(MUTANTS) - left


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.__name__)
def test_a_wrong_reading_is_found_out(mutant: type[Reference], found_out: set[type[Reference]]) -> None:
    assert mutant in found_out, mutant.__doc__

"""Counting columns of bits."""

from random import Random

import pytest

from scheduler.slots import groups


@pytest.mark.parametrize("people", [0, 1, 2, 3, 7, 8, 255, 256, 700])
def test_each_column_is_counted(people: int) -> None:
    chance, width = Random(people), 67
    rows = [chance.getrandbits(width) | 1 for _ in range(people)]  # all in the first column
    sums = [sum(row >> n & 1 for row in rows) for n in range(width)]
    planes = groups.columns(rows)
    assert groups.counts(planes, width) == sums
    everywhere = (1 << width) - 1
    for need in {1, 2, people // 2 or 1, people or 1, people + 1}:
        enough = groups.at_least(need, planes, everywhere)
        assert [enough >> n & 1 == 1 for n in range(width)] == [count >= need for count in sums], need
    assert groups.at_least(1, planes, 0) == 0

"""Packed spans, and their union."""

from itertools import pairwise
from random import Random

from scheduler.slots import spans
from scheduler.slots.spans import FAR, NOTHING


def packed(*pairs: tuple[int, int]) -> spans.Packed:
    return spans.pack([end for pair in pairs for end in pair])


def test_what_is_packed_comes_out_again() -> None:
    some = [(5, 9), (-3, 2), (7, 7), (9, 1)]
    assert list(spans.pairs(packed(*some))) == some
    assert spans.pack([]) == NOTHING


def test_ends_beyond_all_time_are_as_far_as_can_be() -> None:
    assert list(spans.pairs(packed((-(10**30), 5), (7, 10**30)))) == [(-FAR, 5), (7, FAR)]


def test_spans_that_touch_or_overlap_are_one_and_empty_ones_are_none() -> None:
    assert list(spans.pairs(spans.merged(packed((5, 9), (9, 12), (1, 3), (2, 4), (20, 20), (30, 25))))) == [
        (1, 4),
        (5, 12),
    ]
    assert spans.merged(packed((4, 4), (9, 1))) == NOTHING


def test_the_union_holds_the_same_seconds() -> None:
    chance = Random(4)
    for _ in range(300):
        some = [(at := chance.randrange(60), at + chance.randrange(-2, 9)) for _ in range(chance.randrange(9))]
        union = list(spans.pairs(spans.merged(packed(*some))))
        assert {n for low, high in union for n in range(low, high)} == {
            n for low, high in some for n in range(low, high)
        }
        assert all(one[1] < other[0] for one, other in pairwise(union))

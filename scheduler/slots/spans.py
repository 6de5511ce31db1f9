"""Spans of time, packed: begin, end, begin, end, ... as 64-bit epoch seconds, small to keep and quick to compare.

Spans may come in any order and overlap. Where they are kept, and asked about again and again, they are merged first.
"""

from array import array
from collections.abc import Iterator, Sequence
from itertools import compress
from operator import lt
from typing import NewType

Packed = NewType("Packed", bytes)
NOTHING = Packed(b"")
FAR = 1 << 60  # seconds; no horizon, and no buffer, comes near


def pack(ends: Sequence[int]) -> Packed:
    """The spans whose begins and ends alternate in this list."""
    try:
        return Packed(array("q", ends).tobytes())
    except OverflowError:
        return Packed(array("q", [max(-FAR, min(end, FAR)) for end in ends]).tobytes())


def pairs(packed: Packed) -> Iterator[tuple[int, int]]:
    """(begin, end) of each span."""
    ends = iter(memoryview(packed).cast("q"))
    return zip(ends, ends, strict=True)


def merged(packed: Packed) -> Packed:
    """The union of the spans, sorted, without those that are empty.

    With begins and ends sorted each by themselves, the union pauses where the k-th end comes before the next begin.
    """
    lasting = [(begin, end) for begin, end in pairs(packed) if begin < end]
    if not lasting:
        return NOTHING
    begins, ends = sorted(begin for begin, _ in lasting), sorted(end for _, end in lasting)
    pauses = list(map(lt, ends, begins[1:]))
    union = array("q", bytes(16 * (sum(pauses) + 1)))
    union[::2] = array("q", [begins[0], *compress(begins[1:], pauses)])
    union[1::2] = array("q", [*compress(ends, pauses), ends[-1]])
    return Packed(union.tobytes())

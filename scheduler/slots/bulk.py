"""Many people's bitmaps at once: what `bitmaps` does for one calendar, done by numpy for a crowd's taken time together.

Everybody's rows of starts lie one after another in words of 64 bits. Taken time is united there as spans of bits, and a
span is painted by a difference: 2**end - 2**begin. numpy is loaded for the first crowd, and not before; without it each
calendar is worked out by itself when it is asked about, with the same result.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from scheduler.slots.bitmaps import can_attend, known, work_out
from scheduler.slots.grid import Grid
from scheduler.slots.people import Calendar
from scheduler.slots.problem import Problem

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Whole = NDArray[np.int64]

CROWD = 32  # calendars: for fewer it is not worth while to load numpy, and more at once leave the processor's cache
WORD = 64


def prepare(problems: Iterable[Problem]) -> None:
    """Works out what is not known yet of the people in these problems, all together."""
    calendars: defaultdict[tuple[Grid, int], list[Calendar]] = defaultdict(list)
    for problem in problems:
        calendars[Grid.of(problem), problem.duration] += [person.calendar for person in problem.people]
    for (grid, duration), asked in calendars.items():
        all_can_attend(asked, grid, duration)


def all_can_attend(calendars: Sequence[Calendar], grid: Grid, duration: int) -> list[int]:
    """`bitmaps.can_attend` of each."""
    rows = [known((each, grid, duration)) for each in calendars]
    found = [row for row in rows if row is not None]
    if len(found) == len(rows):
        return found
    new = [each for each, row in zip(calendars, rows, strict=True) if row is None]
    if len(new) >= CROWD and _numpy_is_here():
        worked_out = _worked_out_together(new, grid, duration)
        return [next(worked_out) if row is None else row for row in rows]
    return [can_attend(each, grid, duration) if row is None else row for each, row in zip(calendars, rows, strict=True)]


def _worked_out_together(calendars: Sequence[Calendar], grid: Grid, duration: int) -> Iterator[int]:
    for first in range(0, len(calendars), CROWD):
        some = calendars[first : first + CROWD]
        for calendar, taken in zip(some, taken_starts(some, grid, duration), strict=True):
            yield work_out(calendar, grid, duration, taken)


def _numpy_is_here() -> bool:
    try:
        import numpy  # noqa: F401
    except ImportError:
        return False
    return True


def taken_starts(calendars: Sequence[Calendar], grid: Grid, duration: int) -> list[int]:
    """For each calendar, the starts whose meeting would overlap taken time: `bitmaps.taken_starts` for many."""
    import numpy as np

    origin, step = grid.first * 60, grid.step * 60
    packed = [each.taken for each in calendars]
    spans, counts = np.frombuffer(b"".join(packed), np.int64).reshape(-1, 2), [len(each) // 16 for each in packed]
    around = 60 * np.array([(-duration - each.after, each.before) for each in calendars])
    around += (step - origin, step - 1 - origin)  # a quotient is that of the first start beyond
    words = grid.size // WORD + 1  # one bit more than there are starts: a span may end there
    short = np.int32 if len(calendars) * words * WORD < 2**31 else np.int64  # short numbers are sorted much faster
    bits = (spans + around.repeat(counts, axis=0)) // step
    bits = np.minimum(np.maximum(bits, 0, out=bits), grid.size).astype(short)
    bits[spans[:, 0] >= spans[:, 1]] = 0
    rows = np.arange(0, len(calendars) * words * WORD, words * WORD, dtype=short).repeat(counts)
    painted = _painted(*_united(bits[:, 0] + rows, np.maximum(bits[:, 0], bits[:, 1]) + rows), len(calendars) * words)
    data, row = painted.astype("<u8", copy=False).tobytes(), words * WORD // 8
    return [int.from_bytes(data[at : at + row], "little") for at in range(0, len(data), row)]


def _united(begins: "Whole", ends: "Whole") -> tuple["Whole", "Whole"]:
    """The union of spans, as in `spans.merged`; all rows at once, since no row begins before the last one's end."""
    import numpy as np

    begins.sort()
    ends.sort()
    pauses = (ends[:-1] < begins[1:]).nonzero()[0]
    return np.concatenate((begins[:1], begins[1:][pauses])), np.concatenate((ends[:-1][pauses], ends[-1:]))


def _painted(begins: "Whole", ends: "Whole", words: int) -> "NDArray[np.uint64]":
    """Words with the bits [begin, end) of each span, which do not touch: as a number, 2**end - 2**begin."""
    import numpy as np

    def with_bits(at: "Whole") -> "NDArray[np.uint64]":
        found = np.zeros(words, np.uint64)
        np.add.at(found, at >> 6, np.uint64(1) << (at & 63).astype(np.uint64))
        return found

    first, last = with_bits(begins.astype(np.int64)), with_bits(ends.astype(np.int64))
    into_next = np.cumsum(np.bitwise_count(first).astype(np.uint64) - np.bitwise_count(last))  # 1 where a span goes on
    found = last - first
    found[1:] -= into_next[:-1]
    return found

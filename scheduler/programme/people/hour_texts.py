"""Hours as people type them, "9-12, 13:30-16": read into windows, and written the shortest way."""

import re
from collections.abc import Sequence

from scheduler.errors import BadHours
from scheduler.programme.people.hours import Window, merged

LONGEST = 300
_CLOCK = r"(?:kl\.?\s*)?(\d{1,2})(?:[:.](\d\d))?\s*([ap]\.?m\.?)?"
_WINDOW = re.compile(rf"{_CLOCK}\s*[-–—]\s*{_CLOCK}", re.IGNORECASE)


def read(text: str) -> tuple[Window, ...]:
    """The windows, merged and in order; an empty text is none.

    "22-2" passes midnight; "5 pm - 9 pm" and "kl 9.30 - 12" are understood.
    Raises BadHours for the first piece that is not understood, EndsWhereItStarts for one without length.
    """
    if len(text) > LONGEST:
        raise BadHours(text=f"{text[:40]}…")
    pieces = [piece.strip() for piece in re.split(r"[,;\n]", text)]
    return merged([_window(piece) for piece in pieces if piece])


def write(windows: Sequence[Window]) -> str:
    """What `read` reads as these windows: 09-12, 13:30-16."""
    return ", ".join(f"{_short(start)}-{_short(end)}" for start, end in windows)


def _window(piece: str) -> Window:
    match = _WINDOW.fullmatch(piece)
    if match is None or bool(match[3]) != bool(match[6]):  # "5-9 pm" could begin at five in the morning
        raise BadHours(text=piece[:40])
    return _clock(match[1], match[2], match[3], piece, last=False), _clock(
        match[4], match[5], match[6], piece, last=True
    )


def _clock(hours: str, minutes: str | None, half: str | None, piece: str, *, last: bool) -> str:
    hour, minute = int(hours), int(minutes or 0)
    if half:
        if not 1 <= hour <= 12:
            raise BadHours(text=piece[:40])
        hour = hour % 12 + 12 * half.lower().startswith("p")
    if minute > 59 or hour > 24 or (hour == 24 and (minute or not last)):
        raise BadHours(text=piece[:40])
    return f"{hour:02}:{minute:02}"


def _short(clock: str) -> str:
    return clock.removesuffix(":00")

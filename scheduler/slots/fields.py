"""Reading plain data strictly: what is wrong is named by its field, in one sentence."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from datetime import date
from functools import lru_cache
from itertools import chain
from typing import Any, TypeVar

from scheduler.slots import zones

T = TypeVar("T")
Interval = tuple[int, int]
CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
DATE = re.compile(r"\d{4}-\d\d-\d\d")
REQUIRED = object()


class BadProblem(ValueError):
    """Data that breaks the contract of slots.md. The text is one sentence that names the field."""


class Fields:
    """The fields of one JSON object, each read once by name and type; `at` says where it stands."""

    def __init__(self, data: object, at: str, known: Set[str]) -> None:
        if not isinstance(data, Mapping):
            raise BadProblem(f"{at} must be an object")
        if not data.keys() <= known:
            strange = next(key for key in data if key not in known)
            raise BadProblem(f"{at} has no field {str(strange)[:40]!r}")
        self.data = data
        self.at = at

    def read(self, name: str, parse: Callable[[object, str], T], default: Any = REQUIRED) -> T:
        value = self.data.get(name)
        if value is not None:
            return parse(value, f"{self.at}.{name}")
        if default is REQUIRED:
            raise BadProblem(f"{self.at}.{name} is missing")
        found: T = default
        return found


def integer(low: int | None = None, high: int | None = None) -> Callable[[object, str], int]:
    """A parser of whole numbers from low to high, both included."""

    def parse(value: object, at: str) -> int:
        if not isinstance(value, int) or isinstance(value, bool):
            raise BadProblem(f"{at} must be a whole number")
        if (low is not None and value < low) or (high is not None and value > high):
            limits = f"at least {low}" if high is None else f"from {low} to {high}"
            raise BadProblem(f"{at} must be {limits}")
        return value

    return parse


def text(value: object, at: str) -> str:
    if not isinstance(value, str) or not value:
        raise BadProblem(f"{at} must be a text that is not empty")
    return value


def truth(value: object, at: str) -> bool:
    if not isinstance(value, bool):
        raise BadProblem(f"{at} must be true or false")
    return value


def list_of(parse: Callable[[object, str], T]) -> Callable[[object, str], tuple[T, ...]]:
    def parse_all(value: object, at: str) -> tuple[T, ...]:
        return tuple([parse(item, f"{at}[{index}]") for index, item in enumerate(items(value, at))])

    return parse_all


def items(value: object, at: str) -> Sequence[Any]:
    if not isinstance(value, list | tuple):
        raise BadProblem(f"{at} must be a list")
    return value


def parts(value: object, at: str, names: tuple[str, ...]) -> tuple[Any, ...]:
    """A list with exactly these parts."""
    if not isinstance(value, list | tuple) or len(value) != len(names):
        raise BadProblem(f"{at} must be [{', '.join(names)}]")
    return tuple(value)


def interval(value: object, at: str) -> Interval:
    """[start, end) in epoch seconds; the end may lie before the start."""
    start, end = parts(value, at, ("start", "end"))
    whole = integer()
    return whole(start, f"{at}[0]"), whole(end, f"{at}[1]")


def flat_intervals(value: Any, at: str) -> list[int]:
    """Intervals as `interval` reads them, laid out one after another: start, end, start, end, ..."""
    if set(map(type, items(value, at))) <= {list, tuple} and set(map(len, value)) <= {2}:
        flat = list(chain.from_iterable(value))
        if set(map(type, flat)) <= {int}:
            return flat
    return list(chain.from_iterable(list_of(interval)(value, at)))  # which says what is wrong where


def zone(value: object, at: str) -> str:
    name = text(value, at)
    try:
        zones.zone(name)
    except zones.UnknownZone as unknown:
        raise BadProblem(f"{at}: {unknown}") from None
    return name


def window(start: object, end: object, at: str) -> Interval:
    """Local minutes [a, b) of a date; b passes 1440 where the window crosses midnight."""
    a = _minute(start) if isinstance(start, str) else None
    b = 1440 if end == "24:00" else _minute(end) if isinstance(end, str) else None
    if a is None or b is None:
        raise BadProblem(f"{at} must have times as HH:MM from 00:00 to 23:59, or 24:00 as an end")
    if a == b:
        raise BadProblem(f"{at} ends where it starts")
    return a, b if b > a else b + 1440


@lru_cache(maxsize=2048)
def _minute(text: str) -> int | None:
    match = CLOCK.fullmatch(text)
    return match and int(match[1]) * 60 + int(match[2])


def day(value: object, at: str) -> int:
    """A date as YYYY-MM-DD, given back as a day number."""
    if not isinstance(value, str) or not DATE.fullmatch(value):
        raise BadProblem(f"{at} must have dates as YYYY-MM-DD, not {str(value)[:20]!r}")
    try:
        return zones.day_number(date.fromisoformat(value))
    except ValueError:
        raise BadProblem(f"{at}: there is no date {value}") from None


def unique(ids: Iterable[str], at: str) -> None:
    seen: set[str] = set()
    for name in ids:
        if name in seen:
            raise BadProblem(f"{at} has {name[:40]!r} twice as id")
        seen.add(name)

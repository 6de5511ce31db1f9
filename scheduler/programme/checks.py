"""Reading what people wrote: each check gives the clean value, or says in a clause what is wrong and what to write."""

import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime
from difflib import get_close_matches
from enum import StrEnum
from typing import TypeVar

from email_validator import EmailNotValidError, validate_email

from scheduler.slots import zones

LOCALES = ("en", "sv")
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LONGEST_NAME = 80
LONGEST_TEXT = 300
FIRST_YEAR, LAST_YEAR = 2000, 2100  # beyond lie slips of the finger, and instants that no database holds
JOINERS = "\u200c\u200d"  # invisible, and spelling: Persian and Indian names have them

S = TypeVar("S", bound=StrEnum)


class Wrong(ValueError):
    """The value will not do; the text is a clause that says why, and the cure."""


def text(value: object) -> str:
    """One line of at most 300 characters, trimmed."""
    return _line(value, LONGEST_TEXT)


def name(value: object) -> str:
    """A person's or a thing's name, at most 80 characters."""
    return _line(value, LONGEST_NAME)


def _line(value: object, longest: int) -> str:
    if not isinstance(value, str) or not value.strip():
        raise Wrong("write a text")
    # One spelling of each letter, and of the space: files from elsewhere have others that look the same.
    clean = unicodedata.normalize("NFC", value.replace("\N{NO-BREAK SPACE}", " ")).strip()
    if len(clean) > longest:
        raise Wrong(f"write at most {longest} characters, not {len(clean)}")
    odd = [letter for letter in clean if not letter.isprintable() and letter not in JOINERS]
    if odd:
        raise Wrong(f"U+{ord(odd[0]):04X} in it cannot be printed; write the text anew, on one line")
    return clean


def email(value: object) -> str:
    """An address in lower case, and in the ASCII that goes through every mail server (å.se is xn--5ca.se there)."""
    try:
        found = validate_email(str(value).strip(), check_deliverability=False, test_environment=True, strict=True)
    except EmailNotValidError:
        raise Wrong(f"{str(value)[:60]!r} is no e-mail address") from None
    if found.ascii_email is None:
        raise Wrong(f"{str(value)[:60]!r} has letters before the @ that mail servers do not carry")
    return found.ascii_email.lower()


def zone(value: object) -> str:
    """An IANA zone."""
    found = str(value).strip()
    if found not in zones.names():
        # Not EST for CEST, which lies in America, and not Etc/GMT+2 for GMT+2: its signs are reversed.
        cities = [name for name in zones.names() if "/" in name and not name.startswith("Etc/")]
        near = get_close_matches(found, cities, n=1, cutoff=0.7)
        raise Wrong(f"there is no time zone {found[:40]!r}; {_hint(near, 'use an IANA name such as Europe/Stockholm')}")
    return found


def locale(value: object) -> str:
    if value not in LOCALES:
        raise Wrong(f"the language must be one of {', '.join(LOCALES)}, not {str(value)[:20]!r}")
    return str(value)


def slug(value: object) -> str:
    """A short name for addresses."""
    if not isinstance(value, str) or not SLUG.fullmatch(value) or len(value) > 60:
        raise Wrong("use small letters, digits and single hyphens, at most 60")
    return value


def one_of(states: type[S]) -> Callable[[object], S]:
    def check(value: object) -> S:
        try:
            return states(str(value).strip())
        except ValueError:
            known = [state.value for state in states]
            near = get_close_matches(str(value), known, n=1)
            raise Wrong(
                f"{str(value)[:40]!r} is not one of {', '.join(known)}{'; ' * bool(near)}{_hint(near, '')}"
            ) from None

    return check


def whole_number(low: int, high: int) -> Callable[[object], int]:
    def check(value: object) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise Wrong(f"write a whole number from {low} to {high}")
        return value

    return check


def truth(value: object) -> bool:
    if not isinstance(value, bool):
        raise Wrong("write true or false")
    return value


def day(value: object) -> date:
    if isinstance(value, datetime) or not isinstance(value, date):
        raise Wrong("write a date as 2026-11-02, without quotes")
    _check_year(value)
    return value


def wall_clock(value: object, timezone: str | None) -> datetime:
    """A date and time as a wall in the zone shows them; one that the clocks skip there is wrong."""
    if not isinstance(value, datetime) or value.tzinfo is not None:
        raise Wrong("write the wall clock as 2026-11-03T17:00:00, without quotes and without an offset")
    if value.second or value.microsecond:
        raise Wrong("write a time that is a whole minute")
    _check_year(value)
    if timezone and not zones.wall_to_instants(value, timezone):
        raise Wrong(f"{value:%Y-%m-%d %H:%M} is skipped in {timezone}, where the clocks go forward; write another time")
    return value


def _check_year(value: date) -> None:
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise Wrong(f"the year is {value.year}; write one from {FIRST_YEAR} to {LAST_YEAR}")


def weekday(value: object) -> int:
    """0 for mon."""
    found = str(value).strip().lower()
    if found not in WEEKDAYS:
        raise Wrong(f"{str(value)[:20]!r} is no weekday; write one of {', '.join(WEEKDAYS)}")
    return WEEKDAYS.index(found)


def clock(value: object) -> str:
    """HH:MM."""
    if not CLOCK.fullmatch(str(value).strip()):
        raise Wrong(f"{str(value)[:20]!r} is no time of day; write HH:MM from 00:00 to 23:59")
    return str(value).strip()


def end_clock(value: object) -> str:
    """HH:MM, or 24:00."""
    return "24:00" if str(value).strip() == "24:00" else clock(value)


def _hint(near: list[str], otherwise: str) -> str:
    return f"did you mean {near[0]}?" if near else otherwise

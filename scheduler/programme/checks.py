"""Reading what people wrote: each check gives the clean value, or says in a clause what is wrong and what to write."""

import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime
from difflib import get_close_matches
from enum import StrEnum
from typing import TypeVar

from email_validator import EmailNotValidError, validate_email

from scheduler.phrases import N_, Phrase
from scheduler.slots import zones

LOCALES = ("en", "sv")
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LONGEST_NAME = 80
LONGEST_TEXT = 300
LONGEST_SLUG = 60
FIRST_YEAR, LAST_YEAR = 2000, 2100  # beyond lie slips of the finger, and instants that no database holds
JOINERS = "\u200c\u200d"  # invisible, and spelling: Persian and Indian names have them

S = TypeVar("S", bound=StrEnum)


class Wrong(ValueError):
    """The value will not do; the `phrase` is a clause that says why, and the cure."""

    def __init__(self, sentence: str, **values: object) -> None:
        self.phrase = Phrase(sentence, values)
        super().__init__(str(self.phrase))


def text(value: object) -> str:
    """One line of at most 300 characters, trimmed."""
    return _line(value, LONGEST_TEXT)


def name(value: object) -> str:
    """A person's or a thing's name, at most 80 characters."""
    return _line(value, LONGEST_NAME)


def _line(value: object, longest: int) -> str:
    if not isinstance(value, str) or not value.strip():
        raise Wrong(N_("write a text"))
    # One spelling of each letter, and of the space: files from elsewhere have others that look the same.
    clean = unicodedata.normalize("NFC", value.replace("\N{NO-BREAK SPACE}", " ")).strip()
    if len(clean) > longest:
        raise Wrong(N_("write at most %(longest)s characters, not %(length)s"), longest=longest, length=len(clean))
    odd = unprintable(clean)
    if odd:
        why = N_("%(letter)s in it cannot be printed; write the text anew, on one line")
        raise Wrong(why, letter=f"U+{ord(odd[0]):04X}")
    return clean


def unprintable(text: str, *, but: str = "") -> str:
    """The letters of the text that cannot be printed on one line, those in `but` aside."""
    return "".join(letter for letter in text if not letter.isprintable() and letter not in JOINERS + but)


def email(value: object) -> str:
    """An address in lower case, and in the ASCII that goes through every mail server (å.se is xn--5ca.se there)."""
    try:
        found = validate_email(str(value).strip(), check_deliverability=False, test_environment=True, strict=True)
    except EmailNotValidError:
        raise Wrong(N_("%(value)s is no e-mail address"), value=repr(str(value)[:60])) from None
    if found.ascii_email is None:
        why = N_("%(value)s has letters before the @ that mail servers do not carry")
        raise Wrong(why, value=repr(str(value)[:60]))
    return found.ascii_email.lower()


def zone(value: object) -> str:
    """An IANA zone."""
    found = str(value).strip()
    if found not in zones.names():
        # Not EST for CEST, which lies in America, and not Etc/GMT+2 for GMT+2: its signs are reversed.
        known = [name for name in zones.names() if "/" in name and not name.startswith("Etc/")]
        near = get_close_matches(found, known, n=1, cutoff=0.7)
        shown = repr(found[:40])
        if near:
            raise Wrong(N_("there is no time zone %(value)s; did you mean %(near)s?"), value=shown, near=near[0])
        raise Wrong(N_("there is no time zone %(value)s; use an IANA name such as Europe/Stockholm"), value=shown)
    return found


def locale(value: object) -> str:
    if value not in LOCALES:
        why = N_("the language must be one of %(known)s, not %(value)s")
        raise Wrong(why, known=", ".join(LOCALES), value=repr(str(value)[:20]))
    return str(value)


def slug(value: object) -> str:
    """A short name for addresses."""
    if not isinstance(value, str) or not SLUG.fullmatch(value) or len(value) > LONGEST_SLUG:
        raise Wrong(N_("use small letters, digits and single hyphens, at most 60"))
    return value


def one_of(states: type[S]) -> Callable[[object], S]:
    def check(value: object) -> S:
        try:
            return states(str(value).strip())
        except ValueError:
            names = [state.value for state in states]
            near, shown, known = get_close_matches(str(value), names, n=1), repr(str(value)[:40]), ", ".join(names)
            if near:
                why = N_("%(value)s is not one of %(known)s; did you mean %(near)s?")
                raise Wrong(why, value=shown, known=known, near=near[0]) from None
            raise Wrong(N_("%(value)s is not one of %(known)s"), value=shown, known=known) from None

    return check


def whole_number(low: int, high: int) -> Callable[[object], int]:
    def check(value: object) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise Wrong(N_("write a whole number from %(low)s to %(high)s"), low=low, high=high)
        return value

    return check


def truth(value: object) -> bool:
    if not isinstance(value, bool):
        raise Wrong(N_("write true or false"))
    return value


def day(value: object) -> date:
    if isinstance(value, datetime) or not isinstance(value, date):
        raise Wrong(N_("write a date as 2026-11-02, without quotes"))
    _check_year(value)
    return value


def wall_clock(value: object, timezone: str | None) -> datetime:
    """A date and time as a wall in the zone shows them; one that the clocks skip there is wrong."""
    if not isinstance(value, datetime) or value.tzinfo is not None:
        raise Wrong(N_("write the wall clock as 2026-11-03T17:00:00, without quotes and without an offset"))
    if value.second or value.microsecond:
        raise Wrong(N_("write a time that is a whole minute"))
    _check_year(value)
    if timezone and not zones.wall_to_instants(value, timezone):
        why = N_("%(time)s is skipped in %(zone)s, where the clocks go forward; write another time")
        raise Wrong(why, time=f"{value:%Y-%m-%d %H:%M}", zone=timezone)
    return value


def _check_year(value: date) -> None:
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        why = N_("the year is %(year)s; write one from %(first)s to %(last)s")
        raise Wrong(why, year=value.year, first=FIRST_YEAR, last=LAST_YEAR)


def weekday(value: object) -> int:
    """0 for mon."""
    found = str(value).strip().lower()
    if found not in WEEKDAYS:
        why = N_("%(value)s is no weekday; write one of %(known)s")
        raise Wrong(why, value=repr(str(value)[:20]), known=", ".join(WEEKDAYS))
    return WEEKDAYS.index(found)


def clock(value: object) -> str:
    """HH:MM."""
    if not CLOCK.fullmatch(str(value).strip()):
        raise Wrong(N_("%(value)s is no time of day; write HH:MM from 00:00 to 23:59"), value=repr(str(value)[:20]))
    return str(value).strip()


def end_clock(value: object) -> str:
    """HH:MM, or 24:00."""
    return "24:00" if str(value).strip() == "24:00" else clock(value)

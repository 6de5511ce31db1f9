"""A person's own times in words, and the mail that asks for them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from babel import Locale
from babel.dates import get_day_names

from scheduler.phrases import N_
from scheduler.presenters.i18n import FORMATS, Words, gmt, words
from scheduler.presenters.labels import label
from scheduler.presenters.letters import Letter, letter
from scheduler.presenters.meetings import Reader
from scheduler.programme.pairs import comfort
from scheduler.programme.pairs.comfort import PARTS, Fit
from scheduler.programme.people.hours import Hours, Window

DAY = timedelta(days=1)
SUBJECTS = (
    N_("When can you meet? %(programme)s"),
    N_("Reminder: when can you meet? %(programme)s"),
    N_("Last reminder: when can you meet? %(programme)s"),
)


@dataclass(frozen=True)
class TimesAsked:
    """What the mail tells its reader. `reminder` counts from 0, the first asking; `pairs` are those they will meet."""

    reader: Reader
    programme: str
    contact: str
    partners: tuple[str, ...]
    hours: Hours
    reminder: int
    link: str


def request(asked: TimesAsked) -> Letter:
    """The mail that asks when the reader can meet: first kindly, then plainly, and then for the last time."""
    spoken = words(asked.reader.locale)
    subject = spoken.gettext(SUBJECTS[min(asked.reminder, 2)], programme=asked.programme)
    facts: dict[str, object] = {
        "asked": asked,
        "partners": spoken.conjoined(asked.partners),
        "lines": [*week_lines(spoken, asked.hours), *date_lines(spoken, asked.hours)] if asked.hours.known else [],
        "city": spoken.city(asked.hours.timezone),
    }
    return letter(subject, "times_request", spoken, facts)


def weekdays(spoken: Words) -> list[str]:
    """Monday to Sunday, with a capital letter as at the start of a line."""
    names = get_day_names("wide", locale=Locale.parse(FORMATS[spoken.locale]))
    return [_capital(names[day]) for day in range(7)]


def week_lines(spoken: Words, hours: Hours) -> list[str]:
    """Monday–Friday: 17:00–21:00, and so on: days that follow each other with the same hours stand together."""
    names = weekdays(spoken)
    lines = []
    for first, last, windows in _runs(hours.weekly):
        if windows:
            days = names[first] if first == last else f"{names[first]}–{_within(spoken, names[last])}"
            lines.append(f"{days}: {shown(spoken, windows)}")
    return lines


def date_lines(spoken: Words, hours: Hours) -> list[str]:
    """24 December 2026 – 6 January 2027: not at all, and so on."""
    lines, never = [], spoken.gettext("not at all")
    for first, last, windows in spells(hours.dates):
        days = spoken.date(first) if first == last else f"{spoken.date(first)} – {spoken.date(last)}"
        lines.append(f"{days}: {shown(spoken, windows) if windows else never}")
    return lines


def spells(dates: dict[date, tuple[Window, ...]]) -> list[tuple[date, date, tuple[Window, ...]]]:
    """(first, last, windows) of dates that follow each other with the same hours."""
    found: list[tuple[date, date, tuple[Window, ...]]] = []
    for day, windows in sorted(dates.items()):
        if found and found[-1][1] + DAY == day and found[-1][2] == windows:
            found[-1] = (found[-1][0], day, windows)
        else:
            found.append((day, day, windows))
    return found


def shown(spoken: Words, windows: Sequence[Window]) -> str:
    """09:00–12:00 and 22:00–02:00 the next day."""
    later = spoken.gettext("the next day")
    texts = [f"{start}–{end} {later}" if end <= start else f"{start}–{end}" for start, end in windows]
    return spoken.conjoined(texts)


def comfort_lines(spoken: Words, hours: Hours) -> list[str]:
    """Best: 09–17, and so on; none where the person leaves it at what suits most."""
    if hours.comfort is None:
        return []
    fits = comfort.fits(hours.comfort)
    lines = []
    for fit in Fit:
        parts = [f"{first:02}–{last:02}" for (first, last), each in zip(PARTS, fits, strict=True) if each is fit]
        if parts:
            lines.append(f"{spoken.gettext(label(fit))}: {spoken.conjoined(parts)}")
    return lines


def zone_line(spoken: Words, zone: str, now: datetime) -> str:
    """Stockholm (GMT+1): the zone, and what it is ahead of Greenwich at the moment."""
    return f"{spoken.city(zone)} ({gmt(zone, now)})"


def _runs(weekly: Sequence[tuple[Window, ...]]) -> Iterator[tuple[int, int, tuple[Window, ...]]]:
    first = 0
    for day in range(1, 8):
        if day == 7 or weekly[day] != weekly[first]:
            yield first, day - 1, weekly[first]
            first = day


def _capital(name: str) -> str:
    return name[:1].upper() + name[1:]


def _within(spoken: Words, name: str) -> str:
    """A weekday inside a sentence: only English keeps its capital."""
    return name if spoken.locale == "en" else name.lower()

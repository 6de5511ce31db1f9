"""A person's hours and what was asked of them, in words."""

from collections import defaultdict
from datetime import UTC, date, datetime

from scheduler.models import Availability
from scheduler.presenters.i18n import Words
from scheduler.programme.desk import PersonRow


def times_told(row: PersonRow, words: Words, zone: str) -> str:
    """When the person was asked and reminded, and when they answered; empty where there is nothing to tell."""
    _, asked = words.gettext, row.request
    told = []
    if row.given_at:
        told.append(_("given %(day)s", day=words.short_day(row.given_at, zone)))
    elif row.hours:
        told.append(_("from a file"))
    if asked and not row.given_at:
        told.append(_("asked %(day)s", day=words.short_day(asked.asked_at, zone)))
        if asked.reminders and asked.reminded_at:
            day = words.short_day(asked.reminded_at, zone)
            told.append(_("reminders: %(number)s, the last %(day)s", number=asked.reminders, day=day))
        if asked.answered_at:
            told.append(_("answered %(day)s that no hour fits", day=words.short_day(asked.answered_at, zone)))
    return ", ".join(told)


def weekly_hours(hours: Availability, words: Words) -> list[tuple[str, str]]:
    """(Monday, 17:00–19:00, 20:00–21:00) of each weekday that has hours, as the person's own wall shows them."""
    days: dict[int, list[str]] = defaultdict(list)
    for weekday, start, end in sorted(hours.weekly):
        days[weekday].append(f"{start}–{end}")
    return [(_weekday(day, words), ", ".join(spans)) for day, spans in sorted(days.items())]


def other_days(hours: Availability, words: Words) -> list[tuple[str, str]]:
    """(24 December 2026, 10:00–12:00) of each day that is not as its weekday; "not at all" where it has no hours."""
    never = words.gettext("not at all")
    return [
        (words.date(date.fromisoformat(day)), ", ".join(f"{start}–{end}" for start, end in spans) or never)
        for day, spans in sorted(hours.overrides.items())
    ]


def local_clock(now: datetime, zone: str, words: Words) -> str:
    """What their clock shows now, for whoever wants to call."""
    return words.clock(now.astimezone(UTC), zone)


def _weekday(day: int, words: Words) -> str:
    name = words.weekday_name(day)
    return name[:1].upper() + name[1:]

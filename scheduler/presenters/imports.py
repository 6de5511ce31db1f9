"""What an import would do, in words."""

from collections.abc import Collection
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from scheduler.phrases import N_
from scheduler.presenters.history import FIELDS
from scheduler.presenters.i18n import Words
from scheduler.presenters.labels import label
from scheduler.programme.checks import WEEKDAYS
from scheduler.programme.files.loading_report import FieldChange, Report
from scheduler.states import ReminderKind

KINDS = {
    "programmes": N_("Programme"), "departments": N_("Departments"), "coordinators": N_("Coordinators"),
    "events": N_("Events"), "people": N_("People"), "memberships": N_("Roles"), "pairs": N_("Pairs"),
    "availability": N_("Times"),
}  # fmt: skip
SPEAK_OF = {
    "programme.toml": ("programmes", "departments", "coordinators", "events"),
    "people.csv": ("people", "memberships"),
    "pairs.csv": ("pairs",),
    "availability.csv": ("availability",),
}
MORE_FIELDS = {
    "name": N_("name"), "locale": N_("language"), "department": N_("department"), "weekly": N_("hours"),
    "starts_on": N_("first day"), "ends_on": N_("last day"), "contact": N_("contact"),
    "meeting_minutes": N_("length of meetings"), "blackouts": N_("days without meetings"), "state": N_("state"),
    "reminders": N_("reminders"),
}  # fmt: skip


def counts(report: Report, files: Collection[str]) -> list[tuple[str, int, int, int]]:
    """(kind, created, changed, left alone) of each kind that the files, by their names, speak of."""
    spoken_of = {kind for name in files for kind in SPEAK_OF[name]}
    return [
        (words, report.created[kind], report.changed[kind], report.same[kind])
        for kind, words in KINDS.items()
        if kind in spoken_of
    ]


def field_name(change: FieldChange) -> str:
    """The English word for the field, to be translated."""
    return {**FIELDS, **MORE_FIELDS}[change.name]


def value(found: Any, change: FieldChange, words: Words, zone: str) -> str:
    """The field's value as a reader would write it; times in `zone`."""
    match found:
        case bool():
            text = words.gettext("yes") if found else words.gettext("no")
        case StrEnum():
            text = words.gettext(label(found))
        case datetime():
            text = f"{words.day(found, zone)}, {words.clock(found, zone)}"
        case date():
            text = words.date(found)
        case dict():
            text = " / ".join(map(str, found.values()))
        case list():
            text = ", ".join(_item(item, change, words) for item in found)
        case _:
            text = "" if found is None else str(found)
    return text or "–"


def _hours(window: Any) -> str:
    day, start, end = window
    return f"{WEEKDAYS[day]} {start}–{end}"


def _item(item: Any, change: FieldChange, words: Words) -> str:
    """A window of the week, a question, a reminder, or a span of days without meetings."""
    if change.name == "weekly":
        return _hours(item)
    if change.name == "reminders":
        return words.gettext(label(ReminderKind(item)))
    if isinstance(item, dict):
        return words.choose(item["text"])
    return "–".join(item)

"""The form of a person's own times: filled from what we know, and read back field by field."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar

from flask_wtf import FlaskForm
from wtforms import FieldList, Form, FormField, StringField, SubmitField

from scheduler.errors import BadComfort, BadDate, DateMissing, EndsBeforeItStarts, Refused, TooManyHours
from scheduler.presenters.times import spells
from scheduler.programme.pairs import comfort
from scheduler.programme.pairs.comfort import PARTS, Fit
from scheduler.programme.people import hour_texts, hours
from scheduler.programme.people.hours import Hours, Window

BLANK_ROWS = 2
MOST_ROWS = 60
DAY = timedelta(days=1)
S = TypeVar("S")
T = TypeVar("T")


class SpellForm(Form):
    """Dates that are otherwise: from, to (or one day), and the hours there; no hours are a day off."""

    first = StringField()
    last = StringField()
    hours = StringField()


class TimesForm(FlaskForm):  # type: ignore[misc]
    class Meta:
        csrf = False  # the page that asks for a sign-in is guarded as a whole; the other's address is its guard

    timezone = StringField()
    week = FieldList(StringField(), min_entries=7, max_entries=7)
    spells = FieldList(FormField(SpellForm), max_entries=MOST_ROWS)
    comfort = FieldList(StringField(), min_entries=len(PARTS), max_entries=len(PARTS))
    more = SubmitField()


@dataclass(frozen=True)
class Given:
    """What the form says, as `hours.give` takes it."""

    timezone: str
    weekly: list[tuple[int, str, str]]
    overrides: dict[date, tuple[Window, ...]]
    comfort: tuple[int, ...] | None


def filled(known: Hours) -> TimesForm:
    """The form with what we know, and room for more dates."""
    form = TimesForm(
        formdata=None,
        data={
            "timezone": known.timezone,
            "week": [hour_texts.write(windows) for windows in known.weekly],
            "spells": [
                {
                    "first": first.isoformat(),
                    "last": "" if last == first else last.isoformat(),
                    "hours": hour_texts.write(windows),
                }
                for first, last, windows in spells(known.dates)[:MOST_ROWS]
            ],
            "comfort": list(comfort.fits(known.comfort)),
        },
    )
    make_room(form)
    return form


def make_room(form: TimesForm) -> None:
    """Adds rows for more dates, as long as there may be more."""
    for _ in range(min(BLANK_ROWS, MOST_ROWS - len(form.spells.entries))):
        form.spells.append_entry()


def read(form: TimesForm) -> tuple[Given, dict[str, Refused]]:
    """What was typed, and what is wrong in it by the name of its field; with anything wrong, the rest is not whole."""
    problems: dict[str, Refused] = {}
    weekly: list[tuple[int, str, str]] = []
    for day, field in enumerate(form.week):
        windows = _tried(problems, field.name, hour_texts.read, field.data or "") or ()
        weekly += [(day, start, end) for start, end in windows]
    dates: dict[date, tuple[Window, ...]] = {}
    for row in form.spells:
        dates.update(_tried(problems, row.name, _spell, row.form) or {})
    table = _tried(problems, "comfort", _table, [field.data for field in form.comfort])
    return Given((form.timezone.data or "").strip(), weekly, dates, table), problems


def _tried(problems: dict[str, Refused], name: str, parse: Callable[[S], T], typed: S) -> T | None:
    """What was typed there, or None and a problem by that name."""
    try:
        return parse(typed)
    except Refused as refused:
        problems[name] = refused
        return None


def _spell(row: SpellForm) -> dict[date, tuple[Window, ...]]:
    """The dates of one row, each with its hours; none of an empty row."""
    first, last, typed = ((field.data or "").strip() for field in (row.first, row.last, row.hours))
    if not first:
        if last or typed:
            raise DateMissing
        return {}
    start, end = _day(first), _day(last or first)
    if end < start:
        raise EndsBeforeItStarts
    if (end - start).days >= hours.MOST_DATES:
        raise TooManyHours(most=hours.MOST_WINDOWS, dates=hours.MOST_DATES)
    windows = hour_texts.read(typed)
    return {start + number * DAY: windows for number in range((end - start).days + 1)}


def _day(typed: str) -> date:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        raise BadDate(text=typed[:40]) from None


def _table(typed: list[str | None]) -> tuple[int, ...] | None:
    try:
        return comfort.table([Fit(each or "") for each in typed])
    except ValueError:
        raise BadComfort from None

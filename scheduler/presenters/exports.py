"""Registrations as a table for a spreadsheet. What people wrote stays text there: no cell is ever a formula."""

import csv
import io
from collections.abc import Mapping, Sequence

from scheduler.models import Event, Registration
from scheduler.phrases import N_
from scheduler.presenters.i18n import Words
from scheduler.presenters.labels import label
from scheduler.programme.folder.formulas import safe
from scheduler.slots import zones
from scheduler.states import RegistrationState, Source

STATES = {
    RegistrationState.CONFIRMED: N_("Seat"),
    RegistrationState.WAITLISTED: N_("On the waitlist"),
    RegistrationState.CANCELLED: N_("Cancelled"),
}
ATTENDED = {True: N_("Yes"), False: N_("No")}
HEAD = (
    N_("Number"), N_("State"), N_("Name"), N_("E-mail"), N_("Time zone"), N_("Registered"), N_("Attended"),
    N_("According to"),
)  # fmt: skip
SEPARATORS = {"sv": ";"}  # what a spreadsheet expects in that language, where a comma is for decimals


def registrations_csv(
    event: Event, registrations: Sequence[Registration], words: Words, *, came: Mapping[int, Source]
) -> bytes:
    """The registrations, a row each, with their answers: CSV in UTF-8 with a byte order mark, so that Excel reads it.

    `came` says by person who saw them come; a mark by hand goes before it.
    Times are wall clock in the event's zone. Answers to questions that are asked no more come last, by name.
    """
    asked = {question["name"]: words.choose(question["text"]) for question in event.questions}
    dropped = sorted({name for row in registrations for name in row.answers} - asked.keys())
    columns = {**asked, **{name: name for name in dropped}}
    out = io.StringIO()
    writer = csv.writer(out, delimiter=SEPARATORS.get(words.locale, ","), quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow([safe(text) for text in (*map(words.gettext, HEAD), *columns.values())])
    for row in registrations:
        writer.writerow(
            [safe(cell) for cell in (*_cells(event, row, words), *_attended(row, words, came), *_answers(row, columns))]
        )
    return out.getvalue().encode("utf-8-sig")


def _cells(event: Event, row: Registration, words: Words) -> list[str]:
    return [
        str(row.number),
        words.gettext(STATES[row.state]),
        row.name,
        row.person.email,
        row.timezone,
        f"{row.registered_at.astimezone(zones.zone(event.timezone)):%Y-%m-%d %H:%M}",
    ]


def _attended(row: Registration, words: Words, came: Mapping[int, Source]) -> list[str]:
    """Yes, no or nothing, and who says so."""
    if row.attended is not None:
        return [words.gettext(ATTENDED[row.attended]), words.gettext(label(Source.COORDINATOR))]
    source = came.get(row.person_id) if row.state is RegistrationState.CONFIRMED else None
    return [words.gettext(ATTENDED[True]), words.gettext(label(source))] if source else ["", ""]


def _answers(row: Registration, columns: dict[str, str]) -> list[str]:
    return [str(row.answers.get(name, "")) for name in columns]

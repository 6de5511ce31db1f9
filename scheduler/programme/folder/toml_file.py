"""programme.toml: the programme, its departments and its events."""

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from scheduler.models.meetings import LONGEST_MINUTES, SHORTEST_MINUTES
from scheduler.phrases import N_, Phrase
from scheduler.programme import checks
from scheduler.programme.checks import Wrong
from scheduler.programme.events.event_details import LONGEST, MOST_SEATS, SHORTEST
from scheduler.programme.folder.record import Problems, Record, place
from scheduler.programme.folder.rows import DepartmentRow, EventRow, ProgrammeRow
from scheduler.programme.folder.toml_places import places
from scheduler.states import Audience, EventFormat, EventKind, ReminderKind

FILE = "programme.toml"
AT = re.compile(r"(.*) \(at (?:line (\d+), column (\d+)|end of document)\)")
PROGRAMME_FIELDS = (
    "slug", "name", "timezone", "locale", "starts_on", "ends_on", "contact", "meeting_minutes", "blackouts",
    "reminders",
)  # fmt: skip
EVENT_FIELDS = (
    "slug", "kind", "title", "audience", "format", "starts", "minutes", "capacity", "place", "opens", "closes",
    "published", "waitlist", "questions", "recorded",
)  # fmt: skip
MINUTE = "%Y-%m-%d %H:%M"
# The programme and its departments are None where the file does not show them.
Rows = tuple[ProgrammeRow | None, tuple[DepartmentRow, ...] | None, tuple[EventRow, ...]]
NOTHING: Rows = (None, None, ())


def parse(text: str, problems: Problems, *, slug: str = "") -> Rows:
    """The rows of the file; NOTHING where its form is broken. What is wrong is noted in `problems`.

    A `slug` is the one that the programme must have.
    """
    try:
        data = tomllib.loads(text)
    except (ValueError, RecursionError) as broken:
        found = AT.fullmatch(str(broken))
        at = place(FILE, found[2], found[3]) if found and found[2] else FILE
        problems.note(at, N_("this is not TOML: %(reason)s"), reason=found[1] if found else broken)
        return NOTHING
    where = _where(text)
    Record(data, lambda field: where(field, 0, ""), problems).refuse_others(("programme", "departments", "events"))
    programme = _programme(data.get("programme"), where, problems)
    if slug and programme and programme.slug and programme.slug != slug:
        why = N_("this is the desk of %(slug)s; another programme is loaded at its own")
        problems.note(where("programme", 0, "slug"), why, slug=slug)
    departments = tuple(_department(record) for record in _each(data, "departments", where, problems))
    zone = programme.timezone if programme else None
    events = tuple(_event(record, zone) for record in _each(data, "events", where, problems))
    _refuse_twice([row.name for row in departments], "departments", "name", where, problems)
    _refuse_twice([row.slug for row in events], "events", "slug", where, problems)
    known = programme is not None and isinstance(data.get("departments", []), list)
    return programme, departments if known else None, events


Where = Callable[[str, int, str], Phrase]


def _where(text: str) -> Where:
    known = places(text)

    def where(table: str, which: int, field: str) -> Phrase:
        found = known.get((table, which, field)) or known.get((table, which, "")) or known.get(("", 0, table))
        line, column = found or (1, 1)
        shown = field if len(field) < 40 and field.isprintable() else ""
        if not shown:
            return place(FILE, line, column)
        return Phrase("%(where)s (%(name)s)", {"where": place(FILE, line, column), "name": shown})

    return where


def _each(data: Mapping[str, Any], table: str, where: Where, problems: Problems) -> Iterator[Record]:
    found = data.get(table, [])
    if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
        problems.note(where(table, 0, ""), N_("write [[%(table)s]], with double brackets, before each"), table=table)
        return
    for which, item in enumerate(found):
        yield Record(item, lambda field, which=which: where(table, which, field), problems)  # type: ignore[misc]


def _refuse_twice(names: list[str], table: str, field: str, where: Where, problems: Problems) -> None:
    for which, name in enumerate(names):
        if name is not None and name in names[:which]:
            why = N_("%(name)s stands there twice; each needs its own %(column)s")
            problems.note(where(table, which, field), why, name=repr(name), column=field)


def _programme(table: object, where: Where, problems: Problems) -> ProgrammeRow | None:
    if not isinstance(table, dict):
        why = N_("write [programme] once, with single brackets, and the programme's fields below it")
        problems.note(where("programme", 0, ""), why)
        return None
    record = Record(table, lambda field: where("programme", 0, field), problems)
    record.refuse_others(PROGRAMME_FIELDS)
    row = ProgrammeRow(
        slug=record.take("slug", checks.slug),
        name=record.take("name", _by_language),
        timezone=record.take("timezone", checks.zone),
        locale=record.take("locale", checks.locale, "en"),
        starts_on=record.take("starts_on", checks.day),
        ends_on=record.take("ends_on", checks.day),
        contact=record.take("contact", checks.email),
        meeting_minutes=record.take("meeting_minutes", checks.whole_number(SHORTEST_MINUTES, LONGEST_MINUTES), 45),
        blackouts=record.take("blackouts", _blackouts, ()),
        reminders=record.take("reminders", _reminders, None),
    )
    if row.starts_on and row.ends_on and row.ends_on < row.starts_on:
        record.problems.note(record.where("ends_on"), N_("the programme ends before it starts; write a later date"))
    return row


def _department(record: Record) -> DepartmentRow:
    record.refuse_others(("name", "coordinators"))
    return DepartmentRow(record.take("name", checks.name), record.take("coordinators", _emails, ()))


def _event(record: Record, timezone: str | None) -> EventRow:
    record.refuse_others(EVENT_FIELDS)
    wall_clock = partial(checks.wall_clock, timezone=timezone)
    row = EventRow(
        slug=record.take("slug", checks.slug),
        kind=record.take("kind", checks.one_of(EventKind)),
        title=record.take("title", _by_language),
        audience=record.take("audience", checks.one_of(Audience)),
        format=record.take("format", checks.one_of(EventFormat)),
        starts=record.take("starts", wall_clock),
        minutes=record.take("minutes", checks.whole_number(SHORTEST, LONGEST)),
        capacity=record.take("capacity", checks.whole_number(1, MOST_SEATS), None),
        place=record.take("place", checks.text, ""),
        opens=record.take("opens", wall_clock, None),
        closes=record.take("closes", wall_clock, None),
        published=record.take("published", checks.truth, True),
        waitlist=record.take("waitlist", checks.truth, True),
        questions=record.take("questions", _questions, ()),
        recorded=record.take("recorded", checks.truth, None),
        where=record.where,
    )
    closes, field = (row.closes, "closes") if row.closes else (row.starts, "opens")
    if row.opens and closes and closes <= row.opens:
        why = N_("registration opens at %(opens)s, and closes no later, at %(closes)s")
        record.problems.note(record.where(field), why, opens=f"{row.opens:{MINUTE}}", closes=f"{closes:{MINUTE}}")
    return row


def _by_language(value: object) -> dict[str, str]:
    if isinstance(value, str):
        return dict.fromkeys(checks.LOCALES, checks.text(value))
    if not isinstance(value, dict) or not value:
        raise Wrong(N_('write a text, or { sv = "...", en = "..." }'))
    return {checks.locale(language): _within(language, checks.text, text) for language, text in value.items()}


def _emails(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise Wrong(N_('write a list of addresses, ["anna@example.org"]'))
    return tuple(dict.fromkeys(checks.email(item) for item in value))


def _blackouts(value: object) -> tuple[tuple[Any, Any], ...]:
    if not isinstance(value, list) or not all(isinstance(item, list) and len(item) == 2 for item in value):
        raise Wrong(N_("write [[2026-12-21, 2027-01-06]], the first and the last day of each"))
    spans = tuple((checks.day(first), checks.day(last)) for first, last in value)
    for first, last in spans:
        if last < first:
            why = N_("the days from %(first)s to %(last)s end before they start; write the earlier one first")
            raise Wrong(why, first=first, last=last)
    return spans


def _reminders(value: object) -> tuple[ReminderKind, ...]:
    if not isinstance(value, list):
        raise Wrong(N_('write a list, ["day", "hour"] or ["day"] or ["hour"] or []'))
    found = {checks.one_of(ReminderKind)(kind) for kind in value}
    return tuple(kind for kind in ReminderKind if kind in found)


def _questions(value: object) -> tuple[dict[str, Any], ...]:
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise Wrong(N_('write [{ name = "diet", text = { sv = "...", en = "..." }, required = false }]'))
    questions = tuple(
        _within(Phrase(N_("question %(number)s"), {"number": which}), _question, item)
        for which, item in enumerate(value, start=1)
    )
    names = [question["name"] for question in questions]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice:
        raise Wrong(N_("two questions have the name %(name)s; each needs its own"), name=repr(twice))
    return questions


def _question(item: dict[str, Any]) -> dict[str, Any]:
    for key in item:
        if key not in {"name", "text", "required"}:
            raise Wrong(N_("a question has no field %(column)s; known are name, text, required"), column=repr(key[:40]))
    return {
        "name": _within("name", checks.slug, item.get("name")),
        "text": _within("text", _by_language, item.get("text")),
        "required": _within("required", checks.truth, item.get("required", False)),
    }


def _within(part: str | Phrase, check: Callable[[Any], Any], value: object) -> Any:
    """The checked value; what is wrong with it says in which part of the field it stands."""
    try:
        return check(value)
    except Wrong as wrong:
        raise Wrong("%(part)s: %(what)s", part=part, what=wrong.phrase) from None

"""people.csv, pairs.csv and availability.csv: UTF-8, with a header line, comma or semicolon."""

import csv
import io
from collections.abc import Iterator

from scheduler.programme import checks
from scheduler.programme.folder.record import Problems, Record
from scheduler.programme.folder.rows import DepartmentRow, PairRow, PersonRow, ProgrammeRow, WindowRow
from scheduler.states import Role

PEOPLE = ("email", "name", "role", "department", "timezone", "locale")
PAIRS = ("mentor", "mentee")
AVAILABILITY = ("email", "weekday", "start", "end")
QUOTES = 'the quotes of this row do not match; close each that is opened, and write one within a cell twice, as ""'


def people(
    text: str | None,
    programme: ProgrammeRow | None,
    departments: tuple[DepartmentRow, ...] | None,
    problems: Problems,
) -> tuple[PersonRow, ...]:
    """The people, each role a row; zone and language default to the programme's.

    Without a programme and departments, since their file is broken, the rest is still checked.
    """
    known = None if departments is None else {department.name for department in departments}
    zone, locale = (programme.timezone, programme.locale) if programme else ("", "")
    rows: list[PersonRow] = []
    for line, record in _records("people.csv", text, PEOPLE, problems):
        row = PersonRow(
            line=line,
            email=record.take("email", checks.email),
            name=record.take("name", checks.name),
            role=record.take("role", checks.one_of(Role)),
            department=record.take("department", checks.name, ""),
            timezone=record.take("timezone", checks.zone, zone),
            locale=record.take("locale", checks.locale, locale),
        )
        if row.department and known is not None and row.department not in known:
            why = f"programme.toml has no department {row.department!r}; add it there, or correct it here"
            problems.note(record.where("department"), why)
        rows.append(row)
    _check_same_person(rows, problems)
    return tuple(rows)


def pairs(text: str | None, problems: Problems) -> tuple[PairRow, ...]:
    rows: dict[tuple[str, str], PairRow] = {}
    for line, record in _records("pairs.csv", text, PAIRS, problems):
        row = PairRow(line, record.take("mentor", checks.email), record.take("mentee", checks.email))
        if not row.mentor or not row.mentee:
            continue
        if row.mentor == row.mentee:
            problems.note(record.where("mentee"), f"{row.mentee} cannot be paired with themselves")
        other = rows.setdefault((row.mentor, row.mentee), row)
        if other is not row:
            problems.note(record.where("mentor"), f"this pair is already on line {other.line}; remove one of the two")
    return tuple(rows.values())


def availability(text: str | None, problems: Problems) -> tuple[WindowRow, ...]:
    rows: list[WindowRow] = []
    for line, record in _records("availability.csv", text, AVAILABILITY, problems):
        row = WindowRow(
            line=line,
            email=record.take("email", checks.email),
            weekday=record.take("weekday", checks.weekday),
            start=record.take("start", checks.clock),
            end=record.take("end", checks.end_clock),
        )
        if row.start and row.start == row.end:
            problems.note(record.where("end"), f"the window ends where it starts, at {row.end}; write a later end")
        rows.append(row)
    return tuple(rows)


def _records(file: str, text: str | None, columns: tuple[str, ...], problems: Problems) -> Iterator[tuple[int, Record]]:
    """(line, record) of each row that is not blank; the line is the row's first."""
    lines = list(io.StringIO(text, newline=""))  # it parts lines where CSV does: not at U+2028, as splitlines would
    above = next((number for number, line in enumerate(lines) if line.strip(",; \t\r\n")), None)
    if above is None:
        return
    separator = ";" if ";" in lines[above] else ","
    reader = csv.reader(lines[above:], delimiter=separator, skipinitialspace=True, strict=True)
    line = above + 1
    try:
        names = [name.strip().lower() for name in next(reader)]
        if sorted(names) != sorted(columns):
            why = f"the columns must be {','.join(columns)}, not {','.join(names)[:80]!r}"
            problems.note(f"{file} line {line}", why)
            return
        line = above + reader.line_num + 1
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield line, _record(file, line, names, cells, problems)
            line = above + reader.line_num + 1
    except csv.Error:
        problems.note(f"{file} line {line}", QUOTES)


def _record(file: str, line: int, names: list[str], cells: list[str], problems: Problems) -> Record:
    if len(cells) > len(names):
        why = f"there are {len(cells)} cells under {len(names)} columns; put a cell with a separator in it in quotes"
        problems.note(f"{file} line {line}", why)
    data = dict(zip(names, (cell.strip() for cell in cells), strict=False))
    return Record(data, lambda field: f"{file} line {line}, column {field}", problems)


def _check_same_person(rows: list[PersonRow], problems: Problems) -> None:
    """Two rows with one address are one person in two roles, and agree on the rest."""
    first: dict[str, PersonRow] = {}
    for row in rows:
        other = first.setdefault(row.email, row)
        if other is row or not row.email:
            continue
        if row.role and other.role == row.role:
            why = f"{row.email} is already a {row.role} on line {other.line}; remove one of the two"
            problems.note(f"people.csv line {row.line}, column email", why)
        for field in ("name", "timezone", "locale"):
            here, there = getattr(row, field), getattr(other, field)
            if here and there and here != there:
                problems.note(
                    f"people.csv line {row.line}, column {field}",
                    f"{row.email} has another {field} on line {other.line}; write the same on both",
                )

"""people.csv, pairs.csv and availability.csv: UTF-8, with a header line, comma or semicolon."""

import csv
from collections.abc import Iterator

from scheduler.programme import checks
from scheduler.programme.folder.record import Problems, Record
from scheduler.programme.folder.rows import DepartmentRow, PairRow, PersonRow, ProgrammeRow, WindowRow
from scheduler.states import Role

PEOPLE = ("email", "name", "role", "department", "timezone", "locale")
PAIRS = ("mentor", "mentee")
AVAILABILITY = ("email", "weekday", "start", "end")


def people(
    text: str, programme: ProgrammeRow, departments: tuple[DepartmentRow, ...], problems: Problems
) -> tuple[PersonRow, ...]:
    """The people, each role a row; zone and language default to the programme's."""
    known = {department.name for department in departments}
    rows: list[PersonRow] = []
    for line, record in _records("people.csv", text, PEOPLE, problems):
        row = PersonRow(
            line=line,
            email=record.take("email", checks.email),
            name=record.take("name", checks.name),
            role=record.take("role", checks.one_of(Role)),
            department=record.take("department", checks.name, ""),
            timezone=record.take("timezone", checks.zone, programme.timezone),
            locale=record.take("locale", checks.locale, programme.locale),
        )
        if row.department and row.department not in known:
            problems.note(record.where("department"), f"programme.toml has no department {row.department!r}")
        rows.append(row)
    _check_same_person(rows, problems)
    return tuple(rows)


def pairs(text: str, problems: Problems) -> tuple[PairRow, ...]:
    rows: list[PairRow] = []
    for line, record in _records("pairs.csv", text, PAIRS, problems):
        row = PairRow(line, record.take("mentor", checks.email), record.take("mentee", checks.email))
        if row.mentor and row.mentor == row.mentee:
            problems.note(record.where("mentee"), f"{row.mentee} cannot be paired with themselves")
        if any((row.mentor, row.mentee) == (other.mentor, other.mentee) for other in rows):
            problems.note(record.where("mentor"), "this pair stands there twice; remove one line")
        rows.append(row)
    return tuple(rows)


def availability(text: str, problems: Problems) -> tuple[WindowRow, ...]:
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


def _records(file: str, text: str, columns: tuple[str, ...], problems: Problems) -> Iterator[tuple[int, Record]]:
    """(line, record) of each row that is not blank."""
    if not text:
        return
    header, _, _ = text.partition("\n")
    reader = csv.reader(text.splitlines(keepends=True), delimiter=";" if ";" in header else ",", strict=True)
    try:
        names = [name.strip().lower() for name in next(reader, [])]
        if sorted(names) != sorted(columns):
            problems.note(f"{file} line 1", f"the columns must be {','.join(columns)}, not {','.join(names)[:80]!r}")
            return
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield reader.line_num, _record(file, reader.line_num, names, cells, problems)
    except csv.Error as broken:
        problems.note(f"{file} line {reader.line_num}", f"this is not CSV: {broken}")


def _record(file: str, line: int, names: list[str], cells: list[str], problems: Problems) -> Record:
    if len(cells) > len(names):
        problems.note(f"{file} line {line}", f"there are {len(cells)} cells under {len(names)} columns; quote commas")
    data = dict(zip(names, (cell.strip() for cell in cells), strict=False))
    return Record(data, lambda field: f"{file} line {line}, column {field}", problems)


def _check_same_person(rows: list[PersonRow], problems: Problems) -> None:
    """Two rows with one address are one person in two roles, and agree on the rest."""
    first: dict[str, PersonRow] = {}
    for row in rows:
        other = first.setdefault(row.email, row)
        if other is row or not row.email:
            continue
        if other.role == row.role:
            problems.note(f"people.csv line {row.line}, column email", f"{row.email} is already on line {other.line}")
        for field in ("name", "timezone", "locale"):
            if getattr(row, field) != getattr(other, field):
                problems.note(
                    f"people.csv line {row.line}, column {field}",
                    f"{row.email} has another {field} on line {other.line}; write the same on both",
                )

"""people.csv, pairs.csv, availability.csv and a pool of links: UTF-8, with a header line, comma or semicolon."""

import csv
import io
from collections.abc import Iterator

from scheduler.errors import BadLink
from scheduler.phrases import N_
from scheduler.programme import checks
from scheduler.programme.checks import Wrong
from scheduler.programme.folder.formulas import plain
from scheduler.programme.folder.record import Problems, Record, place
from scheduler.programme.folder.rows import DepartmentRow, LinkRow, PairRow, PersonRow, ProgrammeRow, WindowRow
from scheduler.programme.pairs.modes import check_link
from scheduler.states import Role

PEOPLE = ("email", "name", "role", "department", "timezone", "locale")
PAIRS = ("mentor", "mentee")
AVAILABILITY = ("email", "weekday", "start", "end")
LINKS = ("name", "join_url", "passcode", "capacity")
MOST_AT_ONCE = 10
LONGEST_PASSCODE = 40
QUOTES = N_('the quotes of this row do not match; close each that is opened, and write one within a cell twice, as ""')
COLUMNS = N_("the columns must be %(columns)s, not %(found)s")
CELLS = N_("there are %(cells)s cells under %(columns)s columns; put a cell with a separator in it in quotes")


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
            why = N_("programme.toml has no department %(name)s; add it there, or correct it here")
            problems.note(record.where("department"), why, name=repr(row.department))
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
            problems.note(record.where("mentee"), N_("%(email)s cannot be paired with themselves"), email=row.mentee)
        other = rows.setdefault((row.mentor, row.mentee), row)
        if other is not row:
            why = N_("this pair is already on line %(line)s; remove one of the two")
            problems.note(record.where("mentor"), why, line=other.line)
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
            why = N_("the window ends where it starts, at %(clock)s; write a later end")
            problems.note(record.where("end"), why, clock=row.end)
        rows.append(row)
    return tuple(rows)


def links(file: str, text: str | None, problems: Problems) -> tuple[LinkRow, ...]:
    """The links of the pool: one room and one name each. A capacity that is left empty is 1."""
    rows: list[LinkRow] = []
    lines: dict[tuple[str, str], int] = {}
    for line, record in _records(file, text, LINKS, problems):
        row = LinkRow(
            line=line,
            name=record.take("name", _name_of_link),
            join_url=record.take("join_url", _link),
            passcode=record.take("passcode", _passcode, ""),
            capacity=record.take("capacity", _capacity, 1),
        )
        for field in ("name", "join_url"):
            value = getattr(row, field)
            other = lines.setdefault((field, value), line)
            if value and other != line:
                why = N_("this is already on line %(line)s; remove one of the two")
                problems.note(record.where(field), why, line=other)
        rows.append(row)
    return tuple(rows)


def _name_of_link(value: object) -> str:
    found = checks.name(value)
    if "@" in found:
        raise Wrong(N_("write a name without @, which only users at Zoom have"))
    return found


def _link(value: object) -> str:
    found = str(value).strip()
    try:
        check_link(found)
    except BadLink:
        raise Wrong(N_("write the whole address of the meeting, such as https://zoom.us/j/123?pwd=abc")) from None
    return found


def _passcode(value: object) -> str:
    found = str(value).strip()
    if len(found) > LONGEST_PASSCODE or checks.unprintable(found):
        raise Wrong(N_("write at most %(longest)s letters and digits"), longest=LONGEST_PASSCODE)
    return found


def _capacity(value: object) -> int:
    found = str(value).strip()
    if not found.isascii() or not found.isdecimal() or not 1 <= int(found[:3]) <= MOST_AT_ONCE:
        raise Wrong(N_("write a whole number from 1 to %(most)s, or nothing for 1"), most=MOST_AT_ONCE)
    return int(found)


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
            found = repr(",".join(names)[:80])
            problems.note(place(file, line), COLUMNS, columns=",".join(columns), found=found)
            return
        line = above + reader.line_num + 1
        for cells in reader:
            if any(plain(cell.strip()) for cell in cells):
                yield line, _record(file, line, names, cells, problems)
            line = above + reader.line_num + 1
    except csv.Error:
        problems.note(place(file, line), QUOTES)


def _record(file: str, line: int, names: list[str], cells: list[str], problems: Problems) -> Record:
    if len(cells) > len(names):
        problems.note(place(file, line), CELLS, cells=len(cells), columns=len(names))
    data = dict(zip(names, (plain(cell.strip()) for cell in cells), strict=False))
    return Record(data, lambda field: place(file, line, field), problems)


def _check_same_person(rows: list[PersonRow], problems: Problems) -> None:
    """Two rows with one address are one person in two roles, and agree on the rest."""
    first: dict[str, PersonRow] = {}
    for row in rows:
        other = first.setdefault(row.email, row)
        if other is row or not row.email:
            continue
        if row.role and other.role == row.role:
            why = N_("%(email)s is already a %(role)s on line %(line)s; remove one of the two")
            problems.note(place("people.csv", row.line, "email"), why, email=row.email, role=row.role, line=other.line)
        for field in ("name", "timezone", "locale"):
            here, there = getattr(row, field), getattr(other, field)
            if here and there and here != there:
                why = N_("%(email)s has another %(column)s on line %(line)s; write the same on both")
                where = place("people.csv", row.line, field)
                problems.note(where, why, email=row.email, column=field, line=other.line)

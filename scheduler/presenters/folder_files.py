"""The people, pairs and hours that a programme has now, as the files that load them; no cell is ever a formula."""

import csv
import io
from collections.abc import Iterable, Sequence

from scheduler.models import Pair
from scheduler.programme.checks import WEEKDAYS
from scheduler.programme.desk import PersonRow
from scheduler.programme.folder import csv_files
from scheduler.programme.folder.formulas import safe


def people_csv(rows: Iterable[PersonRow]) -> bytes:
    """people.csv: a row for each role."""
    lines = [
        (
            row.person.email,
            row.person.name,
            role.role,
            role.department.name if role.department else "",
            row.person.timezone,
            row.person.locale,
        )
        for row in sorted(rows, key=lambda row: row.person.email)
        for role in row.memberships
    ]
    return _file(csv_files.PEOPLE, lines)


def pairs_csv(pairs: Iterable[Pair]) -> bytes:
    """pairs.csv."""
    return _file(csv_files.PAIRS, [(pair.mentor.email, pair.mentee.email) for pair in pairs])


def availability_csv(rows: Iterable[PersonRow]) -> bytes:
    """availability.csv: the hours of each week. What is otherwise on single dates has no place in the file."""
    lines = [
        (row.person.email, WEEKDAYS[weekday], start, end)
        for row in sorted(rows, key=lambda row: row.person.email)
        if row.hours
        for weekday, start, end in sorted(row.hours.weekly)
    ]
    return _file(csv_files.AVAILABILITY, lines)


def _file(columns: Sequence[str], lines: Iterable[Sequence[str]]) -> bytes:
    """CSV in UTF-8 with a byte order mark, so that Excel reads it."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([safe(cell) for cell in line] for line in lines)
    return out.getvalue().encode("utf-8-sig")

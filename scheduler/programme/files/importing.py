"""Bringing some of a programme's files in from its desk: looked at first, without a trace, then loaded as looked at."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from scheduler.errors import ImportChanged, NoFile
from scheduler.models import Delivery, Programme
from scheduler.programme import folder as folders
from scheduler.programme.files import loading
from scheduler.programme.files.loading_report import Report
from scheduler.programme.folder.rows import DepartmentRow, Folder, Known, ProgrammeRow
from scheduler.states import Channel


@dataclass(frozen=True)
class Preview:
    """What loading would do, and how many mails it would owe. The fingerprint is the same while that is the same."""

    report: Report
    mails: int
    fingerprint: str


def preview(session: Session, programme: Programme, files: Mapping[str, bytes], *, by: str, now: datetime) -> Preview:
    """What loading these files would do, found out by doing it and taking all of it back.

    `files` are some of a folder's, by their names. BadFolder by file, line and column; NoFile without any.
    """
    rows = _read(programme, files)
    trial = session.begin_nested()
    try:
        mails = _mails(session)
        _, report = loading.load(session, rows, by=by, now=now, keeps_strangers=True)
        session.flush()
        return Preview(report, _mails(session) - mails, _fingerprint(report))
    finally:
        trial.rollback()


def load(
    session: Session, programme: Programme, files: Mapping[str, bytes], *, seen: str, by: str, now: datetime
) -> Report:
    """Loads the files if that does what was seen, by its fingerprint; ImportChanged, and nothing to keep, if not.

    Raises what `preview` raises.
    """
    _, report = loading.load(session, _read(programme, files), by=by, now=now, keeps_strangers=True)
    if _fingerprint(report) != seen:
        raise ImportChanged
    return report


def _read(programme: Programme, files: Mapping[str, bytes]) -> Folder:
    if not files:
        raise NoFile
    departments = tuple(DepartmentRow(department.name, ()) for department in programme.departments)
    return folders.read_files(files, Known(_row(programme), departments))


def _row(programme: Programme) -> ProgrammeRow:
    """The programme as its file would say it."""
    spans = ((date.fromisoformat(first), date.fromisoformat(last)) for first, last in programme.blackouts)
    return ProgrammeRow(
        slug=programme.slug,
        name=programme.name,
        timezone=programme.timezone,
        locale=programme.locale,
        starts_on=programme.starts_on,
        ends_on=programme.ends_on,
        contact=programme.contact,
        meeting_minutes=programme.meeting_minutes,
        blackouts=tuple(spans),
    )


def _mails(session: Session) -> int:
    return session.scalar(select(func.count()).where(Delivery.channel == Channel.MAIL)) or 0


def _fingerprint(report: Report) -> str:
    return hashlib.sha256(repr(report.rows).encode()).hexdigest()

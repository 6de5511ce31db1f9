"""A pool of links that somebody made by hand, where Träff has no access to Zoom's API: hosts like any others."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.errors import ImportChanged, NoFile
from scheduler.models import Event, Host, Programme, ZoomMeeting
from scheduler.programme import audit, folder, reminders
from scheduler.programme.folder.rows import LinkRow
from scheduler.states import Action, HostKind

FILE = "links.csv"


@dataclass(frozen=True)
class LinkReport:
    """The names of the links by what became of them."""

    created: list[str]
    changed: list[str]
    same: list[str]
    retired: list[str]

    @property
    def fingerprint(self) -> str:
        """The same while it would do the same."""
        return hashlib.sha256(repr(self).encode()).hexdigest()


def preview(session: Session, content: bytes, *, now: datetime) -> LinkReport:
    """What loading the file would do, found out by doing it and taking all of it back.

    BadFolder by line and column; NoFile for an empty one.
    """
    rows = _read(content)
    trial = session.begin_nested()
    try:
        return sync(session, rows, now=now)
    finally:
        trial.rollback()


def load(session: Session, programme: Programme, content: bytes, *, seen: str, by: str, now: datetime) -> LinkReport:
    """Loads the file from a programme's desk if that does what was seen, by its fingerprint; ImportChanged if not.

    Raises what `preview` raises.
    """
    report = sync(session, _read(content), now=now)
    if report.fingerprint != seen:
        raise ImportChanged
    audit.note(
        session,
        Action.LINKS_LOADED,
        programme_id=programme.id,
        by=by,
        now=now,
        created=len(report.created),
        changed=len(report.changed),
        retired=len(report.retired),
    )
    return report


def sync(session: Session, rows: Sequence[LinkRow], *, now: datetime) -> LinkReport:
    """Makes the links of the pool what the rows say; the users at Zoom stay as they are.

    A link that left keeps its meetings and gets no more. Where a link leads elsewhere, the doors of its meetings do so
    at once, and whoever was mailed the old one is reminded again.
    """
    of_links = select(Host).where(Host.kind == HostKind.LINK).order_by(Host.id)
    known = {host.email: host for host in session.scalars(of_links.with_for_update())}
    report = LinkReport([], [], [], [])
    named = {row.name for row in rows}
    for row in rows:
        _bring_in(session, row, known.get(row.name), report, now)
    for host in known.values():
        if host.email not in named and not host.retired:
            host.retired = True
            report.retired.append(host.email)
    session.flush()
    return report


def _read(content: bytes) -> Sequence[LinkRow]:
    if not content:
        raise NoFile
    return folder.links_in(FILE, content)


def _bring_in(session: Session, row: LinkRow, host: Host | None, report: LinkReport, now: datetime) -> None:
    values = {"join_url": row.join_url, "passcode": row.passcode, "capacity": row.capacity, "retired": False}
    if host is None:
        session.add(Host(email=row.name, kind=HostKind.LINK, **values))
        report.created.append(row.name)
        return
    differs = {name for name, value in values.items() if getattr(host, name) != value}
    for name in differs:
        setattr(host, name, values[name])
    if differs & {"join_url", "passcode"}:
        _follow(session, host, now)
    (report.changed if differs else report.same).append(row.name)


def _follow(session: Session, host: Host, now: datetime) -> None:
    for kept in session.scalars(select(ZoomMeeting).where(ZoomMeeting.host_id == host.id, ZoomMeeting.wanted)):
        kept.join_url, kept.passcode = host.join_url, host.passcode
        about = kept.about
        if about.starts_at <= now:
            continue
        if isinstance(about, Event):
            reminders.follow_event_link(session, about)
        else:
            reminders.follow_meeting_link(about)

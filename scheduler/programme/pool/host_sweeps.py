"""Each host's meetings at Zoom are compared with what we want there now and then, and what differs is mended."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from scheduler import outbox
from scheduler.messages import SweepHost
from scheduler.models import Event, Host, Meeting, ZoomMeeting
from scheduler.programme.pool import zoom_meetings
from scheduler.states import DeliveryState, HostKind

EVERY = timedelta(hours=1)
AT_A_TIME = 5  # hosts a tick
LONGEST = timedelta(days=1)  # no meeting and no event lasts longer


class Known(NamedTuple):
    """What we know of a reference."""

    row_id: int
    zoom_id: int | None
    wanted: bool


@dataclass(frozen=True)
class Sweep:
    """What was found at Zoom of a host's meetings of ours, by Zoom's ids, from `since` on.

    `right` and `wrong` of those `there` are as wanted, or not. `strays` are rows without an id that Zoom has a meeting
    of, and when that was made; `held` are all rows that Zoom still has one of.
    """

    since: datetime
    there: Collection[int]
    right: Collection[int]
    wrong: Collection[int]
    strays: Mapping[int, datetime]
    held: Collection[int]


def owe_due(session: Session, *, now: datetime) -> None:
    """Has the hosts looked through whose turn it is: those in service, and those with something to come or to go."""
    to_come = ZoomMeeting.wanted & or_(*(about.starts_at > now - LONGEST for about in (Meeting, Event)))
    to_go = ~ZoomMeeting.wanted & ZoomMeeting.gone_at.is_(None)
    holds = select(ZoomMeeting.id).outerjoin(ZoomMeeting.meeting).outerjoin(ZoomMeeting.event)
    holds = holds.where(ZoomMeeting.host_id == Host.id, or_(to_come, to_go)).correlate(Host)
    due = select(Host).where(Host.kind == HostKind.API, or_(Host.retired.is_(False), holds.exists()))
    due = due.where(or_(Host.swept_at.is_(None), Host.swept_at <= now - EVERY)).order_by(Host.swept_at, Host.id)
    for host in session.scalars(due.limit(AT_A_TIME).with_for_update(skip_locked=True)):
        host.swept_at = now
        outbox.put(session, SweepHost(host.id, now), programme_id=None, now=now)


def known(session: Session, host_id: int) -> dict[str, Known]:
    """All that was ever wanted of this host, by reference: one that is not here is not ours, and left alone."""
    columns = select(ZoomMeeting.reference, ZoomMeeting.id, ZoomMeeting.zoom_id, ZoomMeeting.wanted)
    found = session.execute(columns.where(ZoomMeeting.host_id == host_id))
    return {reference: Known(row_id, zoom_id, wanted) for reference, row_id, zoom_id, wanted in found}


def coming(session: Session, host_id: int, *, now: datetime) -> list[ZoomMeeting]:
    """The host's meetings that are wanted and not over; those first that were not looked at for longest."""
    query = select(ZoomMeeting).where(ZoomMeeting.host_id == host_id, ZoomMeeting.wanted)
    query = query.options(joinedload(ZoomMeeting.meeting), joinedload(ZoomMeeting.event)).order_by(ZoomMeeting.id)
    found = [row for row in session.scalars(query) if row.about.ends_at > now]
    return sorted(found, key=lambda row: row.seen_at or now)


def settle(session: Session, host_id: int, found: Sweep, *, now: datetime) -> None:
    """Owes what makes Zoom as wanted again; what is missing or differs is first looked at once more."""
    for row in coming(session, host_id, now=now):
        if row.zoom_id is None:
            if row.intent_at is None:
                row.intent_at = found.strays.get(row.id)  # so that it is looked for, and adopted
            if not zoom_meetings.is_owed(session, row):
                zoom_meetings.make(session, row, now=now)
        elif row.seen_at is not None and row.seen_at >= found.since:
            continue  # made or looked at since
        elif row.zoom_id in found.right:
            row.seen_at, row.missing_since = now, None
            zoom_meetings.is_right(session, row, now=now)
        elif row.zoom_id not in found.there or row.zoom_id in found.wrong or zoom_meetings.was_given_up(session, row):
            zoom_meetings.check(session, row, now=now)
    left = select(ZoomMeeting).where(ZoomMeeting.host_id == host_id, ~ZoomMeeting.wanted, ZoomMeeting.gone_at.is_(None))
    for row in session.scalars(left):
        if row.id not in found.held and not zoom_meetings.is_owed(session, row):
            zoom_meetings.gone(session, row, now=now)
    outbox.supersede(session, SweepHost(host_id, found.since), state=DeliveryState.FAILED, now=now)

"""What its host cannot make at Zoom in time goes to another host: its day is used up, and the start is before the next.

Nobody's calendar entry changes by that: an invite holds the door, and the door follows.
"""

from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, contains_eager

from scheduler.errors import NoHostFree
from scheduler.models import Event, Host, HostDay, Meeting, ZoomMeeting
from scheduler.programme import locks
from scheduler.programme.pool import budgets, hosts
from scheduler.programme.pool.hosts import About
from scheduler.states import HostKind

AT_A_TIME = 20


def move_stranded(session: Session, *, now: datetime) -> None:
    """Gives what is stranded another host, if one is free; else it waits where it is, and the desk says so.

    A few at a time, those that begin first; what cannot be helped now takes no turn from what can.
    """
    found = _helpable(session, _stranded(session, now), now)[:AT_A_TIME]
    if not found:
        return
    for event in sorted((about for about in found if isinstance(about, Event)), key=lambda event: event.id):
        locks.take_event(session, event)
    locks.take_for_booking(session, [about.pair for about in found if isinstance(about, Meeting)])
    hosts.lanes(session, lock=True)
    for about in _stranded(session, now):
        if about not in found:
            continue  # not locked
        try:
            with session.begin_nested():
                hosts.release(session, about, now=now)
                hosts.lease(session, about, now=now)
        except NoHostFree:
            continue


def _helpable(session: Session, stranded: list[About], now: datetime) -> list[About]:
    """Those of them for which a host is free now, which is looked at without a lock."""
    if not stranded:
        return []
    board = hosts.board(session, stranded[0].starts_at - hosts.BEFORE, now=now)
    return [about for about in stranded if board.free(about.starts_at, about.minutes)]


def _stranded(session: Session, now: datetime) -> list[About]:
    """What is not made yet, has not begun, and cannot be made before its start; what begins first comes first."""
    both = HostDay.creates + HostDay.updates
    used_up = or_(HostDay.exhausted, HostDay.creates >= budgets.CREATES, both >= budgets.DAILY)
    query = (
        select(ZoomMeeting)
        .join(ZoomMeeting.host)
        .join(HostDay, HostDay.host_id == Host.id)
        .outerjoin(ZoomMeeting.meeting)
        .outerjoin(ZoomMeeting.event)
        .options(contains_eager(ZoomMeeting.meeting), contains_eager(ZoomMeeting.event))
        .where(Host.kind == HostKind.API, HostDay.day == budgets.day(now), used_up)
        .where(ZoomMeeting.wanted, ZoomMeeting.zoom_id.is_(None), ZoomMeeting.intent_at.is_(None))
    )
    in_time = budgets.reset(now) + hosts.MAKING + hosts.BEFORE
    for start in (Meeting.starts_at, Event.starts_at):
        query = query.where(or_(start.is_(None), (start > now) & (start < in_time)))
    query = query.order_by(func.coalesce(Meeting.starts_at, Event.starts_at), ZoomMeeting.id)
    return [row.about for row in session.scalars(query.execution_options(populate_existing=True))]

"""Zoom is asked who was there, whether its webhooks came or not: what they said may be half of it."""

from datetime import datetime, timedelta

from sqlalchemy import Select, and_, exists, or_, select
from sqlalchemy.orm import Session

from scheduler import outbox
from scheduler.messages import FetchAttendance
from scheduler.models import Event, Host, Meeting, ZoomMeeting
from scheduler.states import EventState, HostKind, MeetingState

# Zoom's report is ready some minutes after the end, and now and then not for hours.
AFTER = (timedelta(minutes=30), timedelta(hours=24))
OLDEST = timedelta(days=7)


def ask_due(session: Session, *, now: datetime) -> None:
    """Owes the question for each meeting and event that ended half an hour ago, and once more a day after its end.

    Not for one whose people have said whether they met, or that is cancelled: what nobody needs is not fetched.
    """
    if not _speaks_to_zoom(session):
        return
    for row in session.scalars(_candidates(now)):
        if _is_due(row, now):
            row.asked_at = now
            message = FetchAttendance(row.meeting_id, row.id, event_id=row.event_id)
            outbox.put(session, message, programme_id=row.programme_id, now=now)


def _speaks_to_zoom(session: Session) -> bool:
    api = exists().where(Host.kind == HostKind.API, Host.retired.is_(False))
    return bool(session.scalar(select(api)))


def _candidates(now: datetime) -> Select[ZoomMeeting]:
    """What is over lately by the clock, and not known to be over in any other way; nobody else's meanwhile."""
    lately = [
        and_(about.starts_at > now - OLDEST, about.starts_at < now - AFTER[0], about.state == state)
        for about, state in ((Meeting, MeetingState.BOOKED), (Event, EventState.PUBLISHED))
    ]
    query = select(ZoomMeeting).outerjoin(ZoomMeeting.meeting).outerjoin(ZoomMeeting.event).where(or_(*lately))
    query = query.where(Meeting.not_held_at.is_(None))
    query = query.where(ZoomMeeting.wanted, ZoomMeeting.zoom_id.is_not(None)).order_by(ZoomMeeting.id)
    locked = query.with_for_update(of=ZoomMeeting, skip_locked=True, key_share=True)
    return locked.execution_options(populate_existing=True)


def _is_due(row: ZoomMeeting, now: datetime) -> bool:
    """Whether an instant of asking has passed since it was last asked; a meeting that moved has new ones."""
    end = max(row.about.ends_at, row.ended_at or row.about.starts_at)
    return any(end + wait <= now and (row.asked_at is None or row.asked_at < end + wait) for wait in AFTER)

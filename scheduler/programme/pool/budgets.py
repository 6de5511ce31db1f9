"""What a host may still make and change at Zoom on a day of UTC, counted before each call in a row of its own.

Zoom takes 100 creates and updates of a host's meetings together a day, from 00:00 to 00:00 UTC:
https://developers.zoom.us/docs/api/rate-limits/
"""

from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from scheduler.models import Host, HostDay, ZoomMeeting
from scheduler.states import HostKind

DAILY = 100
KEPT = 20  # of them, for changes of what is made
CREATES = DAILY - KEPT
DAY = timedelta(days=1)


def day(now: datetime) -> date:
    """The day that Zoom counts in."""
    return now.astimezone(UTC).date()


def reset(now: datetime) -> datetime:
    """When the next day begins."""
    return _start(day(now) + DAY)


def used(session: Session, now: datetime) -> dict[str, int]:
    """How many changes of today each host has used, by its address."""
    query = select(Host.email, HostDay.creates + HostDay.updates).join(HostDay, HostDay.host_id == Host.id)
    return dict(session.execute(query.where(HostDay.day == day(now))).all())


def spend_create(session: Session, host_id: int, *, now: datetime) -> bool:
    """Counts a create that is about to be sent. False, and not counted, where it must wait for another day."""
    today = _today(session, host_id, now)
    if _creates_left(today) <= 0:
        return False
    today.creates += 1
    return True


def spend_update(session: Session, host_id: int, *, now: datetime) -> bool:
    """The same for an update, which may use up the whole day."""
    today = _today(session, host_id, now)
    if today.exhausted or today.creates + today.updates >= DAILY:
        return False
    today.updates += 1
    return True


def refund_create(session: Session, host_id: int, *, since: datetime, now: datetime) -> None:
    """Takes back a create that was counted at `since` and that Zoom has certainly not made."""
    today = _today(session, host_id, now)
    if day(since) == today.day:
        today.creates = max(0, today.creates - 1)


def exhaust(session: Session, host_id: int, *, now: datetime) -> None:
    """Zoom says that the day is used up, by whomever: it takes nothing more before the next."""
    _today(session, host_id, now).exhausted = True


def opens(session: Session, host_ids: Collection[int], *, now: datetime) -> dict[int, datetime]:
    """From when on each host can make one more meeting at Zoom, behind those that it has yet to make."""
    today = select(HostDay).where(HostDay.host_id.in_(host_ids), HostDay.day == day(now))
    days = {row.host_id: row for row in session.scalars(today)}
    owed = (
        select(ZoomMeeting.host_id, func.count())
        .join(ZoomMeeting.host)
        .where(ZoomMeeting.wanted, ZoomMeeting.zoom_id.is_(None), ZoomMeeting.intent_at.is_(None))
        .where(ZoomMeeting.host_id.in_(host_ids), Host.kind == HostKind.API)
    )
    waiting: dict[int, int] = dict(session.execute(owed.group_by(ZoomMeeting.host_id)).all())
    return {host: _turn(days.get(host), waiting.get(host, 0), now) for host in host_ids}


def changes_open(session: Session, host_id: int, *, now: datetime) -> datetime:
    """From when on a change of one of the host's meetings can reach Zoom."""
    found = session.get(HostDay, (host_id, day(now)), populate_existing=True)
    spent = found is not None and (found.exhausted or found.creates + found.updates >= DAILY)
    return reset(now) if spent else now


def _turn(today: HostDay | None, waiting: int, now: datetime) -> datetime:
    left = _creates_left(today) if today else CREATES
    if waiting < left:
        return now
    return _start(day(now) + DAY * (1 + (waiting - left) // CREATES))


def _creates_left(today: HostDay) -> int:
    if today.exhausted:
        return 0
    return max(0, min(CREATES - today.creates, DAILY - today.creates - today.updates))


def _today(session: Session, host_id: int, now: datetime) -> HostDay:
    """Today's row, with the host locked until the transaction ends."""
    session.execute(select(Host.id).where(Host.id == host_id).with_for_update())
    key = {"host_id": host_id, "day": day(now)}
    found = session.get(HostDay, key, populate_existing=True)
    if found is None:
        found = HostDay(**key, creates=0, updates=0, exhausted=False)
        session.add(found)
    return found


def _start(of: date) -> datetime:
    return datetime.combine(of, time(), UTC)

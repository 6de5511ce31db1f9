"""The pool of Zoom hosts: who is in it, and the leases that keep one meeting at a time on each lane."""

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from scheduler import outbox
from scheduler.errors import NoHostFree
from scheduler.messages import CreateZoomMeeting, DeleteZoomMeeting, UpdateZoomMeeting
from scheduler.models import Host, Lease, Meeting, ZoomMeeting
from scheduler.settings import HostSetting

# Participants may come in ten minutes early, and talk five minutes over, before the next meeting opens on that host.
BEFORE = timedelta(minutes=10)
AFTER = timedelta(minutes=5)
GAP = BEFORE + AFTER


class Lane(NamedTuple):
    """One of the meetings that a host can have at a time, numbered from 0."""

    host_id: int
    email: str
    number: int

    def __str__(self) -> str:
        return f"{self.email}#{self.number}"


def sync(session: Session, wanted: Iterable[HostSetting]) -> None:
    """Makes the pool what the settings say. A host that left keeps its meetings and gets no new ones."""
    known = {host.email: host for host in session.scalars(select(Host))}
    capacities = {setting.email: setting.capacity for setting in wanted}
    for email, host in known.items():
        host.retired = email not in capacities
    for email, capacity in capacities.items():
        if email in known:
            known[email].capacity = capacity
        else:
            session.add(Host(email=email, capacity=capacity))


def lanes(session: Session, *, lock: bool = False) -> list[Lane]:
    """The lanes of the hosts in service, in a fixed order; locked until the transaction ends if asked."""
    query = select(Host).where(Host.retired.is_(False)).order_by(Host.id)
    hosts = session.scalars(query.with_for_update() if lock else query)
    return [Lane(host.id, host.email, number) for host in hosts for number in range(host.capacity)]


def taken(session: Session, since: datetime) -> list[Lease]:
    """The active leases that end after `since`."""
    return list(session.scalars(select(Lease).where(Lease.active, Lease.ends_at > since).order_by(Lease.id)))


def lease(session: Session, meeting: Meeting, *, preferred: Lane | None, now: datetime) -> Lease | None:
    """Takes a lane for the meeting and owes Zoom a meeting there.

    None where there is no pool at all: then somebody pastes a link. NoHostFree where every lane is taken.
    """
    pool = lanes(session, lock=True)
    if not pool:
        return None
    lane = _choose(session, pool, meeting, preferred=preferred, now=now)
    found = Lease(host_id=lane.host_id, lane=lane.number, meeting=meeting, active=True, **_interval(meeting))
    session.add(found)
    _flush(session)
    zoom_meeting = ZoomMeeting(meeting=meeting, host_id=lane.host_id, reference=secrets.token_hex(16), wanted=True)
    session.add(zoom_meeting)
    session.flush()
    _owe(session, CreateZoomMeeting(meeting.id, zoom_meeting.id), meeting, now)
    return found


def move(session: Session, meeting: Meeting, *, now: datetime) -> None:
    """Takes the lease along to the meeting's new time; to another host, with another Zoom meeting, if it must."""
    held = _active(session, meeting)
    if held is None:
        return
    pool = lanes(session, lock=True)
    start, end = _interval(meeting).values()
    of_host = [lane for lane in pool if lane.host_id == held.host_id]
    same_host = [lane.number for lane in of_host if _is_free(session, lane, start, end, but=held)]
    if not same_host:
        release(session, meeting, now=now)
        lease(session, meeting, preferred=None, now=now)
        return
    held.starts_at, held.ends_at = start, end
    held.lane = held.lane if held.lane in same_host else same_host[0]
    _flush(session)
    wanted = session.scalars(select(ZoomMeeting).where(ZoomMeeting.meeting_id == meeting.id, ZoomMeeting.wanted)).one()
    _owe(session, UpdateZoomMeeting(meeting.id, wanted.id), meeting, now)


def release(session: Session, meeting: Meeting, *, now: datetime) -> None:
    """Gives the lane back, and owes Zoom the deletion. Nothing to do without a lease."""
    held = _active(session, meeting)
    if held is None:
        return
    held.active = False
    wanted = session.scalars(select(ZoomMeeting).where(ZoomMeeting.meeting_id == meeting.id, ZoomMeeting.wanted)).one()
    wanted.wanted = False
    session.flush()
    _owe(session, DeleteZoomMeeting(meeting.id, wanted.id), meeting, now)


def _active(session: Session, meeting: Meeting) -> Lease | None:
    return session.scalars(select(Lease).where(Lease.meeting_id == meeting.id, Lease.active)).one_or_none()


def _interval(meeting: Meeting) -> dict[str, datetime]:
    end = meeting.starts_at + timedelta(minutes=meeting.minutes)
    return {"starts_at": meeting.starts_at - BEFORE, "ends_at": end + AFTER}


def _choose(session: Session, pool: list[Lane], meeting: Meeting, *, preferred: Lane | None, now: datetime) -> Lane:
    """The preferred lane if it is free, else a free lane of the host with the fewest meetings to come."""
    start, end = _interval(meeting).values()
    free = [lane for lane in pool if _is_free(session, lane, start, end)]
    if not free:
        raise NoHostFree
    if preferred in free:
        return preferred
    counts = select(Lease.host_id, func.count()).where(Lease.active, Lease.ends_at > now).group_by(Lease.host_id)
    load: dict[int, int] = dict(session.execute(counts).all())
    return min(free, key=lambda lane: (load.get(lane.host_id, 0), lane))


def _is_free(session: Session, lane: Lane, start: datetime, end: datetime, *, but: Lease | None = None) -> bool:
    clash = select(Lease.id).where(
        Lease.host_id == lane.host_id,
        Lease.lane == lane.number,
        Lease.active,
        Lease.starts_at < end,
        Lease.ends_at > start,
    )
    if but is not None:
        clash = clash.where(Lease.id != but.id)
    return session.scalars(clash.limit(1)).first() is None


def _flush(session: Session) -> None:
    """Lets the database have the last word on a clash."""
    try:
        session.flush()
    except IntegrityError as clash:
        if "lease_no_overlap" in str(clash.orig):
            raise NoHostFree from None
        raise


def _owe(
    session: Session,
    message: CreateZoomMeeting | UpdateZoomMeeting | DeleteZoomMeeting,
    meeting: Meeting,
    now: datetime,
) -> None:
    outbox.put(session, message, programme_id=meeting.pair.programme_id, now=now)

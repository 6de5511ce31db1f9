"""The pool of Zoom hosts: who is in it, and the leases that keep one meeting at a time on each lane."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from scheduler.errors import HostsTaken, NoHostFree
from scheduler.models import Host, Lease
from scheduler.phrases import Moment
from scheduler.programme.pool import budgets, zoom_meetings
from scheduler.programme.pool.zoom_meetings import About, refresh, wanted_row, which
from scheduler.settings import HostSetting
from scheduler.states import HostKind

__all__ = [
    "AFTER", "BEFORE", "GAP", "MAKING", "About", "Board", "Lane", "board", "interval", "lanes", "late", "lease",
    "leased", "move", "refresh", "release", "sync", "taken", "wanted_row", "with_room",
]  # fmt: skip

# Participants may come in ten minutes early, and talk five minutes over, before the next meeting opens on that host.
BEFORE = timedelta(minutes=10)
AFTER = timedelta(minutes=5)
GAP = BEFORE + AFTER
MAKING = timedelta(minutes=15)  # what was made to wait for a new day is made at Zoom within it
GRID = timedelta(minutes=15)  # meetings start on quarters of an hour


class Lane(NamedTuple):
    """One of the meetings that a host can have at a time, numbered from 0."""

    host_id: int
    email: str
    number: int

    def __str__(self) -> str:
        return f"{self.email}#{self.number}"


def sync(session: Session, wanted: Iterable[HostSetting]) -> None:
    """Makes the users of Zoom in the pool what the settings say. One that left keeps its meetings and gets no more."""
    known = {host.email: host for host in session.scalars(select(Host).where(Host.kind == HostKind.API))}
    capacities = {setting.email: setting.capacity for setting in wanted}
    for email, host in known.items():
        host.retired = email not in capacities
    for email, capacity in capacities.items():
        if email in known:
            known[email].capacity = capacity
        else:
            session.add(Host(email=email, capacity=capacity))


def has_known_any(session: Session) -> bool:
    """Whether users of Zoom are in the pool, or have been."""
    return session.scalars(select(Host.id).where(Host.kind == HostKind.API).limit(1)).first() is not None


def lanes(session: Session, *, lock: bool = False) -> list[Lane]:
    """The lanes of the hosts in service, in a fixed order; locked until the transaction ends if asked."""
    query = select(Host).where(Host.retired.is_(False)).order_by(Host.id)
    hosts = session.scalars(query.with_for_update() if lock else query)
    return [Lane(host.id, host.email, number) for host in hosts for number in range(host.capacity)]


def taken(session: Session, since: datetime, until: datetime | None = None) -> list[Lease]:
    """The active leases that end after `since`, and begin before `until`."""
    query = select(Lease).where(Lease.active, Lease.ends_at > since).order_by(Lease.id)
    return list(session.scalars(query if until is None else query.where(Lease.starts_at < until)))


def late(session: Session, pool: Iterable[Lane], now: datetime, *, held: Lease | None = None) -> dict[int, datetime]:
    """The hosts of these lanes whose day at Zoom is used up, and when a new meeting of theirs can begin.

    What is `held` is made already: on its host it waits for no more than a change.
    """
    found = budgets.opens(session, {lane.host_id for lane in pool}, now=now)
    if held is not None:
        found[held.host_id] = budgets.changes_open(session, held.host_id, now=now)
    return {host: at + MAKING for host, at in found.items() if at > now}


class Board:
    """The lanes of the pool, and what is on each. `late` are the hosts that take no new meeting before an instant."""

    def __init__(self, pool: Sequence[Lane], leases: Iterable[Lease], late: Mapping[int, datetime]) -> None:
        self.lanes = pool
        self._late = late
        self._on: dict[tuple[int, int], list[Lease]] = defaultdict(list)
        for each in leases:
            self._on[each.host_id, each.lane].append(each)

    def free(self, start: datetime, minutes: int) -> list[Lane]:
        """The lanes that can take a meeting of this length then."""
        opens, closes = start - BEFORE, start + timedelta(minutes=minutes) + AFTER
        return [
            lane
            for lane in self.lanes
            if self._late.get(lane.host_id, opens) <= opens
            and all(each.starts_at >= closes or each.ends_at <= opens for each in self._on[lane.host_id, lane.number])
        ]

    def next_free(self, after: datetime, minutes: int) -> datetime | None:
        """The first quarter of an hour after this at which a meeting can begin; None without a pool."""
        ends = [each.ends_at for leases in self._on.values() for each in leases]
        moments = [after + timedelta.resolution, *(end + BEFORE for end in (*ends, *self._late.values()))]
        starts = sorted(start for start in map(_quarter, moments) if start > after)
        return next((start for start in starts if self.free(start, minutes)), None)


def board(session: Session, since: datetime, *, now: datetime, but: About | None = None) -> Board:
    """The pool as it stands, with what ends after `since`; `but` is to be moved, so that its lane counts as free."""
    pool = lanes(session)
    held = leased(session, but) if but is not None else None
    return Board(
        pool, [each for each in taken(session, since) if each is not held], late(session, pool, now, held=held)
    )


def with_room(
    session: Session, starts: Collection[datetime], minutes: int, *, now: datetime, but: About | None = None
) -> set[datetime]:
    """Those of the starts at which a lane is free for a meeting of this length; all of them where there is no pool.

    `but` is what is to be moved.
    """
    if not starts:
        return set()
    found = board(session, min(starts) - BEFORE, now=now, but=but)
    return {start for start in starts if not found.lanes or found.free(start, minutes)}


def lease(session: Session, about: About, *, preferred: Lane | None = None, now: datetime) -> Lease | None:
    """Takes a lane for the meeting or event and owes Zoom a meeting there.

    None where there is no pool at all: then somebody pastes a link. NoHostFree where every lane is taken, or cannot be
    had at Zoom before the start since its host's changes of the day are used up.
    """
    pool = lanes(session, lock=True)
    if not pool:
        return None
    lane = _choose(session, pool, about, preferred=preferred, now=now)
    found = Lease(host_id=lane.host_id, lane=lane.number, active=True, **which(about), **interval(about))
    session.add(found)
    _flush(session)
    zoom_meetings.want(session, about, session.get_one(Host, lane.host_id), now=now)
    return found


def move(session: Session, about: About, *, now: datetime) -> None:
    """Takes the lease along to the new time; to another host, with another Zoom meeting, if it must."""
    held = leased(session, about)
    if held is None:
        return
    pool = lanes(session, lock=True)
    start, end = interval(about).values()
    of_host = [lane for lane in pool if lane.host_id == held.host_id]
    same_host = [lane.number for lane in of_host if _is_free(session, lane, start, end, but=held)]
    if not same_host or late(session, of_host, now, held=held).get(held.host_id, start) > start:
        release(session, about, now=now)
        lease(session, about, now=now)
        return
    held.starts_at, held.ends_at = start, end
    held.lane = held.lane if held.lane in same_host else same_host[0]
    _flush(session)
    refresh(session, about, now=now)


def release(session: Session, about: About, *, now: datetime) -> None:
    """Gives the lane back, and owes Zoom the deletion. Nothing to do without a lease."""
    held = leased(session, about)
    if held is None:
        return
    held.active = False
    zoom_meetings.unwant(session, about, now=now)


def leased(session: Session, about: About) -> Lease | None:
    """The lease that is kept for it."""
    return session.scalars(select(Lease).filter_by(**which(about), active=True)).one_or_none()


def interval(about: About) -> dict[str, datetime]:
    """What a lane is kept for: the time itself, and the minutes before and after."""
    return {"starts_at": about.starts_at - BEFORE, "ends_at": about.ends_at + AFTER}


def _choose(session: Session, pool: list[Lane], about: About, *, preferred: Lane | None, now: datetime) -> Lane:
    """The preferred lane if it is free, else one of a host that can make it soonest and has the fewest to come."""
    opens = late(session, pool, now)
    start, end = interval(about).values()
    free = Board(pool, taken(session, start, end), opens).free(about.starts_at, about.minutes)
    if not free:
        raise _full(Board(pool, taken(session, start), opens), about)
    if preferred in free:
        return preferred
    counts = select(Lease.host_id, func.count()).where(Lease.active, Lease.ends_at > now).group_by(Lease.host_id)
    load: dict[int, int] = dict(session.execute(counts).all())
    return min(free, key=lambda lane: (opens.get(lane.host_id, now), load.get(lane.host_id, 0), lane))


def _full(found: Board, about: About) -> NoHostFree:
    """The refusal, with the next time at which the same can be held, if there is one."""
    after = found.next_free(about.starts_at, about.minutes)
    return HostsTaken(next=Moment(after, about.timezone)) if after else NoHostFree()


def _is_free(session: Session, lane: Lane, start: datetime, end: datetime, *, but: Lease) -> bool:
    clash = select(Lease.id).where(
        Lease.host_id == lane.host_id,
        Lease.lane == lane.number,
        Lease.active,
        Lease.starts_at < end,
        Lease.ends_at > start,
    )
    return session.scalars(clash.where(Lease.id != but.id).limit(1)).first() is None


def _flush(session: Session) -> None:
    """Lets the database have the last word on a clash."""
    try:
        session.flush()
    except IntegrityError as clash:
        if "lease_no_overlap" in str(clash.orig):
            raise NoHostFree from None
        raise


def _quarter(instant: datetime) -> datetime:
    """The instant, or the next full quarter of an hour."""
    return instant + (datetime.min.replace(tzinfo=instant.tzinfo) - instant) % GRID

"""The pool of Zoom hosts as a desk sees it: who hosts what today, and how many pairs can meet when."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from scheduler.models import Event, Host, HostDay, Lease, Meeting, Pair, Programme
from scheduler.programme.access import Desk
from scheduler.programme.desk import reach
from scheduler.programme.pool import budgets, hosts
from scheduler.programme.pool.hosts import Board
from scheduler.slots import zones
from scheduler.states import HostKind

DAYTIME = range(7, 22)  # hours that the week always shows; others where a host is taken then
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Hosted:
    """What a host is kept for, without the minutes before and after. Neither pair nor event: not this desk's."""

    starts_at: datetime
    minutes: int
    pair: Pair | None
    event: Event | None


@dataclass(frozen=True)
class HostRow:
    """A host with what it hosts today; one that left the pool is still here while it hosts something.

    `used` is how many of its changes of the day at Zoom are gone; None of a link, of which Zoom hears nothing.
    """

    host: Host
    today: Sequence[Hosted]
    used: int | None


@dataclass(frozen=True)
class WeekHour:
    """An hour of the wall clock, and for each day of the week how many meetings can begin on it.

    None where none can begin any more, and where the clocks skip that hour.
    """

    hour: int
    free: Sequence[int | None]


@dataclass(frozen=True)
class Pool:
    """The pool now. `at_once` is how many meetings it holds at one time, `next_free` when the next one can begin."""

    hosts: Sequence[HostRow]
    at_once: int
    minutes: int
    days: Sequence[date]
    week: Sequence[WeekHour]
    next_free: datetime | None


def pool(session: Session, desk: Desk, *, monday: date, now: datetime) -> Pool:
    """Today, and the week from that Monday, on the programme's clock; for meetings of the programme's usual length."""
    programme = desk.programme
    days = [monday + number * DAY for number in range(7)]
    today = zones.date_of(now, programme.timezone)
    week = _day(days[0], programme.timezone)[0], _day(days[-1], programme.timezone)[1]
    board = hosts.board(session, now - hosts.BEFORE, now=now)
    free = partial(_free, board, programme.meeting_minutes, now)
    return Pool(
        hosts=_host_rows(session, desk, _day(today, programme.timezone), now),
        at_once=len(board.lanes),
        minutes=programme.meeting_minutes,
        days=days,
        week=[
            WeekHour(hour, [free(_on_the_wall(day, hour, programme.timezone)) for day in days])
            for hour in _hours(hosts.taken(session, *week), programme.timezone)
        ],
        next_free=board.next_free(now, programme.meeting_minutes),
    )


def _free(board: Board, minutes: int, now: datetime, start: datetime | None) -> int | None:
    return None if start is None or start <= now else len(board.free(start, minutes))


def _hours(leases: Sequence[Lease], zone: str) -> list[int]:
    """The hours to show: those of daytime, and those at which something begins."""
    starts = (lease.starts_at + hosts.BEFORE for lease in leases)
    return sorted({*DAYTIME, *(start.astimezone(zones.zone(zone)).hour for start in starts)})


def _day(day: date, zone: str) -> tuple[datetime, datetime]:
    return zones.start_of_day(day, zone), zones.start_of_day(day + DAY, zone)


def _on_the_wall(day: date, hour: int, zone: str) -> datetime | None:
    """The first instant at which the wall shows that hour; None where the clocks skip it."""
    return next(iter(zones.wall_to_instants(datetime.combine(day, time(hour)), zone)), None)


def _host_rows(session: Session, desk: Desk, day: tuple[datetime, datetime], now: datetime) -> list[HostRow]:
    pairs = set(session.scalars(select(Pair.id).where(reach.of_pair(desk))))
    query = select(Lease).where(Lease.active, Lease.starts_at < day[1], Lease.ends_at > day[0])
    people = joinedload(Lease.meeting).joinedload(Meeting.pair)
    named = query.options(people.joinedload(Pair.mentor), people.joinedload(Pair.mentee), joinedload(Lease.event))
    today: dict[int, list[Hosted]] = defaultdict(list)
    for lease in session.scalars(named.order_by(Lease.starts_at, Lease.id)):
        today[lease.host_id].append(_hosted(lease, pairs, desk.programme))
    needed = set(session.scalars(select(Lease.host_id).where(Lease.active, Lease.ends_at > now)))
    found = session.scalars(select(Host).order_by(Host.retired, Host.email))
    days = session.scalars(select(HostDay).where(HostDay.day == budgets.day(now)))
    used = {row.host_id: budgets.DAILY if row.exhausted else row.creates + row.updates for row in days}
    return [
        HostRow(host, today[host.id], used.get(host.id, 0) if host.kind is HostKind.API else None)
        for host in found
        if not host.retired or host.id in needed
    ]


def _hosted(lease: Lease, pairs: set[int], programme: Programme) -> Hosted:
    start, end = lease.starts_at + hosts.BEFORE, lease.ends_at - hosts.AFTER
    pair = lease.meeting.pair if lease.meeting else None
    mine = lease.event is not None and lease.event.programme_id == programme.id
    return Hosted(
        starts_at=start,
        minutes=int((end - start) / timedelta(minutes=1)),
        pair=pair if pair and pair.id in pairs else None,
        event=lease.event if mine else None,
    )

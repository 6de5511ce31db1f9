"""An event's place in the pool of hosts: taken when it is published without a link, given back when it needs none."""

from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from scheduler.errors import EventHostsTaken, HostsTaken, NoHostFree
from scheduler.models import Event, Lease
from scheduler.programme.pool import hosts
from scheduler.states import EventFormat, EventState


def settle(session: Session, event: Event, *, renamed: bool = False, now: datetime) -> None:
    """Makes the pool keep for the event what it needs as it is now: a host, at its time, or none.

    Zoom hears of a new time, and of a new name where it is `renamed`. Without a pool nothing happens, and what is over
    is left as it was. Raises NoHostFree where every host is taken; then the transaction is to be given up.
    """
    if event.ends_at <= now:
        return
    try:
        _settle(session, event, renamed, now)
    except HostsTaken as taken:
        raise EventHostsTaken(**taken.values) from None


def settle_or_release(session: Session, event: Event, *, now: datetime) -> None:
    """The same for what moves by itself: where every host is taken, the event is without one."""
    try:
        with session.begin_nested():
            _settle(session, event, False, now)
    except NoHostFree:
        hosts.release(session, event, now=now)


def settle_left_out(session: Session, *, now: datetime) -> None:
    """Gives events to come that were published before there was a host for them one that is free now.

    Where none is, they stay as they are, and the desk says that they have no link.
    """
    without = ~exists().where(Lease.event_id == Event.id, Lease.active)
    query = select(Event).where(Event.state == EventState.PUBLISHED, Event.format != EventFormat.ON_SITE)
    query = query.where(Event.link == "", Event.starts_at > now, without).order_by(Event.id)
    left_out = session.scalars(query).all()
    if not left_out:
        return
    pool = hosts.board(session, now, now=now)
    can_have = [event.id for event in left_out if pool.free(event.starts_at, event.minutes)]
    locked = query.where(Event.id.in_(can_have)).with_for_update(key_share=True)
    for event in session.scalars(locked.execution_options(populate_existing=True)):
        settle_or_release(session, event, now=now)


def needs_host(event: Event) -> bool:
    """Whether people come to it from afar, and nobody has pasted a link."""
    return event.state is EventState.PUBLISHED and event.format is not EventFormat.ON_SITE and not event.link


def _settle(session: Session, event: Event, renamed: bool, now: datetime) -> None:
    held = hosts.leased(session, event)
    if not needs_host(event):
        hosts.release(session, event, now=now)
    elif held is None:
        hosts.lease(session, event, now=now)
    elif {"starts_at": held.starts_at, "ends_at": held.ends_at} != hosts.interval(event):
        hosts.move(session, event, now=now)
    elif renamed:
        hosts.refresh(session, event, now=now)

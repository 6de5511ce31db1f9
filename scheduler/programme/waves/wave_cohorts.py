"""Pairs and hosts as the engine plans them: what each start is worth to a pair, and when a host is taken already."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from scheduler.models import Pair
from scheduler.programme.pairs import calendars
from scheduler.programme.pool import hosts
from scheduler.slots import CohortPair, Host

NOTICE = 24 * 60  # minutes; nobody is booked into tomorrow morning by tonight's wave


def pairs_of(
    known: calendars.Calendars,
    pairs: Sequence[Pair],
    minutes: int,
    now: datetime,
    *,
    needs_host: bool,
) -> list[CohortPair]:
    """The pairs' possible starts but those they have refused, worth more the more comfortable they are for both."""
    known.prepare(pairs, minutes=minutes, notice=NOTICE, now=now)
    found = {pair.id: known.ranked(pair, minutes=minutes, notice=NOTICE, now=now) for pair in pairs}
    worth = {
        pair_id: [(slot.start, 2 * slot.worst + slot.total) for slot in slots if slot.start not in no]
        for pair_id, slots in found.items()
        for no in [known.refused.get(pair_id, frozenset())]
    }
    # Weighed comfort may lie below 0, values of the engine may not: the worst of all starts is worth 1.
    low = min((0, *(value for options in worth.values() for _, value in options)))
    return [
        CohortPair(
            str(pair.id),
            (str(pair.mentor_id), str(pair.mentee_id)),
            minutes,
            tuple((start, 1 + value - low) for start, value in worth[pair.id]),
            needs_host,
        )
        for pair in pairs
    ]


def hosts_of(session: Session, pool: list[hosts.Lane], since: datetime, now: datetime) -> tuple[Host, ...]:
    """Each lane as a host of one meeting at a time, busy with its leases and the gap that they keep to others.

    A host whose day at Zoom is used up is busy until another one can make its meetings.
    """
    leases, late = hosts.taken(session, since), hosts.late(session, pool, now)
    since = min(since, now)
    return tuple(
        Host(
            str(lane),
            tuple(
                (calendars.seconds(lease.starts_at - hosts.AFTER), calendars.seconds(lease.ends_at + hosts.BEFORE))
                for lease in leases
                if (lease.host_id, lease.lane) == (lane.host_id, lane.number)
            )
            + tuple((calendars.seconds(since), calendars.seconds(at)) for at in [late.get(lane.host_id)] if at),
        )
        for lane in pool
    )

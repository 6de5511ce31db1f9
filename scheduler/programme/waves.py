"""A wave: one run that finds a first (or next) meeting for every pair at once, under the pool of hosts."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from scheduler.errors import NoHostFree, Refused, SlotTaken
from scheduler.models import Pair, Programme
from scheduler.programme import calendars, hosts, meetings
from scheduler.programme.modes import Video
from scheduler.slots import NO_HOST_FREE, PERSON_TAKEN, Cohort, CohortPair, Host, plan, ranked, zones

STEP, FINER_STEP = 15, 5  # minutes; the finer where the usual gives a pair nothing
NOTICE = 24 * 60  # minutes; nobody is booked into tomorrow morning by tonight's wave


@dataclass(frozen=True)
class Placed:
    """A pair's slot, and the lane of the host who opens the meeting; no lane where there is no pool."""

    pair: Pair
    starts_at: datetime
    minutes: int
    lane: hosts.Lane | None


@dataclass(frozen=True)
class Unplaced:
    """A pair without a slot, with the engine's reason; `silent` are those of the two who have given no times."""

    pair: Pair
    reason: str
    silent: tuple[str, ...] = ()


@dataclass(frozen=True)
class WavePlan:
    """What is placed and what is not; `skipped` pairs have a meeting coming. No plan is better than `bound`."""

    placed: tuple[Placed, ...]
    unplaced: tuple[Unplaced, ...]
    skipped: int
    optimal: bool
    bound: tuple[int, int]


def plan_wave(
    session: Session, programme: Programme, *, first: date, last: date, minutes: int, now: datetime
) -> WavePlan:
    """A video meeting of this length for every pair that has none coming, from the first to the last date."""
    pairs = all_pairs(session, programme)
    coming = meetings.coming(session, pairs, now=now)
    waiting = [pair for pair in pairs if pair.id not in coming]
    known = calendars.of_pairs(session, programme, waiting, first=first, last=last)
    pool = hosts.lanes(session)
    cohort = Cohort(
        pairs=tuple(_cohort_pair(known, pair, minutes, now, needs_host=bool(pool)) for pair in waiting),
        hosts=tuple(_cohort_host(session, pool, known.start)),
        gap=int(hosts.GAP / timedelta(minutes=1)),
    )
    found = plan(cohort)
    by_id = {str(pair.id): pair for pair in waiting}
    by_name = {str(lane): lane for lane in pool}
    return WavePlan(
        placed=tuple(
            Placed(by_id[pair_id], _instant(start), minutes, by_name[lane] if lane else None)
            for pair_id, start, lane in sorted(found.placed, key=lambda row: (row[1], row[0]))
        ),
        unplaced=tuple(
            Unplaced(by_id[pair_id], reason, _silent(known, by_id[pair_id]))
            for pair_id, reason in found.unplaced.items()
        ),
        skipped=len(coming),
        optimal=found.optimal,
        bound=found.bound,
    )


def book_wave(session: Session, wave: WavePlan, *, now: datetime) -> WavePlan:
    """Books what is placed. A slot or host that was taken since the plan was made is reported; the rest is booked."""
    placed: list[Placed] = []
    lost: list[Unplaced] = []
    for slot in wave.placed:
        pair = session.get_one(Pair, slot.pair.id)
        try:
            with session.begin_nested():
                meetings.book(
                    session,
                    pair,
                    starts_at=slot.starts_at,
                    minutes=slot.minutes,
                    how=Video(),
                    preferred=slot.lane,
                    now=now,
                )
            placed.append(slot)
        except (SlotTaken, NoHostFree) as refused:
            lost.append(Unplaced(slot.pair, _reason(refused)))
    return replace(wave, placed=tuple(placed), unplaced=(*wave.unplaced, *lost), optimal=wave.optimal and not lost)


def all_pairs(session: Session, programme: Programme) -> Sequence[Pair]:
    """The programme's pairs with their people, in a fixed order."""
    query = select(Pair).where(Pair.programme_id == programme.id).order_by(Pair.id)
    return session.scalars(query.options(joinedload(Pair.mentor), joinedload(Pair.mentee))).all()


def _cohort_pair(
    known: calendars.Calendars, pair: Pair, minutes: int, now: datetime, *, needs_host: bool
) -> CohortPair:
    """The pair's possible starts, worth more the more comfortable their hours are for both."""
    options: list[tuple[int, int]] = []
    for step in (STEP, FINER_STEP):
        slots = ranked(known.problem(pair, minutes=minutes, step=step, notice=NOTICE, now=now))
        options = [(slot.start, 1 + 2 * slot.worst + slot.total) for slot in slots]
        if options:
            break
    return CohortPair(str(pair.id), (str(pair.mentor_id), str(pair.mentee_id)), minutes, tuple(options), needs_host)


def _cohort_host(session: Session, pool: list[hosts.Lane], since: datetime) -> list[Host]:
    """Each lane as a host of one meeting at a time, busy with its leases and the gap that they keep to others."""
    leases = hosts.taken(session, since)
    return [
        Host(
            str(lane),
            tuple(
                (calendars.seconds(lease.starts_at - hosts.AFTER), calendars.seconds(lease.ends_at + hosts.BEFORE))
                for lease in leases
                if (lease.host_id, lease.lane) == (lane.host_id, lane.number)
            ),
        )
        for lane in pool
    ]


def _silent(known: calendars.Calendars, pair: Pair) -> tuple[str, ...]:
    return tuple(
        person.name
        for person in (pair.mentor, pair.mentee)
        if not known.people[person.id]["weekly"] and not known.people[person.id]["overrides"]
    )


def _reason(refused: Refused) -> str:
    return PERSON_TAKEN if isinstance(refused, SlotTaken) else NO_HOST_FREE


def _instant(start: int) -> datetime:
    return zones.EPOCH + timedelta(seconds=start)

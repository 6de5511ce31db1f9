"""A plan from the desk that is sent by a worker: a few pairs a transaction, each once, with what came of it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from scheduler.errors import PlanIsOld
from scheduler.models import Pair, WaveRun, WaveSending
from scheduler.programme import locks
from scheduler.programme.access import Desk
from scheduler.programme.desk.reach import of_pair
from scheduler.programme.waves import sending, wave_runs
from scheduler.programme.waves.packed_plans import unpack_placed
from scheduler.programme.waves.sending import Outcomes
from scheduler.programme.waves.wave_plans import Placed
from scheduler.states import RunState, SendingOutcome

BATCH = 25  # pairs of a transaction: it takes some tenths of a second, for which SQLite lets nobody else write


def keep(
    session: Session,
    mine: Desk,
    plan: Mapping[str, Any],
    *,
    first: date,
    last: date,
    minutes: int,
    book: bool,
    by: str,
    found_at: datetime,
) -> WaveRun:
    """A packed plan that a page has found by itself, as if by a longer search that has ended. Kept twice, it is one."""
    locks.take_programme(session, mine.programme)
    query = select(WaveRun).where(WaveRun.programme_id == mine.programme.id, WaveRun.asked_by == by)
    for run in session.scalars(query.where(WaveRun.asked_at == found_at, WaveRun.book == book)):
        if run.plan == plan:
            return run
    placed, unplaced = len(plan["placed"]), len(plan["unplaced"])
    run = WaveRun(
        programme_id=mine.programme.id, departments=wave_runs.departments_of(mine), asked_by=by, first_on=first,
        last_on=last, minutes=minutes, book=book, state=RunState.READY, plan=dict(plan), pairs=placed + unplaced,
        placed=placed, most=plan["bound"][0], asked_at=found_at, ended_at=found_at,
    )  # fmt: skip
    session.add(run)
    session.flush()
    return run


def send(session: Session, run: WaveRun, mine: Desk, *, by: str, now: datetime) -> None:
    """Has a worker book or propose what the plan places, once. PlanIsOld as for `plan_of`, or if it was sent before."""
    session.refresh(run, with_for_update=True)
    if run.state is not RunState.READY:
        raise PlanIsOld
    plan = wave_runs.plan_of(session, run, mine, now=now)
    run.state, run.sent_by, run.placed = RunState.SENDING, by, len(plan.placed)
    if not run.book:
        run.wave = sending.begin(
            session, run.programme_id, first=run.first_on, last=run.last_on, prices=plan.prices, now=now
        )
    session.flush()


def counts(session: Session, run: WaveRun) -> Counter[SendingOutcome]:
    """How many pairs came to what so far."""
    of_each = select(WaveSending.outcome, func.count()).where(WaveSending.run_id == run.id)
    return Counter({row[0]: row[1] for row in session.execute(of_each.group_by(WaveSending.outcome))})


def not_sent(session: Session, run: WaveRun, mine: Desk) -> Sequence[WaveSending]:
    """The desk's pairs that nothing was sent to, in the order of the plan, each with the reason."""
    query = select(WaveSending).where(WaveSending.run_id == run.id, WaveSending.outcome != SendingOutcome.SENT)
    query = query.where(WaveSending.pair_id.in_(select(Pair.id).where(of_pair(mine))))
    people = joinedload(WaveSending.pair)
    query = query.options(people.joinedload(Pair.mentor), people.joinedload(Pair.mentee))
    return session.scalars(query.order_by(WaveSending.id)).all()


# For the worker


def send_some(session: Session, *, now: datetime) -> bool:
    """Sends the next few pairs of the oldest plan that is to be sent and that nobody is at. False if there is none.

    What came of them is kept in the same transaction: whoever dies in it has sent nothing of them, and whoever comes
    next begins with them.
    """
    query = select(WaveRun).where(WaveRun.state == RunState.SENDING).order_by(WaveRun.id).limit(1)
    run = session.scalars(query.with_for_update(skip_locked=True)).one_or_none()
    if run is None:
        return False
    done = {*session.scalars(select(WaveSending.pair_id).where(WaveSending.run_id == run.id))}
    left = [row for row in (run.plan or {})["placed"] if row[0] not in done]
    outcomes = _send(session, run, _unpacked(session, run, left[:BATCH]), now=now)
    session.add_all(WaveSending(run_id=run.id, pair_id=each, outcome=outcomes[each]) for each in outcomes)
    session.flush()
    if len(left) <= BATCH:
        run.state, run.sent_at = RunState.SENT, now
        pairs = counts(session, run)[SendingOutcome.SENT]
        sending.note(session, run.programme_id, book=run.book, pairs=pairs, by=run.sent_by or "", now=now)
    return True


def _send(session: Session, run: WaveRun, placed: Sequence[Placed], *, now: datetime) -> Outcomes:
    if run.wave is None:
        return sending.book_each(session, placed, by=run.sent_by or "", now=now)
    return sending.propose_each(session, run.wave, placed, by=run.sent_by or "", now=now)


def _unpacked(session: Session, run: WaveRun, rows: Sequence[Sequence[Any]]) -> list[Placed]:
    query = select(Pair).where(Pair.id.in_([row[0] for row in rows]))
    people = (joinedload(Pair.mentor), joinedload(Pair.mentee), joinedload(Pair.programme))
    pairs = {pair.id: pair for pair in session.scalars(query.options(*people))}
    return [unpack_placed(row, pairs, minutes=run.minutes) for row in rows]

"""Long searches for a wave's plan: asked for at the desk, made by a worker, stopped with the best so far."""

from collections.abc import Collection
from datetime import date, datetime, timedelta

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session, defer

from scheduler.errors import PlanIsOld, SearchUnderWay
from scheduler.models import Department, Programme, WaveRun
from scheduler.programme import locks
from scheduler.programme.access import Desk
from scheduler.programme.desk.reach import pairs_in_reach
from scheduler.programme.waves import wave_plans
from scheduler.programme.waves.packed_plans import pack, unpack
from scheduler.programme.waves.wave_plans import Question, WavePlan
from scheduler.states import RunState

SECONDS = 600.0  # that a search looks for a better plan
SILENCE = timedelta(minutes=1)  # without a sign of life, after which another worker takes it up
ATTEMPTS = 5  # then what it meets is no accident
LASTS = timedelta(hours=12)  # from its end until its plan is too old to be sent
LATEST = 5  # searches that a page names
ALIVE = (RunState.WAITING, RunState.RUNNING)


class RunLost(Exception):
    """Another worker has taken the search up, or it has ended: what this one finds is not wanted."""


def start(
    session: Session, mine: Desk, *, first: date, last: date, minutes: int, book: bool, by: str, now: datetime
) -> WaveRun:
    """Asks for the best plan for the desk's pairs. SearchUnderWay while there is another search of theirs."""
    locks.take_programme(session, mine.programme)
    departments = departments_of(mine)
    alive = select(WaveRun).where(WaveRun.programme_id == mine.programme.id, WaveRun.state.in_(ALIVE))
    if any(run.departments == departments for run in session.scalars(alive)):
        raise SearchUnderWay
    run = WaveRun(
        programme_id=mine.programme.id, departments=departments, asked_by=by, first_on=first, last_on=last,
        minutes=minutes, book=book, state=RunState.WAITING, asked_at=now,
    )  # fmt: skip
    session.add(run)
    session.flush()
    return run


def stop(session: Session, run: WaveRun, *, now: datetime) -> None:
    """Ends the search with the best so far, at its next sign of life; at once if nobody is at it."""
    session.refresh(run, with_for_update=True)
    run.stop_wanted = True
    if run.state is RunState.WAITING:
        _end(run, now)
    session.flush()


def departments_of(mine: Desk) -> list[int] | None:
    """The ids of the desk's departments, as a row keeps them; None for the whole programme."""
    return None if mine.departments is None else sorted(each.id for each in mine.departments)


def in_reach(session: Session, mine: Desk, run_id: int) -> WaveRun | None:
    """The search, if this desk sees all pairs that it may be of."""
    run = session.get(WaveRun, run_id)
    return run if run is not None and _is_in_reach(run, mine) else None


def latest(session: Session, mine: Desk) -> list[WaveRun]:
    """The last few searches in reach, the newest first."""
    query = select(WaveRun).where(WaveRun.programme_id == mine.programme.id).order_by(WaveRun.id.desc())
    rows = session.scalars(query.options(defer(WaveRun.plan)))  # of thousands of pairs, and not told here
    return [run for run in rows if _is_in_reach(run, mine)][:LATEST]


def plan_of(session: Session, run: WaveRun, mine: Desk, *, now: datetime) -> WavePlan:
    """The plan that was found. PlanIsOld after half a day, or if one of its pairs has left the desk's reach."""
    pairs = {pair.id: pair for pair in pairs_in_reach(session, mine)}
    if run.plan is None or run.ended_at is None or now - run.ended_at > LASTS:
        raise PlanIsOld
    return unpack(run.plan, pairs, minutes=run.minutes)


# For the worker


def claim(session: Session, *, now: datetime) -> WaveRun | None:
    """Takes up the oldest search that nobody makes, or whose worker gives no sign of life. None if there is none.

    One that has cost so many workers their life is given up: what is left of it is the best that one of them left.
    """
    silent = and_(WaveRun.state == RunState.RUNNING, WaveRun.beat_at <= now - SILENCE)
    due = select(WaveRun).where(or_(WaveRun.state == RunState.WAITING, silent)).order_by(WaveRun.id)
    for run in session.scalars(due.with_for_update(skip_locked=True)).all():
        if run.attempt >= ATTEMPTS:
            _end(run, now)
            continue
        run.state, run.beat_at, run.began_at = RunState.RUNNING, now, run.began_at or now
        run.attempt += 1
        session.flush()
        return run
    return None


def question(session: Session, run: WaveRun, *, now: datetime) -> Question:
    """What the search is to answer."""
    programme = session.get_one(Programme, run.programme_id)
    of = None if run.departments is None else pairs_in_reach(session, Desk(programme, _named(session, run.departments)))
    return wave_plans.ask(session, programme, first=run.first_on, last=run.last_on, minutes=run.minutes, now=now, of=of)


def beat(session: Session, claimed: WaveRun, *, pairs: int, placed: int, most: int, now: datetime) -> bool:
    """Says that the search lives and how far it is; whether it is to stop. RunLost if it is another worker's."""
    run = _held(session, claimed)
    run.beat_at, run.pairs, run.placed, run.most = now, pairs, placed, most
    return run.stop_wanted


def best_so_far(claimed: WaveRun) -> dict[str, int]:
    """When each pair, by its id, meets in the plan that a worker before this one had come to."""
    return {str(pair_id): start for pair_id, start, _ in (claimed.plan or {"placed": ()})["placed"]}


def finish(session: Session, claimed: WaveRun, plan: WavePlan, *, now: datetime) -> None:
    """Ends the search with this plan. RunLost as above."""
    run = _held(session, claimed)
    _keep(run, plan)
    _end(run, now)


def give_back(session: Session, claimed: WaveRun, plan: WavePlan, *, now: datetime) -> None:
    """Leaves the search to another worker, which goes on from this plan; one that is to stop ends. RunLost as above."""
    run = _held(session, claimed)
    _keep(run, plan)
    if run.stop_wanted:
        _end(run, now)
    else:
        run.state = RunState.WAITING


def interrupt(session: Session, claimed: WaveRun, *, now: datetime) -> None:
    """Ends the search with what a worker before this one left of it, if anything. RunLost as above."""
    _end(_held(session, claimed), now)


def _keep(run: WaveRun, plan: WavePlan) -> None:
    run.plan = pack(plan)
    run.pairs, run.placed, run.most = len(plan.placed) + len(plan.unplaced), len(plan.placed), plan.bound[0]


def _end(run: WaveRun, now: datetime) -> None:
    run.state, run.ended_at = RunState.INTERRUPTED if run.plan is None else RunState.READY, now


def _held(session: Session, claimed: WaveRun) -> WaveRun:
    run = session.get_one(WaveRun, claimed.id, with_for_update=True, populate_existing=True)
    if (run.state, run.attempt) != (RunState.RUNNING, claimed.attempt):
        raise RunLost
    return run


def _is_in_reach(run: WaveRun, mine: Desk) -> bool:
    if run.programme_id != mine.programme.id:
        return False
    if mine.departments is None:
        return True
    return run.departments is not None and {*run.departments} <= {each.id for each in mine.departments}


def _named(session: Session, ids: Collection[int]) -> tuple[Department, ...]:
    return tuple(session.scalars(select(Department).where(Department.id.in_(ids)).order_by(Department.id)))

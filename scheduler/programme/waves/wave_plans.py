"""What a wave asks and what it answers: read from the database once, searched for without it, told in its rows."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property, partial

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from scheduler.models import Pair, Programme
from scheduler.programme.pairs import calendars, meetings, proposals
from scheduler.programme.pool import hosts
from scheduler.programme.waves import promised, wave_cohorts
from scheduler.slots import Cohort, CohortPair, Help, Host, Plan, plan, what_helps
from scheduler.slots.waves.checker import Row

NOWHERE: Mapping[str, int] = {}
SECONDS = 20.0  # that are spent on a better plan, and on the proof that there is none

Worth = tuple[int, int]  # pairs, and the value of their places
Prices = tuple[tuple[int, float, float], ...]  # as in scheduler.slots.Plan


def never() -> bool:
    """The search goes on until it has found what there is, or its seconds are over."""
    return False


def to_nobody(_best: Worth, _bound: Worth) -> None:
    """Nobody watches the search."""


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
    """What is placed and what is not; `skipped` pairs have a meeting or a proposal. No plan is better than `bound`.

    It is `optimal` if it equals the bound. `help` is when one more host would place the most of those left out;
    `prices` are the engine's, of the time that many want.
    """

    placed: tuple[Placed, ...]
    unplaced: tuple[Unplaced, ...]
    skipped: int
    optimal: bool
    bound: Worth
    help: Help | None = None
    prices: Prices = ()

    @property
    def places_all_it_can(self) -> bool:
        """Whether it is proven that no plan places more pairs, even if it is not that none is more comfortable."""
        return len(self.placed) >= self.bound[0]


@dataclass(frozen=True)
class Question:
    """The pairs that wait for a meeting, as rows and as a cohort. It needs the database no more.

    `ours` ranks the starts of all pairs: for thousands that takes seconds, for which no transaction is kept open.
    `keep` are the places of `others`, one of whom has agreed to them: they stay free.
    """

    ours: Callable[[], list[CohortPair]]
    others: Sequence[CohortPair]
    keep: Sequence[Row]
    pool: tuple[Host, ...]
    gap: int
    pairs: dict[str, Pair]
    lanes: dict[str, hosts.Lane]
    silent: dict[str, tuple[str, ...]]
    skipped: int
    zone: str

    @cached_property
    def cohort(self) -> Cohort:
        """Our pairs, then the others."""
        return Cohort((*self.ours(), *self.others), self.pool, self.gap)

    def answer(
        self,
        *,
        seconds: float = SECONDS,
        start: Mapping[str, int] = NOWHERE,
        stop: Callable[[], bool] = never,
        progress: Callable[[Worth, Worth], None] = to_nobody,
    ) -> WavePlan:
        """The best plan that the search finds in so many seconds, or until `stop`: then the best so far.

        `start` is the plan that an earlier search had come to, as when each pair, by its id, was to meet.
        """
        cohort = replace(self.cohort, seconds=seconds)
        return self.told(plan(cohort, keep=self.keep, start=start, stop=stop, progress=progress))

    def told(self, found: Plan) -> WavePlan:
        """The engine's plan in rows."""
        return WavePlan(
            placed=tuple(
                Placed(self.pairs[pair.id], calendars.instant(start), pair.duration, self.lanes[lane] if lane else None)
                for pair, start, lane in self._placed(found)
            ),
            unplaced=tuple(
                Unplaced(self.pairs[pair_id], reason, self.silent[pair_id])
                for pair_id, reason in found.unplaced.items()
            ),
            skipped=self.skipped,
            optimal=found.optimal,
            bound=self._without_others(found.bound),
            help=what_helps(self.cohort, found, self.zone),
            prices=tuple((at, round(whole, 2), round(meeting, 2)) for at, whole, meeting in found.prices),
        )

    def _without_others(self, worth: Worth) -> Worth:
        """The worth without what is kept, each place of which is worth 1."""
        return worth[0] - len(self.keep), worth[1] - len(self.keep)

    def _placed(self, found: Plan) -> list[tuple[CohortPair, int, str | None]]:
        """What is placed of our pairs, by start."""
        ours = {pair.id: pair for pair in self.cohort.pairs if pair.id in self.pairs}
        rows = sorted((start, name, lane) for name, start, lane in found.placed if name in ours)
        return [(ours[name], start, lane) for start, name, lane in rows]


def ask(
    session: Session,
    programme: Programme,
    *,
    first: date,
    last: date,
    minutes: int,
    now: datetime,
    of: Sequence[Pair] | None = None,
) -> Question:
    """A video meeting of this length, on these dates or between, for every pair that has none coming or proposed.

    `of` narrows it to these pairs of the programme, such as a department's.
    """
    pairs = all_pairs(session, programme) if of is None else of
    busy = busy_pairs(session, pairs, now)
    waiting = [pair for pair in pairs if pair.id not in busy]
    known = calendars.of_pairs(session, programme, waiting, first=first, last=last)
    pool = hosts.lanes(session)
    lanes, gap = wave_cohorts.hosts_of(session, pool, known.start, now), int(hosts.GAP / timedelta(minutes=1))
    promises = promised.agreed(session, needs_host=bool(pool), now=now)
    keep = promised.seated(promises, lanes, gap)
    kept = {name for name, _, _ in keep}
    return Question(
        ours=partial(wave_cohorts.pairs_of, known, waiting, minutes, now, needs_host=bool(pool)),
        others=[pair for pair in promises if pair.id in kept],
        keep=keep,
        pool=lanes,
        gap=gap,
        pairs={str(pair.id): pair for pair in waiting},
        lanes={str(lane): lane for lane in pool},
        silent={str(pair.id): _silent(known, pair) for pair in waiting},
        skipped=len(busy),
        zone=programme.timezone,
    )


def busy_pairs(session: Session, pairs: Sequence[Pair], now: datetime) -> set[int]:
    """Those of the pairs, by id, that have a meeting coming or have been asked."""
    return {*meetings.coming(session, pairs, now=now), *proposals.open_of(session, pairs)}


def all_pairs(session: Session, programme: Programme) -> Sequence[Pair]:
    """The programme's pairs with their people, in a fixed order."""
    query = select(Pair).where(Pair.programme_id == programme.id).order_by(Pair.id)
    return session.scalars(query.options(joinedload(Pair.mentor), joinedload(Pair.mentee))).all()


def _silent(known: calendars.Calendars, pair: Pair) -> tuple[str, ...]:
    return tuple(
        person.name for person in (pair.mentor, pair.mentee) if not known.people[person.id].calendar.hours.are_given
    )

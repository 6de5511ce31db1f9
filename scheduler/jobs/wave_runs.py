"""Makes the long searches for waves: outside any transaction, with a sign of life every few seconds."""

import logging
import threading
from collections.abc import Callable
from datetime import datetime
from types import TracebackType

from scheduler.db import DATABASE_AWAY, Database
from scheduler.models import WaveRun
from scheduler.programme.waves import wave_runs
from scheduler.programme.waves.wave_plans import Worth
from scheduler.programme.waves.wave_runs import RunLost

log = logging.getLogger(__name__)

EVERY = 2.0  # seconds from one sign of life to the next


class Heart:
    """A thread that says how far the search is, and hears whether to stop, however busy the search itself is."""

    def __init__(self, database: Database, claimed: WaveRun, clock: Callable[[], datetime], every: float) -> None:
        self.database, self.claimed, self.clock, self.every = database, claimed, clock, every
        self.pairs, self.placed, self.most = claimed.pairs, claimed.placed, claimed.most  # as an earlier one left it
        self.stop_wanted = threading.Event()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="wave heart")

    def tell(self, best: Worth, bound: Worth) -> None:
        """What the search has found so far."""
        self.placed, self.most = best[0], bound[0]

    def __enter__(self) -> "Heart":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, failure: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._over.wait(self.every):
            try:
                self.beat()
            except RunLost:
                self.stop_wanted.set()
                return
            except DATABASE_AWAY:
                log.warning("the database does not answer the search for wave %s", self.claimed.id)

    def beat(self) -> None:
        """One sign of life. RunLost if the search is another worker's."""
        with self.database.writing() as session:
            if wave_runs.beat(
                session, self.claimed, pairs=self.pairs, placed=self.placed, most=self.most, now=self.clock()
            ):
                self.stop_wanted.set()


def search_one(
    database: Database, *, clock: Callable[[], datetime], closing: threading.Event, every: float = EVERY
) -> bool:
    """Takes up the oldest search that is due and sees it through; False if none is.

    When `closing` is set, a search that could still get better is left to the next worker, with the best so far.
    """
    with database.writing() as session:
        claimed = wave_runs.claim(session, now=clock())
    if claimed is None:
        return False
    try:
        _see_through(database, claimed, clock, closing, every)
    except RunLost:
        log.warning("the search for wave %s is another worker's, or has ended", claimed.id)
    return True


def _see_through(
    database: Database, claimed: WaveRun, clock: Callable[[], datetime], closing: threading.Event, every: float
) -> None:
    try:
        _search(database, claimed, clock, closing, every)
    except (*DATABASE_AWAY, RunLost):
        raise
    except Exception:
        log.exception("the search for wave %s met a bug", claimed.id)
        with database.writing() as session:
            wave_runs.interrupt(session, claimed, now=clock())


def _search(
    database: Database, claimed: WaveRun, clock: Callable[[], datetime], closing: threading.Event, every: float
) -> None:
    with Heart(database, claimed, clock, every) as heart:
        with database.reading() as session:
            asked = wave_runs.question(session, claimed, now=clock())
        heart.pairs = heart.most = len(asked.pairs)
        plan = asked.answer(
            seconds=wave_runs.SECONDS,
            start=wave_runs.best_so_far(claimed),
            stop=lambda: heart.stop_wanted.is_set() or closing.is_set(),
            progress=heart.tell,
        )
    with database.writing() as session:
        if closing.is_set() and not heart.stop_wanted.is_set() and not plan.optimal:
            wave_runs.give_back(session, claimed, plan, now=clock())
        else:
            wave_runs.finish(session, claimed, plan, now=clock())

"""Works off the outbox: claim, meet the world, write down. Killed anywhere, it loses nothing and doubles no meeting."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum
from functools import partial
from typing import Any

from integrations.outcome import OutcomeUnknown, Rejected, Retry
from scheduler import outbox
from scheduler.db import DATABASE_AWAY, Database
from scheduler.jobs import breaker, inbox, periodic, post
from scheduler.jobs.adapters import World
from scheduler.jobs.breaker import Watch
from scheduler.jobs.ledger import HostLedger
from scheduler.jobs.loops import Loop
from scheduler.jobs.steps import STEPS, Step
from scheduler.jobs.wave_runs import search_one
from scheduler.messages import Message
from scheduler.outbox import Claimed, LeaseLost
from scheduler.programme.waves import sent_runs
from scheduler.states import Channel

log = logging.getLogger(__name__)

AT_ONCE = timedelta(0)


class Outcome(Enum):
    """What came of one attempt at one delivery."""

    DONE = "done"
    LATER = "later"
    FAILED = "failed"


@dataclass(frozen=True)
class BackOff:
    """Waits `first`, then twice as long each time up to `longest`; gives up when the delivery is `give_up` old.

    After a lost answer it is done again `resends` times and no more: each may be one more copy. None: as often as it
    takes, where doing it again looks first at what there is.
    """

    first: timedelta
    longest: timedelta
    give_up: timedelta
    resends: int | None = None

    def after(self, attempt: int) -> timedelta:
        return min(self.first * (1 << min(attempt - 1, 30)), self.longest)


# Greylisting wants minutes, a full mailbox hours; Zoom is back for all within a minute of its return.
BACK_OFF = {
    Channel.MAIL: BackOff(timedelta(minutes=1), timedelta(hours=6), timedelta(hours=48), resends=2),
    Channel.ZOOM: BackOff(timedelta(seconds=5), timedelta(minutes=1), timedelta(days=7)),
}


@dataclass(frozen=True)
class Timing:
    """`lease` is longer than any step takes; `grace` is longer than a lost call can still be on its way.

    `idle` is how often an empty outbox is looked into, `tick` how often what Träff does by itself is looked after, and
    `fetch` how often the mailbox for answers is. `trouble` is how long it waits after the database was away, or a bug.
    `breath` is how long a wave leaves the database to others between two of its parts: they look again sooner.
    """

    lease: timedelta = timedelta(minutes=3)
    grace: timedelta = timedelta(seconds=90)
    idle: timedelta = timedelta(seconds=1)
    tick: timedelta = timedelta(minutes=1)
    fetch: timedelta = timedelta(minutes=1)
    trouble: timedelta = timedelta(seconds=5)
    breath: timedelta = timedelta(seconds=0.2)


class Worker:
    """Any number of these, in any number of processes, may work on one database."""

    def __init__(
        self, database: Database, world: World, *, clock: Callable[[], datetime], timing: Timing | None = None
    ) -> None:
        self.database = database
        self.clock = clock
        self.timing = timing or Timing()
        self.world = replace(world, ledger=HostLedger(database, clock, self.timing.grace))
        self._loops: list[Loop] = []

    def run(self, stop: threading.Event) -> None:
        """Works until `stop`, each channel in a thread of its own, so that a slow Zoom holds up no mail."""
        turns: dict[str, Callable[[], timedelta]] = {channel: partial(self._serve, channel) for channel in Channel}
        turns["periodic"] = self._keep_time
        if self.world.inbox is not None:
            turns["inbox"] = partial(self._keep_fetching, stop)
        turns["waves"] = partial(self._search, stop)
        turns["sending"] = self._send_waves
        pause = self.timing.trouble
        loops = [Loop(name, turn, pause=pause, closing=stop) for name, turn in turns.items()]
        for loop in loops:
            loop.start()
        self._loops = loops
        for loop in loops:
            loop.join()

    def lives(self) -> bool:
        """Whether it runs in this process, with every one of its threads, and none of them is stuck in a bug."""
        return bool(self._loops) and all(loop.is_alive() and loop.is_well for loop in self._loops)

    def tick(self) -> None:
        """Does what is due by itself, such as reminders; what that owes is put into the outbox."""
        periodic.tick(self.database, now=self.clock())

    def fetch(self, stop: threading.Event | None = None) -> int:
        """Takes in what waits in the mailbox for answers; how many mails. A mailbox out of reach is logged."""
        try:
            return inbox.poll(self.database, self.world, clock=self.clock, stop=stop or threading.Event())
        except Retry as away:
            log.warning("answers cannot be fetched now: %s", away)
            return 0

    def drain(self, tick: Callable[[], None] = lambda: None) -> int:
        """Works off everything that is due, calling `tick` after each; how many failed for good."""
        failed = 0
        while self.send_some():
            pass
        for channel in Channel:
            while (outcome := self.work_one(channel)) is not None:
                failed += outcome is Outcome.FAILED
                tick()
        while search_one(self.database, clock=self.clock, closing=threading.Event()):
            pass
        return failed

    def send_some(self) -> bool:
        """Sends the next few pairs of a wave that is to be sent; False if there is none."""
        with self.database.writing() as session:
            return sent_runs.send_some(session, now=self.clock())

    def work_one(self, channel: Channel) -> Outcome | None:
        """Takes the channel's oldest due delivery through its step; None if none is due, or the channel is away."""
        with self.database.writing() as session:
            outage, now = breaker.outage(session, channel), self.clock()
            if outage is not None and outage.next_at > now:
                return None
            claimed = outbox.claim(session, channel=channel, now=now, lease=self.timing.lease)
            if claimed is None:
                return None
            probe = breaker.take_probe(outage, now=now) if outage is not None else None
        try:
            return self._take(claimed, channel, Watch(self.database, channel, probe, self.clock))
        except LeaseLost as lost:
            log.warning("lease lost: %s", lost)
            return Outcome.LATER

    def _take(self, claimed: Claimed, channel: Channel, watch: Watch) -> Outcome:
        mailer = watch.on(post.Noting(self.world.mailer, partial(self._sends, claimed)))
        zoom = watch.on(self.world.zoom) if self.world.zoom else None
        try:
            step = STEPS[type(claimed.message)]
            with watch:
                facts = self._read(claimed, step)
                doubt = claimed.doubt_since is not None
                world = replace(self.world, mailer=mailer, zoom=zoom)
                result = step.perform(facts, world, doubt=doubt) if facts is not None else None
        except Rejected as rejected:
            return self._fail(claimed, str(rejected))
        except OutcomeUnknown as unknown:
            return self._again_after_a_drop(claimed, BACK_OFF[channel], unknown)
        except Retry as retry:
            until = retry.retry_at or self.clock() + BACK_OFF[channel].after(claimed.attempt)
            return self._again(
                claimed, BACK_OFF[channel], until=until, reason=str(retry), doubt_since=claimed.doubt_since
            )
        except (*DATABASE_AWAY, LeaseLost):
            raise
        except Exception:
            log.exception("delivery %s (%s) met a bug", claimed.id, claimed.kind)
            until = self.clock() + BACK_OFF[channel].after(claimed.attempt)
            return self._again(
                claimed, BACK_OFF[channel], until=until, reason="a bug: see the log", doubt_since=claimed.claimed_at
            )
        if facts is not None:
            return self._record(claimed, step, result, channel)
        with self.database.writing() as session:
            outbox.drop(session, claimed, now=self.clock())
        return Outcome.DONE

    def _sends(self, claimed: Claimed, message_id: str) -> None:
        """Notes which mail is about to go out: its notice may be back before anything else is written down."""
        with self.database.writing() as session:
            outbox.sends(session, claimed, message_id=message_id)

    def _record(self, claimed: Claimed, step: Step, result: Any, channel: Channel) -> Outcome:
        """Writes down what came of it. Where that meets a bug, nobody knows what was done, as after a lost answer."""
        try:
            with self.database.writing() as session:
                step.record(session, claimed.message, result, now=self.clock())
                outbox.done(session, claimed, now=self.clock())
        except (*DATABASE_AWAY, LeaseLost):
            raise
        except Exception:
            log.exception("delivery %s (%s) was made, and noting it met a bug", claimed.id, claimed.kind)
            return self._again_after_a_drop(claimed, BACK_OFF[channel], OutcomeUnknown("a bug: see the log"))
        return Outcome.DONE

    def _read(self, claimed: Claimed, step: Step) -> Any:
        """The facts of the step; None where the message need not go out any more."""
        message: Message = claimed.message
        if message.void_from is not None and message.void_from <= self.clock():
            return None
        with self.database.reading() as session:
            return step.read(session, message, self.world)

    def _again_after_a_drop(self, claimed: Claimed, back_off: BackOff, unknown: OutcomeUnknown) -> Outcome:
        """Once more while that may do good; then a person decides, since it may have arrived each time."""
        if back_off.resends is not None and claimed.drops >= back_off.resends:
            return self._fail(claimed, f"perhaps sent: {unknown}")
        until = unknown.retry_at or self.clock() + back_off.after(claimed.attempt)
        doubt = claimed.claimed_at
        return self._again(claimed, back_off, until=until, reason=str(unknown), doubt_since=doubt, dropped=True)

    def _again(
        self,
        claimed: Claimed,
        back_off: BackOff,
        *,
        until: datetime,
        reason: str,
        doubt_since: datetime | None,
        dropped: bool = False,
    ) -> Outcome:
        if self.clock() - claimed.created_at > back_off.give_up:
            return self._fail(claimed, f"given up: {reason}")
        with self.database.writing() as session:
            outbox.postpone(session, claimed, until=until, reason=reason, doubt_since=doubt_since, dropped=dropped)
        return Outcome.LATER

    def _fail(self, claimed: Claimed, reason: str) -> Outcome:
        log.error("delivery %s (%s) failed for good: %s", claimed.id, claimed.kind, reason)
        with self.database.writing() as session:
            outbox.fail(session, claimed, reason=reason, now=self.clock())
        return Outcome.FAILED

    def _serve(self, channel: Channel) -> timedelta:
        return self.timing.idle if self.work_one(channel) is None else AT_ONCE

    def _search(self, stop: threading.Event) -> timedelta:
        """Makes the long searches for waves, one at a time; mail goes on meanwhile."""
        return AT_ONCE if search_one(self.database, clock=self.clock, closing=stop) else self.timing.idle

    def _send_waves(self) -> timedelta:
        """Beside the searches, which take their time."""
        return self.timing.breath if self.send_some() else self.timing.idle

    def _keep_time(self) -> timedelta:
        self.tick()
        return self.timing.tick

    def _keep_fetching(self, stop: threading.Event) -> timedelta:
        self.fetch(stop)
        return self.timing.fetch

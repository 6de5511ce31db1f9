"""Works off the outbox: claim, meet the world, write down. Killed anywhere, it loses nothing and doubles no meeting."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from sqlalchemy.exc import DBAPIError

from integrations.outcome import OutcomeUnknown, Rejected, Retry
from scheduler import outbox
from scheduler.db import Database
from scheduler.jobs.adapters import World
from scheduler.jobs.steps import STEPS, Step
from scheduler.messages import Message
from scheduler.outbox import Claimed, LeaseLost
from scheduler.states import Channel

log = logging.getLogger(__name__)


class Outcome(Enum):
    """What came of one attempt at one delivery."""

    DONE = "done"
    LATER = "later"
    FAILED = "failed"


@dataclass(frozen=True)
class BackOff:
    """Waits `first`, then twice as long each time up to `longest`; gives up when the delivery is `give_up` old."""

    first: timedelta
    longest: timedelta
    give_up: timedelta

    def after(self, attempt: int) -> timedelta:
        return min(self.first * (1 << min(attempt - 1, 30)), self.longest)


# Greylisting wants minutes, a full mailbox hours; Zoom is back for all within a minute of its return.
BACK_OFF = {
    Channel.MAIL: BackOff(timedelta(minutes=1), timedelta(hours=6), timedelta(hours=48)),
    Channel.ZOOM: BackOff(timedelta(seconds=5), timedelta(minutes=1), timedelta(days=7)),
}


@dataclass(frozen=True)
class Timing:
    """`lease` is longer than any step takes; `grace` is longer than a lost call can still be on its way."""

    lease: timedelta = timedelta(minutes=3)
    grace: timedelta = timedelta(seconds=90)
    idle: timedelta = timedelta(seconds=1)


class Worker:
    """Any number of these, in any number of processes, may work on one database."""

    def __init__(
        self, database: Database, world: World, *, clock: Callable[[], datetime], timing: Timing | None = None
    ) -> None:
        self.database = database
        self.world = world
        self.clock = clock
        self.timing = timing or Timing()

    def run(self, stop: threading.Event) -> None:
        """Works until `stop`, each channel in a thread of its own, so that a slow Zoom holds up no mail."""
        threads = [threading.Thread(target=self._serve, args=(channel, stop), name=channel) for channel in Channel]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def drain(self, tick: Callable[[], None] = lambda: None) -> int:
        """Works off everything that is due, calling `tick` after each; how many failed for good."""
        failed = 0
        for channel in Channel:
            while (outcome := self.work_one(channel)) is not None:
                failed += outcome is Outcome.FAILED
                tick()
        return failed

    def work_one(self, channel: Channel) -> Outcome | None:
        """Takes the channel's oldest due delivery through its step; None if none is due."""
        with self.database.writing() as session:
            claimed = outbox.claim(session, channel=channel, now=self.clock(), lease=self.timing.lease)
        if claimed is None:
            return None
        try:
            return self._take(claimed, channel)
        except LeaseLost as lost:
            log.warning("lease lost: %s", lost)
            return Outcome.LATER

    def _take(self, claimed: Claimed, channel: Channel) -> Outcome:
        try:
            step = STEPS[type(claimed.message)]
            if self._settling(claimed, step):
                return Outcome.LATER
            result = self._perform(claimed, step)
        except Rejected as rejected:
            return self._fail(claimed, str(rejected))
        except Retry as retry:
            doubt = claimed.claimed_at if isinstance(retry, OutcomeUnknown) else claimed.doubt_since
            until = retry.retry_at or self.clock() + BACK_OFF[channel].after(claimed.attempt)
            return self._again(claimed, BACK_OFF[channel], until=until, reason=str(retry), doubt_since=doubt)
        except DBAPIError:
            raise
        except Exception:
            log.exception("delivery %s (%s) met a bug", claimed.id, claimed.kind)
            until = self.clock() + BACK_OFF[channel].after(claimed.attempt)
            return self._again(
                claimed, BACK_OFF[channel], until=until, reason="a bug: see the log", doubt_since=claimed.claimed_at
            )
        with self.database.writing() as session:
            step.record(session, claimed.message, result, now=self.clock())
            outbox.done(session, claimed, now=self.clock())
        return Outcome.DONE

    def _settling(self, claimed: Claimed, step: Step) -> bool:
        """Puts the delivery off while a call of a lost attempt may still be on its way."""
        if not step.settles or claimed.doubt_since is None:
            return False
        settled = claimed.doubt_since + self.timing.grace
        if settled <= self.clock():
            return False
        with self.database.writing() as session:
            reason = "waiting to see what an interrupted attempt did"
            outbox.postpone(session, claimed, until=settled, reason=reason, doubt_since=claimed.doubt_since)
        return True

    def _perform(self, claimed: Claimed, step: Step) -> Any:
        message: Message = claimed.message
        with self.database.reading() as session:
            facts = step.read(session, message, self.world)
        return step.perform(facts, self.world, doubt=claimed.doubt_since is not None)

    def _again(
        self, claimed: Claimed, back_off: BackOff, *, until: datetime, reason: str, doubt_since: datetime | None
    ) -> Outcome:
        if self.clock() - claimed.created_at > back_off.give_up:
            return self._fail(claimed, f"given up: {reason}")
        with self.database.writing() as session:
            outbox.postpone(session, claimed, until=until, reason=reason, doubt_since=doubt_since)
        return Outcome.LATER

    def _fail(self, claimed: Claimed, reason: str) -> Outcome:
        log.error("delivery %s (%s) failed for good: %s", claimed.id, claimed.kind, reason)
        with self.database.writing() as session:
            outbox.fail(session, claimed, reason=reason, now=self.clock())
        return Outcome.FAILED

    def _serve(self, channel: Channel, stop: threading.Event) -> None:
        while not stop.is_set():
            try:
                if self.work_one(channel) is None:
                    stop.wait(self.timing.idle.total_seconds())
            except DBAPIError:
                log.exception("the database does not answer the %s worker", channel)
                stop.wait(5)

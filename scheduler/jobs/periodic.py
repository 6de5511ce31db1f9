"""What Träff does by itself at its time. Any number of processes may tick: rows say what is done, locks who does it."""

import logging
from collections.abc import Callable
from datetime import datetime

from scheduler.db import DATABASE_AWAY, Database
from scheduler.programme import new_rules, reminders
from scheduler.programme.events import event_hosts
from scheduler.programme.pairs import held, proposals
from scheduler.programme.people import asking
from scheduler.programme.pool import host_moves, host_sweeps, zoom_news, zoom_reports
from scheduler.programme.replies import parking

log = logging.getLogger(__name__)

# Each is called as task(session, now=...) in a transaction of its own, and does what is due and not done yet.
TASKS: tuple[Callable[..., object], ...] = (
    asking.start_due,
    asking.remind_due,
    proposals.withdraw_outdated,
    proposals.expire_due,
    parking.forget_strangers,
    new_rules.follow_meetings,
    new_rules.follow_events,
    host_sweeps.owe_due,
    host_moves.move_stranded,
    event_hosts.settle_left_out,
    reminders.remind_of_meetings,
    reminders.remind_of_events,
    zoom_reports.ask_due,
    held.settle_due,
    zoom_news.forget_receipts,
)


def tick(database: Database, *, now: datetime) -> None:
    """Does what is due. A bug in one task is logged and holds up no other; it is tried again at the next tick."""
    for task in TASKS:
        try:
            _do(database, task, now)
        except DATABASE_AWAY:  # no task would get on
            raise
        except Exception:
            log.exception("%s met a bug", task.__name__)


def _do(database: Database, task: Callable[..., object], now: datetime) -> None:
    with database.writing() as session:
        task(session, now=now)

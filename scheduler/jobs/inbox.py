"""Fetching calendars' answers from a mailbox. A mail is marked after it is taken in: killed between, it comes again."""

import logging
import threading
from collections.abc import Callable
from datetime import datetime

from integrations.outcome import Rejected, Retry
from scheduler.db import DATABASE_AWAY, Database
from scheduler.jobs.adapters import Folder, World
from scheduler.presenters import arrivals
from scheduler.programme.replies import inbound

log = logging.getLogger(__name__)


def poll(database: Database, world: World, *, clock: Callable[[], datetime], stop: threading.Event) -> int:
    """Takes in what waits, until `stop`; how many mails that were. Nothing where there is no mailbox. Raises Retry.

    A mail that meets a bug, or that the server cannot hand out, stays, and holds up no other.
    """
    if world.inbox is None:
        return 0
    taken = 0
    with world.inbox.open() as folder:
        for uid in folder.waiting():
            if stop.is_set():
                break
            try:
                _take(database, world, folder, uid, clock)
            except DATABASE_AWAY:
                raise
            except Retry:
                folder.leave(uid)  # there are servers that hang up over a mail that they cannot read
                raise
            except Rejected as rejected:
                log.warning("a mail cannot be fetched: %s", rejected)
                folder.leave(uid)
                continue
            except Exception:
                log.exception("a mail met a bug")
                folder.leave(uid)
                continue
            folder.mark_taken(uid)
            taken += 1
    return taken


def _take(database: Database, world: World, folder: Folder, uid: str, clock: Callable[[], datetime]) -> None:
    letter = folder.fetch(uid, most=arrivals.LARGEST)
    if letter is None:  # somebody has deleted it
        return
    arrived = arrivals.read(letter.content, world.organizers, size=letter.size)
    with database.writing() as session:
        inbound.take_all(session, arrived, now=clock())

"""Answers to invites that come by mail, and mails that come back: each is taken once, and done if it counts.

An answer counts if it is about one invite of ours, from whoever it answers for, to the version that stands, and no
newer one has come before it. Everything else changes nothing, and is kept with a reason for a coordinator to see.
"""

import logging
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from scheduler.db import DATABASE_AWAY
from scheduler.errors import EventOver, MeetingClosed
from scheduler.models import Receipt, Seat
from scheduler.programme.events import registrations
from scheduler.programme.pairs import meetings
from scheduler.programme.replies import counters, parking, partstats, returned
from scheduler.programme.replies.arrived import Arrived, Match, match
from scheduler.programme.replies.partstats import Invite
from scheduler.states import Parked, Partstat

log = logging.getLogger(__name__)

COUNTER, REFRESH = "COUNTER", "REFRESH"


def take_all(session: Session, arrived: Sequence[Arrived], *, now: datetime) -> list[Receipt]:
    """Takes every answer of a mail; the receipts that are new."""
    return [receipt for each in arrived if (receipt := take(session, each, now=now)) is not None]


def take(session: Session, arrived: Arrived, *, now: datetime) -> Receipt | None:
    """Does what the answer asks, if it counts, and keeps a receipt. None for a copy of one that was taken.

    What meets a bug changes nothing and is kept as such; a database that does not answer raises, so that it is taken
    later.
    """
    found = match(session, arrived)
    receipt = parking.opened(session, arrived, found, now=now)
    if receipt is None:
        return None
    if returned.take(session, receipt, arrived, now=now):
        return receipt
    reason = _mistrust(arrived, found)
    if reason is None and found.invite is not None:
        reason = _attempt(session, receipt, arrived, found.invite, now)
    receipt.reason = reason
    session.flush()
    return parking.kept(session, receipt, now=now)


def _mistrust(arrived: Arrived, found: Match) -> Parked | None:
    """Why it cannot be believed, or is no answer to an invite of ours; None if it is one."""
    checks = (
        (not found.at_ours, Parked.UNKNOWN_ADDRESS),
        (arrived.trouble is not None, arrived.trouble),
        (found.row is None, Parked.OTHER_UID),
        (arrived.forged, Parked.FORGED),
        (found.invite is None, Parked.UNINVITED),
        (found.invite is not None and arrived.sender != found.invite.person.email, Parked.OTHER_SENDER),
        (arrived.one_of_series, Parked.ONE_OF_A_SERIES),
    )
    return next((reason for is_so, reason in checks if is_so), None)


def _attempt(session: Session, receipt: Receipt, arrived: Arrived, invite: Invite, now: datetime) -> Parked | None:
    """Does it, or else nothing; then why."""
    try:
        with session.begin_nested():
            return _do(session, receipt, arrived, invite, now)
    except (MeetingClosed, EventOver):
        return Parked.OVER
    except DATABASE_AWAY:
        raise
    except Exception:
        log.exception("an answer met a bug")
        return Parked.BUG


def _do(session: Session, receipt: Receipt, arrived: Arrived, invite: Invite, now: datetime) -> Parked | None:
    partstats.lock(session, invite)
    reason = _too_late(arrived, invite, now)
    costly = arrived.method in {COUNTER, REFRESH}
    if reason is None and parking.is_too_many(session, receipt, costly=costly, now=now):
        reason = Parked.TOO_MANY
    if reason is not None:
        return reason
    if arrived.method == REFRESH:
        _refresh(session, invite, now)
        return None
    if arrived.method == COUNTER:
        return _counter(session, arrived, invite, now)
    return _reply(session, arrived, invite, now)


def _too_late(arrived: Arrived, invite: Invite, now: datetime) -> Parked | None:
    """Why it is not the last word on what stands (RFC 5546 section 2.1.5); None if it is."""
    if partstats.is_over(invite, now=now):
        return Parked.OVER
    if arrived.method == REFRESH:  # says nothing of any version
        return None
    standing = partstats.sequence(invite)
    if arrived.sequence > standing:
        return Parked.AHEAD
    if arrived.sequence < standing:
        return Parked.EARLIER_VERSION
    stamp, known = arrived.stamp, invite.answered_stamp
    if invite.answered_sequence == standing and known is not None and stamp is not None and stamp < known:
        return Parked.OUT_OF_ORDER
    return None


def _reply(session: Session, arrived: Arrived, invite: Invite, now: datetime) -> Parked | None:
    partstat = _partstat(arrived)
    if partstat is None:
        return Parked.NO_VERDICT
    partstats.answer(session, invite, partstat, version=arrived.sequence, stamp=arrived.stamp, now=now)
    return Parked.DELEGATED if partstat is Partstat.DELEGATED else None  # shown, and not obeyed


def _counter(session: Session, arrived: Arrived, invite: Invite, now: datetime) -> Parked | None:
    """A pair's meeting may move; an event has other guests, so its time is refused, and shown to a coordinator."""
    if not isinstance(invite, Seat):
        registrations.refuse_counter(session, invite, now=now)
        return Parked.FIXED
    if arrived.starts_at is None:
        return Parked.BROKEN
    partstat = _partstat(arrived) or Partstat.TENTATIVE
    partstats.note(session, invite, partstat, version=arrived.sequence, stamp=arrived.stamp, now=now)
    counters.put(
        session, invite, starts_at=arrived.starts_at, ends_at=arrived.ends_at, comment=arrived.comment, now=now
    )
    return None


def _refresh(session: Session, invite: Invite, now: datetime) -> None:
    """The version that stands, to whoever asks for it and nobody else (RFC 5546, 6.1.6)."""
    if isinstance(invite, Seat):
        meetings.send_once_more(session, invite, now=now)
    else:
        registrations.send_once_more(session, invite, now=now)


def _partstat(arrived: Arrived) -> Partstat | None:
    try:
        return Partstat(arrived.partstat.lower())
    except ValueError:
        return None

"""What a step that speaks to Zoom writes down on the way, each in a transaction of its own: before a call, what it is
about to do and that it is spent; after a failed one, what is certain."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from integrations.outcome import Retry
from scheduler.db import Database
from scheduler.models import Host, ZoomMeeting
from scheduler.programme.pool import budgets


@dataclass(frozen=True)
class HostLedger:
    """The ledger of the pool. `grace` is longer than a lost call can still be on its way."""

    database: Database
    clock: Callable[[], datetime]
    grace: timedelta

    def intend(self, zoom_meeting_id: int) -> bool:
        """Commits that a meeting is about to be made; False if none is wanted any more. Retry on a used up day."""
        now = self.clock()
        with self.database.writing() as session:
            row = _taken(session, zoom_meeting_id)
            if not row.wanted:
                return False
            if not budgets.spend_create(session, row.host_id, now=now):
                raise _used_up(now)
            row.intent_at = now
        return True

    def settled(self, intent_at: datetime) -> None:
        """Retry while a create that went out then may still reach Zoom."""
        if self.clock() < intent_at + self.grace:
            raise Retry("waiting to see what an interrupted attempt did", intent_at + self.grace)

    def not_made(self, zoom_meeting_id: int, *, exhausted: bool) -> None:
        """There is certainly no meeting of the create that went out. `exhausted`: the host can make no more today."""
        with self.database.writing() as session:
            row = _taken(session, zoom_meeting_id)
            if row.intent_at is not None:
                budgets.refund_create(session, row.host_id, since=row.intent_at, now=self.clock())
            row.intent_at = None
            if exhausted:
                budgets.exhaust(session, row.host_id, now=self.clock())

    def spend_update(self, host_id: int) -> None:
        """Counts an update that is about to be sent. Retry on a used up day."""
        now = self.clock()
        with self.database.writing() as session:
            if not budgets.spend_update(session, host_id, now=now):
                raise _used_up(now)

    def exhausted(self, host_id: int) -> None:
        """Zoom says that the host's day is used up."""
        with self.database.writing() as session:
            budgets.exhaust(session, host_id, now=self.clock())


def _taken(session: Session, zoom_meeting_id: int) -> ZoomMeeting:
    """The row, locked; its host before it, as whoever books does."""
    host_id = select(ZoomMeeting.host_id).where(ZoomMeeting.id == zoom_meeting_id).scalar_subquery()
    session.execute(select(Host.id).where(Host.id == host_id).with_for_update())
    return session.get_one(ZoomMeeting, zoom_meeting_id, with_for_update=True)


def _used_up(now: datetime) -> Retry:
    return Retry("The host has used up its changes of the day at Zoom", budgets.reset(now))

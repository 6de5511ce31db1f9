"""What Zoom tells of our meetings there: who comes and goes; begin, end and changes. Told twice, it is known once."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from scheduler import outbox
from scheduler.messages import CheckZoomMeeting
from scheduler.models import Receipt, ZoomMeeting
from scheduler.programme.pool import attendance

KEPT = timedelta(days=1)  # Zoom's last copy comes after 85 minutes, and older ones are not believed
AHEAD = timedelta(minutes=5)  # how far Zoom's clock may be ahead of ours
_PREFIX = "zoom/"


class Participant(Protocol):
    """One stay of somebody in a meeting: a key that tells it from others, and when it began or ended."""

    @property
    def key(self) -> str: ...
    @property
    def email(self) -> str: ...
    @property
    def joined_at(self) -> datetime | None: ...
    @property
    def left_at(self) -> datetime | None: ...


class News(Protocol):
    """What Zoom says happened at `at`, on whose word there is no doubt; `receipt` is the same for every copy."""

    @property
    def name(self) -> str: ...
    @property
    def at(self) -> datetime: ...
    @property
    def receipt(self) -> str: ...
    @property
    def zoom_id(self) -> int | None: ...
    @property
    def started_at(self) -> datetime | None: ...
    @property
    def ended_at(self) -> datetime | None: ...
    @property
    def participant(self) -> Participant | None: ...


def matters(session: Session, news: News) -> bool:
    """Whether it is of a kind that we follow, and about a meeting of ours: an account has many others."""
    if news.zoom_id is None or news.name not in _HANDLERS:
        return False
    return bool(session.scalar(select(exists().where(ZoomMeeting.zoom_id == news.zoom_id))))


def take(session: Session, news: News, *, now: datetime) -> bool:
    """Takes it in, once. False for what was taken in before, does not matter, or is of a time still to come.

    Handlers write how things stand and count nothing, so that any order of events comes to the same.
    """
    if not matters(session, news) or news.at > now + AHEAD:
        return False
    query = select(ZoomMeeting).where(ZoomMeeting.zoom_id == news.zoom_id)
    found = session.scalars(query.with_for_update(key_share=True).execution_options(populate_existing=True))
    row = found.one_or_none()  # none where Zoom's meeting is made anew meanwhile, with another number
    if row is None or not _is_first(session, news, now):
        return False
    _HANDLERS[news.name](session, row, news, now)
    session.flush()
    return True


def forget_receipts(session: Session, *, now: datetime) -> None:
    """Lets go of the receipts of what Zoom does not send any more."""
    session.execute(delete(Receipt).where(Receipt.key.startswith(_PREFIX), Receipt.received_at < now - KEPT))


def _is_first(session: Session, news: News, now: datetime) -> bool:
    """Whether no copy came before. Two at once wait for each other on the meeting's row."""
    key = _PREFIX + news.receipt
    if session.scalar(select(exists().where(Receipt.key == key))):
        return False
    session.add(Receipt(key=key, received_at=now))
    return True


def _is_newer(row: ZoomMeeting, news: News) -> bool:
    return row.told_at is None or news.at > row.told_at


def _started(session: Session, row: ZoomMeeting, news: News, now: datetime) -> None:
    if _is_newer(row, news):
        row.told_at, row.live_since, row.ended_at = news.at, news.started_at or news.at, None


def _ended(session: Session, row: ZoomMeeting, news: News, now: datetime) -> None:
    if _is_newer(row, news):
        row.told_at, row.live_since, row.ended_at = news.at, None, news.ended_at or news.at


def _joined(session: Session, row: ZoomMeeting, news: News, now: datetime) -> None:
    who = news.participant
    if who is not None:
        attendance.note_stay(session, row, key=who.key, email=who.email, came_at=who.joined_at or news.at)


def _left(session: Session, row: ZoomMeeting, news: News, now: datetime) -> None:
    who = news.participant
    if who is not None:
        attendance.note_stay(session, row, key=who.key, email=who.email, left_at=who.left_at or news.at)


def _changed(session: Session, row: ZoomMeeting, news: News, now: datetime) -> None:
    """Lets Zoom be asked: a deletion counts when a GET confirms it.

    Not where it has been since: our own changes come back as events, too, and must not make us change it again.
    """
    has_looked = row.seen_at is not None and row.seen_at > news.at
    if row.wanted and not has_looked and row.about.ends_at > now:
        message = CheckZoomMeeting(row.meeting_id, row.id, event_id=row.event_id)
        outbox.put(session, message, programme_id=row.programme_id, now=now)


_HANDLERS: dict[str, Callable[[Session, ZoomMeeting, News, datetime], None]] = {
    "meeting.started": _started,
    "meeting.ended": _ended,
    "meeting.participant_joined": _joined,
    "meeting.participant_left": _left,
    "meeting.updated": _changed,
    "meeting.deleted": _changed,
    "meeting.permanently_deleted": _changed,
    "meeting.recovered": _changed,
}

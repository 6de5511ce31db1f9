"""The steps that make Zoom what our rows want."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from integrations.outcome import OutcomeUnknown, Rejected, Retry
from integrations.zoom.client import RemoteMeeting, WantedMeeting
from integrations.zoom.errors import HostNotAllowed, HostQuota, NotFound
from scheduler.jobs.adapters import World, Zoom
from scheduler.jobs.ledger import HostLedger
from scheduler.jobs.wanted_meetings import leaders, wanted_meeting, with_leaders
from scheduler.messages import CheckZoomMeeting, CreateZoomMeeting, DeleteZoomMeeting, UpdateZoomMeeting
from scheduler.models import ZoomMeeting
from scheduler.programme.pool import zoom_meetings

Message = CreateZoomMeeting | UpdateZoomMeeting | CheckZoomMeeting | DeleteZoomMeeting


@dataclass(frozen=True)
class Facts:
    """What we want at Zoom now, and what we know is there. `intent_at` is when a create went out without an answer."""

    row_id: int
    host_id: int
    host: str
    wanted: bool
    zoom_id: int | None
    intent_at: datetime | None
    meeting: WantedMeeting
    leaders: tuple[str, ...]

    def as_wanted(self, zoom: Zoom) -> WantedMeeting:
        return with_leaders(self.meeting, self.leaders, self.host, zoom)


@dataclass(frozen=True)
class Seen:
    """The meeting as Zoom has it, and what it keeps otherwise than we asked, having been asked."""

    meeting: RemoteMeeting
    locked: frozenset[str]


@dataclass(frozen=True)
class Missing:
    """Zoom says that there is no such meeting."""


Result = Seen | Missing | None


def read(session: Session, message: Message, world: World) -> Facts:
    """The row as it is now: a meeting that moved before Zoom heard of it is created at its new time."""
    row = session.get_one(ZoomMeeting, message.zoom_meeting_id)
    return Facts(
        row_id=row.id,
        host_id=row.host_id,
        host=row.host.email,
        wanted=row.wanted,
        zoom_id=row.zoom_id,
        intent_at=row.intent_at,
        meeting=wanted_meeting(row),
        leaders=leaders(session, row),
    )


def create(facts: Facts, world: World, *, doubt: bool) -> Result:
    """The meeting, adopted if an earlier attempt of ours made it after all, else made if it is still wanted."""
    if facts.zoom_id is not None:
        return mend(facts, world, doubt=doubt)
    zoom, ledger = outside(world)
    found = _left_behind(facts, zoom, ledger)
    for surplus in found[1:]:
        zoom.delete(surplus.zoom_id)
    if found:
        return Seen(found[0], facts.meeting.locked)
    if facts.intent_at is not None:
        ledger.not_made(facts.row_id, exhausted=False)
    if not facts.wanted:
        return None
    wanted = facts.as_wanted(zoom)
    if not ledger.intend(facts.row_id):
        return None
    made = _made(facts, wanted, zoom, ledger)
    return Seen(made, made.otherwise(wanted))


def mend(facts: Facts, world: World, *, doubt: bool) -> Result:
    """The meeting as Zoom has it, made what is wanted where it differed. Nothing where none is made, or wanted."""
    zoom, ledger = outside(world)
    if facts.zoom_id is None or not facts.wanted:
        return None
    wanted, sent = facts.as_wanted(zoom), False

    def spend() -> None:
        nonlocal sent
        ledger.spend_update(facts.host_id)
        sent = True

    try:
        found = zoom.update(facts.zoom_id, wanted, spend=spend)
    except NotFound:
        return Missing()
    except HostQuota:
        ledger.exhausted(facts.host_id)
        raise
    otherwise = found.otherwise(wanted)
    return Seen(found, otherwise if sent else otherwise & wanted.locked)  # what was not sent is not refused


def delete(facts: Facts, world: World, *, doubt: bool) -> None:
    """Nothing is left at Zoom, not even a meeting whose creation we never heard of."""
    zoom, ledger = outside(world)
    left = [facts.zoom_id] if facts.zoom_id is not None else []
    for zoom_id in left or [meeting.zoom_id for meeting in _left_behind(facts, zoom, ledger)]:
        zoom.delete(zoom_id)


def record_found(session: Session, message: Message, result: Result, *, now: datetime) -> None:
    """Notes what Zoom has. The door leads to this link from now on, and nobody's invite changes."""
    row = session.get_one(ZoomMeeting, message.zoom_meeting_id)
    if isinstance(result, Missing):
        zoom_meetings.missing(session, row, now=now)
    elif result is not None:
        found = result.meeting
        row.zoom_id, row.uuid, row.join_url, row.passcode = found.zoom_id, found.uuid, found.join_url, found.passcode
        row.locked = sorted(result.locked)
        zoom_meetings.is_right(session, row, now=now)
        row.seen_at, row.intent_at, row.missing_since = now, None, None


def record_gone(session: Session, message: Message, result: None, *, now: datetime) -> None:
    """Notes that nothing is left there."""
    zoom_meetings.gone(session, session.get_one(ZoomMeeting, message.zoom_meeting_id), now=now)


def _left_behind(facts: Facts, zoom: Zoom, ledger: HostLedger) -> list[RemoteMeeting]:
    """What an attempt of ours made without our hearing of it, the oldest first; asked once it cannot still arrive."""
    if facts.intent_at is None:
        return []
    ledger.settled(facts.intent_at)
    return zoom.find(facts.host, facts.meeting.reference)


def _made(facts: Facts, wanted: WantedMeeting, zoom: Zoom, ledger: HostLedger) -> RemoteMeeting:
    try:
        return zoom.create(facts.host, wanted)
    except OutcomeUnknown:
        raise
    except (Retry, Rejected) as refused:
        ledger.not_made(facts.row_id, exhausted=isinstance(refused, HostQuota | HostNotAllowed))
        raise


def outside(world: World) -> tuple[Zoom, HostLedger]:
    """Zoom and the ledger. Retry where there is no Zoom: what is owed waits for it."""
    if world.zoom is None or world.ledger is None:
        raise Retry("Zoom is not set up here: see TRAFF_ZOOM_ACCOUNT_ID")
    return world.zoom, world.ledger

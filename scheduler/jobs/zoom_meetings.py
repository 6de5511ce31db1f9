"""The steps that make Zoom what our rows want."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from integrations.outcome import Retry
from integrations.zoom.client import RemoteMeeting, WantedMeeting
from scheduler.jobs.adapters import World, Zoom
from scheduler.messages import CreateZoomMeeting, DeleteZoomMeeting, UpdateZoomMeeting
from scheduler.models import ZoomMeeting
from scheduler.presenters.i18n import words

Message = CreateZoomMeeting | UpdateZoomMeeting | DeleteZoomMeeting


@dataclass(frozen=True)
class Facts:
    """What we want at Zoom now, and what we know is there."""

    host: str
    wanted: bool
    zoom_id: int | None
    meeting: WantedMeeting


def read(session: Session, message: Message, world: World) -> Facts:
    """The row as it is now: a meeting that moved before Zoom heard of it is created at its new time."""
    row = session.get_one(ZoomMeeting, message.zoom_meeting_id)
    meeting, pair = row.meeting, row.meeting.pair
    programme = words(pair.programme.locale).choose(pair.programme.name)
    wanted = WantedMeeting(
        reference=row.reference,
        topic=f"{programme}: {pair.mentee.name} & {pair.mentor.name}",
        starts_at=meeting.starts_at,
        minutes=meeting.minutes,
        timezone=meeting.timezone,
    )
    return Facts(row.host.email, row.wanted, row.zoom_id, wanted)


def create(facts: Facts, world: World, *, doubt: bool) -> RemoteMeeting | None:
    """The meeting, adopted if an earlier attempt of ours made it after all, else created if it is still wanted."""
    zoom = _zoom(world)
    if doubt:
        found = zoom.find(facts.host, facts.meeting.reference)
        for surplus in found[1:]:
            zoom.delete(surplus.zoom_id)
        if found:
            return found[0]
    return zoom.create(facts.host, facts.meeting) if facts.wanted else None


def update(facts: Facts, world: World, *, doubt: bool) -> RemoteMeeting | None:
    """The meeting as Zoom has it after the change. Nothing where none exists, or none is wanted any more."""
    if facts.zoom_id is None or not facts.wanted:
        return None
    return _zoom(world).update(facts.zoom_id, facts.meeting)


def delete(facts: Facts, world: World, *, doubt: bool) -> None:
    """Nothing is left at Zoom, not even a meeting whose creation we never heard of."""
    zoom = _zoom(world)
    ids = [facts.zoom_id] if facts.zoom_id is not None else _ids(zoom, facts)
    for zoom_id in ids:
        zoom.delete(zoom_id)


def record_found(session: Session, message: Message, result: RemoteMeeting | None, *, now: datetime) -> None:
    """Notes what Zoom has. The door leads to this link from now on."""
    if result is None:
        return
    row = session.get_one(ZoomMeeting, message.zoom_meeting_id)
    row.zoom_id = result.zoom_id
    row.uuid = result.uuid
    row.join_url = result.join_url
    row.passcode = result.passcode


def record_gone(session: Session, message: Message, result: None, *, now: datetime) -> None:
    """Notes that nothing is left there."""
    row = session.get_one(ZoomMeeting, message.zoom_meeting_id)
    row.gone_at = now
    row.join_url = row.passcode = ""


def _ids(zoom: Zoom, facts: Facts) -> list[int]:
    return [found.zoom_id for found in zoom.find(facts.host, facts.meeting.reference)]


def _zoom(world: World) -> Zoom:
    if world.zoom is None:
        raise Retry("Zoom is not set up here: see TRAFF_ZOOM_ACCOUNT_ID")
    return world.zoom

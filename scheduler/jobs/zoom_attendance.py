"""The step that asks Zoom who was in a meeting."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from integrations.zoom.client import Stay
from integrations.zoom.errors import NotFound
from scheduler.jobs.adapters import World
from scheduler.jobs.zoom_meetings import outside
from scheduler.messages import FetchAttendance
from scheduler.models import ZoomMeeting
from scheduler.programme.pool import attendance


@dataclass(frozen=True)
class Facts:
    """The meeting's number at Zoom."""

    zoom_id: int | None


def read(session: Session, message: FetchAttendance, world: World) -> Facts:
    return Facts(session.get_one(ZoomMeeting, message.zoom_meeting_id).zoom_id)


def perform(facts: Facts, world: World, *, doubt: bool) -> list[Stay]:
    """All stays of all runs; none where it was never held, or the room is gone."""
    zoom, _ = outside(world)
    if facts.zoom_id is None:
        return []
    try:
        return zoom.stays(facts.zoom_id)
    except NotFound:
        return []


def record(session: Session, message: FetchAttendance, result: list[Stay], *, now: datetime) -> None:
    """Notes each as a webhook about it would have, so that nobody comes twice."""
    row = session.get_one(ZoomMeeting, message.zoom_meeting_id, with_for_update={"key_share": True})
    for stay in result:
        attendance.note_stay(session, row, key=stay.key, email=stay.email, came_at=stay.joined_at, left_at=stay.left_at)

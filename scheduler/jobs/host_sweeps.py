"""The step that looks through a host's meetings at Zoom. It deletes what is left over of ours, and nothing else."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from integrations.outcome import Rejected
from integrations.zoom.client import RemoteMeeting, WantedMeeting
from integrations.zoom.errors import NotFound
from scheduler.jobs.adapters import World, Zoom
from scheduler.jobs.wanted_meetings import leaders, wanted_meeting, with_leaders
from scheduler.jobs.zoom_meetings import outside
from scheduler.messages import SweepHost
from scheduler.models import Host
from scheduler.programme.pool import host_sweeps
from scheduler.programme.pool.host_sweeps import Known, Sweep

log = logging.getLogger(__name__)

GRACE = timedelta(minutes=15)  # what is younger may be in the hands of a worker that has not written it down yet
LOOK_AFTER = timedelta(days=1)  # lists show no settings: each meeting is looked at by itself, so often
LOOKS = 20  # a sweep


@dataclass(frozen=True)
class Coming:
    """A meeting that should be there, as it should be; `stale` if nobody has looked at its settings for long."""

    zoom_id: int
    wanted: WantedMeeting
    leaders: tuple[str, ...]
    stale: bool


@dataclass(frozen=True)
class Facts:
    host: str
    since: datetime
    known: Mapping[str, Known]
    coming: Sequence[Coming]


def read(session: Session, message: SweepHost, world: World) -> Facts:
    """What we know of the host, and what it should have."""
    rows = host_sweeps.coming(session, message.host_id, now=message.since)
    old = message.since - LOOK_AFTER
    return Facts(
        host=session.get_one(Host, message.host_id).email,
        since=message.since,
        known=host_sweeps.known(session, message.host_id),
        coming=[
            Coming(row.zoom_id, wanted_meeting(row), leaders(session, row), row.seen_at is None or row.seen_at <= old)
            for row in rows
            if row.zoom_id is not None
        ],
    )


def perform(facts: Facts, world: World, *, doubt: bool) -> Sweep:
    """What is there. Left over is what is not wanted, or is one too many, for longer than a worker may take."""
    zoom, _ = outside(world)
    ours = [meeting for meeting in zoom.scheduled(facts.host) if meeting.reference in facts.known]
    removed = [meeting for meeting in ours if _is_left_over(meeting, facts) and _is_removed(meeting, zoom)]
    there = {meeting.zoom_id: meeting for meeting in ours if meeting not in removed}
    right, wrong = _compared(facts, there, zoom)
    return Sweep(
        since=facts.since,
        there=set(there),
        right=right,
        wrong=wrong,
        strays={
            known.row_id: meeting.created_at or facts.since
            for meeting in there.values()
            if (known := facts.known[meeting.reference or ""]).zoom_id is None
        },
        held={facts.known[meeting.reference or ""].row_id for meeting in there.values()},
    )


def record(session: Session, message: SweepHost, result: Sweep, *, now: datetime) -> None:
    """Owes what is to be mended."""
    host_sweeps.settle(session, message.host_id, result, now=now)


def _is_left_over(meeting: RemoteMeeting, facts: Facts) -> bool:
    known = facts.known[meeting.reference or ""]
    is_old = meeting.created_at is not None and meeting.created_at <= facts.since - GRACE
    is_surplus = not known.wanted or (known.zoom_id is not None and known.zoom_id != meeting.zoom_id)
    return is_old and is_surplus


def _is_removed(meeting: RemoteMeeting, zoom: Zoom) -> bool:
    """Whether it is gone now. What Zoom keeps is tried again by the next sweep, and holds up nothing of this one."""
    try:
        zoom.delete(meeting.zoom_id)
    except Rejected as refused:
        log.warning("meeting %s is left over at Zoom and stays: %s", meeting.zoom_id, refused)
        return False
    return True


def _compared(facts: Facts, there: Mapping[int, RemoteMeeting], zoom: Zoom) -> tuple[set[int], set[int]]:
    """The ids of those that are as they should be and of those that are not; of the others the list shows no fault."""
    listed = [each for each in facts.coming if each.zoom_id in there]
    wrong = {each.zoom_id for each in listed if not there[each.zoom_id].is_at(each.wanted)}
    stale = [each for each in listed if each.stale and each.zoom_id not in wrong][:LOOKS]
    right = {each.zoom_id for each in stale if _is_right(each, facts.host, zoom)}
    return right, wrong | {each.zoom_id for each in stale} - right


def _is_right(each: Coming, host: str, zoom: Zoom) -> bool:
    try:
        found = zoom.get(each.zoom_id)
    except NotFound:
        return False
    return found.is_as(with_leaders(each.wanted, each.leaders, host, zoom))

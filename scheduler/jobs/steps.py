"""One table: what each message reads, does outside, and writes down."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from scheduler.jobs import invites, zoom_meetings
from scheduler.messages import CreateZoomMeeting, DeleteZoomMeeting, Message, SendInvite, UpdateZoomMeeting


@dataclass(frozen=True)
class Step:
    """Three parts of one effect, called in this order:

    - `read(session, message, world)` -> facts: all that the outside needs, as it is now;
    - `perform(facts, world, doubt=...)` -> result: meets the world, and holds no transaction;
    - `record(session, message, result, now=...)`: writes down what came of it, together with "done".

    `doubt` says that an earlier attempt may have had its effect. A step that `settles` looks for that effect, and so
    waits until a call of the lost attempt cannot still be on its way.
    """

    read: Callable[..., Any]
    perform: Callable[..., Any]
    record: Callable[..., None]
    settles: bool = False


STEPS: dict[type[Message], Step] = {
    SendInvite: Step(invites.read, invites.perform, invites.record),
    CreateZoomMeeting: Step(zoom_meetings.read, zoom_meetings.create, zoom_meetings.record_found, settles=True),
    UpdateZoomMeeting: Step(zoom_meetings.read, zoom_meetings.update, zoom_meetings.record_found),
    DeleteZoomMeeting: Step(zoom_meetings.read, zoom_meetings.delete, zoom_meetings.record_gone),
}

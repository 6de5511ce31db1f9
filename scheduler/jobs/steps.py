"""One table: what each message reads, does outside, and writes down."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from scheduler.jobs import (
    event_invitations,
    host_sweeps,
    introductions,
    invites,
    proposals,
    refusals,
    registrations,
    reminders,
    sign_ins,
    times_requests,
    withdrawals,
    zoom_attendance,
    zoom_meetings,
)
from scheduler.messages import (
    CheckZoomMeeting,
    CreateZoomMeeting,
    DeleteZoomMeeting,
    FetchAttendance,
    Message,
    SendEventInvitation,
    SendEventNews,
    SendEventRefusal,
    SendEventReminder,
    SendIntroduction,
    SendInvite,
    SendProposal,
    SendProposalNews,
    SendRefusal,
    SendRegistration,
    SendReminder,
    SendSignIn,
    SendTimesRequest,
    SendWithdrawal,
    SweepHost,
    UpdateZoomMeeting,
)


def nothing_more(session: Session, message: Message, result: object, *, now: datetime) -> None:
    """That a mail is sent stands in its delivery."""


@dataclass(frozen=True)
class Step:
    """Three parts of one effect, called in this order:

    - `read(session, message, world)` -> facts: all that the outside needs, as it is now; None where the message need
      not go out any more, and the rest is left out;
    - `perform(facts, world, doubt=...)` -> result: meets the world, and holds no transaction;
    - `record(session, message, result, now=...)`: writes down what came of it, together with "done".

    `doubt` says that an earlier attempt may have had its effect. What must not be done twice keeps its own record of
    what it was about to do, as `zoom_meetings` does in the ledger.
    """

    read: Callable[..., Any]
    perform: Callable[..., Any]
    record: Callable[..., None] = nothing_more


STEPS: dict[type[Message], Step] = {
    SendTimesRequest: Step(times_requests.read, times_requests.perform),
    SendIntroduction: Step(introductions.read, introductions.perform),
    SendSignIn: Step(sign_ins.read, sign_ins.perform),
    SendEventInvitation: Step(event_invitations.read, event_invitations.perform),
    SendEventNews: Step(event_invitations.read_news, event_invitations.perform),
    SendProposal: Step(proposals.read, proposals.perform),
    SendProposalNews: Step(proposals.read_news, proposals.perform),
    SendInvite: Step(invites.read, invites.perform, invites.record),
    SendEventRefusal: Step(refusals.read_event, refusals.perform),
    SendRefusal: Step(refusals.read, refusals.perform),
    SendRegistration: Step(registrations.read, registrations.perform, registrations.record),
    SendWithdrawal: Step(withdrawals.read, withdrawals.perform),
    SendReminder: Step(reminders.read, reminders.perform),
    SendEventReminder: Step(reminders.read_event, reminders.perform),
    CreateZoomMeeting: Step(zoom_meetings.read, zoom_meetings.create, zoom_meetings.record_found),
    UpdateZoomMeeting: Step(zoom_meetings.read, zoom_meetings.mend, zoom_meetings.record_found),
    CheckZoomMeeting: Step(zoom_meetings.read, zoom_meetings.mend, zoom_meetings.record_found),
    SweepHost: Step(host_sweeps.read, host_sweeps.perform, host_sweeps.record),
    DeleteZoomMeeting: Step(zoom_meetings.read, zoom_meetings.delete, zoom_meetings.record_gone),
    FetchAttendance: Step(zoom_attendance.read, zoom_attendance.perform, zoom_attendance.record),
}

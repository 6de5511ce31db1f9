"""Sending again what failed or got lost: a new row in the same stream, and only if what it says is still true."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler import outbox
from scheduler.errors import OnItsWay, Outdated
from scheduler.messages import (
    KINDS,
    Message,
    SendEventInvitation,
    SendEventNews,
    SendEventRefusal,
    SendEventReminder,
    SendInvite,
    SendProposal,
    SendRefusal,
    SendRegistration,
    SendReminder,
    SendTimesRequest,
)
from scheduler.models import Delivery, Event, Meeting, Proposal, Registration, TimesRequest
from scheduler.programme import audit, reminders
from scheduler.programme.events import invited
from scheduler.states import (
    Action,
    Channel,
    DeliveryState,
    EventState,
    MeetingState,
    Method,
    ProposalState,
    RegistrationState,
)

# A mail that went out may be sent once more. A Zoom meeting that was made may not be made once more.
AGAIN = {
    Channel.MAIL: {DeliveryState.FAILED, DeliveryState.DONE},
    Channel.ZOOM: {DeliveryState.FAILED},
}


def may_send_again(delivery: Delivery) -> bool:
    """Whether a desk offers it; `send_again` looks closer."""
    return delivery.programme_id is not None and delivery.state in AGAIN[delivery.channel]


def send_again(session: Session, delivery: Delivery, *, by: str, now: datetime) -> Delivery:
    """Owes the same message anew. A failed row gives way to it, so that nobody is asked about that any more.

    The mail is the same message to mail programs, since its Message-ID is made of what it says and to whom. Raises
    OnItsWay while something of the stream is waiting, and Outdated if what it says is no longer so.
    """
    _lock_stream(session, delivery)
    message = KINDS[delivery.kind].from_data(delivery.payload)
    is_void = message.void_from is not None and message.void_from <= now
    may_go = may_send_again(delivery) and not is_void and not _has_newer(session, delivery)
    if not may_go or not _is_true(session, message, now):
        raise Outdated
    fresh = outbox.put(session, message, programme_id=delivery.programme_id, now=now)
    if delivery.state is DeliveryState.FAILED:
        fresh.doubt_since = delivery.finished_at  # an attempt that was given up may have had its effect
        delivery.state = DeliveryState.SUPERSEDED
    meeting = session.get(Meeting, delivery.meeting_id) if delivery.meeting_id else None
    assert delivery.programme_id is not None, "what belongs to no programme may not be sent again"
    audit.note(
        session,
        Action.SENT_AGAIN,
        programme_id=delivery.programme_id,
        by=by,
        now=now,
        pair_id=meeting.pair_id if meeting else delivery.pair_id,
        person_id=delivery.person_id,
        event_id=delivery.event_id,
        kind=delivery.kind,
        delivery=delivery.id,
    )
    return fresh


def _lock_stream(session: Session, delivery: Delivery) -> None:
    """Takes the rows of the stream for this transaction, as they are now. OnItsWay if one of them is still to go."""
    rows = select(Delivery).where(Delivery.stream == delivery.stream).order_by(Delivery.id).with_for_update()
    found = session.scalars(rows.execution_options(populate_existing=True)).all()
    if any(row.state is DeliveryState.WAITING for row in found):
        raise OnItsWay


def _has_newer(session: Session, delivery: Delivery) -> bool:
    """Whether a later mail of the stream says something else. What Zoom is told is read from our rows when it is."""
    if delivery.channel is Channel.ZOOM:
        return False
    later = select(Delivery).where(Delivery.stream == delivery.stream, Delivery.id > delivery.id)
    said = (delivery.kind, delivery.payload)
    return any((row.kind, row.payload) != said for row in session.scalars(later))


def _is_true(session: Session, message: Message, now: datetime) -> bool:
    """Whether what the message says is still so. What has no state of its own is."""
    match message:
        case SendInvite() | SendRefusal():
            meeting = session.get_one(Meeting, message.meeting_id)
            ended = isinstance(message, SendInvite) and message.method is Method.CANCEL
            told = MeetingState.CANCELLED if ended else MeetingState.BOOKED
            return (meeting.state, meeting.sequence) == (told, message.version.sequence)
        case SendRegistration():
            return _is_registered(session.get_one(Registration, message.registration_id), message)
        case SendEventRefusal():
            row = session.get_one(Registration, message.registration_id)
            return row.state is RegistrationState.CONFIRMED and row.sequence == message.version.sequence
        case SendReminder():
            return reminders.seat_to_remind(session, message) is not None
        case SendEventReminder():
            return reminders.registration_to_remind(session, message) is not None
    return _is_asked(session, message, now)


def _is_asked(session: Session, message: Message, now: datetime) -> bool:
    """Whether what the message asks, if it asks anything, is still a question."""
    match message:
        case SendProposal():
            proposal = session.get_one(Proposal, message.proposal_id)
            answered = any(row.verdict for row in proposal.answers if row.person_id == message.person_id)
            return proposal.state is ProposalState.OPEN and proposal.expires_at > now and not answered
        case SendTimesRequest():
            return session.get_one(TimesRequest, message.times_request_id).answered_at is None
        case SendEventNews():
            return invited.to_tell(session, message) is not None
        case SendEventInvitation():
            event = session.get_one(Event, message.event_id)
            return event.state is EventState.PUBLISHED and event.starts_at > now
    return True


def _is_registered(registration: Registration, message: SendRegistration) -> bool:
    """Whether the registration stands as the mail tells. The end of one, once told, stays true."""
    if message.method is Method.CANCEL:
        return True
    if message.method is Method.REQUEST and registration.state is not RegistrationState.CONFIRMED:
        return False
    return registration.state is not RegistrationState.CANCELLED and registration.sequence == message.version.sequence

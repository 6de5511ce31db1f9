"""What somebody answers to their invite, and what follows: the same for a calendar's mail and for a link."""

from datetime import datetime

from sqlalchemy.orm import Session

from scheduler.errors import InviteChanged, InviteOver
from scheduler.models import Programme, Registration, Seat
from scheduler.programme import audit, locks
from scheduler.programme.events import registrations
from scheduler.programme.pairs import new_times
from scheduler.states import Action, EventState, MeetingState, Partstat, RegistrationState

Invite = Seat | Registration  # what one person was invited to, and answers for


def lock(session: Session, invite: Invite) -> None:
    """Takes what an answer may change for this transaction, in the order in which everybody takes it, as it is now."""
    if isinstance(invite, Seat):
        locks.take_for_booking(session, [invite.meeting.pair])
        session.refresh(invite.meeting)
    else:
        locks.take_event(session, invite.event)
    session.refresh(invite)


def sequence(invite: Invite) -> int:
    """The version that stands now."""
    return invite.meeting.sequence if isinstance(invite, Seat) else invite.sequence


def starts_at(invite: Invite) -> datetime:
    return invite.meeting.starts_at if isinstance(invite, Seat) else invite.event.starts_at


def is_over(invite: Invite, *, now: datetime) -> bool:
    """Whether no answer changes anything any more: it has begun, or is cancelled, or there is no seat."""
    if starts_at(invite) <= now:
        return True
    if isinstance(invite, Seat):
        return invite.meeting.state is not MeetingState.BOOKED
    return invite.event.state is not EventState.PUBLISHED or invite.state is not RegistrationState.CONFIRMED


def answer(
    session: Session, invite: Invite, partstat: Partstat, *, version: int, stamp: datetime | None, now: datetime
) -> None:
    """Notes the answer to a version and does what it means. The invite is locked, and is not over.

    `stamp` is when a calendar says that it was given; None where it was given here. Whoever declines gives up their
    seat at an event to the next; of a meeting, both are asked for a new time. What is delegated is noted alone.
    """
    note(session, invite, partstat, version=version, stamp=stamp, now=now)
    if partstat is not Partstat.DECLINED:
        return
    if isinstance(invite, Seat):
        new_times.cancel_and_ask(session, invite.meeting, declined_by=invite.person, now=now)
    else:
        registrations.cancel(session, invite, by=invite.person.email, now=now)


def answer_by_link(session: Session, invite: Invite, partstat: Partstat, *, version: int, now: datetime) -> None:
    """Answers the version that its holder was shown. The same answer again changes nothing.

    Raises InviteOver, or InviteChanged where another version stands by now.
    """
    lock(session, invite)
    if partstat is Partstat.DECLINED and _ended_by_declining(invite):
        return  # the button was pressed twice
    if is_over(invite, now=now):
        raise InviteOver
    if version != sequence(invite):
        raise InviteChanged
    answer(session, invite, partstat, version=version, stamp=None, now=now)


def standing_answer(invite: Invite) -> Partstat | None:
    """What was answered to the version that stands; None if nothing was. What ended it by declining, stands too."""
    answered = invite.answered_sequence
    if answered is None or (answered < sequence(invite) and not _ended_by_declining(invite)):
        return None
    return invite.partstat


def _ended_by_declining(invite: Invite) -> bool:
    ended = invite.meeting.state if isinstance(invite, Seat) else invite.state
    return invite.partstat is Partstat.DECLINED and ended in {MeetingState.CANCELLED, RegistrationState.CANCELLED}


def note(
    session: Session, invite: Invite, partstat: Partstat, *, version: int, stamp: datetime | None, now: datetime
) -> None:
    """Writes down what was answered to which version, and when the calendar says that it was, if one says it.

    A calendar's answers are in order by its own clock. To those that are given here, that clock says nothing.
    """
    news = (invite.partstat, invite.answered_sequence) != (partstat, version)
    if stamp is not None or invite.answered_sequence != version:
        invite.answered_stamp = stamp
    invite.partstat, invite.answered_sequence, invite.answered_at = partstat, version, now
    session.flush()
    if news:
        _note_down(session, invite, partstat, now)


def _note_down(session: Session, invite: Invite, partstat: Partstat, now: datetime) -> None:
    seated = isinstance(invite, Seat)
    audit.note(
        session,
        Action.INVITE_ANSWERED,
        programme_id=programme_of(invite).id,
        by=invite.person.email,
        now=now,
        pair_id=invite.meeting.pair_id if isinstance(invite, Seat) else None,
        person_id=None if seated else invite.person_id,
        event_id=None if isinstance(invite, Seat) else invite.event_id,
        partstat=partstat.value,
    )


def programme_of(invite: Invite) -> Programme:
    return invite.meeting.pair.programme if isinstance(invite, Seat) else invite.event.programme

"""Saying no to a time that somebody's calendar proposed: to the calendar, and to its owner with other times."""

from datetime import datetime

from sqlalchemy.orm import Session

from scheduler import outbox
from scheduler.messages import SendRefusal
from scheduler.models import Counter, Meeting
from scheduler.programme.pairs import calendars, meetings, modes, openings
from scheduler.states import MeetingState


def owe(session: Session, counter: Counter, *, slots: bool, now: datetime) -> None:
    """Owes whoever made the counter-proposal its refusal, and with `slots` a mail with times that suit both.

    Nothing where the meeting has changed since: that is in their calendar, or on its way there.
    """
    assert counter.proposal.made_by_id is not None, "calendars' proposals are made by people"
    if not is_outdated(session, counter):
        owe_for(session, counter.meeting, counter.proposal.made_by_id, slots=slots, now=now)


def owe_for(session: Session, meeting: Meeting, person_id: int, *, slots: bool, now: datetime) -> None:
    """The same for a time that was not even put to the other one."""
    current, programme_id = meetings.version(meeting), meeting.pair.programme_id
    refusal = SendRefusal(meeting.id, person_id, plain=False, at=now, version=current)
    outbox.put(session, refusal, programme_id=programme_id, now=now)
    if slots:
        starts = _best(session, meeting, now)
        plain = SendRefusal(meeting.id, person_id, plain=True, at=now, version=current, starts=starts)
        outbox.put(session, plain, programme_id=programme_id, now=now)


def is_outdated(session: Session, counter: Counter) -> bool:
    """Whether the meeting is another than the one that the counter-proposal answered: moved, changed or cancelled."""
    session.refresh(counter.meeting)
    return (counter.meeting.state, counter.meeting.sequence) != (MeetingState.BOOKED, counter.sequence)


def _best(session: Session, meeting: Meeting, now: datetime) -> tuple[datetime, ...]:
    """The times that the meeting's page offers first for moving it."""
    pair, how = meeting.pair, modes.how_of(meeting)
    first, last = openings.days_ahead(pair.programme, now=now)
    known = calendars.of_pairs(session, pair.programme, [pair], first=first, last=last, but=meeting)
    found = openings.best(session, known, pair, minutes=meeting.minutes, how=how, now=now, but=meeting)
    return tuple(found[: openings.FEW])

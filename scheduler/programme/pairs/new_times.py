"""When one of a pair cannot come: their meeting is cancelled, and both are asked for a new time at once."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from scheduler.models import Meeting, Person
from scheduler.programme import audit
from scheduler.programme.pairs import calendars, meetings, modes, openings, proposals
from scheduler.programme.people import asking


def cancel_and_ask(session: Session, meeting: Meeting, *, declined_by: Person, now: datetime) -> None:
    """Cancels the meeting, and puts other times that suit both to both; where there are none, asks them for more hours.

    The pair is locked already. Raises MeetingClosed.
    """
    pair, how = meeting.pair, modes.how_of(meeting)
    meetings.cancel(session, meeting, declined_by=declined_by, by=declined_by.email, now=now)
    starts = _others(session, meeting, now)
    if starts:
        proposals.offer(
            session, pair, starts=starts, minutes=meeting.minutes, how=how, made_by=None, by=audit.TRAFF, now=now
        )
        return
    for person in sorted((pair.mentor, pair.mentee), key=lambda person: person.id):
        asking.ask_one(session, pair.programme, person, by=audit.TRAFF, now=now)


def _others(session: Session, meeting: Meeting, now: datetime) -> list[datetime]:
    """The best of the pair's openings that do not touch the time which was declined."""
    pair, length = meeting.pair, timedelta(minutes=meeting.minutes)
    first, last = openings.days_ahead(pair.programme, now=now)
    known = calendars.of_pairs(session, pair.programme, [pair], first=first, last=last)
    found = openings.best(session, known, pair, minutes=meeting.minutes, how=modes.how_of(meeting), now=now)
    return [start for start in found if abs(start - meeting.starts_at) >= length][: openings.FEW]

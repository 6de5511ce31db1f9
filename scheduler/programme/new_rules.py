"""When a zone gets new rules: what stands on a wall keeps its hour, and whoever was told another one is told anew.

A meeting and an event are agreed on and announced as a wall clock in their zone, so their instant moves with its
rules. Somebody elsewhere, whose own zone has new rules, was sent another wall clock for the same instant, and their
calendar program, which has the new rules as well, would lead them there an hour early or late.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.errors import MeetingClosed, NoHostFree, SlotTaken
from scheduler.models import Event, Meeting
from scheduler.programme import locks
from scheduler.programme.events import events
from scheduler.programme.pairs import meetings
from scheduler.slots import zones
from scheduler.states import EventState, MeetingState

AT_A_TIME = 50  # so that no transaction is long; the next tick takes the next ones


def follow_meetings(session: Session, *, now: datetime) -> None:
    """Looks at booked meetings to come that were last looked at with older zone data than this process has.

    A process whose data is older than what a row was noted with leaves that row alone, so that two releases that run
    side by side do not send people to and fro.
    """
    query = select(Meeting).where(Meeting.tz_data < zones.VERSION, Meeting.starts_at > now)
    query = query.where(Meeting.state == MeetingState.BOOKED).order_by(Meeting.id).limit(AT_A_TIME)
    found = session.scalars(query).all()
    locks.take_for_booking(session, [meeting.pair for meeting in found])
    for meeting in found:
        _follow(session, meeting, now)


def follow_events(session: Session, *, now: datetime) -> None:
    """The same for events to come, drafts included."""
    query = select(Event).where(Event.tz_data < zones.VERSION, Event.starts_at > now)
    query = query.where(Event.state != EventState.CANCELLED).order_by(Event.id).limit(AT_A_TIME)
    for event in session.scalars(query.with_for_update(key_share=True)):
        events.follow_rules(session, event, now=now)


def _follow(session: Session, meeting: Meeting, now: datetime) -> None:
    """Where the meeting cannot be moved along, since one of the two is taken then, it stays and both are told so."""
    try:
        with session.begin_nested():
            meetings.follow_rules(session, meeting, now=now)
    except (SlotTaken, NoHostFree):
        meetings.follow_rules(session, meeting, stays=True, now=now)
    except MeetingClosed:  # cancelled since we looked
        return

"""Whom an event is for: who of the programme belongs there, and asking them, by mail, to register."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Select, exists, or_, select
from sqlalchemy.orm import Session

from scheduler import outbox
from scheduler.errors import AskedTooLate, EventNotPublished
from scheduler.messages import SendEventInvitation
from scheduler.models import Event, EventInvitation, Membership, Person, Registration
from scheduler.programme import audit
from scheduler.programme.events import events, standing
from scheduler.states import Action, EventState

NOT_OFTENER = timedelta(days=1)


def members(event: Event) -> Select[Person]:
    """The programme's people whom the event is for, by id."""
    member = exists().where(
        Membership.person_id == Person.id,
        Membership.programme_id == event.programme_id,
        Membership.role.in_(event.audience.roles),
    )
    return select(Person).where(member).order_by(Person.id)


def to_invite(session: Session, event: Event) -> Sequence[Person]:
    """Those of the audience who were never asked and have never registered: who cancelled has answered."""
    asked = exists().where(EventInvitation.event_id == event.id, EventInvitation.person_id == Person.id)
    answered = exists().where(Registration.event_id == event.id, Registration.person_id == Person.id)
    return session.scalars(members(event).where(~asked, ~answered)).all()


def to_remind(session: Session, event: Event, *, now: datetime) -> Sequence[EventInvitation]:
    """The invitations that nobody answered, of people who are still of the audience, and heard nothing for a day."""
    answered = exists().where(Registration.event_id == event.id, Registration.person_id == EventInvitation.person_id)
    lately = now - NOT_OFTENER
    query = (
        select(EventInvitation)
        .where(EventInvitation.event_id == event.id, ~answered, EventInvitation.invited_at <= lately)
        .where(or_(EventInvitation.reminded_at.is_(None), EventInvitation.reminded_at <= lately))
        .where(EventInvitation.person_id.in_(members(event).with_only_columns(Person.id).order_by(None)))
    )
    return session.scalars(query.order_by(EventInvitation.person_id)).all()


def is_open_question(session: Session, invitation: EventInvitation) -> bool:
    """Whether the invitation still waits for its answer: the event is on, and the person has not registered."""
    answered = exists().where(
        Registration.event_id == invitation.event_id, Registration.person_id == invitation.person_id
    )
    return invitation.event.state is EventState.PUBLISHED and not session.scalar(select(answered))


def invite(session: Session, event: Event, *, by: str, now: datetime) -> list[EventInvitation]:
    """Asks everybody whom `to_invite` names, a mail each. EventNotPublished, EventClosed or AskedTooLate."""
    _lock_open(session, event, now)
    made = [
        EventInvitation(event_id=event.id, person_id=person.id, invited_at=now) for person in to_invite(session, event)
    ]
    session.add_all(made)
    session.flush()
    _owe(session, event, made, reminder=False, by=by, now=now)
    return made


def remind(session: Session, event: Event, *, by: str, now: datetime) -> list[EventInvitation]:
    """Asks once more everybody whom `to_remind` names. Raises as `invite` does."""
    _lock_open(session, event, now)
    found = list(to_remind(session, event, now=now))
    for invitation in found:
        invitation.reminded_at = now
    _owe(session, event, found, reminder=True, by=by, now=now)
    return found


def _lock_open(session: Session, event: Event, now: datetime) -> None:
    """Takes the event's row, so that two who press the button at once ask nobody twice."""
    events.lock(session, event)
    if event.state is not EventState.PUBLISHED:
        raise EventNotPublished
    if standing.closes_at(event) <= now:
        raise AskedTooLate


def _owe(
    session: Session, event: Event, invitations: list[EventInvitation], *, reminder: bool, by: str, now: datetime
) -> None:
    for invitation in invitations:
        message = SendEventInvitation(event.id, invitation.person_id, reminder)
        outbox.put(session, message, programme_id=event.programme_id, now=now)
    if invitations:
        action = Action.EVENT_REMINDED if reminder else Action.EVENT_INVITED
        audit.note(
            session, action, programme_id=event.programme_id, by=by, now=now, event_id=event.id, people=len(invitations)
        )

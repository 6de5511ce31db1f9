"""Places at events: taken, waited for, given up, passed on. Each change and the mails it owes are one transaction.

Every command here locks the event's row first and decides by what it reads under that lock, so that any number of
people at once are as good as one after the other.
"""

import uuid
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from scheduler import outbox
from scheduler.errors import EventFull, EventOver
from scheduler.messages import EventVersion, SendEventRefusal, SendRegistration, SendWithdrawal, Span
from scheduler.models import Event, Person, Registration
from scheduler.programme import audit, locks, wall_clocks
from scheduler.programme.events import entrants, limits, standing
from scheduler.states import Action, EventState, Method, RegistrationChange, RegistrationState

CONFIRMED = RegistrationState.CONFIRMED
WAITLISTED = RegistrationState.WAITLISTED
CANCELLED = RegistrationState.CANCELLED


def register(
    session: Session, event: Event, *, name: str, email: str, locale: str, timezone: str, answers: Mapping[str, str],
    consent: bool, form_key: str, by: str = "", now: datetime,
) -> Registration | None:  # fmt: skip
    """Takes a seat, or a place on the waitlist, and owes the mail that says so. `email` is clean already.

    The same form sent twice gives the first registration. None if the address is registered already, when all there
    is to know goes there by mail once more, unless it has gone there too often.
    Raises RegistrationClosed, EventFull, OnlyForMembers, ConsentMissing, AnswerMissing, BadAnswer or
    TooManyRegistrations.
    """
    locks.take_event(session, event)
    sent = _of_form(session, form_key)
    if sent is not None and (sent.event_id, sent.person.email) == (event.id, email):
        return sent
    standing.refuse_unless_open(event, now=now)
    entrants.refuse_strangers(session, event, email)
    entrants.refuse_without_consent(consent)
    given = entrants.checked_answers(event, answers, locale=locale)
    person = entrants.found_or_new(session, email=email, name=name, timezone=timezone, locale=locale)
    known = session.scalars(_active(event).where(Registration.person_id == person.id)).one_or_none()
    if known is not None:
        if limits.receipt_allowed(session, person, now=now):
            _owe(session, known, RegistrationChange.AGAIN, now=now)
        return None
    limits.refuse_flood(session, person, now=now)
    registration = Registration(
        event=event, person=person, uid=str(uuid.uuid4()), sequence=0, name=name, timezone=timezone, locale=locale,
        answers=given, consented_at=now, registered_at=now, form_key=form_key if form_key and sent is None else None,
    )  # fmt: skip
    return _placed(session, registration, by=by, now=now)


def cancel(session: Session, registration: Registration, *, by: str, now: datetime) -> Registration:
    """Gives the place up, and passes the seat on at once. One that is cancelled already stays so. Raises EventOver."""
    event = registration.event
    locks.take_event(session, event)
    session.refresh(registration)
    if registration.state is CANCELLED or event.state is EventState.CANCELLED:
        return registration
    if event.ends_at <= now:
        raise EventOver
    if registration.state is CONFIRMED:
        event.taken -= 1
    registration.state = CANCELLED
    _next_version(session, registration, RegistrationChange.CANCELLED, now=now)
    _note(session, Action.REGISTRATION_CANCELLED, registration, by=by, now=now)
    promote(session, event, now=now)
    return registration


def promote(session: Session, event: Event, *, now: datetime) -> list[Registration]:
    """Gives the free seats to those who wait, in the order of their numbers, and tells each. Who was promoted.

    Nobody is promoted to an event that has begun, or is not published.
    """
    locks.take_event(session, event)
    if event.state is not EventState.PUBLISHED or event.starts_at <= now:
        return []
    waiting = _active(event).where(Registration.state == WAITLISTED).order_by(Registration.number)
    promoted = list(session.scalars(waiting.limit(standing.seats_left(event))))
    event.taken += len(promoted)
    for registration in promoted:
        registration.state = CONFIRMED
        _next_version(session, registration, RegistrationChange.PROMOTED, now=now)
        _note(session, Action.REGISTRATION_PROMOTED, registration, by=audit.TRAFF, now=now)
    return promoted


def send_once_more(session: Session, registration: Registration, *, now: datetime) -> None:
    """Owes the holder of a seat its invite as it is now, once more; what is still on its way to them is enough."""
    message = _message(registration, RegistrationChange.REFRESHED, now=now)
    if not outbox.is_waiting(session, message):
        outbox.put(session, message, programme_id=registration.event.programme_id, now=now)


def readdress(session: Session, registration: Registration, *, was: str, now: datetime) -> None:
    """Takes the event out of the calendar at the address `was`, and tells the holder anew, as `meetings.readdress`."""
    message = _message(registration, RegistrationChange.ADDRESSED, now=now)
    if registration.invited and outbox.has_sent(session, message):
        registration.sequence += 1
        gone = SendWithdrawal(
            was, registration.sequence, now, registration.person_id, registration_id=registration.id,
            event_id=registration.event_id,
        )  # fmt: skip
        outbox.put(session, gone, programme_id=registration.event.programme_id, now=now)
    _next_version(session, registration, RegistrationChange.ADDRESSED, now=now)


def refuse_counter(session: Session, registration: Registration, *, now: datetime) -> None:
    """Owes a calendar that proposed another time for the event the answer that it stays as it is."""
    told = version(registration)
    message = SendEventRefusal(registration.id, registration.event_id, registration.person_id, now, told)
    outbox.put(session, message, programme_id=registration.event.programme_id, now=now)


def tell(
    session: Session,
    event: Event,
    change: RegistrationChange,
    *,
    was: Span | None = None,
    now: datetime,
) -> None:
    """Owes everybody who is registered the event as it is now: MOVED, CHANGED or EVENT_CANCELLED.

    `was` is the start before a move, and the minutes.
    """
    locks.take_event(session, event)
    for registration in session.scalars(_active(event).order_by(Registration.number)):
        _next_version(session, registration, change, was=was, now=now)


def tell_rules(session: Session, event: Event, *, everybody: bool, now: datetime) -> None:
    """Owes the event as it is now to those whom new rules of clocks have misled, or to everybody who is registered."""
    for registration in session.scalars(_active(event).order_by(Registration.number)):
        if everybody or wall_clocks.is_misled(registration, starts_at=event.starts_at):
            _next_version(session, registration, RegistrationChange.RULES, now=now)


def version(registration: Registration) -> EventVersion:
    """The event as this registration tells it now, for a mail, a page or a calendar."""
    event = registration.event
    return EventVersion(
        sequence=registration.sequence,
        at=registration.changed_at,
        starts_at=event.starts_at,
        minutes=event.minutes,
        timezone=event.timezone,
        title=event.title,
        format=event.format,
        place=event.place,
        recorded=event.recorded,
    )


def _placed(session: Session, registration: Registration, *, by: str, now: datetime) -> Registration:
    """The registration with its number and its seat, or its place in the line. EventFull where there is neither."""
    event = registration.event
    left = standing.seats_left(event)
    if left is not None and left <= 0 and not event.waitlist:
        raise EventFull
    seated = left is None or left > 0
    registration.state = CONFIRMED if seated else WAITLISTED
    registration.number, registration.changed_at = event.next_number, now
    event.next_number += 1
    event.taken += seated
    session.add(registration)
    session.flush()
    _owe(session, registration, RegistrationChange(registration.state), now=now)
    _note(session, Action.REGISTERED, registration, by=by, now=now)
    return registration


def _of_form(session: Session, form_key: str) -> Registration | None:
    if not form_key:
        return None
    return session.scalars(select(Registration).where(Registration.form_key == form_key)).one_or_none()


def _active(event: Event) -> Select[Registration]:
    return select(Registration).where(Registration.event_id == event.id, Registration.state != CANCELLED)


def _next_version(
    session: Session,
    registration: Registration,
    change: RegistrationChange,
    *,
    was: Span | None = None,
    now: datetime,
) -> None:
    """Raises the sequence in the transaction that changes the place, and owes its holder that version."""
    registration.sequence += 1
    registration.changed_at = now
    session.flush()
    _owe(session, registration, change, was=was, now=now)


def _owe(
    session: Session,
    registration: Registration,
    change: RegistrationChange,
    *,
    was: Span | None = None,
    now: datetime,
) -> None:
    message = _message(registration, change, was=was, now=now)
    if change is not RegistrationChange.AGAIN:
        wall_clocks.forget(registration)
    registration.invited = registration.invited or message.method is Method.REQUEST
    outbox.put(session, message, programme_id=registration.event.programme_id, now=now)


def _message(
    registration: Registration,
    change: RegistrationChange,
    *,
    was: Span | None = None,
    now: datetime,
) -> SendRegistration:
    before, minutes = was or (None, 0)
    return SendRegistration(
        registration_id=registration.id,
        event_id=registration.event_id,
        person_id=registration.person_id,
        change=change,
        method=_method(registration, change),
        version=replace(version(registration), at=now),  # also of what is sent once more
        was=before,
        was_minutes=minutes,
    )


def _method(registration: Registration, change: RegistrationChange) -> Method | None:
    """What goes along: a REQUEST with every version of a seat, a CANCEL at its end, nothing while one waits."""
    if change is RegistrationChange.AGAIN:
        return None
    if change in {RegistrationChange.CANCELLED, RegistrationChange.EVENT_CANCELLED}:
        return Method.CANCEL if registration.invited else None
    return Method.REQUEST if registration.state is CONFIRMED else None


def _note(session: Session, action: Action, registration: Registration, *, by: str, now: datetime) -> None:
    event: Event = registration.event
    person: Person = registration.person
    audit.note(
        session,
        action,
        programme_id=event.programme_id,
        by=by,
        now=now,
        person_id=person.id,
        event_id=event.id,
        number=registration.number,
        state=registration.state.value,
    )

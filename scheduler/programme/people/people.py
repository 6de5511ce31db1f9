"""What people change about themselves: their zone, their language, their reminders."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.errors import UnknownLocale, UnknownTimezone
from scheduler.models import Membership, Person
from scheduler.programme import audit, checks
from scheduler.programme.people import reminder_choices
from scheduler.states import Action, ReminderChoice


def change_settings(session: Session, person: Person, *, timezone: str, locale: str, by: str, now: datetime) -> Person:
    """The person in this zone and language. UnknownTimezone and UnknownLocale for what there is not.

    Their hours are kept as the clock on their wall shows them, so they go with the person into the new zone; meetings
    that are booked stay at their instant.
    """
    try:
        zone = checks.zone(timezone)
    except checks.Wrong:
        raise UnknownTimezone(name=timezone[:40]) from None
    if locale not in checks.LOCALES:
        raise UnknownLocale
    changed = {
        name: value for name, value in {"timezone": zone, "locale": locale}.items() if value != getattr(person, name)
    }
    if changed:
        before = {f"{name}_before": getattr(person, name) for name in changed}
        person.timezone, person.locale, person.edited_at = zone, locale, now
        note(session, person, by=by, now=now, **before, **changed)
    session.flush()
    return person


def choose_reminders(session: Session, person: Person, choice: ReminderChoice, *, by: str, now: datetime) -> Person:
    """The person with these reminders from now on."""
    if reminder_choices.choice_of(person) is not choice:
        reminder_choices.write(person, choice)
        session.flush()
        note(session, person, by=by, now=now, reminders=choice)
    return person


def note(session: Session, person: Person, *, by: str, now: datetime, **details: Any) -> None:
    """In the trail of each programme that the person is in."""
    programmes = select(Membership.programme_id).where(Membership.person_id == person.id).distinct()
    for programme_id in session.scalars(programmes.order_by(Membership.programme_id)):
        audit.note(
            session, Action.PERSON_CHANGED, programme_id=programme_id, by=by, now=now, person_id=person.id, **details
        )

"""Which reminders people get: their own choice, else that of the programme, else both."""

from datetime import datetime

from sqlalchemy.orm import Session

from scheduler.models import Person, Programme
from scheduler.programme import audit
from scheduler.states import Action, ReminderChoice, ReminderKind

DAY, HOUR = ReminderKind.DAY, ReminderKind.HOUR
KINDS = {
    ReminderChoice.BOTH: [DAY, HOUR],
    ReminderChoice.DAY: [DAY],
    ReminderChoice.HOUR: [HOUR],
    ReminderChoice.NONE: [],
}


def wanted(person: Person, programme: Programme) -> set[ReminderKind]:
    """The reminders that the person gets in the programme."""
    own = choice_of(person)
    return set(KINDS[choice_of(programme) if own is ReminderChoice.PROGRAMME else own])


def choice_of(row: Person | Programme) -> ReminderChoice:
    """What the person chose, or the programme for those who chose nothing."""
    if row.reminders is None:
        return ReminderChoice.PROGRAMME if isinstance(row, Person) else ReminderChoice.BOTH
    found = set(row.reminders)
    return next(choice for choice, kinds in KINDS.items() if set(kinds) == found)


def write(row: Person | Programme, choice: ReminderChoice) -> None:
    row.reminders = [kind.value for kind in KINDS[choice]] if choice in KINDS else None


def choose_for_programme(
    session: Session, programme: Programme, choice: ReminderChoice, *, by: str, now: datetime
) -> Programme:
    """The programme with these reminders for all who have chosen none of their own."""
    if choice_of(programme) is not choice:
        write(programme, choice)
        session.flush()
        audit.note(session, Action.PROGRAMME_CHANGED, programme_id=programme.id, by=by, now=now, reminders=choice)
    return programme

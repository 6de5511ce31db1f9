"""The audit trail: who changed what. Written in the transaction of the change, so that neither is without the other."""

from datetime import datetime

from sqlalchemy.orm import Session

from scheduler.models import AuditEntry
from scheduler.states import Action

TRAFF = ""  # what Träff does by itself: at its time, or from the command line


def note(
    session: Session,
    action: Action,
    *,
    programme_id: int,
    by: str,
    now: datetime,
    pair_id: int | None = None,
    person_id: int | None = None,
    event_id: int | None = None,
    **details: object,
) -> None:
    """Writes down that `by`, an address, did this to the pair, person or event.

    `details` are ids, counts and times, and the address of whoever lost a role: the row that had it is gone.
    """
    plain = {name: value.isoformat() if isinstance(value, datetime) else value for name, value in details.items()}
    session.add(
        AuditEntry(
            programme_id=programme_id,
            at=now,
            by=by,
            action=action,
            pair_id=pair_id,
            person_id=person_id,
            event_id=event_id,
            details=plain,
        )
    )

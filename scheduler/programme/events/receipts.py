"""Which registration a link is about."""

from sqlalchemy.orm import Session

from scheduler.models import Registration


def registration_of(session: Session, registration_id: int, generation: int) -> Registration | None:
    """The registration that this receipt belongs to, if it is still the one that was given out."""
    found = session.get(Registration, registration_id)
    return found if found is not None and found.receipt_generation == generation else None

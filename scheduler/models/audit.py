"""The audit trail: who changed what, and when."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from scheduler.db import Base, one_of
from scheduler.states import Action


class AuditEntry(Base):
    """One change. `by` is the address of whoever made it, empty for Träff itself; `details` are ids and plain facts."""

    __tablename__ = "audit_entry"
    __table_args__ = (Index(None, "programme_id", "id"), Base.__table_args__)

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"))
    at: Mapped[datetime]
    by: Mapped[str]
    action: Mapped[Action] = mapped_column(one_of(Action, growing=True))
    pair_id: Mapped[int | None] = mapped_column(ForeignKey("pair.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id"))
    details: Mapped[dict[str, Any]] = mapped_column(JSON)

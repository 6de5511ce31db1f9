"""The outbox: what we owe the outside world, a row each."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from scheduler.db import Base, one_of
from scheduler.states import Channel, DeliveryState


class Delivery(Base):
    """One message on its way out. Rows of one stream go in order of id; `attempt` fences off a worker that lost it."""

    __tablename__ = "delivery"
    __table_args__ = (
        Index(None, "state", "channel", "due_at"),
        Index(None, "stream", "state"),
        Base.__table_args__,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    channel: Mapped[Channel] = mapped_column(one_of(Channel))
    stream: Mapped[str]
    state: Mapped[DeliveryState] = mapped_column(one_of(DeliveryState))
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    attempt: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None]
    doubt_since: Mapped[datetime | None]  # an attempt began then, and whether it had its effect is not known
    reason: Mapped[str] = mapped_column(default="")
    finished_at: Mapped[datetime | None]
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"))
    meeting_id: Mapped[int | None] = mapped_column(ForeignKey("meeting.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

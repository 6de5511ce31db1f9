"""What came in from outside: taken once, whatever the number of its copies, and kept where it changed nothing."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from scheduler.db import Base, one_of
from scheduler.states import Parked


class Receipt(Base):
    """One answer that came by mail. `reason` says why it changed nothing; empty where it did what it asks.

    `key` is the same for every copy. `sender`, `partstat` and `comment` are what the mail claims, and nobody's word.
    """

    __tablename__ = "receipt"
    __table_args__ = (Index(None, "programme_id", "id"), Base.__table_args__)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    received_at: Mapped[datetime]
    reason: Mapped[Parked | None] = mapped_column(one_of(Parked, growing=True))
    method: Mapped[str] = mapped_column(default="")
    sender: Mapped[str] = mapped_column(default="")
    partstat: Mapped[str] = mapped_column(default="")
    comment: Mapped[str] = mapped_column(default="")
    programme_id: Mapped[int | None] = mapped_column(ForeignKey("programme.id"))  # None: it is about nothing of ours
    meeting_id: Mapped[int | None] = mapped_column(ForeignKey("meeting.id"), index=True)
    pair_id: Mapped[int | None] = mapped_column(ForeignKey("pair.id"))
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)

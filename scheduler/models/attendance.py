"""Who was at a meeting or an event, as the door saw them and as Zoom tells."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from scheduler.db import Base, one_of
from scheduler.models.people import Person
from scheduler.states import Source


class Attendance(Base):
    """One stay of somebody, from one source, under a `key` that is the same however often it is told.

    Of whoever is not known to be ours, Zoom's guests, nothing is kept but that somebody was there, from when to when:
    no name, no address. A coordinator's mark stands with the registration, and goes before what stands here.
    """

    __tablename__ = "attendance"
    __table_args__ = (
        CheckConstraint("(meeting_id IS NULL) <> (event_id IS NULL)", name="meeting_or_event"),
        Base.__table_args__,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    source: Mapped[Source] = mapped_column(one_of(Source, growing=True))
    meeting_id: Mapped[int | None] = mapped_column(ForeignKey("meeting.id"), index=True)
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    came_at: Mapped[datetime | None]  # None: only that they left was told so far
    left_at: Mapped[datetime | None]  # None: not told, as by the door

    person: Mapped[Person | None] = relationship()

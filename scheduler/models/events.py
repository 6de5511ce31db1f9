"""The programme's events: workshops, kick-offs, exchanges."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from scheduler.db import Base, one_of
from scheduler.models.programmes import Programme
from scheduler.states import Audience, EventFormat, EventKind, EventState


class Event(Base):
    __tablename__ = "event"
    __table_args__ = (
        UniqueConstraint("programme_id", "slug"),
        CheckConstraint("minutes > 0", name="minutes_positive"),
        CheckConstraint("capacity > 0", name="capacity_positive"),
        Base.__table_args__,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"))
    slug: Mapped[str]
    feed_uid: Mapped[str] = mapped_column(unique=True)  # of the entry in public feeds; an invite's uid is its own
    kind: Mapped[EventKind] = mapped_column(one_of(EventKind))
    title: Mapped[dict[str, str]] = mapped_column(JSON)  # by language
    audience: Mapped[Audience] = mapped_column(one_of(Audience))
    format: Mapped[EventFormat] = mapped_column(one_of(EventFormat))
    state: Mapped[EventState] = mapped_column(one_of(EventState))
    starts_at: Mapped[datetime]
    timezone: Mapped[str]  # IANA; the zone of the wall clock that was announced
    minutes: Mapped[int]
    place: Mapped[str]
    capacity: Mapped[int | None]
    opens_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    waitlist: Mapped[bool]
    questions: Mapped[list[Any]] = mapped_column(JSON)
    changed_at: Mapped[datetime]

    programme: Mapped[Programme] = relationship()

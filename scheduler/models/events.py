"""The programme's events: workshops, kick-offs, exchanges."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, UniqueConstraint, false
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
        CheckConstraint("taken >= 0 AND (capacity IS NULL OR taken <= capacity)", name="capacity_kept"),
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
    link: Mapped[str] = mapped_column(default="")  # where an online event is held; doors lead there
    description: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)  # plain text by language
    capacity: Mapped[int | None]
    taken: Mapped[int] = mapped_column(default=0)  # confirmed registrations; changed under a lock on this row
    next_number: Mapped[int] = mapped_column(default=1)  # of the next registration; likewise
    opens_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    waitlist: Mapped[bool]
    recorded: Mapped[bool] = mapped_column(default=False, server_default=false())  # people are told before they come
    questions: Mapped[list[Any]] = mapped_column(JSON)
    sequence: Mapped[int] = mapped_column(default=0, server_default="0")  # of the entry in public feeds
    changed_at: Mapped[datetime]
    wall_offset: Mapped[int | None]  # minutes that the wall was ahead of UTC at the start, by the zones of `tz_data`
    tz_data: Mapped[str] = mapped_column(default="", server_default="")  # such as "2026f"; empty: not noted yet

    programme: Mapped[Programme] = relationship()

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.minutes)

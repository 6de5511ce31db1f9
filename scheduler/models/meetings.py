"""A pair's meetings, and the seats that keep everybody out of two meetings at once."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, event
from sqlalchemy.orm import Mapped, mapped_column, relationship

from scheduler.db import Base, one_of
from scheduler.models.overlap import refuse_overlap
from scheduler.models.people import Pair, Person
from scheduler.states import MeetingState, Mode

# Longer than any meeting of ours; a wrong length can not block somebody's year.
LONGEST_MINUTES = 480


class Meeting(Base):
    """A booked slot of a pair. `uid` never changes; `sequence` rises with time, place, mode and state."""

    __tablename__ = "meeting"
    __table_args__ = (
        CheckConstraint(f"minutes BETWEEN 1 AND {LONGEST_MINUTES}", name="minutes"),
        CheckConstraint("mode <> 'walk' OR meeting_point <> ''", name="walk_has_meeting_point"),
        CheckConstraint("mode NOT IN ('on-site', 'hybrid') OR place <> ''", name="place_where_people_come"),
        CheckConstraint("mode <> 'phone' OR phone <> ''", name="phone_has_number"),
        CheckConstraint("mode IN ('video', 'hybrid') OR link = ''", name="link_only_with_video"),
        Base.__table_args__,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    pair_id: Mapped[int] = mapped_column(ForeignKey("pair.id"), index=True)
    uid: Mapped[str] = mapped_column(unique=True)
    sequence: Mapped[int] = mapped_column(default=0)
    state: Mapped[MeetingState] = mapped_column(one_of(MeetingState))
    starts_at: Mapped[datetime]
    minutes: Mapped[int]
    timezone: Mapped[str]  # IANA; the clock on the wall where people come together
    mode: Mapped[Mode] = mapped_column(one_of(Mode))
    place: Mapped[str] = mapped_column(default="")
    meeting_point: Mapped[str] = mapped_column(default="")
    rain_plan: Mapped[str] = mapped_column(default="")
    route: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    link: Mapped[str] = mapped_column(default="")  # pasted by a person; goes before Zoom's
    changed_at: Mapped[datetime]  # when this sequence was made: the invite's DTSTAMP

    pair: Mapped[Pair] = relationship()
    seats: Mapped[list["Seat"]] = relationship(back_populates="meeting", order_by="Seat.person_id")


class Seat(Base):
    """One person's place at one meeting, and their door to it."""

    __tablename__ = "seat"
    __table_args__ = (
        UniqueConstraint("meeting_id", "person_id"),
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        Index(None, "person_id", "starts_at"),
        Base.__table_args__,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    active: Mapped[bool]  # false once the meeting is cancelled
    door_generation: Mapped[int] = mapped_column(default=1)
    joined_at: Mapped[datetime | None]  # first time through the door

    meeting: Mapped[Meeting] = relationship(back_populates="seats")
    person: Mapped[Person] = relationship()


for statement in refuse_overlap("seat", ("person_id",)):
    event.listen(Seat.__table__, "after_create", statement)

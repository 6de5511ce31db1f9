"""A pair's meetings, and the seats that keep everybody out of two meetings at once."""

from datetime import datetime, timedelta

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, event
from sqlalchemy.orm import Mapped, mapped_column, relationship

from scheduler.db import Base, one_of
from scheduler.models.overlap import refuse_overlap
from scheduler.models.people import Pair, Person
from scheduler.states import MeetingState, Mode, Partstat, Source

# Shorter and longer than any meeting of ours; a wrong length cannot block somebody's year.
SHORTEST_MINUTES, LONGEST_MINUTES = 5, 480


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
    wall_offset: Mapped[int | None]  # minutes that the wall was ahead of UTC at the start, by the zones of `tz_data`
    tz_data: Mapped[str] = mapped_column(default="", server_default="")  # such as "2026f"; empty: not noted yet
    held_by: Mapped[Source | None] = mapped_column(one_of(Source, growing=True))  # who says that they have met
    not_held_at: Mapped[datetime | None]  # when somebody took back what Zoom or the door told: no rule says so again

    pair: Mapped[Pair] = relationship()
    seats: Mapped[list["Seat"]] = relationship(back_populates="meeting", order_by="Seat.person_id")

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.minutes)


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
    partstat: Mapped[Partstat | None] = mapped_column(one_of(Partstat, growing=True))  # None: not answered yet
    answered_sequence: Mapped[int | None]  # the version that this answers, and the answer's own DTSTAMP: what
    answered_stamp: Mapped[datetime | None]  # is older never overwrites what is newer (RFC 5546 section 2.1.5)
    answered_at: Mapped[datetime | None]
    day_reminder_for: Mapped[datetime | None]  # the start that they were last reminded of, a day before
    hour_reminder_for: Mapped[datetime | None]
    told_zone: Mapped[str] = mapped_column(default="", server_default="")  # of the invite last sent, while it holds
    told_offset: Mapped[int | None]  # minutes that the wall there was ahead of UTC at the start, as was told

    meeting: Mapped[Meeting] = relationship(back_populates="seats")
    person: Mapped[Person] = relationship()


for statement in refuse_overlap("seat", ("person_id",)):
    event.listen(Seat.__table__, "after_create", statement)

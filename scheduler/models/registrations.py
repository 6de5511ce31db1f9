"""Places at events: who has one, who waits, who was asked to register, and who leads the event."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from scheduler.db import Base, one_of
from scheduler.models.events import Event
from scheduler.models.people import Person
from scheduler.states import Partstat, RegistrationState


class Registration(Base):
    """One person's place at one event. `uid` never changes; `sequence` rises with time, place and state.

    Whoever cancels and registers again gets a new one. Name, zone and language are as written in the form: a stranger
    who writes somebody's address changes nothing of that person.
    """

    __tablename__ = "registration"
    __table_args__ = (
        UniqueConstraint("event_id", "number"),
        CheckConstraint("number > 0", name="number_positive"),
        Index(
            "uq_registration_active", "event_id", "person_id", unique=True,
            sqlite_where=text("state <> 'cancelled'"), postgresql_where=text("state <> 'cancelled'"),
        ),
        Base.__table_args__,
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    uid: Mapped[str] = mapped_column(unique=True)
    sequence: Mapped[int] = mapped_column(default=0)
    state: Mapped[RegistrationState] = mapped_column(one_of(RegistrationState))
    number: Mapped[int]  # in the order of registering; the waitlist goes by it
    name: Mapped[str]
    timezone: Mapped[str]  # IANA
    locale: Mapped[str]
    answers: Mapped[dict[str, Any]] = mapped_column(JSON)  # by the question's name
    consented_at: Mapped[datetime]
    registered_at: Mapped[datetime] = mapped_column(index=True)
    changed_at: Mapped[datetime]  # when this sequence was made: the invite's DTSTAMP
    invited: Mapped[bool] = mapped_column(default=False)  # a REQUEST is owed or sent, so an end must be told by CANCEL
    form_key: Mapped[str | None] = mapped_column(unique=True)  # of the form that was sent, perhaps twice
    receipt_generation: Mapped[int] = mapped_column(default=1)
    door_generation: Mapped[int] = mapped_column(default=1)
    joined_at: Mapped[datetime | None]  # first time through the door
    told_zone: Mapped[str] = mapped_column(default="", server_default="")  # of the invite last sent, while it holds
    told_offset: Mapped[int | None]  # minutes that the wall there was ahead of UTC at the start, as was told
    attended: Mapped[bool | None]  # as marked by hand; None: nobody has said
    partstat: Mapped[Partstat | None] = mapped_column(one_of(Partstat, growing=True))  # None: not answered yet
    answered_sequence: Mapped[int | None]  # the version that this answers, and the answer's own DTSTAMP: what
    answered_stamp: Mapped[datetime | None]  # is older never overwrites what is newer (RFC 5546 section 2.1.5)
    answered_at: Mapped[datetime | None]
    day_reminder_for: Mapped[datetime | None]  # the start that they were last reminded of, a day before
    hour_reminder_for: Mapped[datetime | None]

    event: Mapped[Event] = relationship()
    person: Mapped[Person] = relationship()


class EventInvitation(Base):
    """That a person was asked by mail to register, and reminded."""

    __tablename__ = "event_invitation"
    __table_args__ = (UniqueConstraint("event_id", "person_id"), Base.__table_args__)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    invited_at: Mapped[datetime]
    reminded_at: Mapped[datetime | None]

    event: Mapped[Event] = relationship()
    person: Mapped[Person] = relationship()


class Facilitator(Base):
    """Lets an address see one event's registrations, and nothing else."""

    __tablename__ = "facilitator"
    __table_args__ = (UniqueConstraint("email", "event_id"), Base.__table_args__)

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str]
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))

    event: Mapped[Event] = relationship()

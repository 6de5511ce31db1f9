"""People, what they are in a programme, whom they are paired with, and when they can meet."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from scheduler.db import Base, one_of
from scheduler.models.programmes import Department, Programme
from scheduler.states import Role


class Person(Base):
    """One human, by address, whatever the number of programmes; so nobody is in two meetings at once."""

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)  # lower case
    name: Mapped[str]
    timezone: Mapped[str]  # IANA
    locale: Mapped[str]
    feed_generation: Mapped[int] = mapped_column(default=1)
    feed_closed: Mapped[bool] = mapped_column(default=False, server_default=false())
    edited_at: Mapped[datetime | None]  # by the person; then files leave zone and language alone
    reminders: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))  # None: as each programme has it
    feed_fetched_at: Mapped[datetime | None]  # about when somebody's calendar last came for the feed

    availability: Mapped["Availability | None"] = relationship(back_populates="person")


class Membership(Base):
    """A person's role in a programme, and the department that sees to them there."""

    __tablename__ = "membership"
    __table_args__ = (UniqueConstraint("programme_id", "person_id", "role"), Base.__table_args__)

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"))
    role: Mapped[Role] = mapped_column(one_of(Role))

    programme: Mapped[Programme] = relationship()
    person: Mapped[Person] = relationship()
    department: Mapped[Department | None] = relationship()


class Pair(Base):
    __tablename__ = "pair"
    __table_args__ = (
        UniqueConstraint("programme_id", "mentor_id", "mentee_id"),
        CheckConstraint("mentor_id <> mentee_id", name="two_people"),
        Base.__table_args__,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"))
    mentor_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    mentee_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    introduced_at: Mapped[datetime | None]  # when the two were told of each other

    programme: Mapped[Programme] = relationship()
    mentor: Mapped[Person] = relationship(foreign_keys=[mentor_id])
    mentee: Mapped[Person] = relationship(foreign_keys=[mentee_id])

    def partner_of(self, person_id: int) -> Person:
        """The other one of the two."""
        return self.mentee if person_id == self.mentor_id else self.mentor


class Availability(Base):
    """A person's hours as the clock on their wall shows them; the shapes of `weekly` and `overrides` in slots.md."""

    __tablename__ = "availability"
    __table_args__ = ()

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    weekly: Mapped[list[Any]] = mapped_column(JSON)  # [[0..6, "HH:MM", "HH:MM"], ...], 0 = Monday
    overrides: Mapped[dict[str, Any]] = mapped_column(JSON)  # {"2026-12-24": [["10:00", "12:00"]], ...}
    comfort: Mapped[list[int] | None] = mapped_column(
        JSON(none_as_null=True)
    )  # 24 of 0..100 by local hour; None: slots.md's
    edited_at: Mapped[datetime | None]  # by the person; then files leave it alone

    person: Mapped[Person] = relationship(back_populates="availability")


class TimesRequest(Base):
    """That a person was asked for their times in a programme, and reminded. Their link needs no signing in."""

    __tablename__ = "times_request"
    __table_args__ = (UniqueConstraint("programme_id", "person_id"), Base.__table_args__)

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    generation: Mapped[int] = mapped_column(default=1)
    asked_at: Mapped[datetime]
    reminders: Mapped[int] = mapped_column(default=0)
    reminded_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]

    programme: Mapped[Programme] = relationship()
    person: Mapped[Person] = relationship()

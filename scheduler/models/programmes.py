"""A mentorship programme, its departments, and the coordinators who steer them."""

from datetime import date
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from scheduler.db import Base


class Programme(Base):
    __tablename__ = "programme"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[dict[str, str]] = mapped_column(JSON)  # by language
    timezone: Mapped[str]  # IANA
    locale: Mapped[str]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    contact: Mapped[str]
    meeting_minutes: Mapped[int]
    blackouts: Mapped[list[Any]] = mapped_column(JSON)  # [[from, to], ...], ISO dates, both included
    reminders: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))  # None: a day and an hour before

    departments: Mapped[list["Department"]] = relationship(order_by="Department.name")


class Department(Base):
    __tablename__ = "department"
    __table_args__ = (UniqueConstraint("programme_id", "name"), Base.__table_args__)

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"))
    name: Mapped[str]
    feed_generation: Mapped[int] = mapped_column(default=1, server_default="1")
    feed_closed: Mapped[bool] = mapped_column(default=False, server_default=false())

    programme: Mapped[Programme] = relationship(back_populates="departments")


class Coordinator(Base):
    """Grants an address the desk of one department, or of the whole programme where `department_id` is empty."""

    __tablename__ = "coordinator"
    __table_args__ = (
        UniqueConstraint("email", "programme_id", "department_id"),
        Index(
            "uq_coordinator_of_all", "email", "programme_id", unique=True,
            sqlite_where=text("department_id IS NULL"), postgresql_where=text("department_id IS NULL"),
        ),
        Base.__table_args__,
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str]
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"))
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"))
    feed_generation: Mapped[int] = mapped_column(default=1, server_default="1")
    feed_closed: Mapped[bool] = mapped_column(default=False, server_default=false())

    programme: Mapped[Programme] = relationship()
    department: Mapped[Department | None] = relationship()

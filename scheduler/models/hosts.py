"""The pool of Zoom hosts, their leases, and what we want to exist at Zoom."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, event, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from scheduler.db import Base
from scheduler.models.meetings import Meeting
from scheduler.models.overlap import refuse_overlap


class Host(Base):
    """A Zoom user of the pool. One that left the settings stays here, retired, for the meetings it still holds."""

    __tablename__ = "host"
    __table_args__ = (CheckConstraint("capacity BETWEEN 1 AND 10", name="capacity"), Base.__table_args__)

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)
    capacity: Mapped[int]  # meetings at one time
    retired: Mapped[bool] = mapped_column(default=False)


class Lease(Base):
    """A host's lane, kept for one meeting and the minutes before and after it."""

    __tablename__ = "lease"
    __table_args__ = (
        CheckConstraint("lane >= 0", name="lane"),
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        Index(None, "host_id", "starts_at"),
        Index(
            "uq_lease_active", "meeting_id", unique=True, sqlite_where=text("active"), postgresql_where=text("active")
        ),
        Base.__table_args__,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    host_id: Mapped[int] = mapped_column(ForeignKey("host.id"))
    lane: Mapped[int]  # 0 .. capacity - 1
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"), index=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    active: Mapped[bool]

    host: Mapped[Host] = relationship()
    meeting: Mapped[Meeting] = relationship()


for statement in refuse_overlap("lease", ("host_id", "lane")):
    event.listen(Lease.__table__, "after_create", statement)


class ZoomMeeting(Base):
    """A meeting's side at Zoom: what we want there, and what we know is there.

    `reference` opens the agenda at Zoom; by it a meeting is found again after an answer got lost. Zoom's `start_url`
    makes its reader the host, so it is never kept.
    """

    __tablename__ = "zoom_meeting"
    __table_args__ = (
        Index(
            "uq_zoom_meeting_wanted", "meeting_id", unique=True,
            sqlite_where=text("wanted"), postgresql_where=text("wanted"),
        ),
        Base.__table_args__,
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"), index=True)
    host_id: Mapped[int] = mapped_column(ForeignKey("host.id"))
    reference: Mapped[str] = mapped_column(unique=True)
    wanted: Mapped[bool]
    zoom_id: Mapped[int | None] = mapped_column(BigInteger, unique=True)  # over ten digits
    uuid: Mapped[str] = mapped_column(default="")
    join_url: Mapped[str] = mapped_column(default="")
    passcode: Mapped[str] = mapped_column(default="")
    gone_at: Mapped[datetime | None]

    host: Mapped[Host] = relationship()
    meeting: Mapped[Meeting] = relationship()

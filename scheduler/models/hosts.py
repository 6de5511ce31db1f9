"""The pool of Zoom hosts, their leases and their days, and what we want to exist at Zoom."""

from datetime import date, datetime

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Index, event, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from scheduler.db import Base, one_of
from scheduler.models.events import Event
from scheduler.models.meetings import Meeting
from scheduler.models.overlap import refuse_overlap
from scheduler.states import HostKind

ONE_OF_TWO = "(meeting_id IS NULL) <> (event_id IS NULL)"


class Host(Base):
    """A Zoom user of the pool, or a link that was pasted into it and that leads to the same room each time.

    One that left the pool stays here, retired, for the meetings it still holds.
    """

    __tablename__ = "host"
    __table_args__ = (CheckConstraint("capacity BETWEEN 1 AND 10", name="capacity"), Base.__table_args__)

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)  # of the Zoom user; the name of a link
    capacity: Mapped[int]  # meetings at one time
    retired: Mapped[bool] = mapped_column(default=False)
    kind: Mapped[HostKind] = mapped_column(one_of(HostKind, growing=True), default=HostKind.API, server_default="api")
    join_url: Mapped[str] = mapped_column(default="", server_default="")  # of a link
    passcode: Mapped[str] = mapped_column(default="", server_default="")
    swept_at: Mapped[datetime | None]  # when what is there was last compared with what is wanted


class HostDay(Base):
    """How many meetings of a host we have made and changed at Zoom on one day of UTC, which Zoom bounds together.

    Counted before the call: what may have reached Zoom is spent.
    """

    __tablename__ = "host_day"
    __table_args__ = (CheckConstraint("creates >= 0 AND updates >= 0", name="counts"),)

    host_id: Mapped[int] = mapped_column(ForeignKey("host.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    creates: Mapped[int] = mapped_column(default=0)
    updates: Mapped[int] = mapped_column(default=0)
    exhausted: Mapped[bool] = mapped_column(default=False)  # Zoom says so, or lets the host hold no meetings


class Lease(Base):
    """A host's lane, kept for one meeting or event and the minutes before and after it."""

    __tablename__ = "lease"
    __table_args__ = (
        CheckConstraint("lane >= 0", name="lane"),
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        CheckConstraint(ONE_OF_TWO, name="of_one"),
        Index(None, "host_id", "starts_at"),
        Index(
            "uq_lease_active", "meeting_id", unique=True, sqlite_where=text("active"), postgresql_where=text("active")
        ),
        Index(
            "uq_lease_active_event", "event_id", unique=True,
            sqlite_where=text("active"), postgresql_where=text("active"),
        ),
        Base.__table_args__,
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    host_id: Mapped[int] = mapped_column(ForeignKey("host.id"))
    lane: Mapped[int]  # 0 .. capacity - 1
    meeting_id: Mapped[int | None] = mapped_column(ForeignKey("meeting.id"), index=True)
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id"), index=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    active: Mapped[bool]

    host: Mapped[Host] = relationship()
    meeting: Mapped[Meeting | None] = relationship()
    event: Mapped[Event | None] = relationship()

    @property
    def about(self) -> Meeting | Event:
        """The one that it belongs to."""
        found = self.meeting or self.event
        assert found is not None, "the database refuses a row of neither"
        return found


for statement in refuse_overlap("lease", ("host_id", "lane")):
    event.listen(Lease.__table__, "after_create", statement)


class ZoomMeeting(Base):
    """The side at Zoom of a meeting or an event: what we want there, and what we know is there.

    `reference` opens the agenda at Zoom; by it a meeting is found again after an answer got lost. Zoom's `start_url`
    makes its reader the host, so it is never kept.
    """

    __tablename__ = "zoom_meeting"
    __table_args__ = (
        CheckConstraint(ONE_OF_TWO, name="of_one"),
        Index(
            "uq_zoom_meeting_wanted", "meeting_id", unique=True,
            sqlite_where=text("wanted"), postgresql_where=text("wanted"),
        ),
        Index(
            "uq_zoom_meeting_wanted_event", "event_id", unique=True,
            sqlite_where=text("wanted"), postgresql_where=text("wanted"),
        ),
        Base.__table_args__,
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int | None] = mapped_column(ForeignKey("meeting.id"), index=True)
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id"), index=True)
    host_id: Mapped[int] = mapped_column(ForeignKey("host.id"), index=True)
    reference: Mapped[str] = mapped_column(unique=True)
    wanted: Mapped[bool]
    zoom_id: Mapped[int | None] = mapped_column(BigInteger, unique=True)  # over ten digits
    uuid: Mapped[str] = mapped_column(default="")
    join_url: Mapped[str] = mapped_column(default="")
    passcode: Mapped[str] = mapped_column(default="")
    gone_at: Mapped[datetime | None]
    told_at: Mapped[datetime | None]  # when Zoom's last word on start and end was: what is older does not change it
    live_since: Mapped[datetime | None]  # None: as far as we know nobody is in there now
    ended_at: Mapped[datetime | None]  # None: not held yet, or being held now
    asked_at: Mapped[datetime | None]  # when we last asked Zoom who was there
    intent_at: Mapped[datetime | None]  # a create went out then, and what came of it is not known
    seen_at: Mapped[datetime | None]  # when Zoom last showed it
    missing_since: Mapped[datetime | None]  # Zoom has known of none since, asked once; asked twice, it is made again
    # What Zoom keeps otherwise than it was asked to: settings that the account overrides, and spellings of its own.
    locked: Mapped[list[str]] = mapped_column(JSON, default=list, server_default="[]")

    host: Mapped[Host] = relationship()
    meeting: Mapped[Meeting | None] = relationship()
    event: Mapped[Event | None] = relationship()

    @property
    def about(self) -> Meeting | Event:
        """The one that it belongs to."""
        found = self.meeting or self.event
        assert found is not None, "the database refuses a row of neither"
        return found

    @property
    def programme_id(self) -> int:
        """The programme of the one that it belongs to."""
        about = self.about
        return about.programme_id if isinstance(about, Event) else about.pair.programme_id

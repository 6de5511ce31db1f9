"""The outbox: what we owe the outside world, a row each."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from scheduler.db import Base, one_of
from scheduler.states import Channel, DeliveryState


class Delivery(Base):
    """One message on its way out. Rows of one stream go in order of id; `attempt` fences off a worker that lost it."""

    __tablename__ = "delivery"
    __table_args__ = (
        Index(  # of what is still to go, so that a worker does not walk through all that ever went
            "ix_delivery_waiting", "channel", "id",
            sqlite_where=text("state = 'waiting'"), postgresql_where=text("state = 'waiting'"),
        ),
        Index(None, "stream", "state"),
        Index(None, "programme_id", "state"),  # of a desk's counts, whatever other programmes have sent
        Base.__table_args__,
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    channel: Mapped[Channel] = mapped_column(one_of(Channel))
    stream: Mapped[str]
    state: Mapped[DeliveryState] = mapped_column(one_of(DeliveryState))
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    attempt: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None]
    doubt_since: Mapped[datetime | None]  # an attempt began then, and whether it had its effect is not known
    drops: Mapped[int] = mapped_column(default=0, server_default="0")  # attempts after which no answer came
    reason: Mapped[str] = mapped_column(default="")
    finished_at: Mapped[datetime | None]
    message_id: Mapped[str | None] = mapped_column(index=True)  # of the mail, from its sending on, with brackets
    programme_id: Mapped[int | None] = mapped_column(ForeignKey("programme.id"))  # None: a sign-in
    meeting_id: Mapped[int | None] = mapped_column(ForeignKey("meeting.id"), index=True)
    pair_id: Mapped[int | None] = mapped_column(ForeignKey("pair.id"), index=True)
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)


class Outage(Base):
    """Another system that is away, as a call met it at `began_at`; whichever worker is first may call at `next_at`.

    There is no row of one that is well.
    """

    __tablename__ = "outage"

    channel: Mapped[Channel] = mapped_column(one_of(Channel), primary_key=True)
    began_at: Mapped[datetime]
    next_at: Mapped[datetime]

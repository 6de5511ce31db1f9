"""Long searches for a wave's plan, made by a worker while pages show how far they are."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from scheduler.db import Base, one_of
from scheduler.models.programmes import Programme
from scheduler.states import RunState


class WaveRun(Base):
    """One search: what was asked, how far it is, and the plan once there is one.

    It is of the pairs of these departments, or of all where there are none named. `attempt` rises with each worker that
    takes it up, and a worker that lost it to another writes nothing more. `beat_at` is the last sign of life.
    """

    __tablename__ = "wave_run"
    __table_args__ = (Index(None, "state", "id"), Index(None, "programme_id", "id"), Base.__table_args__)

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"))
    departments: Mapped[list[int] | None] = mapped_column(JSON(none_as_null=True))  # ids; None: the whole programme
    asked_by: Mapped[str]  # an address
    first_on: Mapped[date]
    last_on: Mapped[date]
    minutes: Mapped[int]
    book: Mapped[bool]  # else to propose
    state: Mapped[RunState] = mapped_column(one_of(RunState, growing=True))
    stop_wanted: Mapped[bool] = mapped_column(default=False)
    attempt: Mapped[int] = mapped_column(default=0)
    pairs: Mapped[int] = mapped_column(default=0)  # that wait for a meeting
    placed: Mapped[int] = mapped_column(default=0)  # of them in the best plan so far
    most: Mapped[int] = mapped_column(default=0)  # that any plan can place
    plan: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    asked_at: Mapped[datetime]
    began_at: Mapped[datetime | None]
    beat_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]

    programme: Mapped[Programme] = relationship()

"""Plans for waves: searched for, and sent, by a worker while pages show how far it is."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from scheduler.db import Base, one_of
from scheduler.models.people import Pair
from scheduler.models.programmes import Programme
from scheduler.models.waves import Wave
from scheduler.states import RunState, SendingOutcome


class WaveRun(Base):
    """One search: what was asked, how far it is, the plan once there is one, and who had it sent.

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
    sent_by: Mapped[str | None]  # the address of whoever had it sent
    sent_at: Mapped[datetime | None]  # when the last of it was sent
    wave_id: Mapped[int | None] = mapped_column(ForeignKey("wave.id"))  # that its proposals are of

    programme: Mapped[Programme] = relationship()
    wave: Mapped[Wave | None] = relationship()


class WaveSending(Base):
    """What came of one placed pair when the plan was sent. A pair without one is still to come."""

    __tablename__ = "wave_sending"
    __table_args__ = (UniqueConstraint("run_id", "pair_id"), Base.__table_args__)

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("wave_run.id"))
    pair_id: Mapped[int] = mapped_column(ForeignKey("pair.id"))
    outcome: Mapped[SendingOutcome] = mapped_column(one_of(SendingOutcome, growing=True))

    pair: Mapped[Pair] = relationship()

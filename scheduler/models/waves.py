"""Waves that were sent as proposals: what a decline is answered from."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from scheduler.db import Base
from scheduler.models.programmes import Programme
from scheduler.models.proposals import Proposal


class Wave(Base):
    """A wave on these dates, both included, and the prices of its plan: what a time costs those who come after.

    `prices` are as in scheduler.slots.Plan. They are kept since the plan cannot be made again once the first of its
    proposals is answered.
    """

    __tablename__ = "wave"

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"), index=True)
    first_on: Mapped[date]
    last_on: Mapped[date]
    prices: Mapped[list[Any]] = mapped_column(JSON)  # [[instant, for a meeting with its gap, besides], ...]
    sent_at: Mapped[datetime]

    programme: Mapped[Programme] = relationship()


class WaveProposal(Base):
    """That a proposal is a wave's: its first one for the pair (round 0), or what answers a decline."""

    __tablename__ = "wave_proposal"

    id: Mapped[int] = mapped_column(primary_key=True)
    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id"), index=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"), unique=True)
    round: Mapped[int]

    wave: Mapped[Wave] = relationship()
    proposal: Mapped[Proposal] = relationship(back_populates="of_wave")

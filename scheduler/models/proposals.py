"""Proposals: a few slots put to the other side, and what each one asked has answered."""

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from scheduler.db import Base, one_of
from scheduler.models.meetings import LONGEST_MINUTES, Meeting
from scheduler.models.people import Pair, Person
from scheduler.states import Mode, ProposalState, Verdict

if TYPE_CHECKING:
    from scheduler.models.waves import WaveProposal


class Proposal(Base):
    """Slots for one meeting of a pair. Nothing is held while it is open; a pair has one open at a time.

    It is put to the other side; where a coordinator or a wave made it (`made_by_id` is empty), to both.
    """

    __tablename__ = "proposal"
    __table_args__ = (
        CheckConstraint(f"minutes BETWEEN 1 AND {LONGEST_MINUTES}", name="minutes"),
        Index(
            "uq_proposal_open", "pair_id", unique=True,
            sqlite_where=text("state = 'open'"), postgresql_where=text("state = 'open'"),
        ),
        Base.__table_args__,
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    pair_id: Mapped[int] = mapped_column(ForeignKey("pair.id"), index=True)
    state: Mapped[ProposalState] = mapped_column(one_of(ProposalState))
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    minutes: Mapped[int]
    mode: Mapped[Mode] = mapped_column(one_of(Mode))
    place: Mapped[str] = mapped_column(default="")
    meeting_point: Mapped[str] = mapped_column(default="")
    rain_plan: Mapped[str] = mapped_column(default="")
    route: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    link: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    meeting_id: Mapped[int | None] = mapped_column(ForeignKey("meeting.id"))  # what it became

    pair: Mapped[Pair] = relationship()
    made_by: Mapped[Person | None] = relationship()
    meeting: Mapped[Meeting | None] = relationship()
    slots: Mapped[list["ProposalSlot"]] = relationship(back_populates="proposal", order_by="ProposalSlot.position")
    answers: Mapped[list["ProposalAnswer"]] = relationship(
        back_populates="proposal", order_by="ProposalAnswer.person_id"
    )
    counter: Mapped["Counter | None"] = relationship(back_populates="proposal")
    of_wave: Mapped["WaveProposal | None"] = relationship(back_populates="proposal")


class ProposalSlot(Base):
    """One start that is proposed, the best first."""

    __tablename__ = "proposal_slot"
    __table_args__ = (
        UniqueConstraint("proposal_id", "position"),
        UniqueConstraint("proposal_id", "starts_at"),
        Base.__table_args__,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"))
    position: Mapped[int]
    starts_at: Mapped[datetime]

    proposal: Mapped[Proposal] = relationship(back_populates="slots")


class ProposalAnswer(Base):
    """One person who is asked, the link that they answer by, and the answer once there is one."""

    __tablename__ = "proposal_answer"
    __table_args__ = (UniqueConstraint("proposal_id", "person_id"), Base.__table_args__)

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    generation: Mapped[int] = mapped_column(default=1)
    verdict: Mapped[Verdict | None] = mapped_column(one_of(Verdict))
    slot_id: Mapped[int | None] = mapped_column(ForeignKey("proposal_slot.id"))  # the one they agreed to
    note: Mapped[str] = mapped_column(default="")
    answered_at: Mapped[datetime | None]

    proposal: Mapped[Proposal] = relationship(back_populates="answers")
    person: Mapped[Person] = relationship()
    slot: Mapped[ProposalSlot | None] = relationship()


class Counter(Base):
    """That a proposal came from somebody's calendar, in answer to an invite, and is to move that meeting.

    `sequence` is the version of the meeting that it answered; refused, it is refused by that.
    """

    __tablename__ = "counter"

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"), unique=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"), index=True)
    sequence: Mapped[int]

    proposal: Mapped[Proposal] = relationship(back_populates="counter")
    meeting: Mapped[Meeting] = relationship()

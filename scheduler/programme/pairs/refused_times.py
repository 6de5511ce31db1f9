"""Times that one of a pair said do not fit: they come last wherever times are offered, and waves leave them alone."""

from collections.abc import Collection

from sqlalchemy import select, union_all
from sqlalchemy.orm import Session

from scheduler.models import Meeting, Pair, Proposal, ProposalAnswer, ProposalSlot, Seat
from scheduler.slots import zones
from scheduler.states import MeetingState, Partstat, Verdict

NO = (Verdict.NONE_FITS, Verdict.OTHER_TIME)


def of_pairs(session: Session, pairs: Collection[Pair]) -> dict[int, frozenset[int]]:
    """By pair: the times, in epoch seconds, of proposals that one of the two declined, and of declined meetings."""
    ids = [pair.id for pair in pairs]
    said_no = select(ProposalAnswer.proposal_id).where(ProposalAnswer.verdict.in_(NO))
    proposed = (
        select(Proposal.pair_id, ProposalSlot.starts_at)
        .join(ProposalSlot.proposal)
        .where(Proposal.id.in_(said_no), Proposal.pair_id.in_(ids))
    )
    booked = (
        select(Meeting.pair_id, Seat.starts_at)
        .join(Seat.meeting)
        .where(Meeting.pair_id.in_(ids), Meeting.state == MeetingState.CANCELLED, Seat.partstat == Partstat.DECLINED)
    )
    found: dict[int, set[int]] = {}
    for pair_id, starts_at in session.execute(union_all(proposed, booked)):
        found.setdefault(pair_id, set()).add(int((starts_at - zones.EPOCH).total_seconds()))
    return {pair_id: frozenset(times) for pair_id, times in found.items()}


def touches(start: int, others: Collection[int], minutes: int) -> bool:
    """Whether a meeting of this length would overlap one at one of the others.

    Whoever cannot at six cannot at a quarter past, either.
    """
    return any(abs(start - other) < minutes * 60 for other in others)

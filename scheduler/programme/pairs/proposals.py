"""Proposals: slots of a pair put to the other side, withdrawn, expired. Nothing is held while one is open."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from scheduler import outbox
from scheduler.errors import (
    BadChoice,
    BadNote,
    NotOpen,
    ProposalAgreed,
    ProposalClosed,
    ProposalDeclined,
    ProposalExpired,
    ProposalWithdrawn,
)
from scheduler.messages import SendProposal, SendProposalNews
from scheduler.models import Counter, Meeting, Pair, Person, Proposal, ProposalAnswer, ProposalSlot
from scheduler.programme import audit, locks
from scheduler.programme.pairs import modes, openings
from scheduler.programme.pairs.modes import How
from scheduler.programme.replies import refusals
from scheduler.states import Action, MeetingState, ProposalState

LASTS = timedelta(days=7)
MOST_SLOTS = 5
LONGEST_NOTE = 1000
BECAME: dict[ProposalState, type[ProposalClosed]] = {
    ProposalState.ACCEPTED: ProposalAgreed,
    ProposalState.DECLINED: ProposalDeclined,
    ProposalState.EXPIRED: ProposalExpired,
    ProposalState.WITHDRAWN: ProposalWithdrawn,
}


def propose(
    session: Session, pair: Pair, *, starts: Sequence[datetime], minutes: int, how: How, first: date, last: date,
    note: str = "", made_by: Person | None, moves: Meeting | None = None, by: str, now: datetime,
) -> Proposal:  # fmt: skip
    """Puts one to five of the pair's openings between two dates to the other side, or to both where neither made it.

    Where it `moves` a meeting, that one stands in no way, and is moved if the proposal is accepted; then any time will
    do at which both can meet. Raises BadChoice, NotOpen or BadNote.
    """
    if not 1 <= len(set(starts)) == len(starts) <= MOST_SLOTS:
        raise BadChoice
    locks.take_pairs(session, [pair])
    if moves is None:
        openings.require(session, pair, starts, minutes=minutes, first=first, last=last, how=how, now=now)
    elif not set(starts) <= openings.still_open(session, pair, starts, minutes=minutes, how=how, now=now, but=moves):
        raise NotOpen
    return offer(
        session, pair, starts=starts, minutes=minutes, how=how, note=note, made_by=made_by, moves=moves, by=by, now=now
    )


def offer(
    session: Session,
    pair: Pair,
    *,
    starts: Sequence[datetime],
    minutes: int,
    how: How,
    note: str = "",
    made_by: Person | None,
    moves: Meeting | None = None,
    by: str,
    now: datetime,
) -> Proposal:
    """Proposes starts that this transaction found open after it locked the pair. An open proposal of theirs gives way.

    Raises BadNote.
    """
    for open_one in open_of(session, [pair]).values():
        give_way(session, lock(session, open_one), made_by=made_by, by=by, now=now)
    asked = sorted({pair.mentor_id, pair.mentee_id} - {made_by.id if made_by else None})
    proposal = Proposal(
        pair=pair, state=ProposalState.OPEN, made_by=made_by, minutes=minutes, note=clean_note(note),
        created_at=now, expires_at=min([now + LASTS, max(starts), *([moves.starts_at] if moves else [])]),
        slots=[ProposalSlot(position=position, starts_at=start) for position, start in enumerate(starts)],
        answers=[ProposalAnswer(person_id=person_id) for person_id in asked],
    )  # fmt: skip
    modes.write(proposal, how)
    proposal.counter = Counter(meeting=moves, sequence=moves.sequence) if moves else None
    session.add(proposal)
    session.flush()
    for person_id in asked:
        put(session, SendProposal(proposal.id, pair.id, person_id), pair, now)
    note_down(session, Action.PROPOSED, proposal, by=by, now=now, slots=[start.isoformat() for start in starts])
    return proposal


def give_way(session: Session, proposal: Proposal, *, made_by: Person | None, by: str, now: datetime) -> None:
    """Closes an open one that a newer one, made by `made_by`, replaces. A calendar that asked for it hears of that."""
    close(session, proposal, ProposalState.WITHDRAWN, now)
    if proposal.counter is not None and (made_by is None or proposal.made_by_id != made_by.id):
        refusals.owe(session, proposal.counter, slots=False, now=now)
    note_down(session, Action.PROPOSAL_WITHDRAWN, proposal, by=by, now=now)


def withdraw(session: Session, proposal: Proposal, *, by: str, now: datetime) -> Proposal:
    """Takes an open proposal back, and tells those who were asked. Raises ProposalClosed."""
    lock_open(session, proposal, now=now)
    close(session, proposal, ProposalState.WITHDRAWN, now)
    for answer in proposal.answers:
        tell(session, proposal, answer.person_id, now)
    note_down(session, Action.PROPOSAL_WITHDRAWN, proposal, by=by, now=now)
    return proposal


def expire_due(session: Session, *, now: datetime) -> int:
    """Closes what nobody answered in time and tells who waits for it; how many there were. Safe to run in parallel."""
    query = select(Proposal).where(Proposal.state == ProposalState.OPEN, Proposal.expires_at <= now)
    due = session.scalars(query.order_by(Proposal.id).with_for_update(skip_locked=True)).all()
    for proposal in due:
        close(session, proposal, ProposalState.EXPIRED, now)
        for person_id in waiting_for(proposal):
            tell(session, proposal, person_id, now)
    return len(due)


def withdraw_outdated(session: Session, *, now: datetime) -> int:
    """Closes the open ones whose meeting has changed since, which is news enough; how many. Safe to run in parallel."""
    changed = or_(Meeting.state != MeetingState.BOOKED, Meeting.sequence != Counter.sequence)
    query = select(Proposal).join(Counter).join(Counter.meeting).where(Proposal.state == ProposalState.OPEN, changed)
    outdated = session.scalars(query.order_by(Proposal.id).with_for_update(of=Proposal, skip_locked=True)).all()
    for proposal in outdated:
        close(session, proposal, ProposalState.WITHDRAWN, now)
    return len(outdated)


def open_of(session: Session, pairs: Collection[Pair]) -> dict[int, Proposal]:
    """The open proposal of each pair that has one, by the pair's id."""
    query = select(Proposal).where(Proposal.pair_id.in_([pair.id for pair in pairs]))
    return {row.pair_id: row for row in session.scalars(query.where(Proposal.state == ProposalState.OPEN))}


def waiting_for(proposal: Proposal) -> list[int]:
    """The ids of those whom it concerns that nothing comes of it: who made it, else both."""
    return [proposal.made_by_id] if proposal.made_by_id else [answer.person_id for answer in proposal.answers]


def lock(session: Session, proposal: Proposal) -> Proposal:
    """Takes the proposal and its answers for this transaction, as they are now."""
    session.refresh(proposal, with_for_update=True)
    for answer in proposal.answers:
        session.refresh(answer)
    return proposal


def lock_open(session: Session, proposal: Proposal, *, now: datetime) -> None:
    """The same for a proposal that can be answered. A ProposalClosed that says what became of it, if it cannot."""
    locks.take_pairs(session, [proposal.pair])
    lock(session, proposal)
    if proposal.state is not ProposalState.OPEN:
        raise BECAME[proposal.state]
    if is_spent(session, proposal, now=now):
        raise ProposalExpired if proposal.expires_at <= now else ProposalWithdrawn


def is_spent(session: Session, proposal: Proposal, *, now: datetime) -> bool:
    """Whether an open one is of no more use, and nobody has come by to write that down yet."""
    counter = proposal.counter
    return proposal.expires_at <= now or (counter is not None and refusals.is_outdated(session, counter))


def close(session: Session, proposal: Proposal, state: ProposalState, now: datetime) -> None:
    """Ends it like this, before what follows from it is written."""
    proposal.state, proposal.closed_at = state, now
    session.flush()


def tell(session: Session, proposal: Proposal, person_id: int, now: datetime) -> None:
    """Owes the person the news of what became of it; in answer to a calendar's counter-proposal, other times too."""
    if proposal.counter is not None and person_id == proposal.made_by_id:
        refusals.owe(session, proposal.counter, slots=True, now=now)
        return
    put(session, SendProposalNews(proposal.id, proposal.pair_id, person_id, proposal.state), proposal.pair, now)


def put(session: Session, message: SendProposal | SendProposalNews, pair: Pair, now: datetime) -> None:
    outbox.put(session, message, programme_id=pair.programme_id, now=now)


def note_down(session: Session, action: Action, proposal: Proposal, *, by: str, now: datetime, **details: Any) -> None:
    """Writes into the audit trail that `by` did this to the proposal."""
    audit.note(
        session,
        action,
        programme_id=proposal.pair.programme_id,
        pair_id=proposal.pair_id,
        by=by,
        now=now,
        proposal_id=proposal.id,
        **details,
    )


def clean_note(note: str) -> str:
    """The note as it is kept: plain text of several lines. BadNote for what is too long or cannot be printed."""
    lines = [line.rstrip() for line in note.strip().splitlines()]
    if sum(map(len, lines)) + len(lines) > LONGEST_NOTE + 1 or not all(line.isprintable() for line in lines):
        raise BadNote
    return "\n".join(lines)

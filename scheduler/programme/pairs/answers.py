"""Answers to a proposal: this one, none fits, another time. Who answers is named by the answer itself."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from scheduler.errors import ProposalWithdrawn, SlotGone
from scheduler.messages import SendProposal
from scheduler.models import Meeting, Proposal, ProposalAnswer, ProposalSlot
from scheduler.programme import locks
from scheduler.programme.pairs import meetings, modes, openings, proposals
from scheduler.programme.replies import refusals
from scheduler.programme.waves import next_times
from scheduler.states import Action, ProposalState, Verdict


def answer_of(session: Session, answer_id: int, generation: int) -> ProposalAnswer | None:
    """The answer that this link belongs to, if the link is still the one that was given out."""
    answer = session.get(ProposalAnswer, answer_id)
    return answer if answer is not None and answer.generation == generation else None


def next_of(session: Session, answer: ProposalAnswer, *, now: datetime) -> ProposalAnswer | None:
    """What the same person is asked by the pair's open proposal, once this one is closed."""
    found = proposals.open_of(session, [answer.proposal.pair]).get(answer.proposal.pair_id)
    asked = found.answers if found is not None and found.expires_at > now else []
    return next((each for each in asked if each.person_id == answer.person_id and each.id != answer.id), None)


def accept(session: Session, answer: ProposalAnswer, slot_id: int, *, now: datetime) -> Meeting | None:
    """Agrees to a slot. The meeting, once everybody who is asked has agreed to the same; until then None.

    Raises a ProposalClosed, or SlotTaken or NoHostFree where the slot went meanwhile; then the proposal stays open.
    """
    proposal = answer.proposal
    proposals.lock_open(session, proposal, now=now)
    slot = _slot(proposal, slot_id)
    if slot not in left(session, proposal, now=now):
        raise SlotGone
    news = answer.slot_id != slot.id
    _write(session, answer, Verdict.THIS_ONE, slot=slot, now=now)
    others = [other for other in proposal.answers if other.slot_id != slot.id]
    if not others:
        return _book(session, answer, slot, now)
    for other in others if news else ():
        message = SendProposal(proposal.id, proposal.pair_id, other.person_id, agreed=slot.id)
        proposals.put(session, message, proposal.pair, now)
    return None


def decline(session: Session, answer: ProposalAnswer, *, note: str = "", now: datetime) -> Proposal:
    """Says that none of the slots fits, which closes the proposal; who made it is told, or the other one.

    A wave's proposal is answered with the next best times for both instead, as long as there are any.
    """
    proposal = answer.proposal
    proposals.lock_open(session, proposal, now=now)
    _write(session, answer, Verdict.NONE_FITS, note=note, now=now)
    proposals.close(session, proposal, ProposalState.DECLINED, now)
    if next_times.propose_next(session, proposal, now=now) is not None:
        return proposal
    for person_id in proposals.waiting_for(proposal):
        if person_id != answer.person_id:
            proposals.tell(session, proposal, person_id, now)
    return proposal


def counter(
    session: Session,
    answer: ProposalAnswer,
    *,
    starts: Sequence[datetime],
    first: date,
    last: date,
    note: str = "",
    now: datetime,
) -> Proposal:
    """Answers with a proposal of one's own, for the same length and mode, which the other side then answers."""
    asked = answer.proposal
    proposals.lock_open(session, asked, now=now)
    _write(session, answer, Verdict.OTHER_TIME, note=note, now=now)
    proposals.close(session, asked, ProposalState.DECLINED, now)
    if asked.counter is not None:
        refusals.owe(session, asked.counter, slots=False, now=now)
    return proposals.propose(
        session,
        asked.pair,
        starts=starts,
        minutes=asked.minutes,
        how=modes.how_of(asked),
        first=first,
        last=last,
        note=note,
        made_by=answer.person,
        moves=moves(asked),
        by=answer.person.email,
        now=now,
    )


def left(session: Session, proposal: Proposal, *, now: datetime) -> list[ProposalSlot]:
    """The slots of an open proposal that can still be had, those first that somebody has agreed to."""
    starts = [slot.starts_at for slot in proposal.slots]
    how = modes.how_of(proposal)
    minutes, but = proposal.minutes, moves(proposal)
    free = openings.still_open(session, proposal.pair, starts, minutes=minutes, how=how, now=now, but=but)
    agreed = {answer.slot_id for answer in proposal.answers}
    return sorted(
        (slot for slot in proposal.slots if slot.starts_at in free),
        key=lambda slot: (slot.id not in agreed, slot.position),
    )


def moves(proposal: Proposal) -> Meeting | None:
    """The meeting that is moved if the proposal is accepted; None where a new one is booked."""
    return proposal.counter.meeting if proposal.counter else None


def _slot(proposal: Proposal, slot_id: int) -> ProposalSlot:
    """SlotGone for a slot of some other proposal: there is nothing to be had by it here."""
    found = [slot for slot in proposal.slots if slot.id == slot_id]
    if not found:
        raise SlotGone
    return found[0]


def _book(session: Session, answer: ProposalAnswer, slot: ProposalSlot, now: datetime) -> Meeting:
    """The meeting that the proposal becomes. It is closed first: booking closes what is open, as of no more use."""
    proposal, by = answer.proposal, answer.person.email
    proposals.close(session, proposal, ProposalState.ACCEPTED, now)
    if proposal.counter is not None:
        locks.take_for_booking(session, [proposal.pair])
        if refusals.is_outdated(session, proposal.counter):
            raise ProposalWithdrawn
        proposal.meeting = meetings.reschedule(
            session, proposal.counter.meeting, starts_at=slot.starts_at, minutes=proposal.minutes, by=by, now=now
        )
        return proposal.meeting
    proposal.meeting = meetings.book(
        session,
        proposal.pair,
        starts_at=slot.starts_at,
        minutes=proposal.minutes,
        how=modes.how_of(proposal),
        by=by,
        now=now,
    )
    return proposal.meeting


def _write(
    session: Session,
    answer: ProposalAnswer,
    verdict: Verdict,
    *,
    slot: ProposalSlot | None = None,
    note: str = "",
    now: datetime,
) -> None:
    answer.verdict, answer.slot, answer.answered_at = verdict, slot, now
    answer.note = proposals.clean_note(note)
    session.flush()
    by = answer.person.email
    proposals.note_down(session, Action.PROPOSAL_ANSWERED, answer.proposal, by=by, now=now, verdict=verdict)

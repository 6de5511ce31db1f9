"""Times in open proposals that plans leave alone, though nothing holds them: those that somebody has agreed to, and
those that a wave has planned.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload, selectinload

from scheduler.models import Pair, Proposal, ProposalAnswer, WaveProposal
from scheduler.programme.pairs import calendars, modes
from scheduler.slots import CohortPair, Host
from scheduler.slots.cohort import Cohort
from scheduler.slots.waves.checker import Row
from scheduler.slots.waves.standing import Standing
from scheduler.states import ProposalState, Verdict


def agreed(session: Session, *, needs_host: bool, now: datetime) -> list[CohortPair]:
    """Each pair one of whom has agreed to a time to come, of whatever programme, with that time as its only option."""
    answered = select(ProposalAnswer.proposal_id).where(ProposalAnswer.verdict == Verdict.THIS_ONE)
    return _promises(session.scalars(_open().where(Proposal.id.in_(answered))), needs_host=needs_host, now=now)


def planned(session: Session, wave_id: int, *, but: Pair, needs_host: bool, now: datetime) -> list[CohortPair]:
    """Each pair with an open proposal of the wave, `but` for one, with the time that is planned or agreed for it."""
    of_wave = select(WaveProposal.proposal_id).where(WaveProposal.wave_id == wave_id)
    query = _open().where(Proposal.id.in_(of_wave), Proposal.pair_id != but.id)
    return _promises(session.scalars(query), needs_host=needs_host, now=now)


def seated(promises: Iterable[CohortPair], hosts: Sequence[Host], gap: int) -> list[Row]:
    """The promises that can be kept beside each other, each with a host; those that start first, first."""
    cohort = Cohort(tuple(promises), tuple(hosts), gap)
    standing, rows = Standing(cohort, ()), list[Row]()
    for pair in sorted(cohort.pairs, key=lambda pair: (pair.options[0][0], pair.id)):
        start = pair.options[0][0]
        found, host = standing.host_for(pair, start)
        if found and standing.people_are_free(pair, start):
            standing.add(pair, start, host)
            rows.append((pair.id, start, host))
    return rows


def _open() -> Select[Proposal]:
    query = select(Proposal).where(Proposal.state == ProposalState.OPEN).order_by(Proposal.id)
    return query.options(selectinload(Proposal.slots), selectinload(Proposal.answers), joinedload(Proposal.pair))


def _promises(proposals: Iterable[Proposal], *, needs_host: bool, now: datetime) -> list[CohortPair]:
    found = [(proposal, _promise(proposal)) for proposal in proposals]
    return [
        CohortPair(
            str(proposal.pair_id),
            (str(proposal.pair.mentor_id), str(proposal.pair.mentee_id)),
            proposal.minutes,
            ((calendars.seconds(start), 1),),
            needs_host and modes.needs_host(modes.how_of(proposal)),
        )
        for proposal, start in found
        if start > now
    ]


def _promise(proposal: Proposal) -> datetime:
    """The time that somebody has agreed to; else the first, which is the one that was planned."""
    slots = {slot.id: slot.starts_at for slot in proposal.slots}
    return next((slots[each.slot_id] for each in proposal.answers if each.slot_id), proposal.slots[0].starts_at)

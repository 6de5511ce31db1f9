"""A decline of a wave's proposal is answered at once: with the pair's next best times, at the prices of the wave.

At these prices the pair takes what is best for it after what its time is worth to others, and leaves alone what is
planned for those who have not answered. So one "none fits" needs no new wave, and disturbs nobody.
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.models import Proposal, Wave, WaveProposal
from scheduler.programme import audit
from scheduler.programme.pairs import calendars, modes, openings, proposals, refused_times
from scheduler.programme.waves import promised, wave_plans
from scheduler.slots import Plan
from scheduler.slots.waves.standing import next_best
from scheduler.states import ProposalState

MORE = 2  # openings that a proposal of a wave offers besides the planned time
ROUNDS = 5  # declines of a pair that are answered like this: after so many, the two had better talk to each other


def propose_next(session: Session, declined: Proposal, *, now: datetime) -> Proposal | None:
    """Puts to both of the pair what is next best on the dates of the wave, and never a time that they have refused.

    None if the declined proposal is no wave's, if nothing is left, or after so many rounds.
    """
    if declined.of_wave is None or declined.of_wave.round >= ROUNDS:
        return None
    wave, pair, how = declined.of_wave.wave, declined.pair, modes.how_of(declined)
    known = calendars.of_pairs(session, pair.programme, [pair], first=wave.first_on, last=wave.last_on)
    no = known.refused.get(pair.id, frozenset())
    found = openings.best(session, known, pair, minutes=declined.minutes, how=how, now=now)
    left = [start for start in map(calendars.seconds, found) if start not in no]
    best = _best(session, declined, wave, left=left, no=no, now=now)
    if best is None:
        return None
    more = [start for start in left if not refused_times.touches(start, [best], declined.minutes)][:MORE]
    made = proposals.offer(
        session, pair, starts=[calendars.instant(start) for start in (best, *more)], minutes=declined.minutes, how=how,
        note=_word(declined), made_by=None, by=audit.TRAFF, now=now,
    )  # fmt: skip
    session.add(WaveProposal(wave_id=wave.id, proposal_id=made.id, round=declined.of_wave.round + 1))
    session.flush()
    return made


def _word(declined: Proposal) -> str:
    """What the one who declined wrote to the other, with their name."""
    words = (f"{each.person.name}: {each.note}" for each in declined.answers if each.note)
    return next(words, "")[: proposals.LONGEST_NOTE]


def nothing_left(session: Session, declined: Proposal) -> tuple[date, date] | None:
    """The dates of the wave, if with this decline no time was left on them. None if others were proposed."""
    of_wave = declined.of_wave
    if of_wave is None or declined.state is not ProposalState.DECLINED or of_wave.round >= ROUNDS:
        return None
    later = (
        select(WaveProposal.id)
        .join(WaveProposal.proposal)
        .where(WaveProposal.wave_id == of_wave.wave_id, WaveProposal.round > of_wave.round)
        .where(Proposal.pair_id == declined.pair_id)
    )
    return None if session.scalar(later.limit(1)) else (of_wave.wave.first_on, of_wave.wave.last_on)


def _best(
    session: Session, declined: Proposal, wave: Wave, *, left: Collection[int], no: Collection[int], now: datetime
) -> int | None:
    """The best of what is left at the wave's prices, beside what is planned for others. None if there is none.

    What would overlap a time that was refused comes last.
    """
    pair = declined.pair
    asked = wave_plans.ask(
        session, wave.programme, first=wave.first_on, last=wave.last_on, minutes=declined.minutes, now=now, of=[pair]
    )
    mine, *agreed = asked.cohort.pairs
    mine = replace(
        mine,
        options=tuple(option for option in mine.options if option[0] in left),
        needs_host=mine.needs_host and modes.needs_host(modes.how_of(declined)),
    )
    planned = promised.planned(session, wave.id, but=pair, needs_host=bool(asked.cohort.hosts), now=now)
    others = {each.id: each for each in (*planned, *agreed)}
    cohort = replace(asked.cohort, pairs=(mine, *others.values()))
    plan = Plan(
        promised.seated(others.values(), cohort.hosts, cohort.gap),
        prices=tuple((at, whole, meeting) for at, whole, meeting in wave.prices),
    )
    near = [start for start in left if refused_times.touches(start, no, declined.minutes)]
    found = next_best(cohort, plan, mine.id, declined=near) or next_best(cohort, plan, mine.id)
    return found[0] if found else None

"""A wave: one run that finds a first (or next) meeting for every pair at once, under the pool of hosts."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from scheduler.models import Pair, Programme
from scheduler.programme import audit
from scheduler.programme.waves import sending
from scheduler.programme.waves.sending import Outcomes
from scheduler.programme.waves.wave_plans import SECONDS, Unplaced, WavePlan, ask, never
from scheduler.slots import NO_HOST_FREE, PERSON_TAKEN
from scheduler.states import SendingOutcome

REASONS = {
    SendingOutcome.NO_HOST: NO_HOST_FREE,
    SendingOutcome.TAKEN: PERSON_TAKEN,
    SendingOutcome.FAILED: SendingOutcome.FAILED,
}


def plan_wave(
    session: Session,
    programme: Programme,
    *,
    first: date,
    last: date,
    minutes: int,
    now: datetime,
    of: Sequence[Pair] | None = None,
    seconds: float = SECONDS,
    stop: Callable[[], bool] = never,
) -> WavePlan:
    """Asks and answers in one: for a search so short that the session may wait for it."""
    asked = ask(session, programme, first=first, last=last, minutes=minutes, now=now, of=of)
    return asked.answer(seconds=seconds, stop=stop)


def book_wave(session: Session, wave: WavePlan, *, now: datetime, by: str = audit.TRAFF) -> WavePlan:
    """Books what is placed, in this transaction. What could not be booked any more is reported as not placed."""
    if not wave.placed:
        return wave
    outcomes = sending.book_each(session, wave.placed, by=by, now=now)
    return _told(session, wave, outcomes, book=True, by=by, now=now)


def propose_wave(
    session: Session, wave: WavePlan, *, first: date, last: date, now: datetime, by: str = audit.TRAFF
) -> WavePlan:
    """Puts to both of each pair its planned slot, and two more of its best openings between the two dates.

    What could not be proposed any more is reported, as by `book_wave`.
    """
    if not wave.placed:
        return wave
    programme_id = wave.placed[0].pair.programme_id
    sent = sending.begin(session, programme_id, first=first, last=last, prices=wave.prices, now=now)
    outcomes = sending.propose_each(session, sent, wave.placed, by=by, now=now)
    return _told(session, wave, outcomes, book=False, by=by, now=now)


def _told(session: Session, wave: WavePlan, outcomes: Outcomes, *, book: bool, by: str, now: datetime) -> WavePlan:
    """The plan as it was sent."""
    placed = tuple(slot for slot in wave.placed if outcomes[slot.pair.id] is SendingOutcome.SENT)
    lost = [
        Unplaced(slot.pair, REASONS[outcome]) for slot in wave.placed if (outcome := outcomes[slot.pair.id]) in REASONS
    ]
    sending.note(session, wave.placed[0].pair.programme_id, book=book, pairs=len(placed), by=by, now=now)
    return replace(
        wave,
        placed=placed,
        unplaced=(*wave.unplaced, *lost),
        skipped=wave.skipped + len(wave.placed) - len(placed) - len(lost),
        optimal=wave.optimal and not lost,
    )

"""What is done for each placed pair of a wave: its slot is booked or proposed, or it is told why not."""

import logging
from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import cache

from sqlalchemy.orm import Session

from scheduler.db import DATABASE_AWAY
from scheduler.errors import NoHostFree, NotOpen, Refused
from scheduler.models import Pair, Wave, WaveProposal
from scheduler.programme import audit, locks
from scheduler.programme.pairs import calendars, meetings, openings, proposals
from scheduler.programme.pairs.calendars import Calendars
from scheduler.programme.pairs.modes import Video
from scheduler.programme.waves.next_times import MORE
from scheduler.programme.waves.wave_plans import Placed, Prices, busy_pairs
from scheduler.states import Action, SendingOutcome

log = logging.getLogger(__name__)

Outcomes = dict[int, SendingOutcome]  # by pair id, in the order of the plan


def book_each(session: Session, placed: Sequence[Placed], *, by: str, now: datetime) -> Outcomes:
    """Books these slots; what came of each."""

    def book(slot: Placed, pair: Pair) -> None:
        meetings.book(
            session,
            pair,
            starts_at=slot.starts_at,
            minutes=slot.minutes,
            how=Video(),
            preferred=slot.lane,
            now=now,
            by=by,
        )

    return _each(session, placed, book, now=now)


def propose_each(session: Session, wave: Wave, placed: Sequence[Placed], *, by: str, now: datetime) -> Outcomes:
    """Puts to both of each pair its slot, and two more of its best openings on the wave's dates; what came of each."""

    @cache
    def known() -> Calendars:  # once they are locked; nothing is held by a proposal
        of = [slot.pair for slot in placed]
        return calendars.of_pairs(session, wave.programme, of, first=wave.first_on, last=wave.last_on)

    def propose(slot: Placed, pair: Pair) -> None:
        found = openings.best(session, known(), pair, minutes=slot.minutes, how=Video(), now=now)
        if slot.starts_at not in found:
            raise NotOpen
        made = proposals.offer(
            session,
            pair,
            starts=[slot.starts_at, *[start for start in found if start != slot.starts_at][:MORE]],
            minutes=slot.minutes,
            how=Video(),
            made_by=None,
            by=by,
            now=now,
        )
        session.add(WaveProposal(wave=wave, proposal=made, round=0))

    return _each(session, placed, propose, now=now)


def begin(session: Session, programme_id: int, *, first: date, last: date, prices: Prices, now: datetime) -> Wave:
    """The wave as it is kept, for answers to declines."""
    wave = Wave(programme_id=programme_id, first_on=first, last_on=last, prices=[*prices], sent_at=now)
    session.add(wave)
    session.flush()
    return wave


def note(session: Session, programme_id: int, *, book: bool, pairs: int, by: str, now: datetime) -> None:
    """Writes down that a wave was sent to so many pairs; nothing where it was sent to none."""
    action = Action.WAVE_BOOKED if book else Action.WAVE_PROPOSED
    if pairs:
        audit.note(session, action, programme_id=programme_id, by=by, now=now, pairs=pairs)


def _each(
    session: Session, placed: Sequence[Placed], command: Callable[[Placed, Pair], None], *, now: datetime
) -> Outcomes:
    """A pair that got a meeting or a proposal since the plan was made is left alone: of two waves at once, the second
    finds everybody taken care of.
    """
    pairs = [slot.pair for slot in placed]
    locks.take_for_booking(session, pairs)
    busy = busy_pairs(session, pairs, now)
    return {
        slot.pair.id: SendingOutcome.CARED_FOR if slot.pair.id in busy else _outcome(session, slot, command)
        for slot in placed
    }


def _outcome(session: Session, slot: Placed, command: Callable[[Placed, Pair], None]) -> SendingOutcome:
    """Whatever one pair meets undoes nothing of the others."""
    pair_id = slot.pair.id
    try:
        with session.begin_nested():
            command(slot, session.get_one(Pair, pair_id))
    except NoHostFree:
        return SendingOutcome.NO_HOST
    except Refused:
        return SendingOutcome.TAKEN
    except DATABASE_AWAY:  # no pair would get on
        raise
    except Exception:
        log.exception("sending a wave to pair %s met a bug", pair_id)
        return SendingOutcome.FAILED
    return SendingOutcome.SENT

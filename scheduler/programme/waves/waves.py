"""A wave: one run that finds a first (or next) meeting for every pair at once, under the pool of hosts."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import cache

from sqlalchemy.orm import Session

from scheduler.errors import NoHostFree, NotOpen, Refused, SlotTaken
from scheduler.models import Pair, Programme, Wave, WaveProposal
from scheduler.programme import audit, locks
from scheduler.programme.pairs import calendars, meetings, openings, proposals
from scheduler.programme.pairs.calendars import Calendars
from scheduler.programme.pairs.modes import Video
from scheduler.programme.waves.next_times import MORE
from scheduler.programme.waves.wave_plans import SECONDS, Placed, Unplaced, WavePlan, ask, busy_pairs, never
from scheduler.slots import NO_HOST_FREE, PERSON_TAKEN
from scheduler.states import Action


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
    """Books what is placed. A slot or host that was taken since the plan was made is reported; the rest is booked."""

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

    return _each(session, wave, book, Action.WAVE_BOOKED, by=by, now=now)


def propose_wave(
    session: Session, wave: WavePlan, *, first: date, last: date, now: datetime, by: str = audit.TRAFF
) -> WavePlan:
    """Puts to both of each pair its planned slot, and two more of its best openings between the two dates.

    A slot or host that was taken since the plan was made is reported, as by `book_wave`.
    """

    @cache
    def known(programme: Programme) -> Calendars:  # once they are locked; nothing is held by a proposal
        of = [slot.pair for slot in wave.placed if slot.pair.programme_id == programme.id]
        return calendars.of_pairs(session, programme, of, first=first, last=last)

    def propose(slot: Placed, pair: Pair) -> None:
        found = openings.best(session, known(pair.programme), pair, minutes=slot.minutes, how=Video(), now=now)
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
        session.add(WaveProposal(wave=sent, proposal=made, round=0))

    sent = _sent(session, wave, first=first, last=last, now=now)
    return _each(session, wave, propose, Action.WAVE_PROPOSED, by=by, now=now)


def _sent(session: Session, plan: WavePlan, *, first: date, last: date, now: datetime) -> Wave | None:
    """The wave as it is kept, for answers to declines. None for a plan that places nobody."""
    if not plan.placed:
        return None
    programme_id = plan.placed[0].pair.programme_id
    sent = Wave(programme_id=programme_id, first_on=first, last_on=last, prices=[*plan.prices], sent_at=now)
    session.add(sent)
    session.flush()
    return sent


def _each(
    session: Session,
    wave: WavePlan,
    command: Callable[[Placed, Pair], None],
    action: Action,
    *,
    by: str,
    now: datetime,
) -> WavePlan:
    """Does this for every pair that is placed; what came of it.

    A pair that got a meeting or a proposal since the plan was made is skipped: of two waves at once, the second finds
    everybody taken care of.
    """
    pairs = [slot.pair for slot in wave.placed]
    locks.take_for_booking(session, pairs)
    busy = busy_pairs(session, pairs, now)
    placed: list[Placed] = []
    lost: list[Unplaced] = []
    for slot in wave.placed:
        if slot.pair.id in busy:
            continue
        try:
            with session.begin_nested():
                command(slot, session.get_one(Pair, slot.pair.id))
            placed.append(slot)
        except (SlotTaken, NotOpen, NoHostFree) as refused:
            lost.append(Unplaced(slot.pair, _reason(refused)))
    for programme_id in {slot.pair.programme_id for slot in placed}:
        audit.note(session, action, programme_id=programme_id, by=by, now=now, pairs=len(placed))
    return replace(
        wave,
        placed=tuple(placed),
        unplaced=(*wave.unplaced, *lost),
        skipped=wave.skipped + len(busy),
        optimal=wave.optimal and not lost,
    )


def _reason(refused: Refused) -> str:
    return NO_HOST_FREE if isinstance(refused, NoHostFree) else PERSON_TAKEN

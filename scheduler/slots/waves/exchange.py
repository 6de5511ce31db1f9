"""Betters a draft by one pair moving out of another's way, as long as both together gain."""

from collections.abc import Callable

from scheduler.slots.waves.board import Option
from scheduler.slots.waves.draft import Draft

TRIES = 300_000  # exchanges looked at, for a plan that is wanted at once
DEPTH = 7  # options of a pair that are looked at before it waits for the next round


def exchange(draft: Draft, *, tries: int = TRIES, stop: Callable[[], bool] = lambda: False) -> None:
    """Gives each pair a better place, or one at all, until nothing betters the whole, enough was tried, or `stop`."""
    options = draft.board.options
    draft.watch()
    gained = True
    while gained and tries > 0:
        gained = False
        worst_off = sorted(range(len(options)), key=lambda pair: _loss(draft, pair), reverse=True)
        for pair in worst_off:
            if stop():
                return
            if _loss(draft, pair) and tries > 0:
                better, tried = _better(draft, pair)
                gained, tries = gained or better, tries - tried


def _loss(draft: Draft, pair: int) -> float:
    """What the pair's place is worth less than its best; without a place, more than anything."""
    held = draft.choice.get(pair)
    return float("inf") if held is None else draft.board.options[pair][0].value - held.value


def _better(draft: Draft, pair: int) -> tuple[bool, int]:
    """Whether the pair got a better place, and how many exchanges were looked at."""
    held = draft.remove(pair) if pair in draft.choice else None
    tried = 0
    for option in draft.board.options[pair][:DEPTH] if held else draft.board.options[pair]:
        if held is not None and option.value <= held.value:
            break
        if draft.fits(pair, option):
            draft.add(pair, option)
            return True, tried
        for other in draft.in_the_way(pair, option):
            tried += 1
            if _makes_way(draft, pair, option, other, held):
                return True, tried
    if held is not None:
        draft.add(pair, held)
    return False, tried


def _makes_way(draft: Draft, pair: int, option: Option, other: int, held: Option | None) -> bool:
    """Puts the pair where the other is, if the other can go where less is lost than the pair gains."""
    place = draft.remove(other)
    draft.add(pair, option)
    least = place.value - option.value + held.value if held is not None else 0
    for elsewhere in draft.board.options[other]:
        if elsewhere.value <= least:
            break
        if draft.fits(other, elsewhere):
            draft.add(other, elsewhere)
            return True
    draft.remove(pair)
    draft.add(other, place)
    return False

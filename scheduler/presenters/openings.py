"""Times to choose, in words: on the reader's clock, on others' where they show another, and for whom they are hard."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from scheduler.models import Pair, Person
from scheduler.phrases import N_
from scheduler.presenters.i18n import Words
from scheduler.programme.pairs.openings import Opening
from scheduler.slots import zones

HARD = 30  # of 100: less comfortable than half past seven in the evening
MORNING, EVENING = 10, 17  # local hours, between which an hour is neither early nor late


@dataclass(frozen=True)
class OpeningView:
    """A time to choose: `value` is its start for a form, `elsewhere` (name, when), `hints` say whom it suits badly."""

    value: str
    when: str
    elsewhere: tuple[tuple[str, str], ...]
    hints: tuple[str, ...]


def offered(
    found: Iterable[Opening], pair: Pair, *, minutes: int, spoken: Words, zone: str, others: Sequence[Person]
) -> list[OpeningView]:
    """The openings as somebody in `zone` reads them, with the clocks of `others` beside."""
    return [
        OpeningView(
            value=form_value(opening.starts_at),
            when=spoken.span(opening.starts_at, minutes, zone),
            elsewhere=elsewhere(spoken, opening.starts_at, minutes, zone, others),
            hints=_hints(opening, pair, spoken),
        )
        for opening in found
    ]


def elsewhere(
    spoken: Words, starts_at: datetime, minutes: int, zone: str, others: Sequence[Person]
) -> tuple[tuple[str, str], ...]:
    """(name, when) of those whose wall shows another time than the one in `zone`."""
    walls = ((each.name, spoken.elsewhere(starts_at, minutes, zone, each.timezone)) for each in others)
    return tuple((name, when) for name, when in walls if when)


def form_value(starts_at: datetime) -> str:
    """An instant as a form carries it: 2026-12-01T17:00Z."""
    return starts_at.strftime("%Y-%m-%dT%H:%MZ")


def _hints(opening: Opening, pair: Pair, spoken: Words) -> tuple[str, ...]:
    comforts = ((pair.mentee, opening.for_mentee), (pair.mentor, opening.for_mentor))
    return tuple(
        spoken.gettext(_hint(person, opening.starts_at), name=person.name)
        for person, comfort in comforts
        if comfort <= HARD
    )


def _hint(person: Person, starts_at: datetime) -> str:
    hour = starts_at.astimezone(zones.zone(person.timezone)).hour
    if hour < MORNING:
        return N_("early for %(name)s")
    return N_("late for %(name)s") if hour >= EVENING else N_("not the best hour for %(name)s")

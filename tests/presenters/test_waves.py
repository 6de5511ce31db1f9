"""A wave's plan in words: how good it is, what is proven of it, and which host more would help most."""

import pytest

from scheduler.models import Pair, Person
from scheduler.presenters.i18n import words
from scheduler.presenters.waves import how_good
from scheduler.programme.waves.wave_plans import Placed, Unplaced, WavePlan
from scheduler.slots import NO_HOST_FREE, Help
from scheduler.slots.waves.help import AFTERNOON, EVENING, MORNING, NIGHT
from tests.builders import utc

PAIR = Pair(mentor=Person(name="Maria"), mentee=Person(name="Emil"))
PLACED = Placed(PAIR, utc(2026, 11, 9, 17), 45, None)
LEFT = Unplaced(PAIR, NO_HOST_FREE)


def told(*, optimal: bool = False, bound: int = 2, most: Help | None = None, locale: str = "en") -> list[str]:
    return how_good(WavePlan((PLACED, PLACED), (LEFT,), 0, optimal, (bound, 400), most), words(locale))


def test_what_is_proven_is_told_and_no_more() -> None:
    assert told(optimal=True) == ["It is proven that no plan places more of them, nor as many at better hours."]
    assert told(bound=2) == ["It is proven that no plan places more of them; better hours may still be found."]
    assert told(bound=3) == ["At most 3 pairs can be placed; it is not proven that this is the best plan."]


def test_nothing_is_told_of_a_wave_without_pairs() -> None:
    assert how_good(WavePlan((), (), 3, True, (0, 0)), words("en")) == []


@pytest.mark.parametrize(
    ("most", "english", "swedish"),
    [
        (Help(1, EVENING, 6), "on Tuesday evenings places 6 more pairs.", "på tisdagskvällar ger 6 par till en tid."),
        (Help(0, MORNING, 1), "on Monday mornings places 1 more pair.", "på måndagsmorgnar ger 1 par till en tid."),
        (Help(4, AFTERNOON, 2), "on Friday afternoons places 2", "på fredagseftermiddagar ger 2"),
        (Help(6, NIGHT, 2), "on Sunday nights places 2", "på söndagsnätter ger 2"),
    ],
)
def test_the_host_that_would_help_most(most: Help, english: str, swedish: str) -> None:
    assert f"What would help most: one more Zoom host {english}" in told(most=most)[1]
    assert f"Mest skulle det hjälpa med en Zoom-värd till: {swedish}" in told(most=most, locale="sv")[1]

"""Every member of every closed set that pages show has words, in both languages."""

from enum import StrEnum

import pytest

from scheduler.presenters.i18n import words
from scheduler.presenters.labels import label
from scheduler.programme.desk import LinkState, PairState
from scheduler.states import Audience, Channel, DeliveryState, EventFormat, EventKind, EventState, Mode

LABELLED = (Audience, Channel, DeliveryState, EventFormat, EventKind, EventState, LinkState, Mode, PairState)
SAME_IN_BOTH = {"Video", "Zoom", "Workshop", "Online"}


@pytest.mark.parametrize("states", LABELLED)
def test_every_state_has_words_of_its_own(states: type[StrEnum]) -> None:
    for locale in ("en", "sv"):
        found = [words(locale).gettext(label(state)) for state in states]
        assert all(found)
        assert len(set(found)) == len(found)


@pytest.mark.parametrize("states", LABELLED)
def test_they_are_translated(states: type[StrEnum]) -> None:
    english = {label(state) for state in states} - SAME_IN_BOTH
    assert {word for word in english if words("sv").gettext(word) == word} == set()


def test_equal_words_of_two_sets_are_no_mistake() -> None:
    assert label(Mode.ON_SITE) == label(EventFormat.ON_SITE) == "On site"

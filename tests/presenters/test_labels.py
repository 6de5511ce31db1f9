"""Every member of every closed set that pages show has words, in both languages."""

from enum import StrEnum

import pytest

from scheduler.presenters.i18n import words
from scheduler.presenters.labels import label
from scheduler.programme.desk import LinkState, PairState, TimesState
from scheduler.states import (
    Action,
    Audience,
    Channel,
    DeliveryState,
    EventFormat,
    EventKind,
    EventState,
    MeetingState,
    Mode,
    Parked,
    Partstat,
    ProposalState,
    RegistrationState,
    ReminderChoice,
    ReminderKind,
    Role,
    Source,
    Verdict,
)

LABELLED = (
    Action, Audience, Channel, DeliveryState, EventFormat, EventKind, EventState, LinkState, MeetingState, Mode,
    PairState, Parked, Partstat, ProposalState, RegistrationState, ReminderChoice, ReminderKind, Role, Source,
    TimesState, Verdict,
)  # fmt: skip
SAME_IN_BOTH = {"Video", "Zoom", "Workshop", "Online", "Mentor"}


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

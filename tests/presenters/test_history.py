"""Entries of the audit trail in words."""

from datetime import timedelta
from typing import Any

import pytest

from scheduler.models import AuditEntry
from scheduler.presenters.history import besides, who
from scheduler.presenters.i18n import words
from scheduler.states import Action, Mode, ReminderChoice, Verdict
from tests.builders import NOW


def entry(by: str = "", **details: Any) -> AuditEntry:
    return AuditEntry(programme_id=1, at=NOW, by=by, action=Action.LOADED, details=details)


def test_who_is_an_address_or_traff() -> None:
    assert who(entry("anna@example.org"), words("en")) == "anna@example.org"
    assert who(entry(), words("en")) == "Träff itself"
    assert who(entry(), words("sv")) == "Träff självt"


@pytest.mark.parametrize(
    ("details", "english", "swedish"),
    [
        ({"starts_at": NOW.isoformat(), "was": (NOW - timedelta(days=1)).isoformat(), "meeting_id": 7},
         "at Mon 2 Nov 10:00, before: Sun 1 Nov 10:00", "den mån 2 nov. 10:00, före: sön 1 nov. 10:00"),
        ({"mode": Mode.WALK}, "Walk", "Promenad"),
        ({"verdict": Verdict.NONE_FITS, "proposal_id": 1}, "None fits", "Ingen passar"),
        ({"slots": ["a", "b"]}, "2 times", "2 tider"),
        ({"people": 1, "reminder": True}, "1 person, as a reminder", "1 person, som påminnelse"),
        ({"reminders": ReminderChoice.DAY}, "A day before", "En dag före"),
        ({"pairs": 73}, "73 pairs", "73 par"),
        ({"fields": ["capacity", "place", "nonsense"]}, "seats, place", "platser, plats"),
        ({"created": 2, "changed": 1, "source": "command-line"},
         "2 rows created, 1 row changed, from the command line", "2 rader skapade, 1 rad ändrad, från kommandoraden"),
        ({"delivery": 3, "kind": "SendInvite", "source": "nonsense"}, "", ""),
    ],
)  # fmt: skip
def test_details_that_say_something_are_told(details: dict[str, Any], english: str, swedish: str) -> None:
    zone = "Europe/Stockholm"
    assert besides(entry(**details), words("en"), zone) == english
    assert besides(entry(**details), words("sv"), zone) == swedish

"""Which reminders people get: what they, their programme's file and its desk say."""

from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.models import AuditEntry, Programme
from scheduler.presenters import imports
from scheduler.presenters.i18n import words
from scheduler.programme.files import importing
from scheduler.programme.files.loading import load
from scheduler.programme.folder.rows import Folder
from scheduler.programme.people import people
from scheduler.programme.people.reminder_choices import choice_of, choose_for_programme
from scheduler.states import Action, ReminderChoice, ReminderKind
from tests.builders import NOW, a_pair, a_person, a_programme
from tests.programme.folder.files import EXAMPLE, mistakes, read

BY = "all@example.org"


@pytest.mark.parametrize("choice", ReminderChoice)
def test_what_is_chosen_is_read_back(session: Session, choice: ReminderChoice) -> None:
    programme, person = a_programme(session), a_person(session, "Emil Mentee")
    assert choice_of(person) is ReminderChoice.PROGRAMME
    assert choice_of(programme) is ReminderChoice.BOTH
    people.choose_reminders(session, person, choice, by=person.email, now=NOW)
    assert choice_of(person) is choice
    if choice is not ReminderChoice.PROGRAMME:
        choose_for_programme(session, programme, choice, by=BY, now=NOW)
        assert choice_of(programme) is choice


def test_a_choice_stands_in_the_trail_and_the_same_one_twice_does_not(session: Session) -> None:
    programme = a_programme(session)
    emil = a_pair(session, programme).mentee
    for _ in range(2):
        people.choose_reminders(session, emil, ReminderChoice.NONE, by=emil.email, now=NOW)
        choose_for_programme(session, programme, ReminderChoice.DAY, by=BY, now=NOW)
    trail = session.scalars(select(AuditEntry).order_by(AuditEntry.id))
    assert [(row.action, row.by, row.person_id, row.details) for row in trail] == [
        (Action.PERSON_CHANGED, emil.email, emil.id, {"reminders": "none"}),
        (Action.PROGRAMME_CHANGED, BY, None, {"reminders": "day"}),
    ]


def with_reminders(value: str) -> str:
    return EXAMPLE.replace("meeting_minutes = 45\n", f"meeting_minutes = 45\nreminders = {value}\n")


def folder(path: Path, value: str) -> Folder:
    path.mkdir(exist_ok=True)
    return read(path, {"programme.toml": with_reminders(value)} if value else {})


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ('["hour", "day"]', (ReminderKind.DAY, ReminderKind.HOUR)),
        ('["day", "day"]', (ReminderKind.DAY,)),
        ("[]", ()),
        ("", None),
    ],
)
def test_the_file_may_say_which(tmp_path: Path, value: str, expected: tuple[ReminderKind, ...] | None) -> None:
    assert folder(tmp_path / "in", value).programme.reminders == expected


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ('"day"', 'write a list, ["day", "hour"] or ["day"] or ["hour"] or []'),
        ('["days"]', "'days' is not one of day, hour; did you mean day?"),
        ("[1]", "'1' is not one of day, hour"),
    ],
)
def test_a_mistake_is_named_by_its_place(tmp_path: Path, value: str, why: str) -> None:
    (found,) = mistakes(tmp_path, {"programme.toml": with_reminders(value)})
    assert found.startswith(f"programme.toml line 10, column 1 (reminders): {why}")


def test_a_file_that_says_nothing_leaves_the_desks_choice_alone(session: Session, tmp_path: Path) -> None:
    programme, _ = load(session, folder(tmp_path / "1", ""), now=NOW)
    assert choice_of(programme) is ReminderChoice.BOTH
    choose_for_programme(session, programme, ReminderChoice.NONE, by=BY, now=NOW)
    load(session, folder(tmp_path / "1", ""), now=NOW)
    assert choice_of(programme) is ReminderChoice.NONE
    _, report = load(session, folder(tmp_path / "2", '["hour"]'), now=NOW)
    assert choice_of(programme) is ReminderChoice.HOUR
    (changed,) = report.rows
    (field,) = changed.fields
    told = [imports.value(found, field, words("en"), "Europe/Stockholm") for found in (field.was, field.now)]
    assert (imports.field_name(field), told) == ("reminders", ["–", "An hour before"])


def test_an_import_of_other_files_leaves_it_alone_too(session: Session, tmp_path: Path) -> None:
    programme, _ = load(session, folder(tmp_path / "1", '["day"]'), now=NOW)
    session.flush()
    people_file = b"email,name,role,department,timezone,locale\nny@example.org,Ny,mentor,,,sv\n"
    seen = importing.preview(session, programme, {"people.csv": people_file}, by=BY, now=NOW)
    assert [row.kind for row in seen.report.rows] == ["people", "memberships"]
    assert choice_of(session.scalars(select(Programme)).one()) is ReminderChoice.DAY

"""Registrations for a spreadsheet: every letter survives, and nothing is a formula."""

import csv
import io

import pytest

from scheduler.db import Database
from scheduler.models import Event
from scheduler.presenters.exports import registrations_csv
from scheduler.presenters.i18n import words
from scheduler.states import RegistrationState, Source
from tests.builders import a_person, a_place, a_programme, an_event

QUESTIONS = [
    {"name": "diet", "text": {"sv": "Specialkost?", "en": "Any diet?"}, "required": False},
    {"name": "why", "text": {"en": "=1+1"}, "required": False},
]


def exported(sqlite: Database, people: list[tuple[str, dict[str, str]]], locale: str = "en") -> bytes:
    with sqlite.writing() as session:
        event: Event = an_event(session, a_programme(session), questions=QUESTIONS)
        rows = []
        for number, (name, answers) in enumerate(people):
            person = a_person(session, f"Person {number}")
            rows.append(a_place(session, event, person, name=name, answers=answers))
        if len(rows) > 1:
            rows[1].attended = True
            rows[-1].state = RegistrationState.WAITLISTED
        came = {row.person_id: Source.ZOOM for row in rows}
        return registrations_csv(event, rows, words(locale), came=came)


def table(content: bytes, separator: str = ",") -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=separator))


def test_a_row_for_each_with_their_answers(sqlite: Database) -> None:
    people = [("Åsa Ök", {"diet": "vegan"}), ('Bo "B", Jr', {"why": "a\nb"}), ("李小龍", {"old": "x"})]
    content = exported(sqlite, people)
    assert content.startswith(b"\xef\xbb\xbf"), "the mark by which Excel knows UTF-8"
    assert table(content) == [
        ["Number", "State", "Name", "E-mail", "Time zone", "Registered", "Attended", "According to",
         "Any diet?", "'=1+1", "old"],
        ["1", "Seat", "Åsa Ök", "person.0@example.org", "Europe/Stockholm", "2026-11-02 10:00", "Yes",
         "Zoom says so", "vegan", "", ""],
        ["2", "Seat", 'Bo "B", Jr', "person.1@example.org", "Europe/Stockholm", "2026-11-02 10:00", "Yes",
         "Noted by hand", "", "a\nb", ""],
        ["3", "On the waitlist", "李小龍", "person.2@example.org", "Europe/Stockholm", "2026-11-02 10:00", "", "",
         "", "", "x"],
    ]  # fmt: skip


def test_in_swedish_with_the_separator_of_swedish_spreadsheets(sqlite: Database) -> None:
    rows = table(exported(sqlite, [("Åsa, Ök", {"diet": "a;b"})], "sv"), ";")
    assert rows[0][:4] == ["Nummer", "Läge", "Namn", "E-post"]
    assert (rows[1][1], rows[1][2], rows[1][8]) == ("Plats", "Åsa, Ök", "a;b")
    assert rows[0][8] == "Specialkost?"


@pytest.mark.parametrize("first", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_no_cell_begins_as_a_formula(sqlite: Database, first: str) -> None:
    evil = f'{first}HYPERLINK("https://evil.example","x")'
    rows = table(exported(sqlite, [(evil, {"diet": evil, first: evil})]))
    assert [cell for row in rows for cell in row if cell.startswith(first)] == []
    assert rows[1].count(f"'{evil}") == 3
    assert rows[0][-1] == f"'{first}"


def test_what_only_looks_like_one_stays_as_it_is(sqlite: Database) -> None:
    names = ["A=B", "o'Neil", " =not trimmed", "a@b", "5-3"]
    rows = table(exported(sqlite, [(name, {}) for name in names]))
    assert [row[2] for row in rows[1:]] == names

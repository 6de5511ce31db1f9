"""`traff load`."""

import pytest
from sqlalchemy import select

from scheduler.db import Database
from scheduler.models import Person
from tests.cli.shell import Shell
from tests.programme.folder.files import PAIRS, PEOPLE, write

CREATED = [
    "Mentorship programme 2026-27 (mentor-2026): loaded from here",
    "  programmes       1 created,   0 changed,    0 same",
    "  departments      1 created,   0 changed,    0 same",
    "  coordinators     1 created,   0 changed,    0 same",
    "  events           1 created,   0 changed,    0 same",
    "  people           2 created,   0 changed,    0 same",
    "  memberships      2 created,   0 changed,    0 same",
    "  pairs            1 created,   0 changed,    0 same",
    "  availability     2 created,   0 changed,    0 same",
]


@pytest.fixture(params=["sqlite", "postgres"])
def variables(request: pytest.FixtureRequest, shell: Shell) -> dict[str, str]:
    """Where to load into; no secret key is needed, since no link is made."""
    if request.param == "sqlite":
        return {"TRAFF_DATABASE_URL": shell.database_url, "TRAFF_SECRET_KEY": ""}
    url = request.getfixturevalue("postgres").url
    return {"TRAFF_DATABASE_URL": url, "TRAFF_SECRET_KEY": ""}


def people(variables: dict[str, str]) -> dict[str, str]:
    database = Database(variables["TRAFF_DATABASE_URL"])
    with database.reading() as session:
        found = {person.email: person.name for person in session.scalars(select(Person))}
    database.close()
    return found


def test_a_load_says_what_it_did_and_another_what_is_new(shell: Shell, variables: dict[str, str]) -> None:
    write(shell.folder / "here")
    assert shell.says("load", "here", **variables) == CREATED
    assert people(variables) == {"maria@example.org": "Maria Åkesson", "emil@example.org": "Emil Öberg"}

    changed = PEOPLE.replace("Maria Åkesson", "Maria Ek") + "nils@example.org,Nils,mentee,Fysikum,,\n"
    write(shell.folder / "here", {"people.csv": changed})
    assert shell.says("load", "here", **variables) == [
        "Mentorship programme 2026-27 (mentor-2026): loaded from here",
        "  programmes       0 created,   0 changed,    1 same",
        "  departments      0 created,   0 changed,    1 same",
        "  coordinators     0 created,   0 changed,    1 same",
        "  events           0 created,   0 changed,    1 same",
        "  people           1 created,   1 changed,    1 same",
        "  memberships      1 created,   0 changed,    2 same",
        "  pairs            0 created,   0 changed,    1 same",
        "  availability     0 created,   0 changed,    2 same",
    ]
    assert people(variables)["maria@example.org"] == "Maria Ek"


def test_a_bad_folder_is_a_line_a_mistake_and_loads_nothing(shell: Shell) -> None:
    write(
        shell.folder / "here",
        {
            "people.csv": PEOPLE.replace("emil@example.org", "emil") + 'x@example.org,"X\n',
            "pairs.csv": PAIRS + "eva@example.org,emil\n",
            "availability.csv": b"\xff",
        },
    )
    assert shell.refuses("load", "here").splitlines() == [
        "traff: Nothing was loaded. people.csv line 3, column email: 'emil' is no e-mail address.",
        "people.csv line 4: the quotes of this row do not match; close each that is opened, and write one within a "
        'cell twice, as "".',
        "pairs.csv line 3, column mentee: 'emil' is no e-mail address.",
        "availability.csv line 1: this is not UTF-8; save the file as UTF-8.",
    ]
    assert not (shell.folder / "var").exists()


def test_a_stranger_in_a_pair_loads_nothing(shell: Shell) -> None:
    write(shell.folder / "here", {"pairs.csv": PAIRS + "eva@example.org,emil@example.org\n"})
    assert shell.refuses("load", "here") == (
        "traff: Nothing was loaded. pairs.csv line 3, column mentor: eva@example.org is no mentor of this programme; "
        "add a row to people.csv."
    )
    assert people({"TRAFF_DATABASE_URL": shell.database_url}) == {}


@pytest.mark.parametrize(
    ("directory", "sentence"),
    [
        ("nowhere", "Error: Invalid value for 'DIR': Directory 'nowhere' does not exist."),
        (".", "traff: Nothing was loaded. programme.toml: there is no such file in ."),
    ],
)
def test_a_folder_that_is_none(shell: Shell, directory: str, sentence: str) -> None:
    assert shell.refuses("load", directory).splitlines()[-1].startswith(sentence)
    assert not (shell.folder / "var").exists(), "no database is made for nothing"

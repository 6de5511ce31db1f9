"""A shell to run the command in, bare or with a small programme at work."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from scheduler.db import Database
from scheduler.programme import folder
from scheduler.programme.files import loading
from tests.cli.shell import Shell

TODAY = datetime.now(UTC).date()  # the command knows no other


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """A folder with nothing in it."""
    return Shell(tmp_path)


@pytest.fixture(scope="session")
def programme(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A programme folder for next week on: three mentors and mentees, one of whom gave no times."""
    path = tmp_path_factory.mktemp("programme")
    (path / "programme.toml").write_text(
        f"""\
[programme]
slug = "mentor"
name = {{ sv = "Mentorprogrammet", en = "The mentorship programme" }}
timezone = "Europe/Stockholm"
locale = "sv"
starts_on = {TODAY + timedelta(days=7)}
ends_on = {TODAY + timedelta(days=200)}
contact = "alumni@example.org"

[[departments]]
name = "Fysikum"
coordinators = ["anna@example.org"]

[[departments]]
name = "Språk"
""",
        encoding="utf-8",
    )
    names = {"a": "Alma", "b": "Björn", "c": "Cecilia", "d": "David", "e": "Åsa", "f": "Frej"}
    (path / "people.csv").write_text(
        "email,name,role,department,timezone,locale\n"
        + "".join(
            f"{letter}@example.org,{name},{'mentor' if letter < 'd' else 'mentee'},Fysikum,,\n"
            for letter, name in names.items()
        ),
        encoding="utf-8",
    )
    (path / "pairs.csv").write_text(
        "mentor,mentee\na@example.org,d@example.org\nb@example.org,e@example.org\nc@example.org,f@example.org\n"
    )
    (path / "availability.csv").write_text(
        "email,weekday,start,end\n"
        + "".join(
            f"{letter}@example.org,{day},17:00,20:00\n"
            for letter in "abcde"
            for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
        )
    )
    return path


@pytest.fixture(scope="session")
def template(sqlite_template: Path, programme: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the programme in it."""
    path = tmp_path_factory.mktemp("loaded") / "traff.db"
    path.write_bytes(sqlite_template.read_bytes())
    database = Database(f"sqlite:///{path}")
    with database.writing() as session:
        loading.load(session, folder.read(programme), now=datetime.now(UTC))
    database.close()  # the last to leave writes the log back into the file
    return path


@pytest.fixture
def loaded(shell: Shell, template: Path) -> Shell:
    """A folder whose database holds the programme."""
    (shell.folder / "var").mkdir()
    (shell.folder / "var" / "traff.db").write_bytes(template.read_bytes())
    return shell

"""A programme folder, read into typed rows. Reading is pure, and collects every mistake before it refuses."""

from pathlib import Path

from scheduler.errors import BadFolder
from scheduler.programme.folder import csv_files, toml_file
from scheduler.programme.folder.record import Problems
from scheduler.programme.folder.rows import Folder

MOST_PROBLEMS = 20


def read(path: Path) -> Folder:
    """The folder's rows. BadFolder lists what is wrong in all its files, by file, line and column."""
    problems = Problems()
    if not path.is_dir():
        raise BadFolder([f"{path} is not a folder."])
    toml = _text(path / toml_file.FILE, problems, needed=True)
    programme, departments, events = toml_file.parse(toml, problems) if toml is not None else toml_file.NOTHING
    people = csv_files.people(_text(path / "people.csv", problems), programme, departments, problems)
    pairs = csv_files.pairs(_text(path / "pairs.csv", problems), problems)
    windows = csv_files.availability(_text(path / "availability.csv", problems), problems)
    refuse(problems)
    assert programme is not None, "a folder without a programme has been refused"
    return Folder(programme, departments or (), events, people, pairs, windows)


def refuse(problems: Problems) -> None:
    """BadFolder with the first twenty, if there are any."""
    if len(problems) > MOST_PROBLEMS:
        raise BadFolder([*problems[:MOST_PROBLEMS], f"And {len(problems) - MOST_PROBLEMS} more."])
    if problems:
        raise BadFolder(problems)


def _text(path: Path, problems: Problems, *, needed: bool = False) -> str | None:
    """The file's text; None where it cannot be read, which is noted unless the file is absent and may be."""
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as broken:
        line = broken.object[: broken.start].count(b"\n") + 1
        problems.note(f"{path.name} line {line}", "this is not UTF-8; save the file as UTF-8")
    except FileNotFoundError:
        if needed:
            problems.note(path.name, f"there is no such file in {path.parent}")
    except OSError as broken:
        problems.note(path.name, f"it cannot be read: {broken.strerror}")
    return None

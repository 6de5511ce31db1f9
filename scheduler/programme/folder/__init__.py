"""A programme folder, read into typed rows. Reading is pure, and collects every mistake before it refuses."""

from collections.abc import Mapping
from pathlib import Path

from scheduler.errors import BadFolder
from scheduler.phrases import N_, Phrase
from scheduler.programme.folder import csv_files, toml_file
from scheduler.programme.folder.record import Problems, place
from scheduler.programme.folder.rows import Folder, Known, LinkRow

PEOPLE, PAIRS, AVAILABILITY = "people.csv", "pairs.csv", "availability.csv"
FILES = (toml_file.FILE, PEOPLE, PAIRS, AVAILABILITY)
MOST_PROBLEMS = 20


def read(path: Path) -> Folder:
    """The folder's rows. BadFolder lists what is wrong in all its files, by file, line and column."""
    problems = Problems()
    if not path.is_dir():
        raise BadFolder([Phrase(N_("%(path)s is not a folder."), {"path": path})])
    files = {name: found for name in FILES if (found := _bytes(path / name, problems)) is not None}
    if not problems and toml_file.FILE not in files:
        problems.note(toml_file.FILE, N_("there is no such file in %(path)s"), path=path)
    return _parse(files, problems, None)


def read_files(files: Mapping[str, bytes], known: Known) -> Folder:
    """The rows of those of a folder's files that are given, by their names; the others say nothing.

    Where programme.toml is not given, the programme and its departments are the known ones; where it is, it must be
    that programme's. BadFolder as in `read`.
    """
    return _parse(files, Problems(), known)


def read_links(path: Path) -> tuple[LinkRow, ...]:
    """The rows of a file of links. BadFolder by line and column."""
    problems = Problems()
    content = _bytes(path, problems)
    refuse(problems)
    return links_in(path.name, content or b"")


def links_in(name: str, content: bytes) -> tuple[LinkRow, ...]:
    """The rows of a file of links of this name. BadFolder by line and column."""
    problems = Problems()
    rows = csv_files.links(name, _text(name, content, problems), problems)
    if not problems and not rows:
        why = N_("there are no links in it; its columns are %(columns)s")
        problems.note(name, why, columns=",".join(csv_files.LINKS))
    refuse(problems)
    return rows


def _parse(files: Mapping[str, bytes], problems: Problems, known: Known | None) -> Folder:

    def text(name: str) -> str | None:
        return _text(name, files[name], problems) if name in files else None

    programme, departments, events = toml_file.NOTHING
    toml = text(toml_file.FILE)
    if toml is not None:
        programme, departments, events = toml_file.parse(toml, problems, slug=known.programme.slug if known else "")
    elif known is not None and toml_file.FILE not in files:
        programme, departments = known.programme, known.departments
    people = csv_files.people(text(PEOPLE), programme, departments, problems)
    pairs = csv_files.pairs(text(PAIRS), problems)
    windows = csv_files.availability(text(AVAILABILITY), problems)
    refuse(problems)
    assert programme is not None, "a folder without a programme has been refused"
    return Folder(programme, departments or (), events, people, pairs, windows)


def refuse(problems: Problems) -> None:
    """BadFolder with the first twenty, if there are any."""
    if len(problems) > MOST_PROBLEMS:
        more = Phrase(N_("And %(count)s more."), {"count": len(problems) - MOST_PROBLEMS})
        raise BadFolder([*problems[:MOST_PROBLEMS], more])
    if problems:
        raise BadFolder(problems)


def _bytes(path: Path, problems: Problems) -> bytes | None:
    """What stands in the file; None where it is absent, or cannot be read, which is noted."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as broken:
        problems.note(path.name, N_("it cannot be read: %(reason)s"), reason=broken.strerror)
        return None


def _text(name: str, content: bytes, problems: Problems) -> str | None:
    """The text; None where it is no UTF-8, which is noted."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as broken:
        line = broken.object[: broken.start].count(b"\n") + 1
        problems.note(place(name, line), N_("this is not UTF-8; save the file as UTF-8"))
        return None

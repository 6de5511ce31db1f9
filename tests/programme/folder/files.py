"""A small programme folder, and ways to write it with something changed."""

from pathlib import Path

import pytest

from scheduler.errors import BadFolder
from scheduler.programme import folder
from scheduler.programme.folder.rows import Folder

# The example of the page on names that people rely on, to the letter.
EXAMPLE = """\
[programme]
slug = "mentor-2026"
name = { sv = "Mentorskapsprogrammet 2026-27", en = "Mentorship programme 2026-27" }
timezone = "Europe/Stockholm"
locale = "sv"
starts_on = 2026-11-02
ends_on = 2027-05-28
contact = "alumni@example.org"
meeting_minutes = 45
blackouts = [[2026-12-21, 2027-01-06]]            # no pair meetings from..to, both included

[[departments]]
name = "Fysikum"
coordinators = ["anna@example.org"]

[[events]]
slug = "workshop-mentees"
kind = "workshop"                                 # workshop | kick-off | mid-way | exchange | conclusion | other
title = { sv = "Workshop för adepter", en = "Workshop for mentees" }
audience = "mentees"                              # mentees | mentors | all | public
format = "online"                                 # online | on-site | hybrid
starts = 2026-11-03T17:00:00                      # wall clock in the programme's zone
minutes = 120
capacity = 90
place = ""                                        # for on-site and hybrid
opens = 2026-10-12T09:00:00                       # registration; default: when published
closes = 2026-11-03T12:00:00                      # default: at the start
published = true                                  # default true
waitlist = true                                   # default true; a freed seat goes to the first in the queue, by mail
questions = [{ name = "diet", text = { sv = "Specialkost?", en = "Any diet?" }, required = false }]
"""
PEOPLE = """\
email,name,role,department,timezone,locale
maria@example.org,Maria Åkesson,mentor,Fysikum,Europe/London,en
emil@example.org,Emil Öberg,mentee,Fysikum,Europe/Stockholm,sv
"""
PAIRS = "mentor,mentee\nmaria@example.org,emil@example.org\n"
AVAILABILITY = """\
email,weekday,start,end
maria@example.org,mon,17:00,21:00
emil@example.org,mon,18:00,20:00
emil@example.org,fri,22:00,01:00
"""
FILES = {
    "programme.toml": EXAMPLE,
    "people.csv": PEOPLE,
    "pairs.csv": PAIRS,
    "availability.csv": AVAILABILITY,
}


def write(folder: Path, changes: dict[str, str | bytes | None] | None = None) -> Path:
    """Writes the small folder with these files changed; None leaves a file out."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in {**FILES, **(changes or {})}.items():
        path = folder / name
        path.unlink(missing_ok=True)
        if content is not None:
            path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def read(path: Path, changes: dict[str, str | bytes | None] | None = None) -> Folder:
    return folder.read(write(path, changes))


def mistakes(path: Path, changes: dict[str, str | bytes | None]) -> list[str]:
    """What is wrong with the small folder, changed so."""
    with pytest.raises(BadFolder) as refused:
        read(path, changes)
    sentences = [str(each) for each in refused.value.problems]
    for sentence in sentences:
        assert "\n" not in sentence
        assert len(sentence) < 400
        assert sentence.endswith((".", "?"))
    return sentences


def edited(old: str, new: str, text: str = EXAMPLE) -> str:
    """The text with one place in it changed."""
    assert text.count(old) == 1, f"{old!r} stands there {text.count(old)} times"
    return text.replace(old, new)

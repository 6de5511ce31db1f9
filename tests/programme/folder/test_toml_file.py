"""programme.toml: what may be left out, and every mistake by its place."""

from datetime import datetime
from pathlib import Path

import pytest

from tests.programme.folder.files import EXAMPLE, edited, mistakes, read
from tests.programme.folder.toml_mistakes import FIELD_MISTAKES

ALONE: dict[str, str | bytes | None] = {"people.csv": None, "pairs.csv": None, "availability.csv": None}
SHORTEST = """
programme.slug = "mentor"
programme.name = "Mentor"
programme.timezone = "Europe/Stockholm"
programme.starts_on = 2026-11-02
programme.ends_on = 2026-11-02
programme.contact = "alumni@example.org"

[[events]]
slug = "kick-off"
kind = "kick-off"
title = "Välkommen"
audience = "all"
format = "on-site"
starts = 2026-11-02 17:00:00
minutes = 60
"""


def test_what_is_left_out_has_a_default(tmp_path: Path) -> None:
    found = read(tmp_path, {**ALONE, "programme.toml": SHORTEST})
    assert found.programme.name == {"en": "Mentor", "sv": "Mentor"}
    assert (found.programme.locale, found.programme.meeting_minutes, found.programme.blackouts) == ("en", 45, ())
    assert found.departments == ()
    (event,) = found.events
    assert event.title == {"en": "Välkommen", "sv": "Välkommen"}
    assert (event.capacity, event.place, event.opens, event.closes) == (None, "", None, None)
    assert (event.published, event.waitlist, event.questions, event.recorded) == (True, True, (), None)


def test_a_text_may_be_in_one_language(tmp_path: Path) -> None:
    text = edited(', en = "Workshop for mentees" }', " }")
    assert read(tmp_path, {"programme.toml": text}).events[0].title == {"sv": "Workshop för adepter"}


def test_addresses_are_small_letters_and_ascii_and_stand_there_once(tmp_path: Path) -> None:
    text = edited('["anna@example.org"]', '["Anna@Example.org", "anna@example.org", "bo@Smörgås.example.org"]')
    (department,) = read(tmp_path, {"programme.toml": text}).departments
    assert department.coordinators == ("anna@example.org", "bo@xn--smrgs-pra0j.example.org")


def test_an_hour_that_the_clocks_repeat_is_fine(tmp_path: Path) -> None:
    text = edited("2026-11-03T17:00:00", "2026-10-25T02:30:00").replace("2026-11-03T12:00:00", "2026-10-24T02:30:00")
    (event,) = read(tmp_path, {"programme.toml": text}).events
    assert event.starts == datetime.fromisoformat("2026-10-25T02:30:00")


@pytest.mark.parametrize("case", FIELD_MISTAKES)
def test_mistakes_of_a_field(tmp_path: Path, case: str) -> None:
    old, new, place, sentence = FIELD_MISTAKES[case]
    found = mistakes(tmp_path, {**ALONE, "programme.toml": edited(old, new)})
    assert found == [f"programme.toml {place}: {sentence}" + "." * (not sentence.endswith("?"))]


def test_what_has_no_name_stands_nowhere_twice(tmp_path: Path) -> None:
    text = EXAMPLE.replace("[[events]]", "[[departments]]\n\n[[departments]]\n\n[[events]]")
    assert mistakes(tmp_path, {**ALONE, "programme.toml": text}) == [
        "programme.toml line 16, column 1 (name): name is missing.",
        "programme.toml line 18, column 1 (name): name is missing.",
    ]


def test_an_event_twice_is_named_where_it_stands_again(tmp_path: Path) -> None:
    again = EXAMPLE[EXAMPLE.index("[[events]]") :]
    assert mistakes(tmp_path, {**ALONE, "programme.toml": f"{EXAMPLE}\n{again}"}) == [
        "programme.toml line 33, column 1 (slug): 'workshop-mentees' stands there twice; each needs its own slug."
    ]


def test_a_mistake_of_the_second_event_is_named_there(tmp_path: Path) -> None:
    again = edited("= 120", "= 1").replace('"workshop-mentees"', '"again"')
    again = again[again.index("[[events]]") :]
    assert mistakes(tmp_path, {**ALONE, "programme.toml": f"{EXAMPLE}\n{again}"}) == [
        "programme.toml line 39, column 1 (minutes): write a whole number from 5 to 1440."
    ]


def test_a_mistake_below_a_table_of_its_own_is_named_where_the_event_begins(tmp_path: Path) -> None:
    text = EXAMPLE[: EXAMPLE.index("questions")] + '\n[[events.questions]]\nname = "diet"\ntext = ""\n'
    assert mistakes(tmp_path, {**ALONE, "programme.toml": text}) == [
        "programme.toml line 16, column 1 (questions): question 1: text: write a text."
    ]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("slug\n", "programme.toml line 1, column 5: this is not TOML: Expected '=' after a key in a key/value pair."),
        ('[programme]\nslug = "mentor', "programme.toml: this is not TOML: Unterminated string."),
        (
            "[programme]\nstarts_on = 2026-02-30\n",
            "programme.toml line 2, column 13: this is not TOML: Invalid date or datetime.",
        ),
        (
            '[programme]\nslug = "a"\nslug = "b"\n',
            "programme.toml line 3, column 11: this is not TOML: Cannot overwrite a value.",
        ),
        ("name,role\nAnna,mentor\n", None),
        ("\0", None),
        (f"x = {'9' * 5000}", None),
    ],
)
def test_what_is_not_toml(tmp_path: Path, text: str, sentence: str | None) -> None:
    (found,) = mistakes(tmp_path, {**ALONE, "programme.toml": text})
    assert found.startswith("programme.toml")
    assert "this is not TOML" in found
    assert sentence in {None, found}


def test_lines_are_counted_as_editors_count_them(tmp_path: Path) -> None:
    text = edited("Workshop för adepter", "Workshop\u2028\x85för adepter").replace("= 120", "= 1")
    assert mistakes(tmp_path, {**ALONE, "programme.toml": text}) == [
        "programme.toml line 19, column 1 (title): sv: U+2028 in it cannot be printed; write the text anew, on one "
        "line.",
        "programme.toml line 23, column 1 (minutes): write a whole number from 5 to 1440.",
    ]

"""programme.toml: what may be left out, and every mistake by its place."""

from datetime import datetime
from pathlib import Path

import pytest

from tests.programme.folder.files import EXAMPLE, edited, mistakes, read

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
    assert (event.published, event.waitlist, event.questions) == (True, True, ())


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


FIELD_MISTAKES = {
    # what stands there, what is written instead, the place, the sentence
    "no slug": ('slug = "mentor-2026"', "", "line 1, column 1 (slug)", "slug is missing"),
    "an empty slug": ('"mentor-2026"', '""', "line 2, column 1 (slug)", "slug is missing"),
    "a slug with capitals": (
        '"mentor-2026"',
        '"Mentor 2026"',
        "line 2, column 1 (slug)",
        "use small letters, digits and single hyphens, at most 60",
    ),
    "a slug of 61": (
        '"mentor-2026"',
        f'"{"x" * 61}"',
        "line 2, column 1 (slug)",
        "use small letters, digits and single hyphens, at most 60",
    ),
    "a path for a slug": (
        '"mentor-2026"',
        '"../mentor"',
        "line 2, column 1 (slug)",
        "use small letters, digits and single hyphens, at most 60",
    ),
    "a number for a name": (
        'name = { sv = "Mentorskapsprogrammet 2026-27", en = "Mentorship programme 2026-27" }',
        "name = 2026",
        "line 3, column 1 (name)",
        'write a text, or { sv = "...", en = "..." }',
    ),
    "a name in a language that we do not speak": (
        'en = "Mentorship',
        'fi = "Mentorship',
        "line 3, column 1 (name)",
        "the language must be one of en, sv, not 'fi'",
    ),
    "a name of 10,000 letters": (
        '"Mentorship programme 2026-27"',
        f'"{"x" * 10_000}"',
        "line 3, column 1 (name)",
        "en: write at most 300 characters, not 10000",
    ),
    "a name on two lines": (
        '"Mentorship programme 2026-27"',
        '"Mentorship\\nprogramme"',
        "line 3, column 1 (name)",
        "en: U+000A in it cannot be printed; write the text anew, on one line",
    ),
    "an unknown zone": (
        '"Europe/Stockholm"',
        '"Europe/Stokholm"',
        "line 4, column 1 (timezone)",
        "there is no time zone 'Europe/Stokholm'; did you mean Europe/Stockholm?",
    ),
    "a language that we do not speak": (
        'locale = "sv"',
        'locale = "sv-SE"',
        "line 5, column 1 (locale)",
        "the language must be one of en, sv, not 'sv-SE'",
    ),
    "a date in quotes": (
        "2026-11-02",
        '"2026-11-02"',
        "line 6, column 1 (starts_on)",
        "write a date as 2026-11-02, without quotes",
    ),
    "a date with a time": (
        "2026-11-02",
        "2026-11-02T09:00:00",
        "line 6, column 1 (starts_on)",
        "write a date as 2026-11-02, without quotes",
    ),
    "a year with a digit too few": (
        "= 2026-11-02",
        "= 0226-11-02",
        "line 6, column 1 (starts_on)",
        "the year is 226; write one from 2000 to 2100",
    ),
    "an end before the start": (
        "2027-05-28",
        "2026-05-28",
        "line 7, column 1 (ends_on)",
        "the programme ends before it starts; write a later date",
    ),
    "a contact that is no address": (
        '"alumni@example.org"',
        '"Alumni office"',
        "line 8, column 1 (contact)",
        "'Alumni office' is no e-mail address",
    ),
    "minutes in quotes": (
        "meeting_minutes = 45",
        'meeting_minutes = "45"',
        "line 9, column 1 (meeting_minutes)",
        "write a whole number from 5 to 480",
    ),
    "too many minutes": (
        "meeting_minutes = 45",
        "meeting_minutes = 481",
        "line 9, column 1 (meeting_minutes)",
        "write a whole number from 5 to 480",
    ),
    "true for a number": (
        "meeting_minutes = 45",
        "meeting_minutes = true",
        "line 9, column 1 (meeting_minutes)",
        "write a whole number from 5 to 480",
    ),
    "a blackout of one date": (
        "[[2026-12-21, 2027-01-06]]",
        "[[2026-12-21]]",
        "line 10, column 1 (blackouts)",
        "write [[2026-12-21, 2027-01-06]], the first and the last day of each",
    ),
    "a blackout without its brackets": (
        "[[2026-12-21, 2027-01-06]]",
        "[2026-12-21, 2027-01-06]",
        "line 10, column 1 (blackouts)",
        "write [[2026-12-21, 2027-01-06]], the first and the last day of each",
    ),
    "a blackout in quotes": (
        "[[2026-12-21, 2027-01-06]]",
        '[["2026-12-21", "2027-01-06"]]',
        "line 10, column 1 (blackouts)",
        "write a date as 2026-11-02, without quotes",
    ),
    "a blackout that is reversed": (
        "[[2026-12-21, 2027-01-06]]",
        "[[2026-12-21, 2027-01-06], [2027-03-29, 2027-03-22]]",
        "line 10, column 1 (blackouts)",
        "the days from 2027-03-29 to 2027-03-22 end before they start; write the earlier one first",
    ),
    "an unknown field": (
        "meeting_minutes = 45",
        "meeting_length = 45",
        "line 9, column 1 (meeting_length)",
        "there is no field 'meeting_length'; known are slug, name, timezone, locale, starts_on, ends_on, contact, "
        "meeting_minutes, blackouts",
    ),
    "an unknown field that is indented": (
        "meeting_minutes = 45",
        "   minutes = 45",
        "line 9, column 4 (minutes)",
        "there is no field 'minutes'; known are slug, name, timezone, locale, starts_on, ends_on, contact, "
        "meeting_minutes, blackouts",
    ),
    "an unknown field with a line end in its name": (
        "meeting_minutes = 45",
        '"minutes\\nof meetings" = 45',
        "line 1, column 1",
        "there is no field 'minutes\\nof meetings'; known are slug, name, timezone, locale, starts_on, ends_on, "
        "contact, meeting_minutes, blackouts",
    ),
    "an unknown table": (
        "[[departments]]",
        "[[department]]",
        "line 12, column 1",
        "there is no field 'department'; known are programme, departments, events",
    ),
    "a field above the tables": (
        "[programme]",
        '# Ours\n\n  title = "x"\n[programme]',
        "line 3, column 3",
        "there is no field 'title'; known are programme, departments, events",
    ),
    "two programmes": (
        "[programme]",
        "[[programme]]",
        "line 1, column 1",
        "write [programme] once, with single brackets, and the programme's fields below it",
    ),
    "single brackets around departments": (
        "[[departments]]",
        "[departments]",
        "line 12, column 1",
        "write [[departments]], with double brackets, before each",
    ),
    "single brackets around events": (
        "[[events]]",
        "[events]",
        "line 16, column 1",
        "write [[events]], with double brackets, before each",
    ),
    "a department without a name": ('name = "Fysikum"', "", "line 12, column 1 (name)", "name is missing"),
    "a department of 81 letters": (
        '"Fysikum"',
        f'"{"x" * 81}"',
        "line 13, column 1 (name)",
        "write at most 80 characters, not 81",
    ),
    "a department twice": (
        "[[events]]",
        '[[departments]]\nname = "Fysikum"\n[[events]]',
        "line 17, column 1 (name)",
        "'Fysikum' stands there twice; each needs its own name",
    ),
    "one address for a list": (
        '["anna@example.org"]',
        '"anna@example.org"',
        "line 14, column 1 (coordinators)",
        'write a list of addresses, ["anna@example.org"]',
    ),
    "a coordinator without an address": (
        '["anna@example.org"]',
        '["anna@example.org", "Bo"]',
        "line 14, column 1 (coordinators)",
        "'Bo' is no e-mail address",
    ),
    "an event without a time": ("starts = 2026-11-03T17:00:00", "", "line 16, column 1 (starts)", "starts is missing"),
    "a kind that is none": (
        '"workshop"  ',
        '"work-shop"  ',
        "line 18, column 1 (kind)",
        "'work-shop' is not one of workshop, kick-off, mid-way, exchange, conclusion, other; did you mean workshop?",
    ),
    "an audience that is none": (
        'audience = "mentees"',
        'audience = "mentee"',
        "line 20, column 1 (audience)",
        "'mentee' is not one of mentees, mentors, all, public; did you mean mentees?",
    ),
    "a format that is none": (
        '"online"',
        '"digital"',
        "line 21, column 1 (format)",
        "'digital' is not one of online, on-site, hybrid",
    ),
    "a time in quotes": (
        "2026-11-03T17:00:00",
        '"2026-11-03T17:00:00"',
        "line 22, column 1 (starts)",
        "write the wall clock as 2026-11-03T17:00:00, without quotes and without an offset",
    ),
    "a time with an offset": (
        "2026-11-03T17:00:00",
        "2026-11-03T17:00:00+01:00",
        "line 22, column 1 (starts)",
        "write the wall clock as 2026-11-03T17:00:00, without quotes and without an offset",
    ),
    "a time in UTC": (
        "2026-11-03T17:00:00",
        "2026-11-03T17:00:00Z",
        "line 22, column 1 (starts)",
        "write the wall clock as 2026-11-03T17:00:00, without quotes and without an offset",
    ),
    "a date without a time": (
        "2026-11-03T17:00:00",
        "2026-11-03",
        "line 22, column 1 (starts)",
        "write the wall clock as 2026-11-03T17:00:00, without quotes and without an offset",
    ),
    "a time without a date": (
        "2026-11-03T17:00:00",
        "17:00:00",
        "line 22, column 1 (starts)",
        "write the wall clock as 2026-11-03T17:00:00, without quotes and without an offset",
    ),
    "a time with seconds": (
        "2026-11-03T17:00:00",
        "2026-11-03T17:00:30",
        "line 22, column 1 (starts)",
        "write a time that is a whole minute",
    ),
    "a time that the clocks skip": (
        "2026-11-03T17:00:00",
        "2027-03-28T02:30:00",
        "line 22, column 1 (starts)",
        "2027-03-28 02:30 is skipped in Europe/Stockholm, where the clocks go forward; write another time",
    ),
    "a time before all calendars": (
        "2026-11-03T17:00:00",
        "0001-01-01T00:00:00",
        "line 22, column 1 (starts)",
        "the year is 1; write one from 2000 to 2100",
    ),
    "no minutes at all": (
        "minutes = 120",
        "minutes = 0",
        "line 23, column 1 (minutes)",
        "write a whole number from 5 to 1440",
    ),
    "half a minute": (
        "minutes = 120",
        "minutes = 119.5",
        "line 23, column 1 (minutes)",
        "write a whole number from 5 to 1440",
    ),
    "no seats at all": (
        "capacity = 90",
        "capacity = 0",
        "line 24, column 1 (capacity)",
        "write a whole number from 1 to 100000",
    ),
    "true for one seat": (
        "capacity = 90",
        "capacity = true",
        "line 24, column 1 (capacity)",
        "write a whole number from 1 to 100000",
    ),
    "registration that closes before it opens": (
        "2026-11-03T12:00:00",
        "2026-10-12T09:00:00",
        "line 27, column 1 (closes)",
        "registration opens at 2026-10-12 09:00, and closes no later, at 2026-10-12 09:00",
    ),
    "registration that opens at the start": (
        "opens = 2026-10-12T09:00:00                       # registration; default: when published\n"
        "closes = 2026-11-03T12:00:00",
        "opens = 2026-11-03T17:00:00",
        "line 26, column 1 (opens)",
        "registration opens at 2026-11-03 17:00, and closes no later, at 2026-11-03 17:00",
    ),
    "true in quotes": ("published = true", 'published = "yes"', "line 28, column 1 (published)", "write true or false"),
    "a question that is a text": (
        '[{ name = "diet", text = { sv = "Specialkost?", en = "Any diet?" }, required = false }]',
        '["Any diet?"]',
        "line 30, column 1 (questions)",
        'write [{ name = "diet", text = { sv = "...", en = "..." }, required = false }]',
    ),
    "a question without a name": (
        'name = "diet", ',
        "",
        "line 30, column 1 (questions)",
        "question 1: name: use small letters, digits and single hyphens, at most 60",
    ),
    "a question without a text": (
        'text = { sv = "Specialkost?", en = "Any diet?" }, ',
        "",
        "line 30, column 1 (questions)",
        'question 1: text: write a text, or { sv = "...", en = "..." }',
    ),
    "a question with an empty text": (
        'en = "Any diet?"',
        'en = " "',
        "line 30, column 1 (questions)",
        "question 1: text: en: write a text",
    ),
    "a question that is required perhaps": (
        "required = false",
        "required = 0",
        "line 30, column 1 (questions)",
        "question 1: required: write true or false",
    ),
    "a question with an unknown field": (
        "required = false",
        "mandatory = false",
        "line 30, column 1 (questions)",
        "question 1: a question has no field 'mandatory'; known are name, text, required",
    ),
    "two questions of one name": (
        "required = false }]",
        'required = false }, { name = "diet", text = "And allergies?" }]',
        "line 30, column 1 (questions)",
        "two questions have the name 'diet'; each needs its own",
    ),
}


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

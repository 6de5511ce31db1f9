"""people.csv, pairs.csv, availability.csv: the spellings that are fine, and every mistake by its place."""

from pathlib import Path

import pytest

from scheduler.programme.folder.rows import PersonRow
from scheduler.states import Role
from tests.programme.folder.files import AVAILABILITY, PAIRS, PEOPLE, mistakes, read

HEADER = "email,name,role,department,timezone,locale\n"
MARIA = PersonRow(2, "maria@example.org", "Maria Åkesson", Role.MENTOR, "Fysikum", "Europe/London", "en")
ALONE: dict[str, str | bytes | None] = {"pairs.csv": None, "availability.csv": None}
MARIA_AS_WRITTEN = "maria@example.org,Maria Åkesson,mentor,Fysikum,Europe/London,en"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        pytest.param(f"{HEADER}{MARIA_AS_WRITTEN}\n", 2, id="plain"),
        pytest.param(f"{HEADER}{MARIA_AS_WRITTEN}\n".replace(",", ";"), 2, id="semicolons"),
        pytest.param(f"{HEADER}\n\n{MARIA_AS_WRITTEN}\n\n", 4, id="blank lines"),
        pytest.param(f"\n  \n{HEADER}{MARIA_AS_WRITTEN}\n", 4, id="blank lines above the header"),
        pytest.param(f"{HEADER},,,,,\n{MARIA_AS_WRITTEN}\n,,,,,\n", 3, id="rows of empty cells"),
        pytest.param(f";;;;;\n{HEADER};;;;;\n{MARIA_AS_WRITTEN}\n".replace(",", ";"), 4, id="such rows, semicolons"),
        pytest.param(f"{HEADER}{MARIA_AS_WRITTEN}\n".replace("\n", "\r"), 2, id="line ends of old"),
        pytest.param(f"{HEADER.upper()}{MARIA_AS_WRITTEN}\n", 2, id="header in capitals"),
        pytest.param(f"{HEADER}{MARIA_AS_WRITTEN}\n".replace(",", " , "), 2, id="spaces around cells"),
        pytest.param(
            "locale,Name,ROLE,timezone,email,department\n"
            "en,Maria Åkesson,mentor,Europe/London,maria@example.org,Fysikum",
            2,
            id="another order",
        ),
        pytest.param(
            '"email","name","role","department","timezone","locale"\n'
            '"maria@example.org","Maria Åkesson","mentor","Fysikum","Europe/London","en"',
            2,
            id="everything in quotes",
        ),
        pytest.param(f"{HEADER}{MARIA_AS_WRITTEN}\n".replace("maria@", "Maria@"), 2, id="address in capitals"),
        pytest.param(
            f"{HEADER}{MARIA_AS_WRITTEN}\n".replace("Å", "A\u030a"), 2, id="a letter in two parts, as on a Mac"
        ),
        pytest.param(
            f"{HEADER}{MARIA_AS_WRITTEN}\n".replace("Maria ", "Maria\xa0"), 2, id="a space that does not break"
        ),
    ],
)
def test_one_person_in_many_spellings(tmp_path: Path, text: str, line: int) -> None:
    (found,) = read(tmp_path, {**ALONE, "people.csv": text}).people
    assert found == PersonRow(line, *list(vars(MARIA).values())[1:])


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ('"Åkesson, Maria"', "Åkesson, Maria"),
        (' "Åkesson, Maria"', "Åkesson, Maria"),
        ('"Maria ""Mia"" Åkesson"', 'Maria "Mia" Åkesson'),
        ('Maria "Mia" Åkesson', 'Maria "Mia" Åkesson'),
        ("Ngũgĩ wa Thiong'o", "Ngũgĩ wa Thiong'o"),
        ("علی\u200cرضا", "علی\u200cرضا"),
        ("李小龍", "李小龍"),
        ("x" * 80, "x" * 80),
    ],
)
def test_names_are_kept_as_people_write_them(tmp_path: Path, cell: str, name: str) -> None:
    text = f"{HEADER}maria@example.org,{cell},mentor,,,\n"
    (found,) = read(tmp_path, {**ALONE, "people.csv": text}).people
    assert found.name == name


def test_zone_language_and_department_may_stay_empty(tmp_path: Path) -> None:
    text = f"{HEADER}maria@example.org,Maria,mentor,,,\nemil@example.org,Emil,mentee\n"
    maria, emil = read(tmp_path, {**ALONE, "people.csv": text}).people
    assert (maria.department, maria.timezone, maria.locale) == ("", "Europe/Stockholm", "sv")
    assert (emil.department, emil.timezone, emil.locale) == ("", "Europe/Stockholm", "sv")


def test_one_person_may_be_both(tmp_path: Path) -> None:
    text = PEOPLE + "maria@example.org,Maria Åkesson,mentee,,Europe/London,en\n"
    assert [row.role for row in read(tmp_path, {"people.csv": text}).people] == ["mentor", "mentee", "mentee"]


def test_hours_up_to_midnight_and_past_it(tmp_path: Path) -> None:
    text = (
        "email,weekday,start,end\nmaria@example.org,Mon,00:00,24:00\n"
        "maria@example.org, SUN ,23:59,00:00\nmaria@example.org,fri,22:00,02:00\n"
    )
    found = read(tmp_path, {"availability.csv": text}).windows
    assert [(row.weekday, row.start, row.end) for row in found] == [
        (0, "00:00", "24:00"),
        (6, "23:59", "00:00"),
        (4, "22:00", "02:00"),
    ]


def person(**cells: str) -> str:
    """people.csv with Maria and one more row, which differs in these cells."""
    row = {
        "email": "nils@example.org",
        "name": "Nils",
        "role": "mentor",
        "department": "",
        "timezone": "",
        "locale": "",
    }
    return f"{HEADER}{MARIA_AS_WRITTEN}\n{','.join({**row, **cells}.values())}\n"


PEOPLE_MISTAKES = {
    "no address": (person(email=""), "line 3, column email: email is missing."),
    "a bad address": (person(email="nils"), "line 3, column email: 'nils' is no e-mail address."),
    "two addresses": (
        person(email='"a@example.org, b@example.org"'),
        "line 3, column email: 'a@example.org, b@example.org' is no e-mail address.",
    ),
    "an address in angles": (
        person(email="Nils <nils@example.org>"),
        "line 3, column email: 'Nils <nils@example.org>' is no e-mail address.",
    ),
    "an address that is cut short": (
        person(email=f"{'n' * 10_000}@example.org"),
        f"line 3, column email: '{'n' * 60}' is no e-mail address.",
    ),
    "a local part over 64": (
        person(email=f"{'n' * 65}@example.org"),
        f"line 3, column email: '{'n' * 60}' is no e-mail address.",
    ),
    "letters that mail servers do not carry": (
        person(email="åsa@example.org"),
        "line 3, column email: 'åsa@example.org' has letters before the @ that mail servers do not carry.",
    ),
    "no name": (person(name="  "), "line 3, column name: name is missing."),
    "a name of 10,000 letters": (
        person(name="x" * 10_000),
        "line 3, column name: write at most 80 characters, not 10000.",
    ),
    "a name of 81 letters": (person(name="x" * 81), "line 3, column name: write at most 80 characters, not 81."),
    "a tab in a name": (
        person(name="Nils\tHolgersson"),
        "line 3, column name: U+0009 in it cannot be printed; write the text anew, on one line.",
    ),
    "a NUL in a name": (
        person(name="Nils\0"),
        "line 3, column name: U+0000 in it cannot be printed; write the text anew, on one line.",
    ),
    "a line end in a name": (
        person(name='"Nils\nHolgersson"'),
        "line 3, column name: U+000A in it cannot be printed; write the text anew, on one line.",
    ),
    "a line separator in a name": (
        person(name="Nils\u2028Holgersson"),
        "line 3, column name: U+2028 in it cannot be printed; write the text anew, on one line.",
    ),
    "text that runs backwards": (
        person(name="Nils\u202eslin"),
        "line 3, column name: U+202E in it cannot be printed; write the text anew, on one line.",
    ),
    "no role": (person(role=""), "line 3, column role: role is missing."),
    "a role that is none": (
        person(role="adept-mentor"),
        "line 3, column role: 'adept-mentor' is not one of mentor, mentee; did you mean mentor?",
    ),
    "a role like no other": (person(role="boss"), "line 3, column role: 'boss' is not one of mentor, mentee."),
    "a role in capitals": (
        person(role="Mentor"),
        "line 3, column role: 'Mentor' is not one of mentor, mentee; did you mean mentor?",
    ),
    "a department of elsewhere": (
        person(department="Fysiken"),
        "line 3, column department: programme.toml has no department 'Fysiken'; add it there, or correct it here.",
    ),
    "a zone with a slip": (
        person(timezone="Europe/Stokholm"),
        "line 3, column timezone: there is no time zone 'Europe/Stokholm'; did you mean Europe/Stockholm?",
    ),
    "a zone in small letters": (
        person(timezone="europe/stockholm"),
        "line 3, column timezone: there is no time zone 'europe/stockholm'; did you mean Europe/Stockholm?",
    ),
    "a city": (
        person(timezone="Sydney"),
        "line 3, column timezone: there is no time zone 'Sydney'; use an IANA name such as Europe/Stockholm.",
    ),
    "summer time, which is no zone, and lies not in America": (
        person(timezone="CEST"),
        "line 3, column timezone: there is no time zone 'CEST'; use an IANA name such as Europe/Stockholm.",
    ),
    "a zone of Windows": (
        person(timezone="W. Europe Standard Time"),
        "line 3, column timezone: there is no time zone 'W. Europe Standard Time'; use an IANA name such as "
        "Europe/Stockholm.",
    ),
    "a language that we do not speak": (
        person(locale="fi"),
        "line 3, column locale: the language must be one of en, sv, not 'fi'.",
    ),
    "too many cells": (
        f"{HEADER}{MARIA_AS_WRITTEN},and more\n",
        "line 2: there are 7 cells under 6 columns; put a cell with a separator in it in quotes.",
    ),
    "the same person again": (
        f"{HEADER}{MARIA_AS_WRITTEN}\n{MARIA_AS_WRITTEN}\n",
        "line 3, column email: maria@example.org is already a mentor on line 2; remove one of the two.",
    ),
    "the same person by another case": (
        f"{HEADER}{MARIA_AS_WRITTEN}\n{MARIA_AS_WRITTEN.replace('maria', 'MARIA')}\n",
        "line 3, column email: maria@example.org is already a mentor on line 2; remove one of the two.",
    ),
    "another name in the other role": (
        f"{HEADER}{MARIA_AS_WRITTEN}\nmaria@example.org,Mia Åkesson,mentee,,Europe/London,en\n",
        "line 3, column name: maria@example.org has another name on line 2; write the same on both.",
    ),
    "another zone in the other role": (
        f"{HEADER}{MARIA_AS_WRITTEN}\nmaria@example.org,Maria Åkesson,mentee,,,en\n",
        "line 3, column timezone: maria@example.org has another timezone on line 2; write the same on both.",
    ),
    "another language in the other role": (
        f"{HEADER}{MARIA_AS_WRITTEN}\nmaria@example.org,Maria Åkesson,mentee,,Europe/London,sv\n",
        "line 3, column locale: maria@example.org has another locale on line 2; write the same on both.",
    ),
    "a column too few": (
        "email,name,role,department,timezone\n",
        "line 1: the columns must be email,name,role,department,timezone,locale, not "
        "'email,name,role,department,timezone'.",
    ),
    "a column of our own": (
        "email,name,role,department,timezone,language\n",
        "line 1: the columns must be email,name,role,department,timezone,locale, not "
        "'email,name,role,department,timezone,language'.",
    ),
    "a column twice": (
        "email,email,role,department,timezone,locale\n",
        "line 1: the columns must be email,name,role,department,timezone,locale, not "
        "'email,email,role,department,timezone,locale'.",
    ),
    "no header": (
        f"\n{MARIA_AS_WRITTEN}\n",
        "line 2: the columns must be email,name,role,department,timezone,locale, not "
        "'maria@example.org,maria åkesson,mentor,fysikum,europe/london,en'.",
    ),
    "tabs": (
        HEADER.replace(",", "\t"),
        "line 1: the columns must be email,name,role,department,timezone,locale, not "
        "'email\\tname\\trole\\tdepartment\\ttimezone\\tlocale'.",
    ),
    "a quote left open": (
        f'{HEADER}{MARIA_AS_WRITTEN}\nnils@example.org,"Nils,mentor,,,\nemil@example.org,Emil,mentee,,,\n' + "\n" * 99,
        "line 3: the quotes of this row do not match; close each that is opened, and write one within a cell twice, "
        'as "".',
    ),
    "a quote left open in a very long file": (
        f'{HEADER}nils@example.org,"Nils,mentor,,,\n' + f"{MARIA_AS_WRITTEN}\n" * 3000,
        "line 2: the quotes of this row do not match; close each that is opened, and write one within a cell twice, "
        'as "".',
    ),
    "a quote within a cell": (
        f'{HEADER}nils@example.org,"Nils "Nisse" Holgersson",mentor,,,\n',
        "line 2: the quotes of this row do not match; close each that is opened, and write one within a cell twice, "
        'as "".',
    ),
}


@pytest.mark.parametrize("case", PEOPLE_MISTAKES)
def test_mistakes_about_people(tmp_path: Path, case: str) -> None:
    text, sentence = PEOPLE_MISTAKES[case]
    assert mistakes(tmp_path, {**ALONE, "people.csv": text}) == [f"people.csv {sentence}"]


PAIRS_MISTAKES = {
    "no mentor": (",emil@example.org", "line 2, column mentor: mentor is missing."),
    "no mentee": ("maria@example.org", "line 2, column mentee: mentee is missing."),
    "a name for an address": ("Maria,emil@example.org", "line 2, column mentor: 'Maria' is no e-mail address."),
    "one and the same": (
        "maria@example.org,Maria@example.org",
        "line 2, column mentee: maria@example.org cannot be paired with themselves.",
    ),
    "a pair twice": (
        "maria@example.org,emil@example.org\n\nMaria@Example.org,emil@example.org",
        "line 4, column mentor: this pair is already on line 2; remove one of the two.",
    ),
    "too many cells": (
        "maria@example.org,emil@example.org,nils@example.org",
        "line 2: there are 3 cells under 2 columns; put a cell with a separator in it in quotes.",
    ),
}


@pytest.mark.parametrize("case", PAIRS_MISTAKES)
def test_mistakes_about_pairs(tmp_path: Path, case: str) -> None:
    rows, sentence = PAIRS_MISTAKES[case]
    assert mistakes(tmp_path, {"pairs.csv": f"mentor,mentee\n{rows}\n"}) == [f"pairs.csv {sentence}"]


def test_two_rows_with_bad_addresses_are_no_double_pair(tmp_path: Path) -> None:
    assert mistakes(tmp_path, {"pairs.csv": "mentor,mentee\nmaria,emil@example.org\nnils,emil@example.org\n"}) == [
        "pairs.csv line 2, column mentor: 'maria' is no e-mail address.",
        "pairs.csv line 3, column mentor: 'nils' is no e-mail address.",
    ]


def test_what_is_wrong_once_is_told_once(tmp_path: Path) -> None:
    text = f"{HEADER}{MARIA_AS_WRITTEN}\nmaria@example.org,Maria\tÅkesson,mentee,,Europa/London,en\n"
    assert [sentence.partition(":")[0] for sentence in mistakes(tmp_path, {**ALONE, "people.csv": text})] == [
        "people.csv line 3, column name",
        "people.csv line 3, column timezone",
    ]


def test_a_pair_the_other_way_round_is_another_pair(tmp_path: Path) -> None:
    found = read(tmp_path, {"pairs.csv": PAIRS + "emil@example.org,maria@example.org\n"})
    assert len(found.pairs) == 2


WINDOW_MISTAKES = {
    "a weekday in full": (
        "maria@example.org,monday,10:00,11:00",
        "line 2, column weekday: 'monday' is no weekday; write one of mon, tue, wed, thu, fri, sat, sun.",
    ),
    "a weekday in Swedish": (
        "maria@example.org,tis,10:00,11:00",
        "line 2, column weekday: 'tis' is no weekday; write one of mon, tue, wed, thu, fri, sat, sun.",
    ),
    "an hour with one digit": (
        "maria@example.org,mon,9:00,11:00",
        "line 2, column start: '9:00' is no time of day; write HH:MM from 00:00 to 23:59.",
    ),
    "seconds": (
        "maria@example.org,mon,09:00:00,11:00",
        "line 2, column start: '09:00:00' is no time of day; write HH:MM from 00:00 to 23:59.",
    ),
    "a start at 24:00": (
        "maria@example.org,mon,24:00,11:00",
        "line 2, column start: '24:00' is no time of day; write HH:MM from 00:00 to 23:59.",
    ),
    "an end at 25:00": (
        "maria@example.org,mon,10:00,25:00",
        "line 2, column end: '25:00' is no time of day; write HH:MM from 00:00 to 23:59.",
    ),
    "digits of elsewhere": (
        "maria@example.org,mon,10:00,1１:00",
        "line 2, column end: '1１:00' is no time of day; write HH:MM from 00:00 to 23:59.",
    ),
    "no end": ("maria@example.org,mon,10:00", "line 2, column end: end is missing."),
    "an end where it starts": (
        "maria@example.org,mon,10:00,10:00",
        "line 2, column end: the window ends where it starts, at 10:00; write a later end.",
    ),
}


@pytest.mark.parametrize("case", WINDOW_MISTAKES)
def test_mistakes_about_hours(tmp_path: Path, case: str) -> None:
    row, sentence = WINDOW_MISTAKES[case]
    text = f"email,weekday,start,end\n{row}\n"
    assert mistakes(tmp_path, {"availability.csv": text}) == [f"availability.csv {sentence}"]


def test_several_mistakes_of_one_row_are_several_sentences(tmp_path: Path) -> None:
    text = AVAILABILITY + "emil,lör,8,9\n"
    assert mistakes(tmp_path, {"availability.csv": text}) == [
        "availability.csv line 5, column email: 'emil' is no e-mail address.",
        "availability.csv line 5, column weekday: 'lör' is no weekday; write one of mon, tue, wed, thu, fri, sat, sun.",
        "availability.csv line 5, column start: '8' is no time of day; write HH:MM from 00:00 to 23:59.",
        "availability.csv line 5, column end: '9' is no time of day; write HH:MM from 00:00 to 23:59.",
    ]

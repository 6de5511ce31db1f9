"""A folder as a whole: what is written is what is read, and all that is wrong is told at once."""

from datetime import date, datetime
from pathlib import Path

import pytest

from scheduler.errors import BadFolder
from scheduler.programme import folder
from scheduler.programme.folder.rows import DepartmentRow, EventRow, PairRow, PersonRow, ProgrammeRow, WindowRow
from scheduler.states import Audience, EventFormat, EventKind, Role
from tests.programme.folder.files import AVAILABILITY, EXAMPLE, PAIRS, PEOPLE, mistakes, read, write


def test_the_example_is_read_as_written(tmp_path: Path) -> None:
    found = read(tmp_path)
    assert found.programme == ProgrammeRow(
        slug="mentor-2026",
        name={"sv": "Mentorskapsprogrammet 2026-27", "en": "Mentorship programme 2026-27"},
        timezone="Europe/Stockholm",
        locale="sv",
        starts_on=date(2026, 11, 2),
        ends_on=date(2027, 5, 28),
        contact="alumni@example.org",
        meeting_minutes=45,
        blackouts=((date(2026, 12, 21), date(2027, 1, 6)),),
    )
    assert found.departments == (DepartmentRow("Fysikum", ("anna@example.org",)),)
    assert found.events == (
        EventRow(
            slug="workshop-mentees",
            kind=EventKind.WORKSHOP,
            title={"sv": "Workshop för adepter", "en": "Workshop for mentees"},
            audience=Audience.MENTEES,
            format=EventFormat.ONLINE,
            starts=datetime.fromisoformat("2026-11-03T17:00"),
            minutes=120,
            capacity=90,
            place="",
            opens=datetime.fromisoformat("2026-10-12T09:00"),
            closes=datetime.fromisoformat("2026-11-03T12:00"),
            published=True,
            waitlist=True,
            questions=({"name": "diet", "text": {"sv": "Specialkost?", "en": "Any diet?"}, "required": False},),
        ),
    )
    assert found.people == (
        PersonRow(2, "maria@example.org", "Maria Åkesson", Role.MENTOR, "Fysikum", "Europe/London", "en"),
        PersonRow(3, "emil@example.org", "Emil Öberg", Role.MENTEE, "Fysikum", "Europe/Stockholm", "sv"),
    )
    assert found.pairs == (PairRow(2, "maria@example.org", "emil@example.org"),)
    assert found.windows == (
        WindowRow(2, "maria@example.org", 0, "17:00", "21:00"),
        WindowRow(3, "emil@example.org", 0, "18:00", "20:00"),
        WindowRow(4, "emil@example.org", 4, "22:00", "01:00"),
    )


@pytest.mark.parametrize(
    "spell",
    [
        pytest.param(lambda text: b"\xef\xbb\xbf" + text.encode(), id="with a BOM"),
        pytest.param(lambda text: text.replace("\n", "\r\n").encode(), id="with CRLF"),
        pytest.param(lambda text: b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode(), id="with both"),
        pytest.param(lambda text: text.rstrip("\n").encode(), id="without a last line end"),
    ],
)
def test_the_same_file_from_another_program_says_the_same(tmp_path: Path, spell: object) -> None:
    texts = {"programme.toml": EXAMPLE, "people.csv": PEOPLE, "pairs.csv": PAIRS, "availability.csv": AVAILABILITY}
    spelt = {name: spell(text) for name, text in texts.items()}  # type: ignore[operator]
    assert read(tmp_path / "other", spelt) == read(tmp_path / "plain")


def test_files_of_people_may_be_left_out(tmp_path: Path) -> None:
    found = read(tmp_path, {"people.csv": None, "pairs.csv": None, "availability.csv": None})
    assert (found.people, found.pairs, found.windows) == ((), (), ())
    assert found.programme.slug == "mentor-2026"


@pytest.mark.parametrize("content", ["", "\n", "\r\n\r\n", "\ufeff", "email,name,role,department,timezone,locale\n"])
def test_an_empty_file_of_people_holds_nobody(tmp_path: Path, content: str) -> None:
    found = read(tmp_path, {"people.csv": content, "pairs.csv": None, "availability.csv": None})
    assert found.people == ()


@pytest.mark.parametrize("content", ["", "\n", "# only a comment\n"])
def test_an_empty_programme_is_a_mistake(tmp_path: Path, content: str) -> None:
    assert mistakes(tmp_path, {"programme.toml": content}) == [
        "programme.toml line 1, column 1: write [programme] once, with single brackets, and the programme's fields "
        "below it."
    ]


def test_a_missing_programme_is_a_mistake(tmp_path: Path) -> None:
    assert mistakes(tmp_path, {"programme.toml": None}) == [f"programme.toml: there is no such file in {tmp_path}."]


def test_a_folder_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    for path in (tmp_path / "file", tmp_path / "nowhere"):
        with pytest.raises(BadFolder) as refused:
            folder.read(path)
        assert [str(each) for each in refused.value.problems] == [f"{path} is not a folder."]


def test_a_folder_where_a_file_should_be(tmp_path: Path) -> None:
    write(tmp_path, {"pairs.csv": None})
    (tmp_path / "pairs.csv").mkdir()
    with pytest.raises(BadFolder) as refused:
        folder.read(tmp_path)
    assert [str(each) for each in refused.value.problems] == ["pairs.csv: it cannot be read: Is a directory."]


@pytest.mark.parametrize("name", ["programme.toml", "people.csv", "pairs.csv", "availability.csv"])
@pytest.mark.parametrize(
    ("encoding", "line"),
    [pytest.param("latin-1", 3, id="Latin-1"), pytest.param("utf-16", 1, id="UTF-16")],
)
def test_what_is_not_utf8_is_named_by_line(tmp_path: Path, name: str, encoding: str, line: int) -> None:
    texts = {
        "programme.toml": '[programme]\nslug = "x"\nname = "Programmet för adepter"\n',
        "people.csv": "email,name,role,department,timezone,locale\na@example.org,Anna,mentor,,,\nö@example.org,,,,,\n",
        "pairs.csv": "mentor,mentee\n\nmåns@example.org,emil@example.org\n",
        "availability.csv": "email,weekday,start,end\n\nanna@example.org,lördag,10:00,11:00\n",
    }
    found = mistakes(tmp_path, {name: texts[name].encode(encoding)})
    assert found[0] == f"{name} line {line}: this is not UTF-8; save the file as UTF-8."


def test_mistakes_of_all_files_are_told_together(tmp_path: Path) -> None:
    found = mistakes(
        tmp_path,
        {
            "programme.toml": EXAMPLE.replace('locale = "sv"', 'locale = "fi"').replace("minutes = 120", "minutes = 0"),
            "people.csv": PEOPLE.replace("mentee", "adept").replace("Europe/London", "London"),
            "pairs.csv": PAIRS.replace("emil@", "emil "),
            "availability.csv": AVAILABILITY.replace("fri", "fredag"),
        },
    )
    assert [sentence.partition(":")[0] for sentence in found] == [
        "programme.toml line 5, column 1 (locale)",
        "programme.toml line 23, column 1 (minutes)",
        "people.csv line 2, column timezone",
        "people.csv line 3, column role",
        "pairs.csv line 2, column mentee",
        "availability.csv line 4, column weekday",
    ]


@pytest.mark.parametrize("toml", [None, "", 'slug = "unclosed', b"\xff"])
def test_a_broken_programme_hides_no_mistake_of_the_other_files(tmp_path: Path, toml: str | bytes | None) -> None:
    people = PEOPLE.replace("emil@example.org", "emil").replace("Fysikum", "Nowhere")
    found = mistakes(tmp_path, {"programme.toml": toml, "people.csv": people})
    assert len(found) == 2, "a mistake of the programme, and one of the people; departments cannot be known"
    assert found[0].startswith("programme.toml")
    assert found[1] == "people.csv line 3, column email: 'emil' is no e-mail address."


@pytest.mark.parametrize("count", [19, 20, 21, 500])
def test_twenty_mistakes_are_told_and_the_rest_counted(tmp_path: Path, count: int) -> None:
    rows = "".join(f"nobody-{number},emil@example.org\n" for number in range(count))
    found = mistakes(tmp_path, {"pairs.csv": "mentor,mentee\n" + rows})
    assert found[:20] == [
        f"pairs.csv line {number + 2}, column mentor: 'nobody-{number}' is no e-mail address."
        for number in range(min(count, 20))
    ]
    assert found[20:] == ([f"And {count - 20} more."] if count > 20 else [])


def test_a_refusal_reads_a_line_a_mistake(tmp_path: Path) -> None:
    write(tmp_path, {"pairs.csv": "mentor,mentee\nx,y\n"})
    with pytest.raises(BadFolder) as refused:
        folder.read(tmp_path)
    assert str(refused.value) == (
        "Nothing was loaded. pairs.csv line 2, column mentor: 'x' is no e-mail address.\n"
        "pairs.csv line 2, column mentee: 'y' is no e-mail address."
    )

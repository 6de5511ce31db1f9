"""The desk's people and pairs on pages, a hundred each, and found by name or address."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from scheduler.db import Database
from scheduler.programme import access
from scheduler.web.desk.entry import LISTED
from tests.builders import NOW, a_pair, a_person, a_programme
from tests.web.conftest import Stage, Visitor, staged
from tests.web.reading import Page
from tests.web.world import ALL, World

PAIRS = 2 * LISTED + 5  # three pages of pairs; of people as many again, the mentors and the mentees
PEOPLE, BOTH = "/c/mentor/people", "/c/mentor/pairs"
# (address, the column that names each row, what narrows the address to as many rows as there are pairs)
LISTS = [(PEOPLE, "Name", "state=not-asked&q=adept"), (BOTH, "Mentee", "state=no-times&q=adept")]


@pytest.fixture(scope="module")
def stage(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """The crowd on SQLite, for all who only look."""
    path = tmp_path_factory.mktemp("crowd") / "traff.db"
    path.write_bytes(sqlite_template.read_bytes())
    database = Database(f"sqlite:///{path}")
    yield crowd(database)
    database.close()


@pytest.fixture(scope="module")
def coordinator(stage: Stage) -> Visitor:
    return stage.visitor(email=ALL)


def crowd(database: Database) -> Stage:
    """Pairs whose mentees have given no times; the last one's two are named and addressed like nobody else."""
    with database.writing() as session:
        programme = a_programme(session)
        access.grant_coordinator(session, ALL, programme=programme, department=None, by="", now=NOW)
        for number in range(PAIRS):
            mentee = a_person(session, f"Adept {number:03}", weekly=[])
            a_pair(session, programme, a_person(session, f"Mentor {number:03}"), mentee)
        mentee.name, mentee.email = "Åsa Adept", "unlike.others@elsewhere.example.org"
    return staged(database, World())


def walked(visitor: Visitor, at: str) -> list[Page]:
    """The page and those that follow, by their own links."""
    found = [visitor.read(at)]
    while following := found[-1].all("a", rel="next"):
        found.append(visitor.read(following[0].attributes["href"]))
    return found


def test_each_stands_on_one_page_and_all_are_counted_on_every_one(database: Database) -> None:
    visitor = crowd(database).visitor(email=ALL)
    for at, column, narrowed in LISTS:
        pages = walked(visitor, f"{at}?{narrowed}")
        assert [len(page.rows) for page in pages] == [LISTED, LISTED, 5]
        names = [row[column] for page in pages for row in page.rows]
        assert len(set(names)) == PAIRS
        assert names == sorted(names)
        for page in pages:
            assert page.one("ul", class_="nav-pills").all("a")[0].text == f"All {PAIRS}"
        assert [page.one("nav", aria_label="Pages").text for page in pages] == [
            "Page 1 of 3 Next", "Previous Page 2 of 3 Next", "Previous Page 3 of 3",
        ]  # fmt: skip


@pytest.mark.parametrize(("at", "column", "narrowed"), LISTS)
def test_what_narrows_stays_from_page_to_page_and_a_new_search_begins_with_the_first(
    coordinator: Visitor, at: str, column: str, narrowed: str
) -> None:
    page = walked(coordinator, f"{at}?{narrowed}")[1]
    back = page.one("a", rel="prev").attributes["href"]
    assert back == f"{at}?{narrowed}&page=1"
    assert coordinator.read(back).rows == coordinator.read(f"{at}?{narrowed}").rows
    state = narrowed.partition("&")[0].removeprefix("state=")
    boxes = page.one("form", role="search").all("input")
    assert {each.attributes["name"]: each.attributes["value"] for each in boxes} == {"state": state, "q": "adept"}
    assert all("page=" not in each.attributes["href"] for each in page.one("ul", class_="nav-pills").all("a"))


@pytest.mark.parametrize(("at", "column", "narrowed"), LISTS)
def test_a_page_that_there_is_not_is_the_nearest(coordinator: Visitor, at: str, column: str, narrowed: str) -> None:
    first, *_, last = walked(coordinator, f"{at}?{narrowed}")
    for number, nearest in (("4", last), ("9" * 20, last), ("0", first), ("-1", first), ("x", first)):
        page = coordinator.read(f"{at}?{narrowed}&page={number}")
        assert (page.rows, page.one("nav", aria_label="Pages").text) == (
            nearest.rows, nearest.one("nav", aria_label="Pages").text,
        )  # fmt: skip


@pytest.mark.parametrize(("at", "column"), [(PEOPLE, "Name"), (BOTH, "Mentee")])
def test_found_by_a_part_of_the_name_or_the_address_however_it_is_written(
    coordinator: Visitor, at: str, column: str
) -> None:
    for text in ("åSA", "ÅSA", "unlike.OTHERS", "@elsewhere.", "  åsa ad  "):
        page = coordinator.read(f"{at}?q={text}")
        assert [row[column].partition(" Stockholm")[0] for row in page.rows] == ["Åsa Adept"], text
        assert not page.all("nav", aria_label="Pages"), "one page needs no links"
    assert "Nothing here." in coordinator.read(f"{at}?q=nobody").main.text


def test_a_pair_is_found_by_either_one(coordinator: Visitor) -> None:
    for text in ("Mentor 007", "mentor.007@", "adept 007"):
        assert [row["Mentor"] for row in coordinator.read(f"{BOTH}?q={text}").rows] == ["Mentor 007 Stockholm"]


def test_the_start_counts_all_of_them(coordinator: Visitor) -> None:
    page = coordinator.read("/c/mentor/")
    assert f"{PAIRS} Waiting for times" in [each.text for each in page.one("ul", class_="counts").all("a")]
    assert f"{PAIRS} people have no times and have not been asked" in page.one("ul", class_="todo").text


def test_pages_are_named_in_swedish(stage: Stage) -> None:
    page = stage.visitor(email=ALL, languages="sv").read(f"{PEOPLE}?page=2")
    assert page.one("nav", aria_label="Sidor").text == "Föregående Sida 2 av 5 Nästa"

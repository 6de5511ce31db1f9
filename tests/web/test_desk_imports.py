"""Imports at the desk."""

import io

import pytest

from scheduler.models import Person
from tests.builders import LINKS
from tests.web.conftest import Stage, Visitor
from tests.web.reading import Page
from tests.web.world import ALL, OTHER, PHYSICS, everything

AT = "/c/mentor/imports"
LOAD = f"{AT}/load"
PEOPLE = (
    "email,name,role,department,timezone,locale\n"
    "amy.abroad@example.org,Amy <b>Abroad</b>,mentor,Fysikum,America/Chicago,en\n"
    "nea@example.org,Nea Ny,mentee,,,sv\n"
)


def upload(visitor: Visitor, status: int = 200, at: str = AT, **files: str | bytes) -> Page:
    """Sends the tables as a browser does; the page that comes back."""
    return upload_as(visitor, status, at, {f"{name}.csv": text for name, text in files.items()})


def upload_as(visitor: Visitor, status: int, at: str, files: dict[str, str | bytes]) -> Page:
    form = visitor.read(AT).form(AT)
    data = {"csrf_token": form.fields["csrf_token"]} | {
        name: (io.BytesIO(text if isinstance(text, bytes) else text.encode()), name) for name, text in files.items()
    }
    headers = {"Referer": f"{LINKS.base_url}{AT}", "Accept-Language": visitor.languages}
    answer = visitor.client.post(
        f"{LINKS.base_url}{at}", data=data, headers=headers, content_type="multipart/form-data"
    )
    assert answer.status_code == status, answer.text
    return Page(answer.text, AT)


def test_shows_what_would_be_done_and_does_nothing(stages: Stage) -> None:
    visitor = stages.visitor(email=ALL)
    before = everything(stages.database)
    page = upload(visitor, people=PEOPLE)
    assert page.rows == [
        {"What": "People", "New": "1", "Changed": "1", "Left alone": "0"},
        {"What": "Roles", "New": "1", "Changed": "0", "Left alone": "1"},
    ]
    lines = [each.text for each in page.one("section", aria_labelledby="would").all("li")]
    assert lines == [
        "People: amy.abroad@example.org – name: Amy Abroad → Amy <b>Abroad</b>; "
        "time zone: America/New_York → America/Chicago",
        "People: nea@example.org – new",
        "Roles: nea@example.org (mentee) – new",
    ]
    assert everything(stages.database) == before


def test_then_loads_exactly_that(stages: Stage) -> None:
    visitor = stages.visitor(email=ALL)
    answer = visitor.send(upload(visitor, people=PEOPLE).form(LOAD))
    assert (answer.status_code, answer.location) == (303, AT)
    assert visitor.read(AT).one(role="status").text == "Loaded: 2 new, 1 changed."
    with stages.database.reading() as session:
        assert session.query(Person).filter_by(email="nea@example.org").one().name == "Nea Ny"
    again = upload(visitor, people=PEOPLE)
    assert "Nothing: all of it is there already." in again.main.text
    assert LOAD not in [form.attributes.get("action") for form in again.all("form")]


def test_what_has_changed_meanwhile_is_shown_anew(stages: Stage) -> None:
    visitor = stages.visitor(email=ALL)
    form = upload(visitor, people=PEOPLE).form(LOAD)
    assert visitor.send(form).status_code == 303
    before = everything(stages.database)
    answer = visitor.send(form)
    assert answer.status_code == 409
    page = Page(answer.text, LOAD)
    assert "Things have changed since you looked" in page.one(role="alert").text
    assert "Nothing: all of it is there already." in page.main.text
    assert everything(stages.database) == before


def test_mistakes_are_listed_by_their_place(stage: Stage) -> None:
    page = upload(stage.visitor(email=ALL), 422, people=PEOPLE.replace("Fysikum", "Kemi").replace("mentee", "boss"))
    problems = [each.text for each in page.one(role="alert").all("li")]
    assert {problem.partition(":")[0] for problem in problems} == {
        "people.csv line 2, column department", "people.csv line 3, column role",
    }  # fmt: skip


def test_mistakes_are_told_in_the_readers_language(stage: Stage) -> None:
    files: dict[str, str | bytes] = {
        "people": PEOPLE.replace("Fysikum", "Kemi").replace("mentee", "mente"),
        "pairs": "mentor,mentee\nx,nea@example.org\n",
        "programme": b"\xff",
    }
    visitor = stage.visitor(email=ALL, languages="sv")
    sent = {f"{name}.{'toml' if name == 'programme' else 'csv'}": text for name, text in files.items()}
    page = upload_as(visitor, 422, AT, sent)
    assert [each.text for each in page.one(role="alert").all("li")] == [
        "programme.toml rad 1: det här är inte UTF-8; spara filen som UTF-8.",
        "people.csv rad 3, kolumn role: 'mente' är inte något av mentor, mentee; menade du mentee?",
        "pairs.csv rad 2, kolumn mentor: 'x' är ingen e-postadress.",
    ]


def test_without_a_file_it_says_so(stage: Stage) -> None:
    page = upload(stage.visitor(email=ALL), 422)
    assert "Files: choose at least one." in page.one(role="alert").text


@pytest.mark.parametrize("content", ["%%%", "PHNjcmlwdD4", "="])
def test_what_comes_back_broken_is_refused(stage: Stage, content: str) -> None:
    visitor = stage.visitor(email=ALL)
    form = upload(visitor, people=PEOPLE).form(LOAD)
    before = everything(stage.database)
    assert visitor.send(form, **{"people.csv": content}).status_code == 422
    assert everything(stage.database) == before


def test_a_file_that_is_too_large_is_refused(stage: Stage) -> None:
    upload(stage.visitor(email=ALL), 413, people=b"x" * 300 * 1024)


def test_downloads_are_the_files_of_now(stages: Stage) -> None:
    with stages.database.writing() as session:
        for person in session.query(Person):
            person.email = person.email.replace("ä", "a")  # as every address that came in through a check
    visitor = stages.visitor(email=ALL)
    files = {}
    for name in ("people", "pairs", "availability"):
        answer = visitor.get(f"{AT}/{name}.csv")
        assert (answer.status_code, answer.mimetype) == (200, "text/csv")
        assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}.csv"'
        assert answer.headers["Cache-Control"] == "private, no-store"
        files[name] = answer.data
    assert "Nothing: all of it is there already." in upload(visitor, **files).main.text
    assert b"annan" not in files["people"].lower()


def test_only_for_those_of_the_whole_programme(stages: Stage) -> None:
    people = {email: stages.visitor(email=email) for email in (PHYSICS, OTHER, ALL)}
    assert "Import" in people[ALL].read("/c/mentor/").links
    assert "Import" not in people[PHYSICS].read("/c/mentor/").links
    stages.app.config["WTF_CSRF_ENABLED"] = False
    before = everything(stages.database)
    for email in (PHYSICS, OTHER):
        for address in (AT, f"{AT}/people.csv", f"{AT}/pairs.csv", f"{AT}/availability.csv"):
            assert people[email].get(address).status_code == 404
        for address in (AT, LOAD):
            assert people[email].post(address, {"people.csv": "eA=="}).status_code == 404
    assert everything(stages.database) == before

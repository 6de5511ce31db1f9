"""`traff coordinator`: a role, and a link that signs in once."""

import re
from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from scheduler import app
from scheduler.db import Database
from scheduler.models import Coordinator, SignIn
from scheduler.settings import Settings
from tests.cli.shell import KEY, Shell


@pytest.fixture
def browsers(loaded: Shell) -> tuple[FlaskClient, FlaskClient]:
    """Two browsers at the site that the shell's database serves."""
    settings = Settings.from_env({"TRAFF_SECRET_KEY": KEY, "TRAFF_DATABASE_URL": loaded.database_url})
    flask = app.make_web(settings, Database(settings.database_url))
    return flask.test_client(), flask.test_client()


def press(browser: FlaskClient, path: str) -> tuple[int, str]:
    """Opens the page, presses its button: the status, and where that leads."""
    page = browser.get(path)
    assert page.status_code == 200
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert token is not None
    answer = browser.post(path, data={"csrf_token": token[1]})
    return answer.status_code, answer.headers.get("Location", "")


def granted(shell: Shell) -> list[tuple[str, str | None]]:
    database = Database(shell.database_url)
    with database.reading() as session:
        query = select(Coordinator).where(Coordinator.email != "anna@example.org")
        found = [(row.email, row.department.name if row.department else None) for row in session.scalars(query)]
    database.close()
    return found


def expires(shell: Shell) -> datetime:
    database = Database(shell.database_url)
    with database.reading() as session:
        found = session.execute(select(SignIn.expires_at)).scalar_one()
    database.close()
    return found


def test_the_link_signs_in_once(loaded: Shell, browsers: tuple[FlaskClient, FlaskClient]) -> None:
    base = "http://127.0.0.1:8000/"
    before = datetime.now(UTC)
    said, link = loaded.says("coordinator", "Bo@Example.org", "--programme", "mentor")
    assert said == "bo@example.org coordinates all of mentor. Sign in once, within 24 hours:"
    assert link.startswith(f"{base}sign-in/")
    assert granted(loaded) == [("bo@example.org", None)]
    assert 23.9 < (expires(loaded) - before).total_seconds() / 3600 < 24.1

    one, other = browsers
    path = link.removeprefix(base.rstrip("/"))
    assert one.get("/c/mentor/").status_code in {302, 303, 403, 404}, "nobody is let in without it"
    assert one.get(path).status_code == one.head(path).status_code == 200, "to look at it does not use it up"
    assert press(one, path) == (303, "/c/mentor/")
    desk = one.get("/c/mentor/pairs")
    assert desk.status_code == 200
    assert "Alma" in desk.text
    assert press(other, path)[0] == 410
    assert other.get("/c/mentor/").status_code != 200


def test_links_lead_to_where_the_service_is(loaded: Shell) -> None:
    words = ("coordinator", "bo@example.org", "--programme", "mentor", "--department", "Språk")
    said, link = loaded.says(*words, TRAFF_BASE_URL="https://traff.example.org/")
    assert said == "bo@example.org coordinates Språk of mentor. Sign in once, within 24 hours:"
    assert link.startswith("https://traff.example.org/sign-in/")
    loaded.says(*words)
    assert granted(loaded) == [("bo@example.org", "Språk")], "twice is once, with another link"


def test_what_was_granted_is_taken_back_and_whoever_had_it_signed_out(
    loaded: Shell, browsers: tuple[FlaskClient, FlaskClient]
) -> None:
    words = ("coordinator", "bo@example.org", "--programme", "mentor")
    _, of_department = loaded.says(*words, "--department", "Språk")
    _, of_all = loaded.says(*words)
    one, other = browsers
    used, unused = (link.removeprefix("http://127.0.0.1:8000") for link in (of_all, of_department))
    assert press(one, used) == (303, "/c/mentor/")
    assert loaded.says(*words, "--revoke") == [
        "bo@example.org does not coordinate all of mentor any more, and is signed out everywhere.",
        "Still theirs: Språk.",
    ]
    assert one.get("/c/mentor/").status_code == 303, "signed out"
    assert press(other, unused)[0] == 410
    assert granted(loaded) == [("bo@example.org", "Språk")]
    assert loaded.refuses(*words, "--revoke").splitlines() == [
        "traff: bo@example.org does not coordinate all of mentor; what they do coordinate is: Språk."
    ]
    assert loaded.says(*words, "--department", "Språk", "--revoke") == [
        "bo@example.org does not coordinate Språk of mentor any more, and is signed out everywhere."
    ]
    assert granted(loaded) == []


REFUSED = {
    "an unknown programme": (
        ("bo@example.org", "--programme", "nowhere"),
        "traff: There is no programme nowhere; known are: mentor.",
    ),
    "an unknown department": (
        ("bo@example.org", "--programme", "mentor", "--department", "Fysiken"),
        "traff: The programme mentor has no department Fysiken; known are: Fysikum, Språk.",
    ),
    "to take back from a department that there is not": (
        ("bo@example.org", "--programme", "mentor", "--department", "Fysiken", "--revoke"),
        "traff: The programme mentor has no department Fysiken; known are: Fysikum, Språk.",
    ),
    "to take back what nobody had": (
        ("bo@example.org", "--programme", "mentor", "--revoke"),
        "traff: bo@example.org does not coordinate all of mentor; nor any of its departments.",
    ),
    "what is no address": (
        ("Bo", "--programme", "mentor"),
        "Error: Invalid value for EMAIL: 'Bo' is no e-mail address.",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_refused_grants_nothing(loaded: Shell, case: str) -> None:
    words, sentence = REFUSED[case]
    assert loaded.refuses("coordinator", *words).splitlines()[-1] == sentence
    assert granted(loaded) == []

"""A pool of links is brought in at the desk: looked at first, by whoever may import, and as the command does it."""

import io

import pytest
from sqlalchemy import select

from scheduler.models import AuditEntry, Host
from scheduler.states import Action, HostKind
from tests.builders import LINKS
from tests.web.conftest import Stage, Visitor
from tests.web.reading import Page
from tests.web.world import ALL, OTHER, PHYSICS, everything

AT, LOOK, LOAD = "/c/mentor/pool", "/c/mentor/pool/links", "/c/mentor/pool/links/load"
ONE, TWO = "https://zoom.example.com/j/1?pwd=a", "https://zoom.example.com/j/2?pwd=b"
HEAD = "name,join_url,passcode,capacity\n"
TABLE = f"{HEAD}Room 1,{ONE},472913,\nRoom 2,{TWO},,3\n"


def upload(visitor: Visitor, text: str, status: int = 200, token: str | None = None) -> Page:
    """Sends the file as a browser does; the page that comes back."""
    token = visitor.read(AT).form(LOOK).fields["csrf_token"] if token is None else token
    data = {"csrf_token": token, "links": (io.BytesIO(text.encode()), "rooms.csv")}
    headers = {"Referer": f"{LINKS.base_url}{AT}", "Accept-Language": visitor.languages}
    answer = visitor.client.post(
        f"{LINKS.base_url}{LOOK}", data=data, headers=headers, content_type="multipart/form-data"
    )
    assert answer.status_code == status, answer.text
    return Page(answer.text, AT)


def links(stage: Stage) -> list[tuple[str, str, int, bool]]:
    with stage.database.reading() as session:
        found = session.scalars(select(Host).where(Host.kind == HostKind.LINK).order_by(Host.id))
        return [(host.email, host.join_url, host.capacity, host.retired) for host in found]


def would(page: Page) -> list[str]:
    return [each.text for each in page.one("dl", id="would").all("dd")]


def test_shows_what_would_be_done_and_does_nothing_then_loads_exactly_that(stages: Stage) -> None:
    visitor = stages.visitor(email=ALL)
    before = everything(stages.database)
    page = upload(visitor, TABLE)
    assert would(page) == ["Room 1, Room 2"]
    assert everything(stages.database) == before
    answer = visitor.send(page.form(LOAD))
    assert (answer.status_code, answer.location) == (303, AT)
    assert links(stages) == [("Room 1", ONE, 1, False), ("Room 2", TWO, 3, False)]
    assert "Room 2" in visitor.read(AT).main.text
    with stages.database.reading() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == Action.LINKS_LOADED)).one()
        assert (entry.by, entry.details) == (ALL, {"created": 2, "changed": 0, "retired": 0})


def test_a_changed_table_says_what_changes_and_what_leaves(stage: Stage) -> None:
    visitor = stage.visitor(email=ALL)
    visitor.send(upload(visitor, TABLE).form(LOAD))
    assert "Nothing: all of it is there already." in upload(visitor, TABLE).main.text
    page = upload(visitor, f"{HEAD}Room 3,{TWO}&x=1,,\nRoom 1,{TWO},472913,\n")
    assert would(page) == ["Room 3", "Room 1", "Room 2"]
    visitor.send(page.form(LOAD))
    assert [(name, retired) for name, _, _, retired in links(stage)] == [
        ("Room 1", False), ("Room 2", True), ("Room 3", False),
    ]  # fmt: skip


def test_what_has_changed_meanwhile_is_shown_anew(stage: Stage) -> None:
    visitor = stage.visitor(email=ALL)
    form = upload(visitor, TABLE).form(LOAD)
    visitor.send(form)
    before = everything(stage.database)
    answer = visitor.send(form)
    assert answer.status_code == 409
    assert "Things have changed since you looked" in Page(answer.text, LOAD).one(role="alert").text
    assert everything(stage.database) == before


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "Files: choose at least one."),
        (f"{HEAD}Room,http://zoom.us/j/1,,\n", "links.csv line 2, column join_url"),
        (f"{HEAD}Room,{ONE},,11\n", "links.csv line 2, column capacity"),
        ("name,link\nx,y\n", "links.csv line 1"),
    ],
)
def test_mistakes_are_listed_by_their_place(stage: Stage, text: str, says: str) -> None:
    page = upload(stage.visitor(email=ALL), text, 422)
    assert says in page.one(role="alert").text
    assert links(stage) == []


@pytest.mark.parametrize("email", [PHYSICS, OTHER])
def test_only_for_a_whole_programmes_coordinators(stage: Stage, email: str) -> None:
    visitor = stage.visitor(email=email)
    token = visitor.read("/c/other/" if email == OTHER else AT).all("input", name="csrf_token")[0].attributes["value"]
    upload(visitor, TABLE, 404, token)
    assert visitor.post(LOAD, {"csrf_token": token, "links": "", "seen": ""}, page=AT).status_code == 404
    if email == PHYSICS:
        assert "pool/links" not in visitor.read(AT).html


def test_not_without_the_forms_token(stage: Stage) -> None:
    upload(stage.visitor(email=ALL), TABLE, 400, "forged")
    assert links(stage) == []

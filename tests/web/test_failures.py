"""When it does not work: a sentence, the right status, and a log that tells nobody's secrets."""

import logging
import re
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import TimeoutError as PoolTimeout

from scheduler.db import Database
from scheduler.errors import SlotTaken
from scheduler.web import create_web
from scheduler.web.site import site
from tests.builders import LINKS
from tests.web.conftest import SETTINGS, Clock, Stage, Visitor
from tests.web.reading import Page
from tests.web.world import ALL

AWAY = "The service cannot reach its database just now; please try again in a minute."
BROKEN = "Something broke on our side. It has been noted; please try again later."


@contextmanager
def logged() -> Iterator[list[str]]:
    """Everything that is written to any log meanwhile, tracebacks included."""
    lines: list[str] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(self.format(record))

    keep, root = Keep(), logging.getLogger()
    keep.setFormatter(logging.Formatter("%(levelname)s %(name)s %(message)s"))
    root.addHandler(keep)
    yield lines
    root.removeHandler(keep)


@pytest.fixture
def visitor_of() -> Iterator[Callable[[str], Visitor]]:
    """A visitor of an application whose database is at this address."""
    with ExitStack() as stack:

        def make(url: str) -> Visitor:
            database = Database(url)
            stack.callback(database.close)
            return Visitor(create_web(SETTINGS, database, LINKS, Clock()))

        yield make


VisitorOf = Callable[[str], Visitor]


class TestDatabaseAway:
    """Nothing at all answers at that port, so every connection is refused."""

    @pytest.fixture
    def refused(self) -> Iterator[str]:
        with socket.socket() as held:  # bound, and not listening
            held.bind(("127.0.0.1", 0))
            yield f"postgresql+psycopg://nobody:hunter2@127.0.0.1:{held.getsockname()[1]}/nothing"

    def test_is_said_with_when_to_come_back(self, refused: str, visitor_of: VisitorOf) -> None:
        visitor = visitor_of(refused)
        for address in ("/", "/p/mentor/", "/p/mentor/events.ics", LINKS.door(1, 1), LINKS.feed(1, 1)):
            with logged() as lines:
                answer = visitor.get(address)
            assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10"), address
            assert AWAY in Page(answer.text).main.text
            assert answer.headers["Cache-Control"] == "private, no-store"
            assert len(lines) == 1
            assert "the database does not answer" in lines[0]
            assert not re.search(r"hunter2|/j/|/feeds/|[a-z2-7]{32}", "".join(lines))

    def test_in_the_visitors_language(self, refused: str, visitor_of: VisitorOf) -> None:
        visitor = visitor_of(refused)
        visitor.languages = "sv"
        page = visitor.read("/", 503)
        assert (page.language, page.heading) == ("sv", "Något gick fel")

    def test_to_who_is_signed_in_as_well(self, stage: Stage, refused: str, visitor_of: VisitorOf) -> None:
        cookie = stage.visitor(email=ALL).client.get_cookie("traff", domain="traff.example.org")
        visitor = visitor_of(refused)
        assert cookie is not None
        visitor.client.set_cookie("traff", cookie.value, domain="traff.example.org")
        assert {visitor.get(address).status_code for address in ("/", "/c/mentor/", "/p/mentor/")} == {503}
        assert visitor.get("/nothing").status_code == 404

    def test_to_who_joins_and_who_signs_in(self, refused: str, visitor_of: VisitorOf) -> None:
        visitor = visitor_of(refused)
        assert visitor.post(LINKS.door(1, 1)).status_code == 503
        address = LINKS.sign_in(1, 1)
        assert visitor.send(visitor.read(address).form(address)).status_code == 503

    def test_what_needs_no_database_works(self, refused: str, visitor_of: VisitorOf) -> None:
        visitor = visitor_of(refused)
        assert visitor.get("/static/traff.css").status_code == 200
        assert visitor.get("/sign-in").status_code == 200

    def test_nor_is_a_folder_where_the_file_should_be(self, tmp_path: Path, visitor_of: VisitorOf) -> None:
        assert visitor_of(f"sqlite:///{tmp_path}").get("/").status_code == 503


class TestDatabaseLost:
    def test_when_its_server_drops_us_the_next_request_is_served(
        self, postgres: Database, visitor_of: VisitorOf
    ) -> None:
        visitor = visitor_of(postgres.url)
        assert visitor.get("/").status_code == 200
        with postgres.engine.begin() as connection:
            connection.execute(
                text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                     "WHERE datname = current_database() AND pid <> pg_backend_pid()")
            )  # fmt: skip
        assert visitor.get("/").status_code == 200

    def test_in_the_middle_of_a_request_it_is_503(self, postgres: Database) -> None:
        app = create_web(SETTINGS, postgres, LINKS, Clock())

        @app.get("/cut")
        def cut() -> str:
            with site().database.reading() as session:
                session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
            return "never"

        answer = Visitor(app).get("/cut")
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")

    def test_all_connections_taken_is_503(self, stage: Stage) -> None:
        @stage.app.get("/crowded")
        def crowded() -> str:
            raise PoolTimeout("QueuePool limit of size 5 overflow 10 reached")

        assert stage.visitor().get("/crowded").status_code == 503


class TestBug:
    @pytest.fixture
    def app(self, stage: Stage) -> Flask:
        """The application with a mistake behind a door."""

        @stage.app.get("/k/<token>")
        def mistaken(token: str) -> str:
            assert token
            return str(1 // 0)

        return stage.app

    def test_is_one_sentence_on_a_page(self, app: Flask) -> None:
        answer = Visitor(app).get("/k/3-1-secret")
        assert answer.status_code == 500
        page = Page(answer.text)
        assert page.main.text == f"Something went wrong {BROKEN} To the start page"
        assert "ZeroDivisionError" not in answer.text
        assert answer.headers["Cache-Control"] == "private, no-store"

    def test_is_logged_with_its_view_and_traceback_but_not_its_address(self, app: Flask) -> None:
        with logged() as lines:
            Visitor(app).get("/k/3-1-secret?mail=somebody@example.org", Referer=f"{LINKS.base_url}/j/4-1-secret")
        (line,) = lines
        assert line.startswith("ERROR scheduler.web bug in mistaken [GET]\nTraceback")
        assert "ZeroDivisionError" in line
        assert not re.search(r"secret|/k/|/j/|somebody@", line)

    def test_values_of_a_query_are_not_logged(self, stages: Stage) -> None:
        @stages.app.get("/bad-query")
        def bad_query() -> str:
            with site().database.reading() as session:
                session.execute(
                    text("SELECT :secret FROM no_such_table WHERE 1 = :other"), {"secret": "s3cr", "other": 1}
                )
            return ""

        with logged() as lines:
            assert stages.visitor().get("/bad-query").status_code >= 500
        assert "s3cr" not in "".join(lines)


class TestRefusals:
    def test_what_the_domain_refuses_is_409_in_the_visitors_language(self, stage: Stage) -> None:
        @stage.app.get("/taken")
        def taken() -> str:
            raise SlotTaken

        page = stage.visitor(languages="sv").read("/taken", 409)
        assert page.one(class_="lead").text == "En av de två är redan i ett möte då. Välj en annan tid."

    def test_a_failure_page_has_nothing_but_the_way_back(self, stage: Stage) -> None:
        visitor = stage.visitor(email=ALL)
        answer = visitor.get("/nothing")
        page = Page(answer.text)
        assert page.links == {"To the content": "#content", "Träff": "/", "To the start page": "/"}
        assert not page.all("form")
        assert "Set-Cookie" not in answer.headers

    @pytest.mark.parametrize(
        ("method", "allowed"), [("PUT", {"GET", "HEAD", "OPTIONS"}), ("TRACE", {"GET", "HEAD", "OPTIONS"})]
    )
    def test_what_is_not_allowed_says_what_is(self, visitor: Visitor, method: str, allowed: set[str]) -> None:
        answer = visitor.get("/p/mentor/", method=method)
        assert answer.status_code == 405
        assert {each.strip() for each in answer.headers["Allow"].split(",")} == allowed
        assert "That cannot be done at this address." in answer.text

    def test_of_a_head_request_only_the_status_is_sent(self, visitor: Visitor) -> None:
        answer = visitor.get("/nothing", method="HEAD")
        assert (answer.status_code, answer.data) == (404, b"")

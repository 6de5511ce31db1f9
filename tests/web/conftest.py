"""The application over a real database, and visitors who use it as browsers do."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urljoin

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from scheduler.db import Database
from scheduler.models import Pair
from scheduler.programme.people import sign_ins
from scheduler.settings import Settings
from scheduler.web import create_web
from tests.builders import LINKS, NOW, SECRET
from tests.web.reading import Form, Page
from tests.web.world import World, fill, seat

SETTINGS = Settings(
    database_url="",
    secret_key=SECRET,
    base_url=LINKS.base_url,
    mail_url="maildir:var/mail",
    mail_from="traff@example.org",
    zoom=None,
    trusted_proxies=0,
)


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


class Visitor:
    """A browser: keeps cookies, follows nothing by itself, sends forms with all their fields and where they stood."""

    def __init__(self, app: Flask, *, languages: str = "en") -> None:
        self.client = app.test_client()
        self.languages = languages

    def get(self, address: str, *, method: str = "GET", **headers: str) -> TestResponse:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        named = {"Accept-Language": self.languages, **named}
        return self.client.open(urljoin(LINKS.base_url, address), method=method, headers=named, buffered=True)

    def read(self, address: str, status: int = 200) -> Page:
        answer = self.get(address)
        assert answer.status_code == status, (answer.status, answer.text)
        return Page(answer.text, address)

    def post(
        self, address: str, fields: Mapping[str, str | list[str]] | None = None, *, page: str = "/"
    ) -> TestResponse:
        headers = {"Accept-Language": self.languages, "Referer": urljoin(LINKS.base_url, page)}
        return self.client.post(urljoin(LINKS.base_url, address), data=fields, headers=headers)

    def send(self, form: Form, **fields: str) -> TestResponse:
        assert form.method == "post"
        return self.post(form.action, {**form.fields, **fields}, page=form.page)


@dataclass
class Stage:
    """An application, its database and clock, and what is in it."""

    app: Flask
    database: Database
    clock: Clock
    world: World

    def visitor(self, *, languages: str = "en", email: str = "") -> Visitor:
        """Somebody at a browser of their own; signed in, if an address is given."""
        visitor = Visitor(self.app, languages=languages)
        if email:
            address = self.sign_in_link(email)
            assert visitor.send(visitor.read(address).form(address)).status_code == 303
        return visitor

    def sign_in_link(self, email: str, *, valid: timedelta = timedelta(hours=1)) -> str:
        with self.database.writing() as session:
            made = sign_ins.make(session, email, valid=valid, now=self.clock())
            return LINKS.sign_in(made.id, made.nonce)

    def door(self, meeting: str = "video", who: str = "mentee") -> str:
        """The address of this person's door to this meeting."""
        with self.database.reading() as session:
            found = seat(session, self.world.meetings[meeting], who)
            return LINKS.door(found.id, found.door_generation)

    def feed(self, pair: str, who: str = "mentee") -> str:
        """The address of this person's feed."""
        with self.database.reading() as session:
            found = session.get_one(Pair, self.world.pairs[pair])
            person = found.mentee if who == "mentee" else found.mentor
            return LINKS.feed(person.id, person.feed_generation)


def staged(database: Database, world: World) -> Stage:
    clock = Clock()
    return Stage(create_web(SETTINGS, database, LINKS, clock), database, clock, world)


@pytest.fixture(scope="session")
def filled(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, World]:
    """The world, as an SQLite file."""
    path = tmp_path_factory.mktemp("world") / "traff.db"
    path.write_bytes(sqlite_template.read_bytes())
    database = Database(f"sqlite:///{path}")
    with database.writing() as session:
        world = fill(session)
    database.close()
    return path.read_bytes(), world


@pytest.fixture
def stage(filled: tuple[bytes, World], tmp_path: Path) -> Iterator[Stage]:
    """The world, on SQLite."""
    path = tmp_path / "world.db"
    path.write_bytes(filled[0])
    database = Database(f"sqlite:///{path}")
    yield staged(database, filled[1])
    database.close()


@pytest.fixture(params=["sqlite", "postgres"])
def stages(request: pytest.FixtureRequest) -> Stage:
    """The world, on SQLite and then on PostgreSQL."""
    if request.param == "sqlite":
        found: Stage = request.getfixturevalue("stage")
        return found
    database: Database = request.getfixturevalue("postgres")
    with database.writing() as session:
        world = fill(session)
    return staged(database, world)


@pytest.fixture
def empty(sqlite: Database) -> Stage:
    """The application over an empty database."""
    return staged(sqlite, World())


@pytest.fixture
def visitor(stage: Stage) -> Visitor:
    return stage.visitor()

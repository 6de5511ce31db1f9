"""A browser, and the application served to it over a small programme."""

import dataclasses
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from sqlalchemy import select

from scheduler.db import Database
from scheduler.models import Membership, Person, TimesRequest
from scheduler.presenters.links import Links
from scheduler.programme.people import sign_ins
from scheduler.web import create_web
from tests.browser.live import Served, elsewhere, served
from tests.builders import NOW, SECRET
from tests.conftest import need
from tests.web.conftest import SETTINGS
from tests.web.world import ALL, World, fill, seat

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
PATIENCE = 60_000  # milliseconds, for machines with much else to do
WIDE, PHONE, NARROW = 1280, 390, 320
STOCKHOLM, NEW_YORK = "Europe/Stockholm", "America/New_York"

expect.set_options(timeout=PATIENCE)


@dataclass(frozen=True)
class Live:
    """The application at an address, its links, and what is in it."""

    server: Served
    database: Database
    links: Links
    world: World

    def door(self, meeting: str, who: str = "mentee") -> str:
        with self.database.reading() as session:
            found = seat(session, self.world.meetings[meeting], who)
            return self.links.door(found.id, found.door_generation)

    def times(self, email: str) -> str:
        """The link by which this person gives their times."""
        with self.database.writing() as session:
            person = session.scalars(select(Person).where(Person.email == email)).one()
            member = session.scalars(select(Membership).where(Membership.person_id == person.id)).one()
            query = select(TimesRequest).where(TimesRequest.person_id == person.id)
            asked = session.scalars(query).one_or_none()
            if asked is None:
                asked = TimesRequest(programme_id=member.programme_id, person_id=person.id, asked_at=NOW)
                session.add(asked)
                session.flush()
            return self.links.times(asked.id, asked.generation)

    def sign_in_link(self, email: str = ALL) -> str:
        with self.database.writing() as session:
            made = sign_ins.make(session, email, valid=timedelta(hours=1), now=NOW)
            return self.links.sign_in(made.id, made.nonce)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    found = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if found is None:
        need("Chromium")
    with sync_playwright() as playwright:
        args = ["--no-sandbox", "--disable-dev-shm-usage"]
        made = playwright.chromium.launch(executable_path=found, args=args, timeout=3 * PATIENCE)
        yield made
        made.close()


@contextmanager
def opened(template: Path, path: Path) -> Iterator[Live]:
    """The application, served over a world of its own in the file."""
    path.write_bytes(template.read_bytes())
    database = Database(f"sqlite:///{path}")
    with database.writing() as session:
        world = fill(session)
    with served() as server:
        links = Links(server.url, SECRET)
        settings = dataclasses.replace(SETTINGS, base_url=server.url)
        server.application = create_web(settings, database, links, lambda: NOW)
        yield Live(server, database, links, world)
    database.close()


@pytest.fixture(scope="session")
def live(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """The application, served. Its database is everybody's: a test that writes has a meeting of its own."""
    with opened(sqlite_template, tmp_path_factory.mktemp("live") / "traff.db") as found:
        yield found


@pytest.fixture(scope="session")
def meeting_service() -> Iterator[str]:
    """The address of somebody else's server."""
    with elsewhere() as url:
        yield url


def sign_in(page: Page, link: str) -> None:
    """Presses the button of the link, and waits for the page that it leads to."""
    page.goto(link)
    page.locator("main button").click()
    page.wait_for_url(lambda url: url != link)


Visit = Callable[..., "Tab"]


@dataclass(frozen=True)
class Tab:
    """A page in a browser of its own, and everything the browser complained about there."""

    page: Page
    complaints: list[str]


@pytest.fixture
def visit(browser: Browser, live: Live) -> Iterator[Visit]:
    """Opens a tab: `visit(language="sv-SE", zone=..., width=..., scripts=False, signed_in=True)`."""
    with ExitStack() as stack:

        def open_tab(
            *, language: str = "en-GB", zone: str = STOCKHOLM, width: int = WIDE, scripts: bool = True,
            signed_in: bool = False,
        ) -> Tab:  # fmt: skip
            context: BrowserContext = browser.new_context(
                locale=language, timezone_id=zone, viewport={"width": width, "height": 900}, java_script_enabled=scripts
            )
            stack.callback(context.close)
            context.set_default_timeout(PATIENCE)
            page, complaints = context.new_page(), list[str]()
            page.on("console", lambda message: complaints.append(message.text))
            page.on("pageerror", lambda error: complaints.append(str(error)))
            if signed_in:
                sign_in(page, live.sign_in_link())
            return Tab(page, complaints)

        yield open_tab

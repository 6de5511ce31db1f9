"""A browser, and the application served to it over a small programme."""

import dataclasses
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from scheduler.db import Database
from scheduler.presenters.links import Links
from scheduler.programme import access
from scheduler.web import create_web
from tests.browser.live import Served, elsewhere, served
from tests.builders import NOW, SECRET
from tests.conftest import need
from tests.web.conftest import SETTINGS
from tests.web.world import ALL, World, fill, seat

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
WIDE, PHONE, NARROW = 1280, 390, 320
STOCKHOLM, NEW_YORK = "Europe/Stockholm", "America/New_York"


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

    def sign_in_link(self) -> str:
        with self.database.writing() as session:
            return self.links.sign_in(access.make_sign_in(session, ALL, valid=timedelta(hours=1), now=NOW))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    found = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if found is None:
        need("Chromium")
    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-dev-shm-usage"])
        yield made
        made.close()


@pytest.fixture(scope="session")
def live(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """The application, served. Its database is everybody's: a test that writes has a meeting of its own."""
    path = tmp_path_factory.mktemp("live") / "traff.db"
    path.write_bytes(sqlite_template.read_bytes())
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
def meeting_service() -> Iterator[str]:
    """The address of somebody else's server."""
    with elsewhere() as url:
        yield url


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
            context.set_default_timeout(15_000)
            page, complaints = context.new_page(), list[str]()
            page.on("console", lambda message: complaints.append(message.text))
            page.on("pageerror", lambda error: complaints.append(str(error)))
            if signed_in:
                page.goto(live.sign_in_link())
                page.locator("main button").click()
            return Tab(page, complaints)

        yield open_tab

"""Signing in and one's own page, in a real browser: by keyboard, without scripts, on a phone, for everybody."""

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from scheduler.models import Person, SignIn
from tests.browser.conftest import NARROW, PHONE, WIDE, Live, Visit, sign_in
from tests.browser.test_pages import faults, scrolls_sideways

HANNA, AXEL = "hanna.held@example.org", "axel.abroad@example.org"


def code(live: Live) -> str:
    """The code in the latest mail."""
    with live.database.reading() as session:
        found = session.scalars(select(SignIn).order_by(SignIn.id.desc())).first()
        assert found is not None
        return live.links.code(found.id, found.nonce)


def is_for_everybody(page: Page) -> None:
    for width in (WIDE, PHONE, NARROW):
        page.set_viewport_size({"width": width, "height": 900})
        assert not scrolls_sideways(page), width
    assert faults(page) == []


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_by_keyboard_and_code_to_the_page_that_was_wanted(live: Live, visit: Visit, scripts: bool) -> None:
    page = visit(width=PHONE, scripts=scripts).page
    page.goto(f"{live.server.url}/me/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    page.get_by_label("Your e-mail address").focus()
    page.keyboard.type("nonsense\n")
    expect(page.get_by_role("alert")).to_contain_text("write it whole")
    page.get_by_label("Your e-mail address").fill(HANNA)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Look into your mail")
    page.get_by_label("The code in the mail").fill("AAAA-AAAA")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("not the code")
    page.get_by_label("The code in the mail").fill(code(live).lower())
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Hanna Held")


def test_a_wrong_code_is_said_for_everybody(live: Live, visit: Visit) -> None:
    page = visit().page
    page.goto(f"{live.server.url}/sign-in")
    page.get_by_label("Your e-mail address").fill("nobody@example.org")
    page.keyboard.press("Enter")
    page.get_by_label("The code in the mail").fill("AAAA-AAAA")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    is_for_everybody(page)


@pytest.mark.parametrize("email", [AXEL, HANNA])  # who speaks Swedish, and who speaks English
def test_ones_own_page_is_for_everybody(live: Live, visit: Visit, email: str) -> None:
    tab = visit()
    sign_in(tab.page, live.sign_in_link(email))
    expect(tab.page.locator("html")).to_have_attribute("lang", "sv" if email == AXEL else "en")
    is_for_everybody(tab.page)
    assert tab.complaints == []


def test_moving_abroad_and_leaving_every_browser(live: Live, visit: Visit) -> None:
    here, there = visit(width=PHONE, scripts=False).page, visit().page
    for page in (here, there):
        sign_in(page, live.sign_in_link(HANNA))
    here.get_by_label("Time zone").select_option("America/Los_Angeles")
    here.get_by_role("region", name="Your zone and language").get_by_role("button", name="Save").click()
    expect(here.get_by_role("status")).to_contain_text("Your hours now mean the clock in Los Angeles.")
    with live.database.reading() as session:
        found = session.scalars(select(Person).where(Person.email == HANNA)).one()
        assert found.timezone == "America/Los_Angeles"
    here.get_by_role("button", name="Sign out everywhere").click()
    expect(here.get_by_role("link", name="Sign in")).to_be_visible()
    there.goto(f"{live.server.url}/me/")
    expect(there.get_by_role("heading", level=1)).to_have_text("Sign in")

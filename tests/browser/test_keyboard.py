"""Everything by keyboard alone."""

import re

from playwright.sync_api import Page, expect

from scheduler.models import Meeting
from tests.browser.conftest import NARROW, PHONE, WIDE, Live, Visit

RING = ["solid", "3px", "rgb(194, 87, 0)"]
FOCUSABLE = ":is(a[href], button, summary, input:not([type=hidden])):visible"


def focused(page: Page) -> str:
    return str(page.evaluate("() => document.activeElement.outerHTML.slice(0, 200)"))


def tab_to(page: Page, selector: str) -> None:
    """Presses Tab until the focus is there."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"Tab never comes to {selector}")


def test_the_first_tab_skips_to_the_content(live: Live, visit: Visit) -> None:
    tab = visit()
    tab.page.goto(f"{live.server.url}/p/mentor/")
    link = tab.page.get_by_text("To the content")
    hidden = link.bounding_box()
    assert hidden is not None
    assert hidden["width"] <= 1
    tab.page.keyboard.press("Tab")
    shown = link.bounding_box()
    assert shown is not None
    assert shown["width"] > 50
    tab.page.keyboard.press("Enter")
    expect(tab.page.locator("main#content")).to_be_focused()
    tab.page.keyboard.press("Tab")
    assert "Evening workshop" in focused(tab.page)
    assert tab.complaints == []


def test_everything_is_reached_in_the_order_of_the_page_and_is_seen(live: Live, visit: Visit) -> None:
    tab = visit(signed_in=True, width=PHONE)
    for path in ("/c/mentor/", "/c/mentor/pairs", f"/c/mentor/meetings/{live.world.meetings['abroad']}"):
        tab.page.goto(f"{live.server.url}{path}")
        tab.page.locator("details").evaluate_all("all => all.forEach(each => { each.open = true })")
        wanted = tab.page.locator(FOCUSABLE).evaluate_all("all => all.map(each => each.outerHTML.slice(0, 200))")
        reached = []
        for _ in wanted:
            tab.page.keyboard.press("Tab")
            reached.append(focused(tab.page))
            ring = tab.page.evaluate(
                """() => { const style = getComputedStyle(document.activeElement);
                           return [style.outlineStyle, style.outlineWidth, style.outlineColor]; }"""
            )
            assert ring == RING, f"nobody sees that the focus is on {reached[-1]}"
        assert reached == wanted


def test_more_of_the_desk_opens_below_its_pages_and_covers_nothing(live: Live, visit: Visit) -> None:
    for width in (WIDE, PHONE, NARROW):
        tab = visit(signed_in=True, width=width)
        tab.page.goto(f"{live.server.url}/c/mentor/pairs")
        heading, history = tab.page.get_by_role("heading", level=1), tab.page.get_by_role("link", name="History")
        expect(history).to_be_hidden()
        tab_to(tab.page, "summary")
        tab.page.keyboard.press("Space")
        expect(history).to_be_visible()
        below, above = heading.bounding_box(), history.bounding_box()
        assert below is not None
        assert above is not None
        assert above["y"] + above["height"] <= below["y"]
        tab_to(tab.page, "a[href$='/history']")
        tab.page.keyboard.press("Enter")
        expect(heading).to_have_text("History")
        expect(history).to_be_hidden()


def test_signing_in_and_out(live: Live, visit: Visit) -> None:
    tab = visit()
    tab.page.goto(live.sign_in_link())
    tab_to(tab.page, "main button")
    tab.page.keyboard.press("Enter")
    expect(tab.page.get_by_role("heading", level=1)).to_have_text("The mentorship programme")
    tab_to(tab.page, "form[action='/sign-out'] button")
    tab.page.keyboard.press("Space")
    expect(tab.page.get_by_role("heading", level=1)).to_have_text("Mentorship programmes")
    expect(tab.page.get_by_role("link", name="Sign in")).to_be_visible()


def test_pasting_a_link_and_hearing_of_the_mistake(live: Live, visit: Visit) -> None:
    tab = visit(signed_in=True, language="sv-SE")
    address = f"{live.server.url}/c/mentor/meetings/{live.world.meetings['abroad']}"
    tab.page.goto(address)
    tab_to(tab.page, "#link")
    tab.page.keyboard.type("meet.example.net/room")
    tab.page.keyboard.press("Enter")
    expect(tab.page.get_by_role("alert")).to_have_text(re.compile("^Länk: klistra in hela adressen"))
    field = tab.page.get_by_label("En egen länk")
    expect(field).to_be_focused()
    expect(field).to_have_value("meet.example.net/room")
    expect(field).to_have_accessible_description(re.compile("klistra in hela adressen"))
    assert field.get_attribute("aria-invalid") == "true"
    tab.page.keyboard.press("Home")
    tab.page.keyboard.type("https://")
    tab.page.keyboard.press("Enter")
    expect(tab.page.get_by_role("status")).to_have_text("Sparat.")
    assert tab.page.url == address
    with live.database.reading() as session:
        found = session.get_one(Meeting, live.world.meetings["abroad"])
        assert found.link == "https://meet.example.net/room"


def test_choosing_the_language_stays_on_the_page(live: Live, visit: Visit) -> None:
    tab = visit()
    tab.page.goto(f"{live.server.url}/p/mentor/e/workshop/")
    tab_to(tab.page, "button[value=sv]")
    tab.page.keyboard.press("Enter")
    expect(tab.page.get_by_role("heading", level=1)).to_have_text("Kväll workshop")
    assert tab.page.url == f"{live.server.url}/p/mentor/e/workshop/"

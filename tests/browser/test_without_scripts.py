"""The pages do all their work without JavaScript."""

import pytest
from playwright.sync_api import expect

from scheduler.models import Meeting
from tests.browser.conftest import PHONE, Live, Tab, Visit


@pytest.fixture
def tab(visit: Visit) -> Tab:
    return visit(scripts=False, width=PHONE)


def test_reading(live: Live, tab: Tab) -> None:
    tab.page.goto(live.server.url)
    tab.page.get_by_role("link", name="The mentorship programme").click()
    tab.page.get_by_role("link", name="Evening workshop").click()
    expect(tab.page.get_by_role("heading", level=1)).to_have_text("Evening workshop")
    expect(tab.page.get_by_text("Monday 9 November 2026, 18:00–20:00, Stockholm (GMT+1)", exact=True)).to_be_visible()
    with tab.page.expect_download() as download:
        tab.page.get_by_role("link", name="Add to your calendar").click()
    assert download.value.suggested_filename == "mentor-workshop.ics"


def test_choosing_a_language(live: Live, tab: Tab) -> None:
    tab.page.goto(f"{live.server.url}/p/mentor/")
    tab.page.get_by_role("button", name="Svenska").click()
    expect(tab.page.get_by_role("heading", level=1)).to_have_text("Mentorprogrammet")


def test_coordinating(live: Live, tab: Tab) -> None:
    tab.page.goto(live.sign_in_link())
    tab.page.get_by_role("main").get_by_role("button", name="Sign in").click()
    tab.page.get_by_role("navigation").get_by_role("link", name="Pairs", exact=True).click()
    tab.page.get_by_role("row").filter(has_text="Bodil Engelsk").get_by_role("link", name="9 Nov").click()
    link = tab.page.get_by_label("A link of your own")
    link.fill("nonsense")
    tab.page.get_by_role("button", name="Save the link").click()
    expect(tab.page.get_by_role("alert")).to_be_visible()
    expect(link).to_have_value("nonsense")
    link.fill("https://meet.example.net/bodil")
    tab.page.get_by_role("button", name="Save the link").click()
    expect(tab.page.get_by_role("status")).to_have_text("Saved.")
    with live.database.reading() as session:
        assert session.get_one(Meeting, live.world.meetings["pending"]).link == "https://meet.example.net/bodil"
    tab.page.get_by_text("More", exact=True).click()
    tab.page.get_by_role("link", name="Deliveries").click()
    tab.page.get_by_role("link", name="Failed 1").click()
    expect(tab.page.get_by_text("550 no such mailbox")).to_be_visible()

"""Registering in a real browser: with its zone, without scripts, from the waitlist to a seat; for everybody to read."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from scheduler.models import Event, Programme, Registration
from scheduler.programme.events import registrations
from scheduler.states import EventFormat
from tests.browser.conftest import NARROW, PHONE, WIDE, Live, Visit, opened
from tests.browser.test_pages import REFUSED, faults, scrolls_sideways
from tests.builders import NOW, a_registration, an_event

QUESTION = {"name": "topic", "text": {"en": "Your topic?", "sv": "Ditt ämne?"}, "required": True}


@pytest.fixture
def live(sqlite_template: Path, tmp_path: Path) -> Iterator[Live]:
    """A world of one's own, with a workshop that has a question and one seat."""
    with opened(sqlite_template, tmp_path / "traff.db") as found:
        with found.database.writing() as session:
            programme = session.scalars(select(Programme).where(Programme.slug == "mentor")).one()
            hybrid: dict[str, Any] = {
                "format": EventFormat.HYBRID,
                "place": "Aula Magna",
                "link": "https://meet.example.net/evening",
            }
            an_event(session, programme, "evening", capacity=1, questions=[QUESTION], **hybrid)
        yield found


def page_of(live: Live) -> str:
    return f"{live.server.url}/p/mentor/e/evening/"


def fill_in(page: Page, name: str) -> None:
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("E-mail").fill(f"{name.lower()}@example.org")
    page.get_by_label("Your topic?").fill("Light")
    page.get_by_role("checkbox").check()


def rows(live: Live) -> list[tuple[str, str, str]]:
    with live.database.reading() as session:
        found = session.scalars(select(Registration).order_by(Registration.number))
        return [(row.name, row.timezone, row.state.value) for row in found]


def test_the_browsers_zone_is_chosen_and_can_be_changed(live: Live, visit: Visit) -> None:
    tab = visit(zone="America/Los_Angeles", width=PHONE)
    tab.page.goto(page_of(live))
    zone, line = tab.page.get_by_label("Your time zone"), tab.page.locator("#in-that-zone")
    expect(zone).to_have_value("America/Los_Angeles")
    expect(line).to_contain_text("09:00–11:00 (America/Los_Angeles)")
    zone.select_option("Asia/Tokyo")
    expect(line).to_contain_text("10 November, 02:00–04:00 (Asia/Tokyo)")
    fill_in(tab.page, "Rut")
    tab.page.get_by_role("button", name="Register").click()
    expect(tab.page.get_by_role("status")).to_contain_text("You have a seat.")
    expect(tab.page.locator("main")).to_contain_text("02:00–04:00, Tokyo (GMT+9)")
    assert rows(live) == [("Rut", "Asia/Tokyo", "confirmed")]
    assert tab.complaints == []


def test_what_was_chosen_stays_when_something_else_is_wrong(live: Live, visit: Visit) -> None:
    tab = visit(zone="America/Los_Angeles")
    tab.page.goto(page_of(live))
    tab.page.get_by_label("Your time zone").select_option("Asia/Tokyo")
    tab.page.get_by_role("button", name="Register").click()
    problems = tab.page.get_by_role("alert")
    expect(problems).to_contain_text("Name: write yours")
    expect(tab.page.get_by_label("Your time zone")).to_have_value("Asia/Tokyo")
    problems.get_by_role("link", name="Name: ").click()
    expect(tab.page.get_by_label("Name", exact=True)).to_be_in_viewport()
    assert faults(tab.page) == []
    assert [each for each in tab.complaints if not each.startswith(REFUSED)] == []


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_from_the_waitlist_to_a_seat_that_another_gives_up(live: Live, visit: Visit, scripts: bool) -> None:
    first, second = (visit(scripts=scripts, width=PHONE).page for _ in range(2))
    for page, name, button in ((first, "Ada", "Register"), (second, "Bo", "Join the waitlist")):
        page.goto(page_of(live))
        fill_in(page, name)
        page.get_by_role("button", name=button).click()
    expect(second.get_by_role("status")).to_contain_text("You are on the waitlist, as number 1.")
    first.get_by_role("link", name="Give up your place").click()
    first.get_by_role("button", name="Give up your place").click()
    expect(first.get_by_role("status")).to_contain_text("Your place is given up.")
    second.reload()
    expect(second.get_by_role("status")).to_contain_text("You have a seat.")
    assert rows(live) == [("Ada", "Europe/Stockholm", "cancelled"), ("Bo", "Europe/Stockholm", "confirmed")]


def test_every_page_can_be_read_by_everybody(live: Live, visit: Visit) -> None:
    with live.database.writing() as session:
        found = session.scalars(select(Event).where(Event.slug == "evening")).one()
        made = [
            a_registration(session, found, name, answers={"topic": "Light"}, timezone="America/New_York", locale="sv")
            for name in ("Ada A", "Bo B")
        ]
        receipts = [live.links.receipt(each.id, 1) for each in made]
        doors = [live.links.event_door(each.id, 1) for each in made]
        gone = a_registration(session, found, "Cy C", answers={"topic": "Light"})
        registrations.cancel(session, gone, by="", now=NOW)
        receipts.append(live.links.receipt(gone.id, 1))
    tab = visit(language="sv-SE")
    pages = [page_of(live), f"{page_of(live)}sent", *receipts, *(f"{each}/cancel" for each in receipts), *doors]
    for address in pages:
        tab.page.goto(address)
        assert tab.page.locator("h1").count() == 1, address
        for width in (WIDE, PHONE, NARROW):
            tab.page.set_viewport_size({"width": width, "height": 900})
            assert not scrolls_sideways(tab.page), (address, width)
            if width != NARROW:
                assert faults(tab.page) == [], (address, width)
    assert tab.complaints == []

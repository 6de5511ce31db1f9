"""A coordinator writes an event, publishes and moves it, and sees who comes: with scripts and without, on a phone."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from scheduler.models import Event, Person
from tests.browser.conftest import NARROW, PHONE, WIDE, Live, Visit, opened
from tests.browser.test_pages import faults, scrolls_sideways
from tests.builders import a_place, a_registration

TITLE = "Goals & meaning"


@pytest.fixture
def live(sqlite_template: Path, tmp_path: Path) -> Iterator[Live]:
    """A world of its own, since events are everybody's."""
    with opened(sqlite_template, tmp_path / "traff.db") as found:
        yield found


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_from_an_empty_form_to_who_comes(live: Live, visit: Visit, scripts: bool) -> None:
    tab = visit(scripts=scripts, width=PHONE, signed_in=True)
    page = tab.page
    page.get_by_role("navigation").get_by_role("link", name="Events").click()
    page.get_by_role("link", name="New event").click()
    page.get_by_label("Title in English").fill(TITLE)
    page.get_by_label("For whom").select_option("For everybody")
    page.get_by_label("Start", exact=True).fill("2026-11-17T17:00")
    page.get_by_label("Minutes").fill("90")
    page.get_by_label("Seats", exact=True).fill("1")
    page.get_by_label("Question in English").first.fill("Any diet?")
    page.get_by_role("button", name="Create as a draft").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"{TITLE} Draft")
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"{TITLE} Published")
    with live.database.writing() as session:
        event = session.scalars(select(Event).where(Event.slug == "goals-meaning")).one()
        for name in ("Ada First", "Bea Second"):
            a_registration(session, event, name, answers={"any-diet": "vegan"})
    page.get_by_role("link", name="Move").click()
    page.get_by_label("Start", exact=True).fill("2026-11-18T17:30")
    page.get_by_role("button", name="Move and tell 2 people").click()
    expect(page.get_by_role("status")).to_have_text("Moved.")
    expect(page.get_by_text("Wednesday 18 November 2026, 17:30–19:00, Stockholm (GMT+1)")).to_be_visible()
    page.get_by_role("link", name="Edit").click()
    page.get_by_label("Seats", exact=True).fill("2")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("2 of 2 taken")).to_be_visible()
    page.get_by_role("link", name="Registrations").click()
    expect(page.get_by_role("row").filter(has_text="Bea Second")).to_contain_text("vegan")
    assert tab.complaints == []


@pytest.mark.parametrize("language", ["en-GB", "sv-SE"])
def test_its_pages_can_be_read_by_everybody(live: Live, visit: Visit, language: str) -> None:
    with live.database.writing() as session:
        events = {event.slug: event for event in session.scalars(select(Event))}
        for slug in ("workshop", "kick-off"):
            events[slug].questions = [{"name": "diet", "text": {"en": "Any diet?"}, "required": False}]
        workshop, over = events["workshop"].id, events["kick-off"].id
        person = session.scalars(select(Person).where(Person.name == "Alva Fysik")).one()
        alva = a_place(session, events["workshop"], person).id
        a_place(session, events["kick-off"], person)
    tab = visit(language=language, signed_in=True)
    for path in (
        "events", "events/new", f"events/{workshop}", f"events/{workshop}/edit", f"events/{workshop}/move",
        f"events/{workshop}/cancel", f"events/{workshop}/invitations", f"events/{workshop}/registrations",
        f"events/{workshop}/registrations/{alva}/cancel", f"events/{over}", f"events/{over}/registrations",
    ):  # fmt: skip
        tab.page.goto(f"{live.server.url}/c/mentor/{path}")
        assert tab.page.locator("html").get_attribute("lang") == language[:2], path
        assert tab.page.locator("h1").count() == 1, path
        for width in (WIDE, PHONE, NARROW):
            tab.page.set_viewport_size({"width": width, "height": 900})
            assert not scrolls_sideways(tab.page), (path, width)
            if width != NARROW:
                assert faults(tab.page) == [], (path, width)
    assert tab.complaints == []

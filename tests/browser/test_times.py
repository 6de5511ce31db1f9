"""Giving one's times in a browser: painted by keyboard, mouse and finger, typed without scripts, in the right zone."""

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import select

from scheduler.errors import Refused
from scheduler.models import Availability, Person
from scheduler.programme.people import hour_texts
from tests.browser.conftest import NEW_YORK, PHONE, STOCKHOLM, Live, Tab, Visit
from tests.browser.test_keyboard import tab_to
from tests.programme.people.test_hour_texts import NOT_UNDERSTOOD, UNDERSTOOD

EMAIL = "petra.tyst@example.org"
WITHOUT_LENGTH = ["9-9", "24-24", "12am-12am"]


@pytest.fixture
def address(live: Live) -> str:
    """The link of somebody who has given no times."""
    with live.database.writing() as session:
        person = session.scalars(select(Person).where(Person.email == EMAIL)).one()
        person.timezone = STOCKHOLM
        if given := session.get(Availability, person.id):
            session.delete(given)
    return live.times(EMAIL)


def weekly(live: Live) -> list[object]:
    with live.database.reading() as session:
        person = session.scalars(select(Person).where(Person.email == EMAIL)).one()
        return session.get_one(Availability, person.id).weekly


def cell(page: Page, name: str) -> Locator:
    return page.get_by_role("gridcell", name=name, exact=True)


def save(page: Page) -> None:
    page.get_by_role("button", name="Save my times").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your times")


def day(page: Page, name: str) -> Locator:
    return page.get_by_label(name, exact=True)


class TestByKeyboard:
    def test_from_the_first_tab_to_the_end(self, live: Live, visit: Visit, address: str) -> None:
        tab = visit()
        page, press = tab.page, tab.page.keyboard.press
        page.goto(address)
        tab_to(page, "#week-grid td")
        expect(cell(page, "Monday 08:30–09")).to_be_focused()
        press("ArrowDown")
        press("Space")
        expect(page.locator("#week-said")).to_have_text("Monday 09–09:30: chosen")
        expect(cell(page, "Monday 09–09:30")).to_have_attribute("aria-selected", "true")
        for key in ("ArrowRight", *["PageDown"] * 4):
            press(key)
        page.keyboard.down("Shift")
        for key in ("ArrowRight", *["ArrowDown"] * 5):
            press(key)
        page.keyboard.up("Shift")
        expect(page.locator("#week-said")).to_have_text("Tuesday–Wednesday 17–20: chosen")
        press("Space")
        expect(page.locator("#week-said")).to_have_text("Wednesday 19:30–20: not chosen")
        expect(day(page, "Tuesday")).to_have_value("17-20")
        expect(day(page, "Wednesday")).to_have_value("17-19:30")
        tab_to(page, "#week-4")
        page.keyboard.type("22-2")
        press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("Your times")
        assert weekly(live) == [
            [0, "09:00", "09:30"], [1, "17:00", "20:00"], [2, "17:00", "19:30"], [4, "22:00", "02:00"]
        ]  # fmt: skip
        assert tab.complaints == []

    def test_escape_takes_a_stroke_back_and_the_grid_is_one_stop(self, visit: Visit, address: str) -> None:
        page = visit().page
        page.goto(address)
        tab_to(page, "#week-grid td")
        page.keyboard.down("Shift")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Escape")
        page.keyboard.up("Shift")
        assert page.locator("td[aria-selected=true]").count() == 0
        page.keyboard.press("Tab")
        expect(page.get_by_role("button", name="Show the night, too")).to_be_focused()

    def test_the_night_is_there_when_wanted(self, visit: Visit, address: str) -> None:
        page = visit().page
        page.goto(address)
        expect(cell(page, "Monday 06:30–07")).to_be_hidden()
        page.get_by_role("button", name="Show the night, too").press("Enter")
        expect(cell(page, "Monday 06:30–07")).to_be_visible()
        page.get_by_role("button", name="Show the day only").press("Enter")
        expect(cell(page, "Monday 06:30–07")).to_be_hidden()


class TestByPointer:
    def test_a_mouse_paints_and_takes_away_rectangles(self, live: Live, visit: Visit, address: str) -> None:
        page = visit().page
        page.goto(address)
        cell(page, "Monday 09–09:30").hover()
        page.mouse.down()
        cell(page, "Friday 11:30–12").hover()
        page.mouse.up()
        cell(page, "Wednesday 10–10:30").hover()
        page.mouse.down()
        cell(page, "Wednesday 10:30–11").hover()
        page.mouse.up()
        expect(day(page, "Friday")).to_have_value("09-12")
        expect(day(page, "Wednesday")).to_have_value("09-10, 11-12")
        save(page)
        assert weekly(live) == [
            [0, "09:00", "12:00"], [1, "09:00", "12:00"], [2, "09:00", "10:00"], [2, "11:00", "12:00"],
            [3, "09:00", "12:00"], [4, "09:00", "12:00"],
        ]  # fmt: skip

    def test_a_finger_taps_or_holds_still_and_paints_and_otherwise_scrolls(self, visit: Visit, address: str) -> None:
        page = visit(width=PHONE).page
        page.goto(address)
        monday = cell(page, "Monday 09–09:30")
        touch(page, monday, [])
        expect(day(page, "Monday")).to_have_value("09-09:30")
        touch(page, monday, [cell(page, "Monday 10–10:30")])
        expect(day(page, "Monday")).to_have_value("09-09:30")
        touch(page, cell(page, "Tuesday 09–09:30"), [cell(page, "Wednesday 10–10:30")], hold=True)
        expect(day(page, "Tuesday")).to_have_value("09-10:30")
        expect(day(page, "Wednesday")).to_have_value("09-10:30")

    def test_odd_minutes_stay_and_a_text_that_is_not_understood_is_left_alone(self, visit: Visit, address: str) -> None:
        page = visit().page
        page.goto(address)
        day(page, "Monday").fill("9:10-10:20")
        cell(page, "Monday 12–12:30").click()
        expect(day(page, "Monday")).to_have_value("09:10-10:20, 12-12:30")
        day(page, "Tuesday").fill("evenings")
        cell(page, "Monday 14–14:30").click()
        expect(page.locator("#week-said")).to_have_text("Tuesday is not understood; mend its text first.")
        expect(day(page, "Tuesday")).to_be_focused()
        expect(day(page, "Tuesday")).to_have_value("evenings")
        expect(day(page, "Monday")).to_have_value("09:10-10:20, 12-12:30")

    def test_a_night_that_began_the_day_before_is_shown_and_can_be_cut(self, visit: Visit, address: str) -> None:
        page = visit().page
        page.goto(address)
        day(page, "Sunday").fill("22-2")
        page.get_by_role("button", name="Show the night, too").click()
        expect(cell(page, "Monday 01:30–02")).to_have_attribute("aria-selected", "true")
        cell(page, "Monday 01:30–02").click()
        expect(day(page, "Sunday")).to_have_value("22-01:30")
        expect(day(page, "Monday")).to_have_value("")


def touch(page: Page, start: Locator, way: list[Locator], *, hold: bool = False) -> None:
    """A finger's pointer events, as browsers send them: within no time, or held still until the page knows."""
    start.scroll_into_view_if_needed()
    events = [("pointerdown", start), *(("pointermove", at) for at in way), ("pointerup", (way or [start])[-1])]
    if hold:
        send(page, events[:1])
        expect(start).to_have_attribute("aria-selected", "true")
    send(page, events[hold:])


def send(page: Page, events: list[tuple[str, Locator]]) -> None:
    page.evaluate(
        """events => events.forEach(([kind, cell]) => { const box = cell.getBoundingClientRect();
            cell.dispatchEvent(new PointerEvent(kind, { bubbles: true, pointerType: "touch", button: 0,
                clientX: box.x + box.width / 2, clientY: box.y + box.height / 2 })); })""",
        [[kind, at.element_handle()] for kind, at in events],
    )


class TestZone:
    def test_of_the_device_is_offered_where_it_differs(self, live: Live, visit: Visit, address: str) -> None:
        page = visit(zone=NEW_YORK).page
        page.goto(address)
        expect(page.get_by_text("This device is set to America/New York.")).to_be_visible()
        page.get_by_role("button", name="Use that zone").click()
        expect(page.get_by_label("Your time zone")).to_have_value(NEW_YORK)
        expect(page.locator("#zone-offer")).to_be_hidden()
        day(page, "Monday").fill("9-12")
        save(page)
        expect(page.get_by_text("New York (GMT-5)")).to_be_visible()

    @pytest.mark.parametrize("zone", [STOCKHOLM, "Europe/Oslo"])
    def test_that_shows_the_same_time_is_not(self, visit: Visit, address: str, zone: str) -> None:
        page = visit(zone=zone).page
        page.goto(address)
        expect(cell(page, "Monday 09–09:30")).to_be_visible()
        expect(page.locator("#zone-offer")).to_be_hidden()


def test_without_scripts_the_hours_are_typed(live: Live, visit: Visit, address: str) -> None:
    page = visit(scripts=False, width=PHONE).page
    page.goto(address)
    expect(page.locator("#week-grid")).to_be_hidden()
    page.get_by_label("Your time zone").select_option(NEW_YORK)
    day(page, "Monday").fill("9-12, 13:30-16")
    day(page, "Sunday").fill("mornings")
    page.get_by_role("button", name="Save my times").click()
    sunday = day(page, "Sunday")
    expect(sunday).to_have_value("mornings")
    expect(sunday).to_have_accessible_description(
        "“mornings” is not understood; write hours as 9-12, 13:30-16. "
        "Write the hours when you could meet, such as 9-12, 17:30-20. Leave a day empty when you cannot."
    )
    sunday.fill("8-10")
    page.get_by_label("From", exact=True).first.fill("2026-12-24")
    page.get_by_role("button", name="More days").click()
    expect(page.get_by_label("From", exact=True)).to_have_count(4)
    save(page)
    expect(page.get_by_text("24 December 2026: not at all")).to_be_visible()
    assert weekly(live) == [[0, "09:00", "12:00"], [0, "13:30", "16:00"], [6, "08:00", "10:00"]]


def test_the_browser_reads_and_writes_hours_as_the_server_does(visit: Visit, address: str) -> None:
    tab: Tab = visit()
    tab.page.goto(address)
    for text in [*UNDERSTOOD, *NOT_UNDERSTOOD, *WITHOUT_LENGTH]:
        if len(text) > hour_texts.LONGEST:
            continue  # the field holds no more
        try:
            ours = hour_texts.write(hour_texts.read(text))
        except Refused:
            ours = None
        theirs = tab.page.evaluate("text => { const found = windowsOf(text); return found && textOf(found); }", text)
        assert theirs == ours, text

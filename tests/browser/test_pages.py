"""Every page in a real browser, in both languages, wide and on a phone: readable, quiet, and for everybody."""

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

from tests.browser.conftest import NARROW, PHONE, WIDE, Live, Visit
from tests.web.world import World

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LANGUAGES = {"en": "en-GB", "sv": "sv-SE"}
# Axe knows nothing of what a browser logs for an answer that is meant to be a refusal.
REFUSED = "Failed to load resource: the server responded with a status of"


def public(live: Live, who: str) -> list[str]:
    doors = [live.door(meeting, who) for meeting in ("video", "abroad", "pending", "walk", "over", "cancelled", "held")]
    pages = [
        "/",
        "/p/mentor/",
        "/p/mentor/e/workshop/",
        "/p/mentor/e/called-off/",
        "/sign-in",
        "/sign-in/code",
        "/sign-in/x",
        "/nothing",
    ]
    times = live.times("alva.fysik@example.org" if who == "mentee" else "anders.fysik@example.org")
    return [f"{live.server.url}{page}" for page in pages] + doors + [times, f"{times}/given"]


def of_the_desk(live: Live, world: World) -> list[str]:
    meetings = [f"meetings/{world.meetings[name]}" for name in ("video", "walk", "cancelled", "held")]
    return [
        f"{live.server.url}/c/mentor/{page}"
        for page in (
            "",
            "pairs",
            "people",
            "people/1",
            "wave",
            "pool",
            "pool?week=2026-11-09",
            "events/times?audience=all&minutes=60&first=2026-11-09&last=2026-11-20",
            "imports",
            "history",
            "calendars",
            "deliveries",
            "deliveries?state=failed",
            f"pairs/{world.pairs['physics']}",
            f"pairs/{world.pairs['physics']}/propose",
            f"meetings/{world.meetings['video']}/move",
            f"meetings/{world.meetings['video']}/cancel",
            *meetings,
        )
    ] + [live.server.url, f"{live.server.url}/me/"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("desk", [False, True], ids=["public", "desk"])
def test_every_page_can_be_read_by_everybody(live: Live, visit: Visit, language: str, desk: bool) -> None:
    who = {"sv": "mentee", "en": "mentor"}[language]  # as the people of the world speak
    tab = visit(language=LANGUAGES[language], signed_in=desk)
    for address in of_the_desk(live, live.world) if desk else public(live, who):
        tab.page.goto(address)
        told = spoken(live, address, language)
        assert tab.page.locator("html").get_attribute("lang") == told, address
        assert tab.page.locator("h1").count() == 1, address
        assert tab.page.title().endswith("– Träff"), address
        assert len(tab.page.title()) > len("– Träff") + 2, address
        for width in (WIDE, PHONE, NARROW):
            tab.page.set_viewport_size({"width": width, "height": 900})
            assert not scrolls_sideways(tab.page), (address, width)
            if width != NARROW:
                assert faults(tab.page) == [], (address, width)
    assert [each for each in tab.complaints if not each.startswith(REFUSED)] == []


def test_the_checks_find_what_is_wrong(live: Live, visit: Visit) -> None:
    """The control: a page with faults is found to have them."""
    tab = visit()
    tab.page.goto(f"{live.server.url}/")
    tab.page.evaluate(
        """() => {
            document.querySelector("main").insertAdjacentHTML("beforeend",
                '<img src="/static/traff.svg"><input><p class="x">' + "W".repeat(400) + "</p>");
            document.documentElement.removeAttribute("lang");
            const script = document.createElement("script");
            script.textContent = "1";
            document.body.append(script);
        }"""
    )
    assert {"image-alt", "label", "html-has-lang"} <= {fault.partition(":")[0] for fault in faults(tab.page)}
    assert scrolls_sideways(tab.page)
    assert "Content Security Policy" in " ".join(tab.complaints)


def spoken(live: Live, address: str, language: str) -> str:
    """Doors speak their reader's language; those who have been away are of the world's English speakers."""
    for meeting in ("over", "cancelled", "held"):
        if address in {live.door(meeting, "mentee"), live.door(meeting, "mentor")}:
            return "en"
    return language


def scrolls_sideways(page: Page) -> bool:
    page.wait_for_load_state()
    return bool(page.evaluate("() => document.documentElement.scrollWidth > document.documentElement.clientWidth"))


def faults(page: Page) -> list[str]:
    """What axe finds against WCAG 2.2 A and AA, and good practice."""
    page.wait_for_load_state()
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    options = {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"]}
    found = page.evaluate("options => axe.run(options)", options)
    return [f"{each['id']}: {each['nodes'][0]['html']}" for each in found["violations"]]

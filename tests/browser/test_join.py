"""The join button, in a browser that holds redirects to the policy of the page they began on."""

from collections.abc import Iterator
from datetime import datetime

import pytest
from playwright.sync_api import Request, expect

from scheduler.models import Meeting
from tests.browser.conftest import Live, Tab, Visit
from tests.browser.live import served, with_policy
from tests.builders import NOW, a_meeting, a_pair, a_person
from tests.web.world import seat, zoom_answered

BREACH = "Content Security Policy"


@pytest.fixture
def door(live: Live, meeting_service: str, request: pytest.FixtureRequest) -> str:
    """The door to a meeting of the test's own, which is held at the path that the test asks for."""
    path = getattr(request, "param", "/room")
    with live.database.writing() as session:
        programme = session.get_one(Meeting, live.world.meetings["video"]).pair.programme
        number = session.query(Meeting).count()
        people = a_person(session, f"Mentor {number}"), a_person(session, f"Mentee {number}")
        meeting = a_meeting(session, a_pair(session, programme, *people), days=20 + number)
        zoom_answered(session, meeting, f"{meeting_service}{path}")
        live.world.meetings["mine"] = meeting.id
    return live.door("mine")


def joined_at(live: Live) -> datetime | None:
    with live.database.reading() as session:
        return seat(session, live.world.meetings["mine"]).joined_at


@pytest.fixture(params=["'self'", "'self' {service}"], ids=["ourselves", "the-first-host"])
def stricter(request: pytest.FixtureRequest, live: Live, meeting_service: str) -> Iterator[str]:
    """The same pages at another address, with a policy that lets forms reach less."""
    with served() as server:
        assert live.server.application is not None
        server.application = with_policy(live.server.application, request.param.format(service=meeting_service))
        yield server.url


def join(tab: Tab, door: str) -> list[str]:
    """Presses the button; the pages asked for that failed, with the browser's reason.

    Pages alone: an icon that is still on its way when the browser leaves is broken off, and nobody misses it.
    """
    failed: list[str] = []

    def note(request: Request) -> None:
        if request.is_navigation_request():
            failed.append(f"{request.url} {request.failure}")

    tab.page.on("requestfailed", note)
    tab.page.goto(door)
    tab.page.get_by_role("button", name="Join").click()
    return failed


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_lands_in_the_meeting(live: Live, visit: Visit, door: str, meeting_service: str, scripts: bool) -> None:
    tab = visit(scripts=scripts)
    failed = join(tab, door)
    expect(tab.page.get_by_role("heading")).to_have_text("You are in the meeting")
    assert tab.page.url == f"{meeting_service}/room"
    assert (failed, tab.complaints) == ([], [])
    assert joined_at(live) == NOW


def test_by_the_enter_key(visit: Visit, door: str, meeting_service: str) -> None:
    tab = visit()
    tab.page.goto(door)
    tab.page.get_by_role("button", name="Join").focus()
    tab.page.keyboard.press("Enter")
    tab.page.wait_for_url(f"{meeting_service}/room")


def test_does_not_tell_the_meeting_service_whose_door_it_was(visit: Visit, door: str) -> None:
    tab = visit()
    join(tab, door)
    expect(tab.page.get_by_role("heading")).to_have_text("You are in the meeting")
    assert tab.page.evaluate("() => document.referrer") == ""


@pytest.mark.parametrize("stricter", ["'self'"], indirect=True, ids=["ourselves"])
def test_without_the_doors_own_policy_the_browser_refuses(live: Live, visit: Visit, door: str, stricter: str) -> None:
    """The control: with form-action 'self' alone the button is dead, though the server has let the person in."""
    tab = visit()
    address = door.replace(live.server.url, stricter)
    with tab.page.expect_console_message(lambda message: BREACH in message.text):
        join(tab, address)
    assert tab.page.url == address
    assert joined_at(live) == NOW


@pytest.mark.parametrize("door", ["/onwards"], indirect=True)
class TestSentOn:
    """The service sends people on to another host. No https is served there: that the browser tries is what counts."""

    def test_the_browser_goes_along(self, visit: Visit, door: str) -> None:
        tab = visit()
        failed = join(tab, door)
        tab.page.wait_for_url("chrome-error://**")
        (only,) = failed
        assert only.startswith("https://localhost:")
        assert "net::ERR_SSL_PROTOCOL_ERROR" in only
        assert BREACH not in " ".join(tab.complaints)

    def test_with_the_first_host_alone_it_refuses(self, live: Live, visit: Visit, door: str, stricter: str) -> None:
        """The control, and why the policy says https: as well."""
        tab = visit()
        address = door.replace(live.server.url, stricter)
        with tab.page.expect_console_message(lambda message: BREACH in message.text):
            join(tab, address)
        assert tab.page.url == address

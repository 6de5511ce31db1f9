"""Proposing and answering across Stockholm and San Francisco, then moving and cancelling; also without scripts."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from scheduler.models import Availability, Meeting, Pair, Proposal
from scheduler.states import MeetingState, Mode
from tests.browser.conftest import NARROW, PHONE, WIDE, Live, Visit, opened, sign_in
from tests.browser.test_pages import faults, scrolls_sideways
from tests.builders import NOW, a_meeting, a_proposal

SAN_FRANCISCO = "America/Los_Angeles"


@pytest.fixture
def live(sqlite_template: Path, tmp_path: Path) -> Iterator[Live]:
    """A world of its own, in which Maja's mentor Mattias has moved to San Francisco and is free in the mornings."""
    with opened(sqlite_template, tmp_path / "traff.db") as found:
        with found.database.writing() as session:
            pair = session.get_one(Pair, found.world.pairs["to book"])
            pair.mentor.timezone, pair.mentee.locale = SAN_FRANCISCO, "en"
            session.get_one(Availability, pair.mentor_id).weekly = [[day, "07:00", "12:00"] for day in range(5)]
        yield found


def answer_link(live: Live) -> str:
    with live.database.reading() as session:
        answer = session.scalars(select(Proposal).order_by(Proposal.id.desc())).first().answers[0]
        return live.links.answer(answer.id, answer.generation)


def meeting_of(live: Live) -> Meeting:
    with live.database.reading() as session:
        return session.scalars(select(Meeting).where(Meeting.pair_id == live.world.pairs["to book"])).one()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_from_proposing_to_cancelling(live: Live, visit: Visit, scripts: bool) -> None:
    maja, mattias = visit(scripts=scripts, width=PHONE), visit(scripts=scripts, zone=SAN_FRANCISCO)
    mentee, mentor = maja.page, mattias.page
    sign_in(mentee, live.sign_in_link("maja.ledig@example.org"))
    mentee.goto(f"{live.server.url}/me/")
    mentee.get_by_role("link", name="Propose times – Mattias Ledig").click()
    mentee.get_by_label("How to meet").select_option(label="Phone")
    mentee.get_by_role("button", name="Show", exact=True).click()
    mentee.get_by_label("Phone", exact=True).fill("+46 8 16 20 00")
    offered = mentee.get_by_role("group", name="Times").get_by_role("checkbox")
    offered.nth(1).check()
    offered.nth(2).check()
    mentee.get_by_label("A word to Mattias Ledig (optional)").fill("I call you!")
    mentee.get_by_role("button", name="Send the proposal").click()
    expect(mentee.get_by_role("status").first).to_contain_text("Mattias Ledig answers by mail")

    mentor.goto(answer_link(live))
    expect(mentor.get_by_role("heading", level=1)).to_have_text("Maja Ledig proposes times to meet")
    second = mentor.get_by_role("listitem").nth(1)
    expect(second).to_contain_text("08:00–08:45, Los Angeles (GMT-8)")
    expect(second).to_contain_text("For Maja Ledig: Wednesday 4 November 2026, 17:00–17:45, Stockholm (GMT+1)")
    expect(mentor.get_by_text("I call you!")).to_be_visible()
    second.get_by_role("button").click()
    expect(mentor.get_by_role("status")).to_contain_text("Your meeting with Maja Ledig is booked:")

    mentee.goto(f"{live.server.url}/me/")
    mentee.get_by_role("link", name="Move, change or cancel").click()
    mentee.get_by_role("link", name="Move it").click()
    mentee.get_by_role("group", name="To which time?").get_by_role("radio").nth(3).check()
    mentee.get_by_role("button", name="Move it").click()
    expect(mentee.get_by_role("status")).to_contain_text("Moved.")
    assert meeting_of(live).sequence == 1

    mentee.get_by_role("link", name="Cancel it").click()
    mentee.get_by_role("button", name="Cancel the meeting").click()
    expect(mentee.get_by_role("status").first).to_contain_text("Cancelled.")
    assert meeting_of(live).state is MeetingState.CANCELLED
    mentor.reload()
    expect(mentor.get_by_text("A meeting was booked, and has been cancelled since.")).to_be_visible()
    assert (maja.complaints, mattias.complaints) == ([], [])


def test_by_keyboard_alone(live: Live, visit: Visit) -> None:
    mentor = visit(zone=SAN_FRANCISCO).page
    link = live.sign_in_link("mattias.ledig@example.org")
    mentor.goto(link)
    mentor.locator("main button").press("Enter")
    mentor.wait_for_url(lambda url: url != link)
    mentor.goto(f"{live.server.url}/me/pairs/{live.world.pairs['to book']}/propose?mode=video")
    mentor.get_by_label("A link of your own").focus()
    mentor.keyboard.press("Tab")
    mentor.keyboard.press("Space")
    expect(mentor.get_by_role("checkbox").first).to_be_checked()
    while not mentor.evaluate("() => document.activeElement.matches('main form button')"):
        mentor.keyboard.press("Tab")
    mentor.keyboard.press("Enter")
    expect(mentor.get_by_role("status").first).to_contain_text("Maja Ledig answers by mail")


@pytest.mark.parametrize("width", [WIDE, PHONE, NARROW])
def test_the_pages_of_the_two_can_be_read_by_everybody(live: Live, visit: Visit, width: int) -> None:
    with live.database.writing() as session:
        pair = session.get_one(Pair, live.world.pairs["to book"])
        booked = a_meeting(session, session.get_one(Pair, pair.id), starts_at=NOW + timedelta(days=7, hours=7))
        a_proposal(session, pair)
        meeting = f"/me/meetings/{booked.id}"
    page = visit(width=width).page
    sign_in(page, live.sign_in_link("maja.ledig@example.org"))
    ours = f"/me/pairs/{live.world.pairs['to book']}"
    modes = [f"{ours}/propose?mode={mode}" for mode in Mode]
    link = answer_link(live)
    own = ["/me/", *modes, f"{ours}/log", meeting, f"{meeting}/move", f"{meeting}/how?mode=walk", f"{meeting}/cancel"]
    for address in [link, f"{link}/other", *(live.server.url + each for each in own)]:
        page.goto(address)
        assert page.locator("h1").count() == 1, address
        assert not scrolls_sideways(page), address
        assert faults(page) == [], address

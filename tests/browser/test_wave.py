"""A coordinator from sign-in to a sent wave, at once or by a longer search."""

import threading
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from scheduler.jobs.wave_runs import search_one
from scheduler.models import Delivery, Pair, Person, Proposal, WaveRun
from scheduler.programme import access
from scheduler.programme.waves import sent_runs, wave_runs
from scheduler.states import ProposalState
from tests.browser.conftest import NARROW, PHONE, WIDE, Live, Visit, opened
from tests.browser.test_pages import faults, scrolls_sideways
from tests.builders import NOW, a_meeting
from tests.web.world import ALL


@pytest.fixture
def live(sqlite_template: Path, tmp_path: Path) -> Iterator[Live]:
    """A world of its own, since a wave leaves no pair alone."""
    with opened(sqlite_template, tmp_path / "traff.db") as found:
        yield found


def send(live: Live) -> None:
    """A worker sends the next part of a wave, which is all of it here."""
    with live.database.writing() as session:
        assert sent_runs.send_some(session, now=NOW)


def works_as_a_page(page: Page, scripts: bool) -> None:
    """At every width it stays within it, and nobody is locked out."""
    for width in (PHONE, NARROW, WIDE):
        page.set_viewport_size({"width": width, "height": 900})
        assert not scrolls_sideways(page)
        assert not scripts or faults(page) == []
    page.set_viewport_size({"width": PHONE, "height": 900})


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_from_sign_in_to_a_sent_wave(live: Live, visit: Visit, scripts: bool) -> None:
    tab = visit(scripts=scripts, width=PHONE)
    page = tab.page
    page.goto(live.sign_in_link())
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name="2 pairs to book").click()
    expect(page.get_by_role("row").filter(has_text="Maja Ledig")).to_be_visible()
    page.get_by_role("navigation").get_by_role("link", name="Wave").click()
    page.get_by_label("From", exact=True).fill("2026-11-09")
    page.get_by_label("To, included", exact=True).fill("2026-11-22")
    page.get_by_role("button", name="Show the plan").click()
    expect(page.get_by_text("4 of 5 pairs have a time.")).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="Pelle Prat")).to_contain_text("Ask Petra Tyst for times.")
    with live.database.reading() as session:
        assert session.query(Proposal).count() == 0, "nothing is sent before she says so"
    page.get_by_role("button", name="Send 4 proposals").click()
    expect(page.get_by_role("status")).to_have_text("It is being sent.")
    expect(page.get_by_text("0 of 4 pairs are seen to.")).to_be_visible()
    works_as_a_page(page, scripts)
    send(live)
    if not scripts:  # with scripts it looks again by itself
        page.get_by_role("link", name="Look again").click()
    expect(page.get_by_role("status")).to_have_text("4 proposals are on their way.")
    works_as_a_page(page, scripts)
    page.get_by_role("navigation").get_by_role("link", name="Pairs", exact=True).click()
    page.get_by_role("link", name="Proposed 4").click()
    expect(page.get_by_role("row").filter(has_text="Maja Ledig")).to_contain_text(
        "not answered by Mattias Ledig and Maja Ledig"
    )
    assert tab.complaints == []
    with live.database.reading() as session:
        assert session.query(Proposal).filter_by(state=ProposalState.OPEN).count() == 4
        assert session.query(Delivery).filter_by(kind="SendProposal").count() == 8


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_a_longer_search_is_looked_in_on_stopped_and_sent(live: Live, visit: Visit, scripts: bool) -> None:
    with live.database.writing() as session:
        (mine,) = access.desks_of(session, ALL)
        dates = {"first": date(2026, 11, 9), "last": date(2026, 11, 22)}
        run = wave_runs.start(session, mine, **dates, minutes=45, book=True, by=ALL, now=NOW)
    tab = visit(scripts=scripts, width=PHONE)
    page = tab.page
    page.goto(live.sign_in_link())
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    page.goto(f"{live.server.url}/c/mentor/wave")
    page.get_by_role("link", name="9 November 2026 – 22 November 2026").click()
    expect(page.get_by_role("status")).to_have_text("It waits until a worker begins.")
    with live.database.writing() as session:
        claimed = wave_runs.claim(session, now=NOW - timedelta(minutes=2))
        assert claimed
        wave_runs.beat(session, claimed, pairs=5, placed=3, most=4, now=NOW - timedelta(minutes=2))
    if not scripts:  # with scripts it looks again by itself
        page.get_by_role("link", name="Look again").click()
    expect(page.get_by_text("3 of 5 pairs have a time so far; at most 4 can have one.")).to_be_visible()
    works_as_a_page(page, scripts)
    page.get_by_role("button", name="Stop with the best so far").click()
    expect(page.get_by_role("status")).to_contain_text("It is about to stop.")
    # Its first worker has given no sign of life, so another one takes it up.
    assert search_one(live.database, clock=lambda: NOW, closing=threading.Event())
    if not scripts:
        page.get_by_role("link", name="Look again").click()
    stopped = page.get_by_text("It was stopped; this is the best plan so far.")
    expect(stopped).to_be_visible()
    with live.database.writing() as session:
        a_meeting(session, session.scalars(select(Pair).join(Pair.mentee).where(Person.name == "Maja Ledig")).one())
    page.get_by_role("button", name="Book 4 meetings").click()
    send(live)
    if not scripts:
        page.get_by_role("link", name="Look again").click()
    expect(page.get_by_text("3 meetings are booked, and everybody is invited.")).to_be_visible()
    lost = page.get_by_role("table", name="Not sent").get_by_role("row").filter(has_text="Maja Ledig")
    expect(lost).to_contain_text("They had got a meeting or a proposal meanwhile.")
    works_as_a_page(page, scripts)
    assert tab.complaints == []
    with live.database.reading() as session:
        assert session.get_one(WaveRun, run.id).sent_at == NOW

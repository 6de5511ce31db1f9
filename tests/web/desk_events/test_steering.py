"""An event is published, called off and moved; who hears of it; and who may do none of it."""

import re
from datetime import timedelta

import pytest

from scheduler.states import Action, EventState, RegistrationChange
from tests.web.conftest import Stage, Visitor
from tests.web.desk_events.workshop import NEW, SEATS, at, push, registration_of, stored, told, trail, write
from tests.web.reading import Page
from tests.web.world import ALL, ENGLISH, OTHER, PHYSICS, everything


class TestPublishing:
    def test_shows_it_on_the_page_and_in_the_feed(self, stages: Stage) -> None:
        visitor, address = stages.visitor(email=ALL), at(stages, slug="draft")
        assert push(visitor, address, f"{address}/publish").status_code == 303
        assert stages.visitor().read("/p/mentor/e/draft/").heading == "Evening draft"
        assert "/p/mentor/e/draft/" in re.sub("\r\n ", "", stages.visitor().get("/p/mentor/events.ics").text)
        assert trail(stages) == [(Action.EVENT_PUBLISHED, ALL)]

    def test_calling_off_asks_first_says_how_many_and_tells_them(self, busies: Stage) -> None:
        visitor, address = busies.visitor(email=ALL), at(busies, "/cancel")
        page = visitor.read(address)
        assert page.main.one("button").text == "Cancel and tell 3 people"
        assert [each.text for each in page.one("ul", class_="names").all("li")] == [*SEATS, "Maja Ledig"]
        assert stored(busies).state is EventState.PUBLISHED, "a look changes nothing"
        assert visitor.send(page.form(address)).status_code == 303
        assert [mail.change for mail in told(busies)] == [RegistrationChange.EVENT_CANCELLED] * 3
        assert "This event is cancelled." in busies.visitor().read("/p/mentor/e/workshop/").main.text
        assert "STATUS:CANCELLED" in busies.visitor().get("/p/mentor/e/workshop.ics").text
        assert visitor.send(page.form(address)).status_code == 409, "a second time"
        assert len(told(busies)) == 3


class TestOver:
    def test_an_event_that_has_been_is_not_moved_nor_invited_to_and_misses_no_link(self, stage: Stage) -> None:
        visitor = stage.visitor(email=ALL)
        page = visitor.read(at(stage, slug="kick-off"))
        assert "This event is over." in page.main.text
        assert {"Registrations", "Edit"} <= page.links.keys()
        assert not {"Move", "Invite and remind", "Cancel the event"} & page.links.keys()
        assert "Link" not in page.facts
        assert "Move" not in visitor.read(at(stage, "/edit", slug="kick-off")).links
        page = visitor.read(at(stage, "/invitations", slug="kick-off"))
        assert page.main.one(role="status").text.startswith("Registration for this event is closed")
        assert page.main.all("form") == []

    def test_a_draft_whose_time_has_passed_can_be_moved(self, stage: Stage) -> None:
        stage.clock.now = stored(stage, "draft").starts_at + timedelta(days=1)
        assert "Move" in stage.visitor(email=ALL).read(at(stage, slug="draft")).links


@pytest.mark.parametrize(
    ("rest", "title"), [("/edit", "Edit the event"), ("/move", "Move the event"), ("/cancel", "Cancel the event")]
)
def test_a_title_says_what_is_done_to_which_event(coordinator: Visitor, busy: Stage, rest: str, title: str) -> None:
    assert coordinator.read(at(busy, rest)).title == f"{title}: Evening workshop – Träff"


class TestMoving:
    def test_shows_who_will_be_told_and_tells_them_old_and_new(self, busies: Stage) -> None:
        visitor, address = busies.visitor(email=ALL), at(busies, "/move")
        was = stored(busies).starts_at
        page = visitor.read(address)
        assert page.main.one("button").text == "Move and tell 3 people"
        assert page.one(id="starts").attributes["value"] == "2026-11-09T18:00"
        assert "On the clock in Stockholm." in page.main.text
        assert write(visitor, address, starts="2026-11-10T17:30", minutes="60").status_code == 303
        mails = told(busies)
        assert [(mail.change, mail.was, mail.was_minutes) for mail in mails] == [
            (RegistrationChange.MOVED, was, 120)
        ] * 3
        assert {(mail.version.sequence, mail.version.minutes) for mail in mails} == {(1, 60)}
        facts = busies.visitor().read("/p/mentor/e/workshop/").facts
        assert facts["When"].startswith("Tuesday 10 November 2026, 17:30–18:30, Stockholm (GMT+1)")
        assert "DTSTART;TZID=Europe/Stockholm:20261110T173000" in busies.visitor().get("/p/mentor/e/workshop.ics").text

    @pytest.mark.parametrize(
        ("starts", "sentence"),
        [
            ("2027-03-28T02:30", "there is no 2027-03-28 02:30, since the clocks go forward"),
            ("2026-11-01T18:00", "That time has passed"),
            ("", "Write a date and a time"),
        ],
    )
    def test_where_it_cannot_go_is_said(self, busy: Stage, coordinator: Visitor, starts: str, sentence: str) -> None:
        answer = write(coordinator, at(busy, "/move"), starts=starts)
        assert answer.status_code == 422
        assert sentence in Page(answer.text).main.text
        assert told(busy) == []


@pytest.mark.parametrize("email", [PHYSICS, ENGLISH, OTHER, "alva.fysik@example.org", "stranger@example.org"])
def test_nobody_else_changes_an_event(busy: Stage, email: str) -> None:
    visitor = busy.visitor(email=email)
    alva = registration_of(busy, "Alva Fysik").id
    token = visitor.read("/").form("/sign-out").fields
    before = everything(busy.database)
    for rest in ("/edit", "/move", "/cancel", "/invitations", f"/registrations/{alva}/cancel"):
        assert visitor.get(at(busy, rest)).status_code == 404, rest
    for rest in ("/publish", "/move", "/cancel", "/edit", "/invite", "/remind", "/attendance", "/registrations.csv",
                 "/facilitators", f"/registrations/{alva}/cancel"):  # fmt: skip
        values = {**token, "starts": "2026-12-01T10:00", "minutes": "60", "email": "evil@example.org"}
        assert visitor.post(at(busy, rest), values).status_code == 404, rest
    assert visitor.post("/c/mentor/events/new", {**token, **NEW}).status_code == 404
    assert everything(busy.database) == before


def test_an_event_of_another_programme_is_as_unknown_as_none(busy: Stage, coordinator: Visitor) -> None:
    elsewhere, nowhere = at(busy, slug="elsewhere"), coordinator.get("/c/mentor/events/4711")
    for address in (elsewhere, f"{elsewhere}/registrations", f"{elsewhere}/edit", elsewhere.replace("mentor", "other")):
        answer = coordinator.get(address)
        assert (answer.status_code, answer.text) == (404, nowhere.text), address

"""The receipt of a registration, and the door that its mail leads to."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from scheduler.models import Event, Registration
from scheduler.programme.events import registrations
from scheduler.states import EventState
from tests.builders import LINKS, NOW, a_registration
from tests.web.conftest import Stage, Visitor
from tests.web.test_registration import EVENT, HOUR, changes, receipt, rows, there_is
from tests.web.world import everything


class TestReceipt:
    @pytest.fixture
    def full(self, stage: Stage) -> Stage:
        """An event with a seat, which is taken, and two who wait."""
        there_is(stage, capacity=1, link="https://meet.example.net/evening")
        with stage.database.writing() as db:
            event = db.scalars(select(Event).where(Event.slug == "evening")).one()
            for name, zone in (("Ada A", "Europe/Stockholm"), ("Bo B", "America/New_York"), ("Cy C", "Asia/Tokyo")):
                a_registration(db, event, name, timezone=zone, locale="sv" if name == "Cy C" else "en")
        return stage

    def test_shows_what_one_has_and_not_the_way_in(self, full: Stage, visitor: Visitor) -> None:
        page = visitor.read(receipt(full))
        assert page.one(role="status").text.startswith("You have a seat. The invitation for your calendar goes to")
        assert page.facts["When"] == "Monday 9 November 2026, 18:00–20:00, Stockholm (GMT+1)"
        assert page.links["Add to your calendar"] == f"{receipt(full)}/event.ics"
        assert page.links["Give up your place"] == f"{receipt(full)}/cancel"
        assert "/j/" not in page.html
        assert "meet.example.net" not in page.html
        assert "/j/" not in visitor.get(f"{receipt(full)}/event.ics").text

    def test_shows_the_way_in_to_whoever_is_signed_in_as_its_holder(self, full: Stage) -> None:
        page = full.visitor(email="ada.a@example.org").read(receipt(full))
        assert page.links["Join the event"].startswith("https://traff.example.org/j/")
        assert "/j/" not in full.visitor(email="bo.b@example.org").read(receipt(full)).html

    def test_shows_the_place_in_the_line_in_the_holders_zone_and_language(self, full: Stage, visitor: Visitor) -> None:
        page = visitor.read(receipt(full, 2))
        assert page.one(role="status").text.startswith("You are on the waitlist, as number 1.")
        assert page.facts["When"].endswith("12:00–14:00, New York (GMT-5)")
        assert page.facts["As announced"].endswith("18:00–20:00, Stockholm (GMT+1)")
        assert "Add to your calendar" not in page.links
        third = visitor.read(receipt(full, 3))
        assert third.language == "sv"
        assert third.one(role="status").text.startswith("Du står på väntelistan, som nummer 2.")

    def test_giving_up_needs_a_button_but_no_cookie(self, full: Stage) -> None:
        address = f"{receipt(full)}/cancel"
        before = everything(full.database)
        page = full.visitor().read(address)
        assert everything(full.database) == before
        answer = full.visitor().post(page.form(address).action)
        assert (answer.status_code, answer.location) == (303, receipt(full))
        assert [row[2] for row in rows(full)] == ["cancelled", "confirmed", "waitlisted"]
        page = full.visitor().read(receipt(full))
        assert page.one(role="status").text == "Your place is given up."
        assert page.links["To the event, where you can register again"].endswith(EVENT)
        assert full.visitor().read(receipt(full, 2)).one(role="status").text.startswith("You have a seat.")

    def test_giving_up_twice_is_once(self, full: Stage, visitor: Visitor) -> None:
        for _ in range(2):
            assert visitor.post(f"{receipt(full)}/cancel").status_code == 303
        assert changes(full)[3:] == ["cancelled", "promoted"]

    def test_when_it_is_over_nothing_can_be_given_up(self, full: Stage, visitor: Visitor) -> None:
        full.clock.now = NOW + timedelta(days=8)
        assert "Give up your place" not in visitor.read(receipt(full)).links
        assert visitor.read(f"{receipt(full)}/cancel").main.all("form") == []
        assert visitor.post(f"{receipt(full)}/cancel").status_code == 409

    def test_a_foreign_revoked_or_made_up_one_is_nowhere(self, full: Stage, visitor: Visitor) -> None:
        with full.database.writing() as db:
            revoked = db.scalars(select(Registration).where(Registration.number == 2)).one()
            revoked.receipt_generation = 2
            address = f"/r/{LINKS.token('receipt', revoked.id, 1)}"
        tokens = (address, f"/r/{LINKS.token('event-door', 1, 1)}", f"/r/{LINKS.token('receipt', 99, 1)}", "/r/nothing")
        answers = [visitor.get(each + rest) for each in tokens for rest in ("", "/cancel", "/event.ics")]
        answers += [visitor.post(f"{each}/cancel") for each in tokens]
        assert {answer.status_code for answer in answers} == {404}

    def test_of_a_cancelled_event_says_so(self, full: Stage, visitor: Visitor) -> None:
        with full.database.writing() as db:
            db.scalars(select(Event).where(Event.slug == "evening")).one().state = EventState.CANCELLED
        page = visitor.read(receipt(full))
        assert page.one(role="status").text == "The event is cancelled."
        assert page.main.all("form") == []
        assert visitor.get(f"{receipt(full)}/event.ics").status_code == 404


class TestDoor:
    @pytest.fixture
    def doors(self, stage: Stage) -> list[str]:
        """The doors of one with a seat, and of one who waits."""
        there_is(stage, capacity=1, link="https://meet.example.net/evening")
        with stage.database.writing() as db:
            event = db.scalars(select(Event).where(Event.slug == "evening")).one()
            made = [a_registration(db, event, name) for name in ("Ada A", "Bo B")]
            return [LINKS.event_door(each.id, each.door_generation) for each in made]

    def joined(self, stage: Stage) -> list[bool]:
        with stage.database.reading() as db:
            return [row.joined_at is not None for row in db.scalars(select(Registration).order_by(Registration.number))]

    def test_leads_in_by_the_button_alone(self, stage: Stage, visitor: Visitor, doors: list[str]) -> None:
        page = visitor.read(doors[0])
        assert (page.heading, page.main.one("button").text) == ("Evening evening", "Join")
        assert self.joined(stage) == [False, False]
        answer = visitor.post(doors[0])
        assert (answer.status_code, answer.location) == (303, "https://meet.example.net/evening")
        assert self.joined(stage) == [True, False]

    def test_notes_the_first_time_only(self, stage: Stage, visitor: Visitor, doors: list[str]) -> None:
        visitor.post(doors[0])
        stage.clock.now = NOW + HOUR
        visitor.post(doors[0])
        with stage.database.reading() as db:
            assert db.scalars(select(Registration.joined_at).where(Registration.number == 1)).one() == NOW

    def test_is_shut_for_who_waits_and_opens_when_they_move_up(
        self, stage: Stage, visitor: Visitor, doors: list[str]
    ) -> None:
        page = visitor.read(doors[1])
        assert page.main.all("form") == []
        assert "meet.example.net" not in page.html
        assert visitor.post(doors[1]).status_code == 409
        with stage.database.writing() as db:
            first = db.scalars(select(Registration).where(Registration.number == 1)).one()
            registrations.cancel(db, first, by="", now=NOW)
        assert visitor.post(doors[0]).status_code == 409
        assert visitor.post(doors[1]).status_code == 303
        assert self.joined(stage) == [False, True]

    def test_is_shut_while_there_is_no_link_and_when_the_event_is_cancelled(
        self, stage: Stage, visitor: Visitor, doors: list[str]
    ) -> None:
        for values, says in (
            ({"link": ""}, "The link to the event is not ready yet."),
            ({"link": "https://meet.example.net/x", "state": EventState.CANCELLED}, "The event is cancelled."),
        ):
            with stage.database.writing() as db:
                event = db.scalars(select(Event).where(Event.slug == "evening")).one()
                for name, value in values.items():
                    setattr(event, name, value)
            page = visitor.read(doors[0])
            assert page.main.one(role="status").text.startswith(says)
            assert page.main.all("form") == []
            assert visitor.post(doors[0]).status_code == 409

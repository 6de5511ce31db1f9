"""Who leads an event: named at the desk, and led to its registrations alone."""

from sqlalchemy import select

from scheduler.models import Facilitator
from scheduler.programme import access
from scheduler.states import Action
from tests.builders import NOW
from tests.web.conftest import Stage, Visitor
from tests.web.desk_events.workshop import LEADS, SEATS, at, push, registration_of, the_event, trail
from tests.web.reading import Page
from tests.web.world import ALL, everything


class TestFacilitators:
    def test_is_led_to_the_registrations_of_their_event_and_sees_all_of_them_without_addresses(
        self, busies: Stage
    ) -> None:
        visitor = busies.visitor()
        link = busies.sign_in_link(LEADS)
        answer = visitor.send(visitor.read(link).form(link))
        assert (answer.status_code, answer.location) == (303, at(busies, "/registrations"))
        page = visitor.read(answer.location)
        assert page.heading == "Registrations: Evening workshop"
        for name in (*SEATS, "Maja Ledig", "Bo Delad"):
            assert name in page.text
        assert "alva.fysik@example.org" not in page.text
        assert page.main.all("form") == []

    def test_reaches_nothing_else(self, busy: Stage) -> None:
        visitor = busy.visitor(email=LEADS)
        alva = registration_of(busy, "Alva Fysik").id
        token = visitor.read("/").form("/sign-out").fields
        before = everything(busy.database)
        for rest in ("", "/edit", "/move", "/cancel", "/invitations", f"/registrations/{alva}/cancel"):
            assert visitor.get(at(busy, rest)).status_code == 404, rest
        for address in ("/c/mentor/", "/c/mentor/pairs", "/c/mentor/events", "/c/mentor/events/new",
                        at(busy, "/registrations", slug="kick-off"), "/c/mentor/deliveries"):  # fmt: skip
            assert visitor.get(address).status_code == 404, address
        for rest in ("/publish", "/move", "/cancel", "/edit", "/invite", "/remind", "/attendance", "/registrations.csv",
                     "/facilitators", f"/registrations/{alva}/cancel"):  # fmt: skip
            assert visitor.post(at(busy, rest), token).status_code == 404, rest
        assert everything(busy.database) == before

    def test_is_named_and_removed_at_the_events_page(self, busies: Stage) -> None:
        visitor, address = busies.visitor(email=ALL), at(busies)
        form = visitor.read(address).form(f"{address}/facilitators")
        assert visitor.send(form, email=" New@Example.org").status_code == 303
        assert busies.visitor(email="new@example.org").get(f"{address}/registrations").status_code == 200
        with busies.database.reading() as session:
            granted = session.scalars(select(Facilitator).where(Facilitator.email == "new@example.org")).one()
        assert push(visitor, address, f"{address}/facilitators/{granted.id}/remove").status_code == 303
        assert busies.visitor(email="new@example.org").get(f"{address}/registrations").status_code == 404
        assert [action for action, _ in trail(busies)][-2:] == [Action.FACILITATOR_GRANTED, Action.FACILITATOR_REVOKED]

    def test_what_is_no_address_is_refused(self, busy: Stage, coordinator: Visitor) -> None:
        form = coordinator.read(at(busy)).form(at(busy, "/facilitators"))
        answer = coordinator.send(form, email="nobody")
        assert answer.status_code == 422
        page = Page(answer.text)
        assert page.one(role="alert").text == "This is no e-mail address; write one such as anna@example.org."
        assert page.one(id="email").attributes["value"] == "nobody"

    def test_one_of_several_events_finds_them_on_the_start_page(self, busy: Stage) -> None:
        with busy.database.writing() as session:
            access.grant_facilitator(session, LEADS, event=the_event(session, "elsewhere"), by="", now=NOW)
        page = busy.visitor(email=LEADS).read("/")
        assert page.links["Evening workshop"] == at(busy, "/registrations")
        assert page.links["Evening elsewhere"].startswith("/c/other/events/")

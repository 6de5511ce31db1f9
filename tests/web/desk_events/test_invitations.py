"""Asking an event's audience to register, and reminding who has not answered."""

from datetime import timedelta

from sqlalchemy import select

from scheduler.models import EventInvitation
from scheduler.states import Action
from tests.web.conftest import Stage
from tests.web.desk_events.workshop import at, push, trail
from tests.web.world import ALL


class TestInviting:
    def test_says_how_many_before_and_writes_to_them(self, busies: Stage) -> None:
        visitor, address = busies.visitor(email=ALL), at(busies, "/invitations")
        page = visitor.read(address)
        assert page.main.one("button").text == "Invite 5 people"
        named = {each.text for each in page.one("ul", class_="names").all("li")}
        assert "Alva Fysik" not in named
        assert push(visitor, address, at(busies, "/invite")).status_code == 303
        with busies.database.reading() as session:
            asked = {row.person.name for row in session.scalars(select(EventInvitation))}
        assert asked == named
        assert "Everybody has been invited" in visitor.read(address).main.text

    def test_reminds_a_day_later(self, busy: Stage) -> None:
        address = at(busy, "/invitations")
        push(busy.visitor(email=ALL), address, at(busy, "/invite"))
        busy.clock.now += timedelta(days=1)
        visitor = busy.visitor(email=ALL)
        assert visitor.read(address).main.one("button").text == "Remind 5 people"
        assert push(visitor, address, at(busy, "/remind")).status_code == 303
        assert "Nobody is to be reminded now" in visitor.read(address).main.text
        assert [action for action, _ in trail(busy)][-2:] == [Action.EVENT_INVITED, Action.EVENT_REMINDED]

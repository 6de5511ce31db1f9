"""The links beside an invite: looking answers nothing, the button does, and the same as a calendar's answer would."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from scheduler.db import Database
from scheduler.models import Delivery, Meeting, Proposal, Registration, Seat
from scheduler.presenters.calendars import invite as calendar_invite
from scheduler.presenters.meetings import view
from scheduler.programme.pairs import meetings
from scheduler.states import Invited, MeetingState, Method, Parked, Partstat, ProposalState, RegistrationState
from scheduler.web import create_web
from tests.builders import LINKS, a_programme, a_registration, an_event
from tests.programme.answering import EMIL, LATER, MARIA, a_booked_pair, an_answer, take, the_seat
from tests.programme.replies.test_inbound import everything
from tests.web.conftest import SETTINGS, Clock, Visitor


class House:
    def __init__(self, database):
        self.database, self.clock = database, Clock()
        self.clock.now = LATER
        self.app = create_web(SETTINGS, database, LINKS, self.clock)
        self.visitor = Visitor(self.app)

    def seat(self, email=EMIL):
        with self.database.reading() as session:
            return the_seat(session, email)

    def row(self, table, row_id=1):
        with self.database.reading() as session:
            return session.get_one(table, row_id)

    def press(self, address, button, **fields):
        """Opens the page and presses the button of that name."""
        form = self.visitor.read(address).form(f"{address}/{button}")
        return self.visitor.send(form, **fields)


@pytest.fixture
def house(database: Database) -> House:
    with database.writing() as session:
        a_booked_pair(session)
    return House(database)


@pytest.fixture
def to_event(database: Database) -> House:
    """Rut has the only seat, and Wille waits."""
    with database.writing() as session:
        event = an_event(session, a_programme(session), capacity=1)
        a_registration(session, event)
        a_registration(session, event, "Wille Waiter")
    return House(database)


def link(seat: Seat) -> str:
    return LINKS.invite(Invited.MEETING, seat.id, seat.door_generation).removeprefix(LINKS.base_url)


def event_link(row: Registration) -> str:
    return LINKS.invite(Invited.REGISTRATION, row.id, row.door_generation).removeprefix(LINKS.base_url)


def test_looking_answers_nothing(house):
    before = everything(house.database)
    for address in ("", "/accept", "/decline"):
        for method in ("GET", "HEAD"):
            assert house.visitor.get(link(house.seat()) + address, method=method).status_code == 200
    assert everything(house.database) == before


def test_the_page_shows_what_it_is_and_asks_one_thing(house):
    shown = house.visitor.read(f"{link(house.seat())}/decline")
    assert "Mentor meeting with Maria Mentor" in shown.text
    assert "Wednesday 4 November 2026, 18:00–18:45, Stockholm" in shown.text
    assert "If you cannot come, the meeting is cancelled, and you both get a mail about a new time." in shown.text
    assert "I'll come" not in [button.text for button in shown.all("button")]
    assert "I cannot come" in [button.text for button in shown.all("button")]


def test_accepting_is_noted_for_that_one_alone(house):
    answer = house.press(link(house.seat()), "accept")
    assert (answer.status_code, answer.location) == (303, link(house.seat()))
    assert house.seat().partstat is Partstat.ACCEPTED
    assert house.seat(MARIA).partstat is None
    shown = house.visitor.read(link(house.seat()))
    assert "You have said that you will come." in shown.text
    assert [button.text for button in shown.all("button")] == ["I cannot come"]


def test_declining_does_what_a_calendars_answer_does(house):
    assert house.press(link(house.seat()), "decline").status_code == 303
    assert house.row(Meeting).state is MeetingState.CANCELLED
    with house.database.reading() as session:
        assert session.scalars(select(Proposal.state)).all() == [ProposalState.OPEN]
        kinds = sorted(session.scalars(select(Delivery.kind).where(Delivery.state == "waiting")))
        assert [kind for kind in kinds if "Zoom" not in kind] == ["SendInvite"] * 4 + ["SendProposal"] * 2
    told = house.visitor.read(link(house.seat())).text
    assert "You have declined. This meeting is cancelled." in told
    assert "I'll come" not in told


def test_pressing_twice_is_pressing_once(house):
    address = f"{link(house.seat())}/decline"
    form = house.visitor.read(address).form(address)
    assert house.visitor.send(form).status_code == 303
    once = everything(house.database)
    assert house.visitor.send(form).status_code == 303
    assert everything(house.database) == once


def test_a_page_of_an_earlier_version_answers_nothing_and_shows_what_is(house):
    address = f"{link(house.seat())}/accept"
    form = house.visitor.read(address).form(address)
    with house.database.writing() as session:
        meeting = session.get_one(Meeting, 1)
        meetings.reschedule(session, meeting, starts_at=meeting.starts_at + timedelta(days=1), minutes=45, now=LATER)
    before = everything(house.database)
    late = house.visitor.send(form)
    assert late.status_code == 409
    assert "has changed meanwhile" in late.text
    assert "Thursday 5 November" in late.text
    assert everything(house.database) == before
    assert house.press(link(house.seat()), "accept").status_code == 303  # the control


@pytest.mark.parametrize("fields", [{}, {"version": "x"}, {"version": "-1"}, {"version": "1"}])
def test_a_form_that_names_no_version_answers_nothing(house, fields):
    before = everything(house.database)
    assert house.visitor.post(f"{link(house.seat())}/decline", fields).status_code == 409
    assert everything(house.database) == before


def test_nothing_is_answered_once_it_has_begun(house):
    address = f"{link(house.seat())}/decline"
    form = house.visitor.read(address).form(address)
    house.clock.now = house.row(Meeting).starts_at
    before = everything(house.database)
    late = house.visitor.send(form)
    assert (late.status_code, "cannot be answered any more" in late.text) == (409, True)
    assert everything(house.database) == before
    assert house.visitor.read(link(house.seat())).all("button") == []


def test_the_last_word_counts_by_whichever_road_it_came(house):
    with house.database.reading() as session:
        row = session.get_one(Meeting, 1)
    assert take(house.database, an_answer(row, EMIL, "TENTATIVE", stamp=LATER - timedelta(minutes=5))) is None
    house.press(link(house.seat()), "accept")
    older = an_answer(row, EMIL, "DECLINED", stamp=LATER - timedelta(minutes=6))
    assert take(house.database, older) is Parked.OUT_OF_ORDER
    assert take(house.database, an_answer(row, EMIL, "DECLINED", stamp=LATER - timedelta(minutes=1))) is None


def test_declining_a_seat_gives_it_to_the_next(to_event):
    row = to_event.row(Registration)
    assert "goes to the first on the waitlist" in to_event.visitor.read(f"{event_link(row)}/decline").text
    assert to_event.press(event_link(row), "decline").status_code == 303
    assert to_event.row(Registration).state is RegistrationState.CANCELLED
    assert to_event.row(Registration, 2).state is RegistrationState.CONFIRMED
    declined = to_event.visitor.read(event_link(row))
    assert "You have declined. Your place is given up." in declined.text
    assert "where you can register again" in declined.one("main").all("a")[0].text


def test_a_place_on_the_waitlist_has_nothing_to_answer(to_event):
    shown = to_event.visitor.read(event_link(to_event.row(Registration, 2)))
    assert shown.all("button") == []
    address = f"{event_link(to_event.row(Registration, 2))}/decline"
    assert to_event.visitor.post(address, {"version": "0"}).status_code == 409


def test_no_other_token_answers(house):
    seat = house.seat()
    with house.database.writing() as session:
        session.get_one(type(seat), seat.id).door_generation += 1
    for token in (
        LINKS.token("door", seat.id, 1), LINKS.token("event-door", 1, 1), LINKS.token("feed", 1, 1), "nothing",
        link(seat).rpartition("/")[2], link(house.seat()).rpartition("/")[2][:-1],
    ):  # fmt: skip
        assert house.visitor.get(f"/i/{token}").status_code == 404
        assert house.visitor.post(f"/i/{token}/decline", {"version": "0"}).status_code == 404
    assert house.visitor.get(link(house.seat())).status_code == 200
    assert house.visitor.get(f"/j/{link(house.seat()).rpartition('/')[2]}").status_code == 404


def test_the_links_are_in_nobodys_calendar(house):
    for email in (EMIL, MARIA):
        with house.database.reading() as session:
            told = view(the_seat(session, email), LINKS)
            assert told.answer
            assert b"/i/" not in calendar_invite(told, method=Method.REQUEST, organizer="a@example.org")

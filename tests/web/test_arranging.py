"""Arranging meetings on one's own pages and at the desk: what is offered, what each button does, and for whom."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from scheduler.models import AuditEntry, Delivery, Meeting, Pair, Proposal
from scheduler.programme import access
from scheduler.programme.pairs import meetings
from scheduler.programme.pairs.modes import Phone, Video
from scheduler.states import MeetingState, Mode, ProposalState, Source
from tests.builders import NOW, a_meeting, a_pair, a_person, a_programme, a_proposal, some_hosts, utc
from tests.web.conftest import Stage, Visitor, staged
from tests.web.reading import Page
from tests.web.world import World, everything

EMIL, MARIA, DESK = "emil.mentee@example.org", "maria.mentor@example.org", "desk@example.org"
START = utc(2026, 11, 9, 17)  # 18:00 in Stockholm, 09:00 in San Francisco
WALK = {"mode": "walk", "meeting_point": "The boathouse", "rain_plan": "Café Proviant"}


@dataclass
class House:
    stage: Stage

    def visitor(self, email: str) -> Visitor:
        return self.stage.visitor(email=email)

    def send(self, visitor: Visitor, address: str, **fields: str | list[str]) -> TestResponse:
        """Sends the page's own posting form with these fields, as somebody who filled it in."""
        page = visitor.read(address)
        (form,) = [form for form in page.main.all("form") if form.attributes.get("method") == "post"][-1:]
        hidden = {each.attributes["name"]: each.attributes["value"] for each in form.all("input", type="hidden")}
        action = form.attributes.get("action") or address
        return visitor.post(action, {**hidden, **fields}, page=address)

    def times(self, visitor: Visitor, address: str) -> list[str]:
        return [each.attributes["value"] for each in visitor.read(address).all("input", name="start")]

    def proposals(self) -> list[Proposal]:
        with self.stage.database.reading() as session:
            rows = session.scalars(select(Proposal).order_by(Proposal.id)).all()
            assert all(row.slots for row in rows)
            return list(rows)

    def meeting(self, number: int = 1) -> Meeting:
        with self.stage.database.reading() as session:
            return session.get_one(Meeting, number)

    def owed(self) -> list[str]:
        with self.stage.database.reading() as session:
            return list(session.scalars(select(Delivery.kind).order_by(Delivery.id)))

    def by_whom(self) -> list[tuple[str, str]]:
        with self.stage.database.reading() as session:
            rows = session.scalars(select(AuditEntry).order_by(AuditEntry.id))
            return [(row.action.value, row.by) for row in rows]


@pytest.fixture
def house(database) -> House:
    """Maria in San Francisco and Emil in Stockholm, two hosts, a coordinator, and a pair of strangers."""
    with database.writing() as session:
        some_hosts(session, 1, 1)
        programme = a_programme(session)
        mornings = [[day, "06:00", "12:00"] for day in range(5)]
        maria = a_person(session, "Maria Mentor", zone="America/Los_Angeles", weekly=mornings)
        emil = a_person(session, "Emil Mentee", weekly=[[day, "15:00", "21:00"] for day in range(5)])
        a_pair(session, programme, maria, emil)
        strangers = a_pair(session, programme, a_person(session, "Mia Other"), a_person(session, "Eva Other"))
        a_meeting(session, strangers, starts_at=START + timedelta(days=7), how=Phone("1"))
        access.grant_coordinator(session, DESK, programme=programme, department=None, by="", now=NOW)
    return House(staged(database, World()))


@pytest.fixture
def booked(house) -> House:
    """The same, and Maria and Emil have a video meeting, which is number 2."""
    with house.stage.database.writing() as session:
        a_meeting(session, session.get_one(Pair, 1), starts_at=START, how=Video())
    return house


class TestProposing:
    @pytest.mark.parametrize(("who", "asked"), [(EMIL, MARIA), (MARIA, EMIL)])
    def test_either_proposes_what_the_page_offers_and_the_other_is_asked(self, house, who, asked):
        visitor = house.visitor(who)
        address = "/me/pairs/1/propose?mode=walk&minutes=30"
        times = house.times(visitor, address)
        assert len(times) == 12
        answer = house.send(visitor, address, **WALK, start=times[2:5], note="Bring a coat")
        assert (answer.status_code, answer.location) == (303, "/me/")
        (made,) = house.proposals()
        assert (made.mode, made.minutes, made.meeting_point, made.note) == ("walk", 30, "The boathouse", "Bring a coat")
        assert [f"{slot.starts_at:%Y-%m-%dT%H:%MZ}" for slot in made.slots] == times[2:5]
        with house.stage.database.reading() as session:
            assert [each.person.email for each in session.get_one(Proposal, 1).answers] == [asked]
        assert house.by_whom()[-1] == ("proposed", who)
        assert "answers by mail" in visitor.read("/me/").one(role="status").text

    def test_each_sees_the_times_on_their_own_wall_first(self, house):
        for who, mine, theirs in ((EMIL, "Stockholm", "Los Angeles"), (MARIA, "Los Angeles", "Stockholm")):
            first = house.visitor(who).read("/me/pairs/1/propose").one("ul", class_="times").all("li")[0]
            own, _, other = first.text.partition(" For ")
            assert mine in own
            assert theirs in other

    def test_who_had_the_late_hours_so_far_is_spared_and_it_is_said(self, house):
        address, emil = "/me/pairs/1/propose?mode=phone", house.visitor(EMIL)
        before = emil.read(address)
        assert "so far" not in before.main.text
        with house.stage.database.writing() as session:
            for day in (9, 10):
                late = utc(2026, 11, day, 19)  # 20:00 in Stockholm, 11:00 in Los Angeles
                a_meeting(session, session.get_one(Pair, 1), starts_at=late, how=Phone("1"))
        after = emil.read(address)
        told = "Emil Mentee has had more of the early or late hours so far: times that are easy for Emil Mentee come"
        assert told in after.main.text
        first = [page.one("ul", class_="times").all("li")[0].text for page in (before, after)]
        assert "17:00–17:45, Stockholm" in first[0]
        assert "16:00–16:45, Stockholm" in first[1]

    @pytest.mark.parametrize(
        ("mode", "fields"),
        [
            ("video", {"link"}),
            ("phone", {"phone"}),
            ("on-site", {"place"}),
            ("walk", {"meeting_point", "rain_plan", "route", "phone"}),
            ("hybrid", {"place", "link"}),
        ],
    )
    def test_each_mode_asks_for_its_own_fields_without_scripts(self, house, mode, fields):
        page = house.visitor(EMIL).read(f"/me/pairs/1/propose?mode={mode}")
        every = {"place", "meeting_point", "rain_plan", "route", "phone", "link"}
        assert {each.attributes["name"] for each in page.all("input") if each.attributes.get("name") in every} == fields
        assert page.one("option", selected="").attributes["value"] == mode

    def test_a_missing_place_comes_back_with_what_was_written_and_ticked(self, house):
        visitor = house.visitor(EMIL)
        address = "/me/pairs/1/propose?mode=walk"
        times = house.times(visitor, address)
        refused = house.send(visitor, address, mode="walk", meeting_point=" ", route="4 km", start=times[:2], note="Hi")
        assert refused.status_code == 422
        page = Page(refused.text)
        assert page.one(role="alert").text == "Meeting point: say where the walk starts."
        assert page.one(id="route").attributes["value"] == "4 km"
        assert page.one("textarea").text == "Hi"
        ticked = [each.attributes["value"] for each in page.all("input", name="start") if "checked" in each.attributes]
        assert ticked == times[:2]
        assert house.proposals() == []

    def test_a_length_that_no_meeting_has_is_told(self, house):
        for minutes in ("4", "481", "x", "99999999999"):
            page = house.visitor(EMIL).read(f"/me/pairs/1/propose?minutes={minutes}", 422)
            assert "A meeting lasts from 5 to 480 minutes" in page.one(role="alert").text
            assert page.all("input", name="start")

    def test_a_time_that_was_taken_meanwhile_is_refused_with_what_is_left(self, house):
        visitor = house.visitor(EMIL)
        times = house.times(visitor, "/me/pairs/1/propose?mode=phone")
        with house.stage.database.writing() as session:
            pair = session.get_one(Pair, 1)
            other = a_pair(session, pair.programme, pair.mentor, a_person(session, "Ida Third"))
            start = utc(2026, 11, 2, 16)
            a_meeting(session, other, starts_at=start, how=Phone("1"))
        assert times[0] == f"{start:%Y-%m-%dT%H:%MZ}"
        form = {"mode": "phone", "phone": "08-16", "minutes": "45", "start": times[0]}
        csrf = visitor.read("/me/pairs/1/propose?mode=phone").all("input", name="csrf_token")[0].attributes["value"]
        refused = visitor.post("/me/pairs/1/propose", {**form, "csrf_token": csrf}, page="/me/pairs/1/propose")
        assert refused.status_code == 409
        page = Page(refused.text)
        assert times[0] not in [each.attributes["value"] for each in page.all("input", name="start")]
        assert house.proposals() == []

    def test_the_page_says_what_is_open_and_how_to_answer_or_withdraw_it(self, house):
        with house.stage.database.writing() as session:
            pair = session.get_one(Pair, 1)
            a_proposal(session, pair, made_by=pair.mentee)
        mentor, mentee = house.visitor(MARIA), house.visitor(EMIL)
        page = mentor.read("/me/pairs/1/propose")
        assert mentor.get(page.links["Answer them"]).status_code == 200
        assert "Withdraw them" not in page.main.text
        form = mentee.read("/me/pairs/1/propose").form("/me/pairs/1/withdraw")
        refused = mentor.post("/me/pairs/1/withdraw", form.fields, page="/me/pairs/1/propose")
        assert refused.status_code == 400  # another's form
        assert house.proposals()[0].state is ProposalState.OPEN
        assert mentee.send(form).status_code == 303
        assert house.proposals()[0].state is ProposalState.WITHDRAWN
        assert house.owed()[-1] == "SendProposalNews"

    def test_who_was_only_asked_cannot_withdraw(self, house):
        with house.stage.database.writing() as session:
            pair = session.get_one(Pair, 1)
            a_proposal(session, pair, made_by=pair.mentee)
        mentor = house.visitor(MARIA)
        house.stage.app.config["WTF_CSRF_ENABLED"] = False
        mentor.post("/me/pairs/1/withdraw")
        assert house.proposals()[0].state is ProposalState.OPEN

    def test_without_hours_the_page_says_whose_are_missing(self, house):
        with house.stage.database.writing() as session:
            session.delete(session.get_one(Pair, 1).mentor.availability)
        page = house.visitor(EMIL).read("/me/pairs/1/propose")
        assert "No times from Maria Mentor" in page.main.text
        assert page.all("input", name="start") == []


class TestAMeeting:
    @pytest.mark.parametrize("who", [EMIL, MARIA])
    def test_either_moves_it_to_what_is_offered(self, booked, who):
        visitor = booked.visitor(who)
        times = booked.times(visitor, "/me/meetings/2/move")
        to = next(each for each in times if each != f"{START:%Y-%m-%dT%H:%MZ}")
        answer = booked.send(visitor, "/me/meetings/2/move", start=to)
        assert (answer.status_code, answer.location) == (303, "/me/meetings/2")
        moved = booked.meeting(2)
        assert (f"{moved.starts_at:%Y-%m-%dT%H:%MZ}", moved.sequence) == (to, 1)
        assert booked.by_whom()[-1] == ("meeting-moved", who)
        assert "Both get a new invitation" in visitor.read("/me/meetings/2").one(role="status").text

    @pytest.mark.parametrize(
        ("start", "status"), [("", 422), ("x", 422), ("2026-11-09T03:00Z", 409), ("2026-11-09T17:07Z", 409)]
    )
    def test_it_moves_nowhere_else(self, booked, start, status):
        assert booked.send(booked.visitor(EMIL), "/me/meetings/2/move", start=start).status_code == status
        assert (booked.meeting(2).starts_at, booked.meeting(2).sequence) == (START, 0)

    def test_it_becomes_a_walk_and_keeps_its_time(self, booked):
        visitor = booked.visitor(MARIA)
        answer = booked.send(visitor, "/me/meetings/2/how?mode=walk", **WALK)
        assert (answer.status_code, answer.location) == (303, "/me/meetings/2")
        row = booked.meeting(2)
        assert (row.mode, row.meeting_point, row.starts_at, row.sequence) == (Mode.WALK, "The boathouse", START, 1)
        assert booked.owed()[-3:] == ["DeleteZoomMeeting", "SendInvite", "SendInvite"]
        page = visitor.read("/me/meetings/2")
        assert page.facts["Meeting point"] == "The boathouse"
        assert booked.send(visitor, "/me/meetings/2/how?mode=on-site", place="").status_code == 422

    def test_cancelling_asks_first(self, booked):
        visitor = booked.visitor(EMIL)
        page = visitor.read("/me/meetings/2/cancel")
        assert page.heading == "Cancel the meeting?"
        assert booked.meeting(2).state is MeetingState.BOOKED
        assert booked.send(visitor, "/me/meetings/2/cancel").status_code == 303
        assert booked.meeting(2).state is MeetingState.CANCELLED
        page = visitor.read("/me/meetings/2")
        assert "This meeting is cancelled." in page.main.text
        assert page.main.all("form") == []

    def test_what_is_cancelled_changes_no_more(self, booked):
        visitor = booked.visitor(EMIL)
        form = visitor.read("/me/meetings/2/cancel").all("input", name="csrf_token")[-1].attributes["value"]
        with booked.stage.database.writing() as session:
            meetings.cancel(session, session.get_one(Meeting, 2), now=NOW)
        for what, fields in (("cancel", {}), ("move", {"start": "2026-11-10T17:00Z"}), ("how", WALK), ("held", {})):
            address = f"/me/meetings/2/{what}"
            refused = visitor.post(address, {"csrf_token": form, **fields}, page="/me/meetings/2")
            assert refused.status_code == 409, what
            assert "no longer booked" in Page(refused.text).main.text
        assert booked.meeting(2).sequence == 1

    def test_after_its_time_it_asks_whether_they_met(self, booked):
        booked.stage.clock.now = START + timedelta(hours=1)
        visitor = booked.visitor(EMIL)
        home = visitor.read("/me/")
        assert visitor.get(home.links["Say whether you met – Maria Mentor"]).status_code == 200
        page = visitor.read("/me/meetings/2")
        assert "Did you meet?" in page.main.text
        assert visitor.send(page.form("/me/meetings/2/held")).status_code == 303
        assert booked.meeting(2).state is MeetingState.HELD
        assert "You have met." in visitor.read("/me/meetings/2").main.text
        assert "Did you meet?" not in visitor.read("/me/").main.text

    def test_before_its_time_nobody_can_say_they_met(self, booked):
        visitor = booked.visitor(EMIL)
        page = visitor.read("/me/meetings/2")
        assert "Did you meet?" not in page.main.text
        csrf = page.all("input", name="csrf_token")[0].attributes["value"]
        assert visitor.post("/me/meetings/2/held", {"csrf_token": csrf}, page="/me/meetings/2").status_code == 422

    def test_ones_own_page_leads_to_it(self, booked):
        links = booked.visitor(EMIL).read("/me/").links
        assert [href for text, href in links.items() if text.startswith("Move, change or cancel")] == ["/me/meetings/2"]
        assert links["Propose times – Maria Mentor"] == "/me/pairs/1/propose"


class TestLogging:
    def test_a_meeting_that_took_place_is_noted_by_the_wall_of_whoever_notes_it(self, house):
        for who, day, instant in ((EMIL, 28, utc(2026, 10, 28, 14)), (MARIA, 29, utc(2026, 10, 29, 22))):
            visitor = house.visitor(who)
            fields = {"starts": f"2026-10-{day}T15:00", "minutes": "60", **WALK}
            assert house.send(visitor, "/me/pairs/1/log?mode=walk", **fields).status_code == 303
            with house.stage.database.reading() as session:
                row = session.scalars(select(Meeting).order_by(Meeting.id.desc())).first()
            assert (row.state, row.starts_at, row.minutes, row.mode) == ("held", instant, 60, "walk")
        assert house.owed().count("SendInvite") == 2  # the strangers'

    @pytest.mark.parametrize(
        ("starts", "says"),
        [
            ("2026-11-03T15:00", "A meeting can be logged as held once it has begun"),
            ("2026-03-29T02:30", "that one does not exist there"),
            ("yesterday", "that one does not exist there"),
            ("", "that one does not exist there"),
        ],
    )
    def test_what_was_not_yet_or_never_is_refused(self, house, starts, says):
        visitor = house.visitor(EMIL)
        fields = {"starts": starts, "minutes": "45", "phone": "08-16"}
        refused = house.send(visitor, "/me/pairs/1/log?mode=phone", mode="phone", **fields)
        assert refused.status_code == 422
        assert says in Page(refused.text).one(role="alert").text
        assert Page(refused.text).one(id="phone").attributes["value"] == "08-16"


class TestAtTheDesk:
    def test_the_pair_s_page_shows_both_what_is_proposed_and_what_is_booked(self, booked):
        with booked.stage.database.writing() as session:
            a_proposal(session, session.get_one(Pair, 1))
        page = booked.visitor(DESK).read("/c/mentor/pairs/1")
        assert page.heading == "Emil Mentee – Maria Mentor"
        meetings_table, proposals_table = page.all("tbody")
        assert "Mon 9 Nov 18:00–18:45" in meetings_table.text
        assert "Maria Mentor: no answer; Emil Mentee: no answer" in proposals_table.text

    @pytest.mark.parametrize(
        ("source", "says"),
        [(None, "Noted by hand"), (Source.ZOOM, "Zoom says so"), (Source.DOOR, "By the door")],
    )
    def test_a_meeting_that_was_held_shows_who_says_so(self, booked, source, says):
        with booked.stage.database.writing() as session:
            meeting = session.get_one(Meeting, 2)
            meetings.mark_held(session, meeting, source=source, now=meeting.starts_at)
        visitor = booked.visitor(DESK)
        for address in ("/c/mentor/pairs/1", "/c/mentor/meetings/2"):
            assert f"Held {says}" in visitor.read(address).text

    def test_a_coordinator_proposes_to_both_with_both_clocks_beside(self, house):
        visitor = house.visitor(DESK)
        address = "/c/mentor/pairs/1/propose"
        page = visitor.read(address)
        assert page.heading == "Propose times to Emil Mentee and Maria Mentor"
        first = page.one("ul", class_="times").all("li")[0].text
        assert "Stockholm" in first
        assert "For Maria Mentor" in first
        times = house.times(visitor, address)
        assert house.send(visitor, address, start=times[:3]).location == "/c/mentor/pairs/1"
        (made,) = house.proposals()
        assert made.made_by_id is None
        assert house.owed()[-2:] == ["SendProposal", "SendProposal"]
        assert house.by_whom()[-1] == ("proposed", DESK)
        page = visitor.read("/c/mentor/pairs/1")
        assert visitor.send(page.form("/c/mentor/pairs/1/withdraw")).status_code == 303
        assert house.proposals()[0].state is ProposalState.WITHDRAWN

    def test_a_coordinator_moves_and_cancels(self, booked):
        visitor = booked.visitor(DESK)
        times = booked.times(visitor, "/c/mentor/meetings/2/move")
        assert booked.send(visitor, "/c/mentor/meetings/2/move", start=times[0]).location == "/c/mentor/meetings/2"
        assert booked.meeting(2).sequence == 1
        assert booked.send(visitor, "/c/mentor/meetings/2/cancel").status_code == 303
        assert booked.meeting(2).state is MeetingState.CANCELLED
        assert [by for _, by in booked.by_whom()[-2:]] == [DESK, DESK]


def test_looking_changes_nothing(booked):
    before = everything(booked.stage.database)
    visitors = {EMIL: booked.visitor(EMIL), DESK: booked.visitor(DESK)}
    sessions = {"sign_in", "web_session"}
    for who, root in ((EMIL, "/me"), (DESK, "/c/mentor")):
        for page in ("pairs/1/propose", "pairs/1/log", "meetings/2", "meetings/2/move", "meetings/2/how",
                     "meetings/2/cancel"):  # fmt: skip
            assert visitors[who].get(f"{root}/{page}").status_code == 200
    after = everything(booked.stage.database)
    assert {name for name in before if before[name] != after[name]} <= sessions


@pytest.mark.parametrize("address", ["/me/pairs/2/propose", "/me/pairs/2/log", "/me/meetings/1", "/me/meetings/1/move"])
def test_others_pairs_and_meetings_are_nowhere(booked, address):
    visitor = booked.visitor(EMIL)
    nowhere = visitor.get("/me/meetings/4711")
    answer = visitor.get(address)
    assert (answer.status_code, answer.text) == (nowhere.status_code, nowhere.text)
    assert answer.status_code == 404

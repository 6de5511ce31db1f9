"""The coordinators' desk."""

from datetime import timedelta

import pytest

from scheduler.models import Coordinator, Delivery, Event, Meeting, Pair, Person, Programme, ZoomMeeting
from scheduler.programme.desk import PAGE
from scheduler.programme.pairs import meetings, modes
from scheduler.states import DeliveryState, RegistrationState
from tests.builders import NOW, a_meeting, a_place, a_proposal
from tests.web.conftest import Stage, Visitor
from tests.web.test_desk_meetings import address
from tests.web.world import ALL, ENGLISH, OTHER, PHYSICS, everything

CURE = "Ask the person whether the address is right and the mailbox takes mail; then send it again."
FAILED = f"Failed 550 no such mailbox {CURE}"


@pytest.fixture
def coordinator(stage: Stage) -> Visitor:
    return stage.visitor(email=ALL)


class TestDoor:
    def test_nobody_is_shown_how_to_sign_in(self, visitor: Visitor, stage: Stage) -> None:
        for at in (
            "/c/mentor/",
            "/c/mentor/pairs",
            "/c/mentor/people",
            "/c/nothing/",
            "/c/mentor/deliveries",
            address(stage),
        ):
            answer = visitor.get(at)
            assert (answer.status_code, answer.location) == (303, f"/sign-in?next={at}")

    def test_a_programme_of_others_is_as_unknown_as_none(self, stage: Stage) -> None:
        visitor = stage.visitor(email=OTHER)
        assert visitor.get("/c/mentor/").status_code == visitor.get("/c/nothing/").status_code == 404
        assert visitor.get("/c/mentor/").text == visitor.get("/c/nothing/").text

    def test_who_is_no_coordinator_any_more_sees_nothing_from_then_on(self, stages: Stage) -> None:
        visitor = stages.visitor(email=PHYSICS)
        assert visitor.get("/c/mentor/").status_code == 200
        with stages.database.writing() as session:
            session.query(Coordinator).filter_by(email=PHYSICS).delete()
        assert visitor.get("/c/mentor/").status_code == 404


class TestStart:
    def test_says_what_needs_somebody_each_a_link(self, stages: Stage) -> None:
        todo = stages.visitor(email=ALL).read("/c/mentor/").one("ul", class_="todo").all("a")
        assert [(each.text, each.attributes["href"]) for each in todo] == [
            ("1 failed delivery", "/c/mentor/deliveries?state=failed"),
            ("1 person has no times and has not been asked", "/c/mentor/people?state=not-asked"),
            ("2 pairs to book", "/c/mentor/pairs?state=to-book"),
            ("1 meeting that nobody has logged", "/c/mentor/pairs?state=to-log"),
            ("2 coming video meetings without a link", "/c/mentor/pairs?link=none"),
        ]

    def test_queues_for_events_to_come_are_the_whole_programmes(self, stages: Stage) -> None:
        with stages.database.writing() as session:
            events = {row.slug: row for row in session.query(Event)}
            for person in session.query(Person).order_by(Person.id).limit(3):
                for slug in ("workshop", "kick-off", "called-off"):  # one to come, one over, one cancelled
                    a_place(session, events[slug], person, RegistrationState.WAITLISTED)
            number = events["workshop"].id
        links = stages.visitor(email=ALL).read("/c/mentor/").one("ul", class_="todo").all("a")
        assert [(each.text, each.attributes["href"]) for each in links if "waitlist" in each.text] == [
            ("3 on the waitlist of Evening workshop", f"/c/mentor/events/{number}")
        ]
        assert "waitlist" not in stages.visitor(email=PHYSICS).read("/c/mentor/").main.text

    def test_counts_the_pairs(self, coordinator: Visitor) -> None:
        counts = coordinator.read("/c/mentor/").one("ul", class_="counts")
        assert [each.text for each in counts.all("a")] == [
            "0 Silent", "1 Waiting for times", "2 To book", "1 Did they meet?", "0 Proposed", "4 Booked", "1 Met",
        ]  # fmt: skip

    def test_of_a_department_only_its_own(self, stages: Stage) -> None:
        page = stages.visitor(email=ENGLISH).read("/c/mentor/")
        todo = page.one("ul", class_="todo").all("a")
        assert [each.text for each in todo] == ["1 failed delivery", "1 coming video meeting without a link"]
        assert page.one(class_="lead").text == "Engelska"
        assert stages.visitor(email=ALL).read("/c/mentor/").one(class_="lead").text == "All departments"

    def test_with_nothing_to_do_it_says_so(self, stage: Stage) -> None:
        assert "Nothing: all is on its way." in stage.visitor(email=OTHER).read("/c/other/").main.text

    def test_counts_several_as_several(self, stage: Stage) -> None:
        with stage.database.writing() as session:
            for row in session.query(Delivery).filter_by(meeting_id=stage.world.meetings["video"]):
                row.state = DeliveryState.FAILED
        for languages, words in (("en", "4 failed deliveries"), ("sv", "4 misslyckade leveranser")):
            todo = stage.visitor(email=ALL, languages=languages).read("/c/mentor/").one("ul", class_="todo")
            assert todo.all("a")[0].text == words


class TestPairs:
    def test_everybodys_pairs_those_that_need_somebody_first(self, stages: Stage) -> None:
        rows = stages.visitor(email=ALL).read("/c/mentor/pairs").rows
        assert [(row["Mentee"], row["Mentor"], row["State"], row["Meeting"]) for row in rows] == [
            ("Pelle Prat Stockholm", "Petra Tyst Stockholm", "Waiting for times No times from Petra Tyst", "–"),
            ("Ida Inställd Stockholm", "Inge Inställd Stockholm", "To book", "–"),
            ("Maja Ledig Stockholm", "Mattias Ledig Stockholm", "To book", "–"),
            ("Lova Log Stockholm", "Ludvig Log Stockholm", "Did they meet?",
             "Fri 30 Oct 10:00–10:45 · On site and on video"),
            ("Alva Fysik Stockholm", "Anders Fysik Stockholm", "Booked", "Mon 9 Nov 10:00–10:45 · Video"),
            ("Axel Abroad Stockholm", "Amy Abroad New York", "Booked",
             "Tue 10 Nov 10:00–10:45 · Video Zoom link pending"),
            ("Bo Delad Stockholm", "Anja Delad Stockholm", "Booked", "Wed 11 Nov 10:00–10:45 · Walk"),
            ("Bodil Engelsk Stockholm", "Bertil Engelsk Stockholm", "Booked",
             "Mon 9 Nov 10:00–10:45 · Video Zoom link pending"),
            ("Hugo Held Stockholm", "Hanna Held Stockholm", "Met", "Fri 30 Oct 10:00–10:45 · Video"),
        ]  # fmt: skip

    def test_counts_what_the_table_shows(self, coordinator: Visitor) -> None:
        pills = coordinator.read("/c/mentor/pairs").one("ul", class_="nav-pills").all("a")
        assert [each.text for each in pills] == [
            "All 9", "Silent 0", "Waiting for times 1", "To book 2", "Did they meet? 1", "Proposed 0", "Booked 4",
            "Met 1",
        ]  # fmt: skip

    def test_narrowed_to_a_state_a_name_or_both(self, coordinator: Visitor) -> None:
        page = coordinator.read("/c/mentor/pairs")
        page = coordinator.read(page.links["To book 2"])
        assert [row["Mentee"].split()[0] for row in page.rows] == ["Ida", "Maja"]
        page = coordinator.read("/c/mentor/pairs?state=to-book&q=LEDIG")
        assert [row["Mentee"].split()[0] for row in page.rows] == ["Maja"]
        assert page.links["All 1"] == "/c/mentor/pairs?q=LEDIG"
        assert "Nothing here." in coordinator.read("/c/mentor/pairs?q=nobody").main.text
        assert coordinator.get("/c/mentor/pairs?state=nonsense").status_code == 404

    def test_those_without_a_link(self, coordinator: Visitor) -> None:
        rows = coordinator.read("/c/mentor/pairs?link=none").rows
        assert [row["Mentee"].split()[0] for row in rows] == ["Axel", "Bodil"]

    def test_an_open_proposal_says_since_when_and_who_is_asked(self, stages: Stage) -> None:
        with stages.database.writing() as session:
            pair = session.get_one(Pair, stages.world.pairs["to book"])
            a_proposal(session, pair, made_by=pair.mentee)
        rows = stages.visitor(email=PHYSICS).read("/c/mentor/pairs?state=proposed").rows
        assert [row["State"] for row in rows] == ["Proposed since Mon 2 Nov, not answered by Mattias Ledig"]

    def test_silent_ones_say_for_how_long(self, stages: Stage) -> None:
        stages.clock.now += timedelta(days=45)
        rows = stages.visitor(email=ALL).read("/c/mentor/pairs?state=silent").rows
        assert [row["State"].split(" No times")[0] for row in rows] == ["Silent for 45 days"] * 4

    def test_of_a_department_only_its_own(self, stages: Stage) -> None:
        page = stages.visitor(email=ENGLISH).read("/c/mentor/pairs")
        assert [row["Mentee"] for row in page.rows] == ["Bo Delad Stockholm", "Bodil Engelsk Stockholm"]
        assert page.one("ul", class_="nav-pills").all("a")[0].text == "All 2"

    def test_in_swedish(self, stage: Stage) -> None:
        page = stage.visitor(email=ALL, languages="sv").read("/c/mentor/pairs")
        assert page.heading == "Par"
        assert page.rows[0]["Läge"] == "Väntar på tider Inga tider från Petra Tyst"
        assert page.rows[4]["Möte"] == "mån 9 nov. 10:00–10:45 · Video"

    def test_a_meeting_leads_to_its_page(self, stage: Stage, coordinator: Visitor) -> None:
        page = coordinator.read("/c/mentor/pairs")
        assert page.links["Mon 9 Nov 10:00–10:45"] in {address(stage), address(stage, "pending")}
        assert page.links["Wed 11 Nov 10:00–10:45"] == address(stage, "walk")

    def test_without_a_zoom_meeting_and_a_pasted_link_one_is_missing(self, stage: Stage) -> None:
        with stage.database.writing() as session:
            session.query(ZoomMeeting).filter_by(meeting_id=stage.world.meetings["video"]).one().wanted = False
        rows = stage.visitor(email=ALL).read("/c/mentor/pairs").rows
        assert [row["Meeting"] for row in rows if row["Mentee"].startswith("Alva")] == [
            "Mon 9 Nov 10:00–10:45 · Video Link missing"
        ]

    def test_without_pairs_it_says_so(self, stage: Stage) -> None:
        with stage.database.writing() as session:
            programme = Programme(
                slug="new", name={"en": "New"}, timezone="UTC", locale="en", starts_on=NOW.date(), ends_on=NOW.date(),
                contact="new@example.org", meeting_minutes=45, blackouts=[],
            )  # fmt: skip
            session.add(programme)
            session.flush()
            session.add(Coordinator(email="new@example.org", programme_id=programme.id))
        page = stage.visitor(email="new@example.org").read("/c/new/pairs")
        assert "No pair of yours is in this programme yet." in page.main.text
        assert "Nothing here." in stage.visitor(email="new@example.org").read("/c/new/deliveries").main.text


class TestDeliveries:
    def test_the_latest_first_with_whom_and_what(self, stages: Stage) -> None:
        rows = stages.visitor(email=ENGLISH).read("/c/mentor/deliveries").rows
        assert [(row["What"], row["About"], row["State"], row["Attempts"]) for row in rows] == [
            ("Invitation to Bo Delad", "Bo Delad – Anja Delad", "Waiting", "0"),
            ("Invitation to Anja Delad", "Bo Delad – Anja Delad", "Waiting", "0"),
            ("Invitation to Bodil Engelsk", "Bodil Engelsk – Bertil Engelsk", "Waiting", "0"),
            (
                "Invitation to Bertil Engelsk",
                "Bodil Engelsk – Bertil Engelsk",
                FAILED,
                "1",
            ),
            ("Create the Zoom meeting", "Bodil Engelsk – Bertil Engelsk", "Waiting", "0"),
        ]
        assert rows[0]["When"] == "Mon 2 Nov 10:00"

    def test_names_each_kind(self, stage: Stage, coordinator: Visitor) -> None:
        with stage.database.writing() as session:
            found = session.get_one(Meeting, stage.world.meetings["video"])
            meetings.reschedule(session, found, starts_at=NOW + timedelta(days=11), minutes=45, now=NOW)
            found = session.get_one(Meeting, stage.world.meetings["walk"])
            found = meetings.change_how(session, found, how=modes.OnSite("Albano"), now=NOW)
        what = {row["What"].partition(" to ")[0] for row in coordinator.read("/c/mentor/deliveries").rows}
        assert what == {
            "Invitation", "New time", "Change", "Cancellation", "Create the Zoom meeting", "Move the Zoom meeting",
            "Delete the Zoom meeting",
        }  # fmt: skip

    def test_can_be_narrowed_to_a_state(self, coordinator: Visitor) -> None:
        page = coordinator.read("/c/mentor/deliveries?state=failed")
        assert [row["State"] for row in page.rows] == [FAILED]
        pills = page.one("ul", class_="nav-pills").all("a")
        assert [each.text for each in pills if each.attributes.get("aria-current") == "page"] == ["Failed 1"]
        assert [each.text for each in pills] == ["All 22", "Waiting 20", "Done 0", "Failed 1", "Superseded 1"]

    def test_a_state_without_any(self, coordinator: Visitor) -> None:
        assert "Nothing here." in coordinator.read("/c/mentor/deliveries?state=done").main.text

    def test_a_state_that_there_is_not_is_not_found(self, coordinator: Visitor) -> None:
        assert coordinator.get("/c/mentor/deliveries?state=nonsense").status_code == 404

    @pytest.mark.parametrize("query", ["page=0", "page=-1", "page=2", "page=99999999999999999999"])
    def test_a_page_that_there_is_not_is_the_nearest(self, coordinator: Visitor, query: str) -> None:
        assert len(coordinator.read(f"/c/mentor/deliveries?{query}").rows) == 22

    @pytest.mark.parametrize("query", ["page=x", "page=", "state=", "page=1&page=7", f"page={'9' * 5000}"])
    def test_nonsense_is_the_first_page(self, coordinator: Visitor, query: str) -> None:
        assert len(coordinator.read(f"/c/mentor/deliveries?{query}").rows) == 22

    def test_pages_hold_fifty_each_once(self, stages: Stage) -> None:
        with stages.database.writing() as session:
            pair = session.get_one(Pair, stages.world.pairs["physics"])
            for day in range(20, 48):
                a_meeting(session, pair, days=day)
            total = session.query(Delivery).filter_by(programme_id=pair.programme_id).count()
        visitor = stages.visitor(email=ALL)
        at, seen, pages = "/c/mentor/deliveries", list[tuple[str, ...]](), 0
        while at:
            page = visitor.read(at)
            seen += [tuple(row.values()) for row in page.rows]
            pages += 1
            at = next((each.attributes["href"] for each in page.all("a", rel="next")), "")
        assert (len(seen), pages) == (total, -(-total // PAGE))
        assert total > 2 * PAGE
        assert page.one("nav", aria_label="Pages").text == f"Newer Page {pages} of {pages}"
        assert page.one("a", rel="prev").attributes["href"] == f"/c/mentor/deliveries?page={pages - 1}"

    def test_pages_keep_the_state(self, stage: Stage, coordinator: Visitor) -> None:
        with stage.database.writing() as session:
            pair = session.get_one(Pair, stage.world.pairs["physics"])
            for day in range(20, 45):
                a_meeting(session, pair, days=day)
        at = coordinator.read("/c/mentor/deliveries?state=waiting").one("a", rel="next").attributes["href"]
        assert at == "/c/mentor/deliveries?state=waiting&page=2"
        assert coordinator.get(at).status_code == 200

    def test_what_a_mail_server_said_is_text(self, stage: Stage, coordinator: Visitor) -> None:
        with stage.database.writing() as session:
            row = session.query(Delivery).filter_by(state=DeliveryState.FAILED).one()
            row.reason = "<script>alert(1)</script>"
        page = coordinator.read("/c/mentor/deliveries?state=failed")
        assert page.rows[0]["State"] == f"Failed <script>alert(1)</script> {CURE}"


class TestSendingAgain:
    def failed(self, stage: Stage) -> int:
        with stage.database.reading() as session:
            return session.query(Delivery).filter_by(state=DeliveryState.FAILED).one().id

    def test_what_failed_is_on_its_way_again_and_nothing_is_failed_any_more(self, stages: Stage) -> None:
        visitor, number = stages.visitor(email=ENGLISH), self.failed(stages)
        at = "/c/mentor/deliveries?state=failed"
        answer = visitor.send(visitor.read(at).form(f"/c/mentor/deliveries/{number}/again"))
        assert (answer.status_code, answer.location) == (303, at)
        page = visitor.read(at)
        assert page.one(role="status").text == "It is on its way again."
        assert page.one("ul", class_="nav-pills").all("a")[3].text == "Failed 0"
        with stages.database.reading() as session:
            old = session.get_one(Delivery, number)
            fresh = session.query(Delivery).order_by(Delivery.id.desc()).first()
            assert fresh is not None
            assert (fresh.stream, fresh.payload, fresh.state) == (old.stream, old.payload, DeliveryState.WAITING)

    def test_pressed_twice_it_goes_out_once(self, stage: Stage, coordinator: Visitor) -> None:
        number = self.failed(stage)
        form = coordinator.read("/c/mentor/deliveries").form(f"/c/mentor/deliveries/{number}/again")
        assert [coordinator.send(form).status_code for _ in range(2)] == [303, 409]

    def test_only_what_failed_or_arrived_can_be(self, stage: Stage, coordinator: Visitor) -> None:
        page = coordinator.read("/c/mentor/deliveries")
        assert [each.text.partition(" to ")[0] for each in page.main.all("button")] == ["Send again Invitation"]

    def test_nobody_else_can(self, stages: Stage) -> None:
        number, before = self.failed(stages), None
        people = [stages.visitor(email=email) for email in (PHYSICS, OTHER)]
        stages.app.config["WTF_CSRF_ENABLED"] = False
        before = everything(stages.database)
        for visitor in people:
            for slug in ("mentor", "other"):
                assert visitor.post(f"/c/{slug}/deliveries/{number}/again").status_code == 404
        assert everything(stages.database) == before


def test_the_page_one_is_on_is_marked(coordinator: Visitor) -> None:
    for at, name in (("/c/mentor/", "Start"), ("/c/mentor/pairs", "Pairs"), ("/c/mentor/deliveries", "Deliveries")):
        links = [link for navigation in coordinator.read(at).all("nav") for link in navigation.all("a")]
        assert [link.text for link in links if "aria-current" in link.attributes] == [name]

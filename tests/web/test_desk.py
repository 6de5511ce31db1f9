"""The coordinators' desk."""

from datetime import timedelta

import pytest

from scheduler.models import Coordinator, Delivery, Host, Meeting, Pair, Programme, ZoomMeeting
from scheduler.programme import meetings, modes
from scheduler.programme.desk import PAGE
from scheduler.states import DeliveryState
from tests.builders import NOW, a_meeting
from tests.web.conftest import Stage, Visitor
from tests.web.reading import Page
from tests.web.world import ALL, ENGLISH, OTHER, PHYSICS, everything

LINK = "https://meet.example.net/room?p=1"


@pytest.fixture
def coordinator(stage: Stage) -> Visitor:
    return stage.visitor(email=ALL)


def address(stage: Stage, meeting: str = "video") -> str:
    return f"/c/mentor/meetings/{stage.world.meetings[meeting]}"


def paste(stage: Stage, visitor: Visitor, link: str, meeting: str = "video") -> tuple[int, Page]:
    """The answer to a link that was typed on the meeting's page; the page that it leads to."""
    at = address(stage, meeting)
    answer = visitor.send(visitor.read(at).form(f"{at}/link"), link=link)
    if answer.status_code == 303:
        assert answer.location == at
        return 303, visitor.read(at)
    return answer.status_code, Page(answer.text, f"{at}/link")


def stored(stage: Stage, meeting: str = "video") -> str:
    with stage.database.reading() as session:
        return session.get_one(Meeting, stage.world.meetings[meeting]).link


class TestDoor:
    def test_nobody_is_shown_how_to_sign_in(self, visitor: Visitor, stage: Stage) -> None:
        for at in ("/c/mentor/", "/c/nothing/", "/c/mentor/deliveries", address(stage)):
            answer = visitor.get(at)
            assert (answer.status_code, answer.location) == (303, "/sign-in")

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


class TestPairs:
    def test_everybodys_pairs_those_that_need_somebody_first(self, stages: Stage) -> None:
        rows = stages.visitor(email=ALL).read("/c/mentor/").rows
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
        counts = coordinator.read("/c/mentor/").one("ul", class_="counts")
        assert [each.text for each in counts.all("li")] == [
            "1 Waiting for times", "2 To book", "1 Did they meet?", "4 Booked", "1 Met", "1 failed delivery",
        ]  # fmt: skip
        assert counts.one("a").attributes["href"] == "/c/mentor/deliveries?state=failed"

    def test_counts_several_as_several(self, stage: Stage) -> None:
        with stage.database.writing() as session:
            for row in session.query(Delivery).filter_by(meeting_id=stage.world.meetings["video"]):
                row.state = DeliveryState.FAILED
        for languages, words in (("en", "4 failed deliveries"), ("sv", "4 misslyckade leveranser")):
            counts = stage.visitor(email=ALL, languages=languages).read("/c/mentor/").one("ul", class_="counts")
            assert counts.one("a").text == words

    def test_of_a_department_only_its_own(self, stages: Stage) -> None:
        page = stages.visitor(email=ENGLISH).read("/c/mentor/")
        assert [row["Mentee"] for row in page.rows] == ["Bo Delad Stockholm", "Bodil Engelsk Stockholm"]
        assert page.one(class_="lead").text == "Engelska"
        assert stages.visitor(email=ALL).read("/c/mentor/").one(class_="lead").text == "All departments"

    def test_in_swedish(self, stage: Stage) -> None:
        page = stage.visitor(email=ALL, languages="sv").read("/c/mentor/")
        assert page.heading == "Mentorprogrammet"
        assert page.rows[0]["Läge"] == "Väntar på tider Inga tider från Petra Tyst"
        assert page.rows[4]["Möte"] == "mån 9 nov. 10:00–10:45 · Video"

    def test_a_meeting_leads_to_its_page(self, stage: Stage, coordinator: Visitor) -> None:
        page = coordinator.read("/c/mentor/")
        assert page.links["Mon 9 Nov 10:00–10:45"] in {address(stage), address(stage, "pending")}
        assert page.links["Wed 11 Nov 10:00–10:45"] == address(stage, "walk")

    def test_without_a_zoom_meeting_and_a_pasted_link_one_is_missing(self, stage: Stage) -> None:
        with stage.database.writing() as session:
            session.query(ZoomMeeting).filter_by(meeting_id=stage.world.meetings["video"]).one().wanted = False
        rows = stage.visitor(email=ALL).read("/c/mentor/").rows
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
        page = stage.visitor(email="new@example.org").read("/c/new/")
        assert "No pair of yours is in this programme yet." in page.main.text
        assert "Nothing here." in stage.visitor(email="new@example.org").read("/c/new/deliveries").main.text


class TestDeliveries:
    def test_the_latest_first_with_whom_and_what(self, stages: Stage) -> None:
        rows = stages.visitor(email=ENGLISH).read("/c/mentor/deliveries").rows
        assert [(row["What"], row["Pair"], row["State"], row["Attempts"]) for row in rows] == [
            ("Invitation to Bo Delad", "Bo Delad – Anja Delad", "Waiting", "0"),
            ("Invitation to Anja Delad", "Bo Delad – Anja Delad", "Waiting", "0"),
            ("Invitation to Bodil Engelsk", "Bodil Engelsk – Bertil Engelsk", "Waiting", "0"),
            ("Invitation to Bertil Engelsk", "Bodil Engelsk – Bertil Engelsk", "Failed 550 no such mailbox", "1"),
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
        assert [row["State"] for row in page.rows] == ["Failed 550 no such mailbox"]
        pills = page.one("ul", class_="nav-pills").all("a")
        assert [each.text for each in pills if each.attributes.get("aria-current") == "page"] == ["Failed 1"]
        assert [each.text for each in pills] == ["All 22", "Waiting 21", "Done 0", "Failed 1", "Superseded 0"]

    def test_a_state_without_any(self, coordinator: Visitor) -> None:
        assert "Nothing here." in coordinator.read("/c/mentor/deliveries?state=done").main.text

    @pytest.mark.parametrize(
        "query", ["state=nonsense", "page=0", "page=-1", "page=2", "page=99999999999999999999", "state=done&page=2"]
    )
    def test_what_is_not_there_is_not_found(self, coordinator: Visitor, query: str) -> None:
        assert coordinator.get(f"/c/mentor/deliveries?{query}").status_code == 404

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
        assert page.rows[0]["State"] == "Failed <script>alert(1)</script>"


class TestMeeting:
    def test_says_when_for_everybody_and_how(self, stage: Stage, coordinator: Visitor) -> None:
        page = coordinator.read(address(stage, "abroad"))
        assert page.heading == "Axel Abroad – Amy Abroad"
        assert page.facts == {
            "When": "Tuesday 10 November 2026, 10:00–10:45, Stockholm (GMT+1)",
            "For Amy Abroad": "Tuesday 10 November 2026, 04:00–04:45, New York (GMT-5)",
            "How": "Video",
            "Link": "No link yet",
        }
        assert coordinator.read(address(stage)).facts["Link"] == "Link ready"
        assert [row["What"] for row in page.rows] == [
            "Create the Zoom meeting", "Invitation to Amy Abroad", "Invitation to Axel Abroad",
        ]  # fmt: skip

    def test_a_walk_takes_no_link(self, stage: Stage, coordinator: Visitor) -> None:
        page = coordinator.read(address(stage, "walk"))
        assert page.facts["Meeting point"] == "The boathouse at Brunnsviken"
        assert "Link" not in page.facts
        assert not page.main.all("form")

    def test_nor_does_a_cancelled_or_held_one(self, stage: Stage, coordinator: Visitor) -> None:
        page = coordinator.read(address(stage, "cancelled"))
        assert page.one(role="status").text == "This meeting is cancelled."
        assert not page.main.all("form")
        assert not coordinator.read(address(stage, "held")).main.all("form")

    def test_one_that_nothing_was_owed_for(self, stage: Stage, coordinator: Visitor) -> None:
        with stage.database.writing() as session:
            pair = session.get_one(Pair, stage.world.pairs["physics"])
            logged = meetings.log_held(
                session, pair, starts_at=NOW - timedelta(days=1), minutes=30, how=modes.Video(), now=NOW
            )
        assert "Deliveries Nothing here." in coordinator.read(f"/c/mentor/meetings/{logged.id}").main.text

    @pytest.mark.parametrize("number", ["0", "4711", "2147483648", "9" * 30, "-1", "1.0", "x", "%00", "1 OR 1=1"])
    def test_unknown_ones_are_not_found(self, stages: Stage, number: str) -> None:
        assert stages.visitor(email=ALL).get(f"/c/mentor/meetings/{number}").status_code == 404


class TestPastedLink:
    def test_is_saved_and_said_to_be(self, stages: Stage) -> None:
        status, page = paste(stages, stages.visitor(email=ALL), f"  {LINK}  ")
        assert (status, stored(stages)) == (303, LINK)
        assert page.one(role="status").text == "Saved."
        assert page.one(id="link").attributes["value"] == LINK
        assert page.facts["Link"] == "Link ready"

    def test_it_is_said_once(self, stage: Stage, coordinator: Visitor) -> None:
        paste(stage, coordinator, LINK)
        assert not coordinator.read(address(stage)).all(role="status")

    def test_takes_zooms_place_and_gives_it_back(self, stages: Stage) -> None:
        visitor = stages.visitor(email=ALL)
        paste(stages, visitor, LINK)
        assert zoom_wanted(stages) == [False]
        status, page = paste(stages, visitor, "")
        assert (status, stored(stages), page.facts["Link"]) == (303, "", "No link yet")
        assert zoom_wanted(stages) == [False, True]

    @pytest.mark.parametrize(
        "typed",
        ["meet.example.net/room", "http://meet.example.net/room", "javascript:alert(1)", "https://", "https://a b.net",
         "https://user@meet.example.net/", "https://meet.example.net/\nX: y", "ftp://x", '"><script>alert(1)</script>',
         "https://[::1", "https://x/" + "a" * 1000, "https://meet.example.net/\x00"],
    )  # fmt: skip
    def test_a_bad_one_is_kept_as_typed_with_the_reason_at_the_field(self, stage: Stage, typed: str) -> None:
        visitor = stage.visitor(email=ALL)
        before = everything(stage.database)
        status, page = paste(stage, visitor, typed)
        assert status == 422
        box = page.one("input", id="link")
        assert box.attributes["value"].strip() == typed.strip()
        assert box.attributes["aria-invalid"] == "true"
        assert "autofocus" in box.attributes
        described = box.attributes["aria-describedby"].split()
        reasons = [page.one(id=name) for name in described if page.one(id=name).attributes.get("role") == "alert"]
        assert [each.text for each in reasons] == [
            "Link: paste the whole address of the video meeting, from https:// on."
        ]
        assert page.one("label", for_="link").text
        assert everything(stage.database) == before

    def test_the_form_of_the_refused_page_works(self, stage: Stage, coordinator: Visitor) -> None:
        _, page = paste(stage, coordinator, "nonsense")
        assert coordinator.send(page.form(f"{address(stage)}/link"), link=LINK).status_code == 303
        assert stored(stage) == LINK

    def test_the_reason_is_in_the_visitors_language(self, stage: Stage) -> None:
        _, page = paste(stage, stage.visitor(email=ALL, languages="sv"), "nonsense")
        assert page.one(role="alert").text.startswith("Länk: klistra in hela adressen")

    def test_with_every_host_taken_zoom_is_not_asked_again(self, stage: Stage, coordinator: Visitor) -> None:
        paste(stage, coordinator, LINK)
        with stage.database.writing() as session:
            session.query(Host).one().retired = True
            session.add(Host(email="one@example.org", capacity=1))
            other = session.get_one(Pair, stage.world.pairs["to book"])
            a_meeting(session, other)
        status, page = paste(stage, coordinator, "")
        assert (status, stored(stage)) == (422, LINK)
        assert page.one(role="alert").text.startswith("No Zoom host is free at that time")

    @pytest.mark.parametrize("change", ["cancel", "held"])
    def test_for_a_meeting_that_closed_meanwhile_it_says_why_not(
        self, stage: Stage, coordinator: Visitor, change: str
    ) -> None:
        at = address(stage, "over")
        form = coordinator.read(at).form(f"{at}/link")
        with stage.database.writing() as session:
            found = session.get_one(Meeting, stage.world.meetings["over"])
            (meetings.cancel if change == "cancel" else meetings.mark_held)(session, found, now=NOW)
        before = everything(stage.database)
        answer = coordinator.send(form, link=LINK)
        assert answer.status_code == 409
        assert Page(answer.text).one(role="alert").text == (
            "This meeting is no longer booked, so it cannot be changed; book a new one."
        )
        assert everything(stage.database) == before

    def test_of_another_department_is_not_found_and_nothing_is_saved(self, stages: Stage) -> None:
        visitor = stages.visitor(email=PHYSICS)
        token = visitor.read("/c/mentor/").form("/language").fields["csrf_token"]
        before = everything(stages.database)
        for at in (
            address(stages, "pending"),
            address(stages, "other"),
            f"/c/other/meetings/{stages.world.meetings['other']}",
        ):
            assert visitor.post(f"{at}/link", {"link": LINK, "csrf_token": token}).status_code == 404
        assert everything(stages.database) == before

    def test_without_the_field_is_an_empty_link(self, stage: Stage, coordinator: Visitor) -> None:
        paste(stage, coordinator, LINK)
        at = address(stage)
        fields = {"csrf_token": coordinator.read(at).form(f"{at}/link").fields["csrf_token"]}
        assert coordinator.post(f"{at}/link", fields, page=at).status_code == 303
        assert stored(stage) == ""


def zoom_wanted(stage: Stage) -> list[bool]:
    with stage.database.reading() as session:
        query = session.query(ZoomMeeting).filter_by(meeting_id=stage.world.meetings["video"]).order_by(ZoomMeeting.id)
        return [row.wanted for row in query]


def test_the_page_one_is_on_is_marked(coordinator: Visitor) -> None:
    for at, name in (("/c/mentor/", "Pairs"), ("/c/mentor/deliveries", "Deliveries")):
        navigation = coordinator.read(at).one("nav", aria_label="Site")
        assert [each.text for each in navigation.all("a") if "aria-current" in each.attributes] == [name]

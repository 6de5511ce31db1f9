"""A pair's meeting at the desk, and the link that is pasted there."""

from datetime import timedelta

import pytest

from scheduler.models import Host, Meeting, Pair, ZoomMeeting
from scheduler.programme.pairs import meetings, modes
from tests.builders import NOW, a_meeting
from tests.web.conftest import Stage, Visitor
from tests.web.reading import Page
from tests.web.world import ALL, PHYSICS, everything

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


def zoom_wanted(stage: Stage) -> list[bool]:
    with stage.database.reading() as session:
        query = session.query(ZoomMeeting).filter_by(meeting_id=stage.world.meetings["video"]).order_by(ZoomMeeting.id)
        return [row.wanted for row in query]


class TestMeeting:
    def test_says_when_for_everybody_and_how(self, stage: Stage, coordinator: Visitor) -> None:
        page = coordinator.read(address(stage, "abroad"))
        assert page.heading == "Axel Abroad – Amy Abroad"
        assert page.facts == {
            "When": "Tuesday 10 November 2026, 10:00–10:45, Stockholm (GMT+1)",
            "For Amy Abroad": "Tuesday 10 November 2026, 04:00–04:45, New York (GMT-5)",
            "How": "Video",
            "Link": "No link yet",
            "Invitations": "Amy Abroad: version 1 on its way · no answer · not reminded · calendar not fetched "
            "Axel Abroad: version 1 on its way · no answer · not reminded · calendar not fetched",
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

    def test_and_the_history_says_who_pasted_it(self, stage: Stage, coordinator: Visitor) -> None:
        paste(stage, coordinator, LINK)
        (entry, *_) = coordinator.read("/c/mentor/history").rows
        assert (entry["Who"], entry["What"]) == (ALL, "Meeting changed at Mon 9 Nov 10:00, Video")

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

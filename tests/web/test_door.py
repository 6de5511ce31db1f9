"""The door: what it shows, whom it lets in, and where it leads."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from scheduler.models import Delivery, Host, Meeting, ZoomMeeting
from scheduler.programme.pairs import meetings, modes
from scheduler.programme.pairs.modes import Hybrid, Phone, Video, Walk
from scheduler.states import HostKind
from tests.builders import LINKS, NOW
from tests.web.conftest import Stage, Visitor
from tests.web.reading import Page
from tests.web.world import PHYSICS, ZOOM, everything, seat, zoom_answered

PASTED = "https://meet.example.net/room?p=1"


def joined_at(stage: Stage, meeting: str = "video", who: str = "mentee") -> datetime | None:
    with stage.database.reading() as session:
        return seat(session, stage.world.meetings[meeting], who).joined_at


def change(stage: Stage, meeting: str, link: str) -> None:
    """A coordinator pastes another link, or none."""
    with stage.database.writing() as session:
        found = session.get_one(Meeting, stage.world.meetings[meeting])
        meetings.change_how(session, found, how=modes.with_link(modes.how_of(found), link), now=stage.clock())


def join(stage: Stage, meeting: str = "video", who: str = "mentee") -> tuple[int, str | None]:
    answer = stage.visitor().post(stage.door(meeting, who))
    return answer.status_code, answer.location


def buttons(page: Page) -> list[str]:
    return [each.text for each in page.main.all("button")]


class TestPage:
    def test_in_the_readers_own_words_and_zone(self, stage: Stage) -> None:
        page = stage.visitor(languages="en").read(stage.door())
        assert (page.language, page.heading) == ("sv", "Mentormöte med Anders Fysik")
        assert page.facts == {"När": "måndag 9 november 2026, 10:00–10:45, Stockholm (GMT+1)", "Hur": "Video"}
        assert buttons(page) == ["Gå med"]

    def test_both_walls_where_they_differ(self, visitor: Visitor, stage: Stage) -> None:
        assert visitor.read(stage.door("abroad", "mentor")).facts == {
            "When": "Tuesday 10 November 2026, 04:00–04:45, New York (GMT-5)",
            "For Axel Abroad": "Tuesday 10 November 2026, 10:00–10:45, Stockholm (GMT+1)",
            "How": "Video",
        }

    def test_works_without_cookies_and_sets_none(self, visitor: Visitor, stage: Stage) -> None:
        answer = visitor.get(stage.door())
        assert "Set-Cookie" not in answer.headers
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert Page(answer.text, stage.door()).form(stage.door()).fields == {}

    def test_is_not_for_search_engines(self, visitor: Visitor, stage: Stage) -> None:
        assert visitor.read(stage.door()).one("meta", name="robots").attributes["content"] == "noindex"

    def test_shows_no_way_to_the_readers_other_meetings(self, visitor: Visitor, stage: Stage) -> None:
        """A calendar entry is shown to others, and its door with it; the feed of everything is not to be behind it."""
        assert "/feeds/" not in visitor.read(stage.door("video", "mentor")).html

    def test_never_shows_the_link_or_an_address_of_the_other(self, visitor: Visitor, stage: Stage) -> None:
        text = visitor.read(stage.door("video", "mentor")).html
        assert "zoom." not in text
        assert "alva.fysik@" not in text

    def test_a_walk_says_where_and_has_no_button(self, visitor: Visitor, stage: Stage) -> None:
        page = visitor.read(stage.door("walk", "mentor"))
        assert page.facts == {
            "When": "Wednesday 11 November 2026, 10:00–10:45, Stockholm (GMT+1)",
            "How": "Walk",
            "Meeting point": "The boathouse at Brunnsviken",
            "If it rains": "Café Proviant",
            "Route": "4 km, step-free",
            "Phone": "+46 70 123 45 67",
        }
        assert buttons(page) == []
        assert "Zoom" not in page.text

    def test_what_people_wrote_is_text(self, stage: Stage, visitor: Visitor) -> None:
        with stage.database.writing() as session:
            found = session.get_one(Meeting, stage.world.meetings["walk"])
            found.meeting_point = "<form action=//evil.example><button>Join</button></form>"
            found.pair.mentee.name = "<img src=x onerror=alert(1)>"
        page = visitor.read(stage.door("walk", "mentor"))
        assert page.heading == "Mentor meeting with <img src=x onerror=alert(1)>"
        assert page.facts["Meeting point"] == "<form action=//evil.example><button>Join</button></form>"
        assert buttons(page) == []


class TestGet:
    @pytest.mark.parametrize("method", ["GET", "HEAD"])
    def test_changes_nothing_however_often(self, stages: Stage, method: str) -> None:
        before = everything(stages.database)
        for meeting in ("video", "walk", "cancelled", "over", "pending"):
            for who in ("mentee", "mentor"):
                assert stages.visitor().get(stages.door(meeting, who), method=method).status_code == 200
        assert everything(stages.database) == before

    def test_head_says_what_get_says(self, visitor: Visitor, stage: Stage) -> None:
        get, head = visitor.get(stage.door()), visitor.get(stage.door(), method="HEAD")
        assert head.data == b""
        assert head.headers == get.headers

    def test_other_methods_are_refused(self, visitor: Visitor, stage: Stage) -> None:
        answer = visitor.get(stage.door(), method="DELETE")
        assert answer.status_code == 405
        assert {each.strip() for each in answer.headers["Allow"].split(",")} == {"GET", "HEAD", "OPTIONS", "POST"}


class TestJoin:
    def test_leads_to_zoom_and_notes_the_first_time(self, stages: Stage) -> None:
        assert joined_at(stages) is None
        assert join(stages) == (303, ZOOM)
        assert joined_at(stages) == NOW
        stages.clock.now = NOW + timedelta(minutes=5)
        assert join(stages) == (303, ZOOM)
        assert joined_at(stages) == NOW
        assert joined_at(stages, "video", "mentor") is None

    def test_changes_nothing_else(self, stages: Stage) -> None:
        before = everything(stages.database)
        join(stages)
        after = everything(stages.database)
        assert {name for name in before if before[name] != after[name]} == {"seat"}
        assert len(set(before["seat"]) ^ set(after["seat"])) == 2

    def test_a_pasted_link_goes_before_zooms(self, stages: Stage) -> None:
        with stages.database.writing() as session:  # whatever the order in which the two came
            session.get_one(Meeting, stages.world.meetings["video"]).link = PASTED
        assert join(stages) == (303, PASTED)

    def test_a_changed_link_is_followed_at_once_and_by_the_old_door(self, stages: Stage) -> None:
        address = stages.door()
        for link in (PASTED, "https://other.example.net/room"):
            change(stages, "video", link)
            assert stages.visitor().post(address).location == link

    def test_behind_a_link_of_the_pool_it_says_the_passcode(self, stages: Stage) -> None:
        with stages.database.writing() as session:
            session.scalars(select(ZoomMeeting)).first().passcode = "472913"
        assert "472913" not in stages.visitor().read(stages.door()).main.text, "Zoom's own links hold it"
        with stages.database.writing() as session:
            session.scalars(select(Host)).one().kind = HostKind.LINK
        text = stages.visitor().read(stages.door("video", "mentor")).main.text
        assert "Passcode, if you are asked for it: 472913" in text
        change(stages, "video", PASTED)
        assert "472913" not in stages.visitor().read(stages.door("video", "mentor")).main.text

    def test_after_a_move_the_old_door_still_leads_in(self, stage: Stage) -> None:
        address = stage.door()
        with stage.database.writing() as session:
            found = session.get_one(Meeting, stage.world.meetings["video"])
            meetings.reschedule(session, found, starts_at=NOW + timedelta(days=12), minutes=45, now=NOW)
        assert stage.visitor().post(address).location == ZOOM
        assert stage.visitor().read(address).facts["När"].startswith("lördag 14 november 2026")

    def test_when_zoom_gets_its_meeting_anew_the_door_follows(self, stages: Stage) -> None:
        change(stages, "video", PASTED)
        change(stages, "video", "")
        assert join(stages) == (409, None)
        with stages.database.writing() as session:
            zoom_answered(
                session, session.get_one(Meeting, stages.world.meetings["video"]), "https://zoom.example.com/2"
            )
        assert join(stages) == (303, "https://zoom.example.com/2")

    def test_without_a_link_it_says_so_and_notes_nobody(self, stages: Stage) -> None:
        before = everything(stages.database)
        answer = stages.visitor().post(stages.door("pending", "mentor"))
        assert answer.status_code == 409
        sentence = (
            "The link to the meeting is not ready yet. Come back to this page in a while; its address stays the same."
        )
        assert Page(answer.text).one(role="status").text == sentence
        assert everything(stages.database) == before

    def test_needs_no_token_and_no_page_before(self, stage: Stage) -> None:
        visitor = stage.visitor()
        assert visitor.client.post(stage.door(), headers={"Origin": "https://elsewhere.example"}).status_code == 303

    def test_has_room_for_no_large_form(self, stage: Stage) -> None:
        answer = stage.visitor().post(stage.door(), {"junk": "x" * 300_000})
        assert answer.status_code in {303, 413}

    def test_a_host_in_another_script_is_written_as_browsers_ask(self, stage: Stage) -> None:
        change(stage, "video", "https://möte.example.net/rum/å")
        assert join(stage) == (303, "https://xn--mte-sna.example.net/rum/%C3%A5")
        policy = stage.visitor().get(stage.door()).headers["Content-Security-Policy"]
        assert "https://xn--mte-sna.example.net" in policy
        assert policy.isascii()

    @pytest.mark.parametrize(
        "host",
        ["a..b", "a" * 64 + ".se", "a:99999", "a:b", "a;sandbox", "a,b", "a'b", "", "user@a.se", "[::1", "å\u2028"],
    )
    def test_a_link_that_no_browser_could_follow_is_no_link(self, stage: Stage, host: str) -> None:
        with stage.database.writing() as session:
            session.get_one(Meeting, stage.world.meetings["video"]).link = f"https://{host}/room"
        page = stage.visitor().read(stage.door())
        assert buttons(page) == []
        assert form_action(stage, "video") == "'self'"
        assert join(stage) == (409, None)
        assert joined_at(stage) is None

    @pytest.mark.parametrize(
        "host", ["a.se", "A.se:8443", "a_b.se", "127.0.0.1:1", "[2001:db8::1]:443", "xn--mte-sna.se"]
    )
    def test_any_that_one_could_is_followed(self, stage: Stage, host: str) -> None:
        change(stage, "video", f"https://{host}/room")
        assert join(stage) == (303, f"https://{host}/room".replace("A.se", "a.se"))

    def test_on_hybrid_meetings_too(self, stage: Stage) -> None:
        with stage.database.writing() as session:
            found = session.get_one(Meeting, stage.world.meetings["video"])
            meetings.change_how(session, found, how=Hybrid("Albano 3", PASTED), now=NOW)
        assert stage.visitor().read(stage.door()).facts["Plats"] == "Albano 3"
        assert join(stage) == (303, PASTED)

    @pytest.mark.parametrize("how", [Phone("08-16 20 00"), Walk("The bridge")])
    def test_not_on_others(self, stage: Stage, how: Phone | Walk) -> None:
        with stage.database.writing() as session:
            found = session.get_one(Meeting, stage.world.meetings["video"])
            meetings.change_how(session, found, how=how, now=NOW)
        assert join(stage) == (409, None)
        assert joined_at(stage) is None


class TestPolicy:
    """Browsers hold redirects after a form to form-action; tests/browser shows it."""

    @pytest.mark.parametrize(
        ("link", "origin"),
        [
            (PASTED, "https://meet.example.net"),
            ("https://meet.example.net:8443/a;b,c", "https://meet.example.net:8443"),
        ],
    )
    def test_lets_the_button_reach_the_links_origin_and_on_from_there(
        self, stage: Stage, link: str, origin: str
    ) -> None:
        change(stage, "video", link)
        assert form_action(stage, "video") == f"'self' {origin} https:"

    def test_that_of_a_stand_in_on_this_machine_as_well(self, stage: Stage) -> None:
        with stage.database.writing() as session:
            session.query(ZoomMeeting).filter_by(
                meeting_id=stage.world.meetings["video"]
            ).one().join_url = "http://127.0.0.1:9/j/1"
        assert form_action(stage, "video") == "'self' http://127.0.0.1:9 https:"

    @pytest.mark.parametrize("meeting", ["pending", "walk", "cancelled", "held"])
    def test_without_a_button_forms_stay_here(self, stage: Stage, meeting: str) -> None:
        assert form_action(stage, meeting) == "'self'"

    def test_and_on_every_other_page(self, stage: Stage) -> None:
        stage.visitor().get(stage.door())
        answer = stage.visitor().get("/")
        assert "form-action 'self';" in answer.headers["Content-Security-Policy"]


def form_action(stage: Stage, meeting: str) -> str:
    policy = stage.visitor().get(stage.door(meeting)).headers["Content-Security-Policy"]
    parts = dict(part.split(" ", 1) for part in policy.split("; "))
    return parts["form-action"]


class TestStates:
    def test_a_cancelled_meeting_says_so_and_lets_nobody_in(self, stages: Stage) -> None:
        page = stages.visitor().read(stages.door("cancelled"))
        assert page.one(role="status").text == "This meeting is cancelled."
        assert buttons(page) == []
        before = everything(stages.database)
        answer = stages.visitor().post(stages.door("cancelled"))
        assert answer.status_code == 409
        assert Page(answer.text).one(role="status").text == "This meeting is cancelled."
        assert everything(stages.database) == before

    def test_one_that_is_over_says_so_and_lets_in_who_talks_on(self, stage: Stage, visitor: Visitor) -> None:
        page = visitor.read(stage.door("over"))
        assert page.one(role="status").text == "This meeting is over."
        assert buttons(page) == ["Join"]
        assert join(stage, "over") == (303, "https://meet.example.net/past")

    def test_until_its_last_minute_it_is_not_over(self, stage: Stage, visitor: Visitor) -> None:
        stage.clock.now = datetime(2026, 11, 9, 9, 45, tzinfo=UTC)
        assert not visitor.read(stage.door()).all(role="status")
        stage.clock.now += timedelta(seconds=1)
        assert visitor.read(stage.door()).one(role="status").text == "Mötet är slut."

    def test_one_that_was_held_does_not_promise_a_link(self, stage: Stage, visitor: Visitor) -> None:
        page = visitor.read(stage.door("held"))
        assert [each.text for each in page.all(role="status")] == ["This meeting is over."]
        assert buttons(page) == []

    def test_one_marked_as_held_while_it_lasts_lets_latecomers_in(self, stage: Stage, visitor: Visitor) -> None:
        stage.clock.now = datetime(2026, 11, 9, 9, 10, tzinfo=UTC)
        with stage.database.writing() as session:
            meetings.mark_held(session, session.get_one(Meeting, stage.world.meetings["video"]), now=stage.clock())
        page = visitor.read(stage.door())
        assert not page.all(role="status")
        assert len(buttons(page)) == 1


class TestAddresses:
    def test_a_revoked_door_is_not_found_and_the_new_one_is(self, stages: Stage) -> None:
        old, visitor = stages.door(), stages.visitor()
        with stages.database.writing() as session:
            seat(session, stages.world.meetings["video"]).door_generation += 1
        before = everything(stages.database)
        assert visitor.get(old).status_code == 404
        assert visitor.post(old).status_code == 404
        assert everything(stages.database) == before
        assert visitor.get(stages.door()).status_code == 200

    def test_nor_is_one_that_we_did_not_make(self, stage: Stage, visitor: Visitor) -> None:
        token = stage.door().removeprefix(f"{LINKS.base_url}/j/")
        row, generation, mac = token.split("-")
        for other in (
            f"{int(row) + 1}-{generation}-{mac}", f"{row}-0-{mac}", f"{row}-{generation}-{mac[::-1]}", f"{row}", "x",
            f"{token} ", f"{token}%00", LINKS.token("feed", int(row), 1), LINKS.token("door", 4711, 1),
            LINKS.token("door", 10**17, 1),
        ):  # fmt: skip
            assert visitor.get(f"/j/{other}").status_code == 404, other
            assert visitor.post(f"/j/{other}").status_code == 404, other
        assert joined_at(stage) is None

    def test_each_of_the_two_has_a_door_of_their_own(self, stage: Stage, visitor: Visitor) -> None:
        mentee, mentor = stage.door(), stage.door("video", "mentor")
        assert mentee != mentor
        assert visitor.read(mentor).heading == "Mentor meeting with Alva Fysik"

    def test_a_coordinator_is_at_no_advantage(self, stage: Stage) -> None:
        visitor = stage.visitor(email=PHYSICS)
        assert visitor.get(f"/j/{LINKS.token('door', 1, 2)}").status_code == 404
        assert visitor.read(stage.door()).language == "sv"


def test_a_new_link_owes_nobody_a_mail(stages: Stage) -> None:
    with stages.database.reading() as session:
        before = session.query(Delivery).filter_by(channel="mail").count()
    change(stages, "video", PASTED)
    with stages.database.reading() as session:
        assert session.query(Delivery).filter_by(channel="mail").count() == before
        assert isinstance(modes.how_of(session.get_one(Meeting, stages.world.meetings["video"])), Video)

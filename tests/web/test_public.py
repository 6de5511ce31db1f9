"""What anybody may see."""

from datetime import timedelta

import pytest

from scheduler.models import Event, Programme
from scheduler.states import EventState
from tests.builders import LINKS, NOW, an_event
from tests.integrations.ical.reader import components
from tests.web.conftest import Stage, Visitor
from tests.web.reading import Page
from tests.web.world import ALL, PHYSICS


def the_event(stage: Stage, slug: str, **values: object) -> None:
    """Changes an event of the programme."""
    with stage.database.writing() as session:
        event = session.query(Event).filter_by(slug=slug).one()
        for name, value in values.items():
            setattr(event, name, value)


def feed(visitor: Visitor, address: str = "/p/mentor/events.ics") -> list[dict[str, str]]:
    """The entries of a calendar, each property's text by its name."""
    found = components(visitor.get(address).data, "VEVENT")
    return [{name: values[0].text for name, values in each.items()} for each in found]


class TestStart:
    def test_names_every_programme_with_its_dates(self, visitor: Visitor) -> None:
        page = visitor.read("/")
        assert page.heading == "Mentorship programmes"
        assert page.main.text.count("2 November 2026 – 28 May 2027") == 2
        assert page.links["The mentorship programme"] == "/p/mentor/"
        assert page.links["The other programme"] == "/p/other/"

    def test_without_a_programme_it_says_so(self, empty: Stage) -> None:
        assert "No programme is published here yet." in empty.visitor().read("/").main.text

    def test_speaks_the_visitors_language_and_another_that_the_programme_has(self, stage: Stage) -> None:
        page = stage.visitor(languages="fi, sv-FI;q=0.9, en;q=0.8").read("/")
        assert (page.language, page.heading) == ("sv", "Mentorsprogram")
        assert {"Mentorprogrammet", "The other programme"} <= page.links.keys()

    @pytest.mark.parametrize(
        ("accepted", "spoken"), [("", "en"), ("fr", "en"), ("*", "en"), ("sv;q=0, fr", "en"), ("en;q=0.5, SV", "sv")]
    )
    def test_falls_back_on_english(self, stage: Stage, accepted: str, spoken: str) -> None:
        assert stage.visitor(languages=accepted).read("/").language == spoken

    def test_shows_coordinators_their_desks_and_nobody_elses(self, stage: Stage) -> None:
        desks = stage.visitor(email=PHYSICS).read("/").one("section")
        assert [link.attributes["href"] for link in desks.all("a")] == ["/c/mentor/"]
        assert not stage.visitor().read("/").all("section")


class TestProgramme:
    def test_lists_what_comes_and_below_it_what_has_been(self, visitor: Visitor) -> None:
        page = visitor.read("/p/mentor/")
        assert page.heading == "The mentorship programme"
        assert [each.text for each in page.main.all("h2")] == ["Events", "Earlier events", "Subscribe"]
        assert [each.text for each in page.all("h3")] == [
            "Evening workshop",
            "Evening called-off Cancelled",
            "Evening kick-off",
        ]

    def test_says_when_and_for_whom_and_where(self, visitor: Visitor) -> None:
        card = visitor.read("/p/mentor/").all("li", class_="card")[0]
        assert "Monday 9 November 2026, 18:00–20:00, Stockholm (GMT+1)" in card.text
        assert "For mentees · On site and online · Aula Magna, Frescati" in card.text
        time = card.one("time")
        assert time.attributes == {
            "datetime": "2026-11-09T17:00:00Z", "data-minutes": "120", "data-zone": "Europe/Stockholm",
        }  # fmt: skip

    def test_shows_no_draft_and_nothing_that_was_called_off_long_ago(self, visitor: Visitor) -> None:
        page = visitor.read("/p/mentor/")
        assert "draft" not in page.html
        assert "off-long-ago" not in page.html

    def test_in_swedish(self, stage: Stage) -> None:
        text = stage.visitor(languages="sv").read("/p/mentor/").main.text
        assert "måndag 9 november 2026, 18:00–20:00, Stockholm (GMT+1)" in text
        assert "Kväll called-off Inställt" in text

    def test_offers_its_feed_to_click_and_to_paste(self, visitor: Visitor) -> None:
        page = visitor.read("/p/mentor/")
        assert page.one("code").text == f"{LINKS.base_url}/p/mentor/events.ics"
        assert (
            page.links["Subscribe in your calendar – The mentorship programme"]
            == "webcal://traff.example.org/p/mentor/events.ics"
        )

    def test_whom_to_ask(self, visitor: Visitor) -> None:
        assert visitor.read("/p/mentor/").links["alumni@example.org"] == "mailto:alumni@example.org"

    def test_without_events(self, stage: Stage) -> None:
        with stage.database.writing() as session:
            session.query(Event).delete()
        page = stage.visitor().read("/p/mentor/")
        assert "No event to come is published." in page.main.text
        assert "Earlier events" not in page.main.text

    def test_what_people_wrote_is_text(self, stage: Stage) -> None:
        with stage.database.writing() as session:
            session.query(Programme).filter_by(slug="mentor").one().name = {"en": "<script>alert(1)</script>"}
        the_event(stage, "workshop", title={"en": '"><img src=x onerror=alert(1)>'}, place="<b>here</b>")
        page = stage.visitor().read("/p/mentor/")
        assert page.heading == "<script>alert(1)</script>"
        assert '"><img src=x onerror=alert(1)>' in page.links
        assert not page.main.all("b")
        assert not page.all("img")
        assert [script.attributes.get("src") for script in page.all("script")] == ["/static/local-times.js"]


class TestEvent:
    def test_all_that_one_needs_to_come(self, visitor: Visitor) -> None:
        page = visitor.read("/p/mentor/e/workshop/")
        assert page.heading == "Evening workshop"
        assert page.facts == {
            "When": "Monday 9 November 2026, 18:00–20:00, Stockholm (GMT+1)",
            "How": "On site and online",
            "Place": "Aula Magna, Frescati",
            "For whom": "For mentees",
            "Seats": "90",
            "Registration": "90 seats are left. Until Monday 9 November 2026, 18:00, Stockholm (GMT+1)",
        }
        assert page.links["The mentorship programme"] == "/p/mentor/"
        assert page.links["Add to your calendar"] == "/p/mentor/e/workshop.ics"

    def test_one_without_place_and_limit_shows_none(self, visitor: Visitor) -> None:
        page = visitor.read("/p/mentor/e/kick-off/")
        assert page.facts.keys() == {"When", "How", "For whom"}
        assert page.one(role="status").text == "This event is over."
        assert "Add to your calendar" not in page.links

    @pytest.mark.parametrize("slug", ["called-off", "off-long-ago"])
    def test_a_cancelled_one_says_so_and_is_not_to_be_added(self, visitor: Visitor, slug: str) -> None:
        page = visitor.read(f"/p/mentor/e/{slug}/")
        assert page.one(role="status").text == "This event is cancelled."
        assert "Add to your calendar" not in page.links


class TestUnknown:
    def test_drafts_strangers_and_nonsense_are_alike(self, stages: Stage) -> None:
        visitor = stages.visitor()
        addresses = [
            "/p/nobody/", "/p/nobody/events.ics", "/p/nobody/e/workshop/", "/p/mentor/e/nothing/", "/p/mentor/e/draft/",
            "/p/mentor/e/draft.ics", "/p/other/e/workshop/", "/p/mentor/e/elsewhere.ics", "/p/MENTOR/", "/p/a%00b/",
            "/p/mentor/e/a%00b/", "/p/%ff%fe/", "/p/mentor/e/' OR 1=1 --/", "/nothing",
        ]  # fmt: skip
        bodies = {visitor.get(address).text for address in addresses if visitor.get(address).status_code == 404}
        assert [address for address in addresses if visitor.get(address).status_code != 404] == []
        assert len(bodies) == 1
        assert Page(bodies.pop()).main.text.startswith("Something went wrong There is nothing at this address.")

    def test_an_address_without_its_last_slash_is_found(self, visitor: Visitor) -> None:
        answer = visitor.get("/p/mentor")
        assert (answer.status_code, answer.location) == (308, f"{LINKS.base_url}/p/mentor/")


class TestEventFile:
    def test_is_a_calendar_to_keep(self, visitor: Visitor) -> None:
        answer = visitor.get("/p/mentor/e/workshop.ics")
        assert answer.content_type == "text/calendar; charset=utf-8"
        assert answer.headers["Content-Disposition"] == 'attachment; filename="mentor-workshop.ics"'
        (entry,) = feed(visitor, "/p/mentor/e/workshop.ics")
        assert entry["SUMMARY"] == "Evening workshop"
        assert entry["LOCATION"] == "Aula Magna, Frescati"
        assert (entry["DTSTART"], entry["DTEND"]) == ("20261109T180000", "20261109T200000")
        assert entry["URL"] == f"{LINKS.base_url}/p/mentor/e/workshop/"

    def test_speaks_the_visitors_language(self, stage: Stage) -> None:
        (entry,) = feed(stage.visitor(languages="sv"), "/p/mentor/e/workshop.ics")
        assert entry["SUMMARY"] == "Kväll workshop"

    def test_of_a_cancelled_event_says_so(self, visitor: Visitor) -> None:
        (entry,) = feed(visitor, "/p/mentor/e/called-off.ics")
        assert entry["STATUS"] == "CANCELLED"


class TestProgrammeFeed:
    def test_holds_what_the_page_shows_in_the_programmes_language(self, stages: Stage) -> None:
        found = [(entry["SUMMARY"], entry["STATUS"]) for entry in feed(stages.visitor(languages="en"))]
        assert found == [
            ("Kväll kick-off", "CONFIRMED"),
            ("Kväll workshop", "CONFIRMED"),
            ("Kväll called-off", "CANCELLED"),
        ]

    def test_asks_to_be_revalidated_and_is_kept_by_nobody_else(self, visitor: Visitor) -> None:
        answer = visitor.get("/p/mentor/events.ics")
        assert answer.headers["Cache-Control"] == "private, max-age=900"
        assert answer.headers["Last-Modified"] == "Sun, 01 Nov 2026 09:00:00 GMT"
        assert "Content-Disposition" not in answer.headers
        assert "Set-Cookie" not in answer.headers

    def test_is_not_sent_twice_to_who_has_it(self, visitor: Visitor) -> None:
        first = visitor.get("/p/mentor/events.ics")
        again = visitor.get("/p/mentor/events.ics", If_None_Match=first.headers["ETag"])
        assert (again.status_code, again.data) == (304, b"")
        assert again.headers["ETag"] == first.headers["ETag"]

    def test_a_change_is_sent(self, stage: Stage) -> None:
        visitor = stage.visitor()
        old = visitor.get("/p/mentor/events.ics").headers["ETag"]
        the_event(stage, "workshop", starts_at=NOW + timedelta(days=9), changed_at=NOW)
        answer = visitor.get("/p/mentor/events.ics", If_None_Match=old)
        assert answer.status_code == 200
        assert answer.headers["ETag"] != old
        assert answer.headers["Last-Modified"] == "Mon, 02 Nov 2026 09:00:00 GMT"

    def test_what_is_called_off_stays_for_thirty_days(self, stage: Stage) -> None:
        visitor = stage.visitor()
        the_event(stage, "workshop", state=EventState.CANCELLED, changed_at=NOW)
        stage.clock.now = NOW + timedelta(days=29, hours=23)
        assert ("Kväll workshop", "CANCELLED") in [(each["SUMMARY"], each["STATUS"]) for each in feed(visitor)]
        stage.clock.now = NOW + timedelta(days=30)
        assert [each["SUMMARY"] for each in feed(visitor)] == ["Kväll kick-off"]

    def test_of_nothing_is_a_calendar_still(self, empty: Stage) -> None:
        with empty.database.writing() as session:
            session.add(Programme(**_bare()))
        answer = empty.visitor().get("/p/bare/events.ics")
        assert (answer.status_code, components(answer.data, "VEVENT")) == (200, [])
        assert "Last-Modified" not in answer.headers

    def test_names_nobody_and_holds_no_way_in(self, stage: Stage) -> None:
        with stage.database.writing() as session:
            programme = session.query(Programme).filter_by(slug="mentor").one()
            an_event(session, programme, "extra")
        text = stage.visitor().get("/p/mentor/events.ics").text
        assert "ATTENDEE" not in text
        assert "ORGANIZER" not in text
        assert "/j/" not in text
        assert ALL not in text


def _bare() -> dict[str, object]:
    return {
        "slug": "bare", "name": {"en": "Bare"}, "timezone": "UTC", "locale": "en", "starts_on": NOW.date(),
        "ends_on": NOW.date(), "contact": "bare@example.org", "meeting_minutes": 45, "blackouts": [],
    }  # fmt: skip

"""The desk's list of events, an event's page, and writing one: a draft first, then changed."""

import pytest

from scheduler.states import Action, EventState, RegistrationChange
from tests.web.conftest import Stage, Visitor
from tests.web.desk_events.workshop import NEW, at, stored, told, trail, write
from tests.web.reading import Page
from tests.web.world import ALL, PHYSICS, everything


class TestList:
    def test_shows_drafts_and_what_is_off_with_seats_and_waitlist(self, busies: Stage) -> None:
        rows = busies.visitor(email=ALL).read("/c/mentor/events").rows
        assert [(row["Event"], row["State"], row["Seats"], row["Waitlist"]) for row in rows] == [
            ("Evening workshop For mentees", "Published Link missing", "2 of 2", "1"),
            ("Evening draft For everybody", "Draft", "0", "–"),
            ("Evening called-off For everybody", "Cancelled", "0", "–"),
            ("Evening off-long-ago For everybody", "Cancelled", "0", "–"),
            ("Evening kick-off For mentees and mentors", "Published Over", "0", "–"),
        ]
        assert rows[0]["When"] == "Mon 9 Nov 18:00–20:00"

    def test_a_department_sees_them_and_is_offered_no_change(self, busy: Stage) -> None:
        visitor = busy.visitor(email=PHYSICS)
        assert len(visitor.read("/c/mentor/events").rows) == 5
        assert "New event" not in visitor.read("/c/mentor/events").links
        page = visitor.read(at(busy))
        assert page.main.all("form") == []
        assert not {"Edit", "Move", "Cancel the event", "Invite and remind"} & page.links.keys()
        assert "leads@example.org" not in page.text

    def test_in_swedish(self, busy: Stage) -> None:
        page = busy.visitor(email=ALL, languages="sv").read(at(busy))
        assert page.facts["Platser"] == "2 av 2 tagna"
        assert page.facts["Väntelista"] == "1 person väntar"


class TestWriting:
    def test_a_new_event_is_a_draft_and_nobody_elses_business(self, stages: Stage) -> None:
        visitor = stages.visitor(email=ALL)
        answer = write(visitor, "/c/mentor/events/new", **NEW)
        assert (answer.status_code, answer.location) == (303, at(stages, slug="goals-meaning"))
        page = visitor.read(answer.location)
        assert page.heading == "Goals & meaning Draft"
        assert page.facts["When"] == "Tuesday 17 November 2026, 17:00–18:30, Stockholm (GMT+1)"
        assert page.facts["Registration opens"] == "Tuesday 3 November 2026, 09:00, Stockholm (GMT+1)"
        made = stored(stages, "goals-meaning")
        assert (made.state, made.capacity, made.waitlist, made.link) == (EventState.DRAFT, 30, True, NEW["link"])
        assert made.questions == [
            {"name": "any-diet", "text": {"en": "Any diet?"}, "required": False},
            {"name": "why", "text": {"sv": "Varför?"}, "required": True},
        ]
        assert stages.visitor().get("/p/mentor/e/goals-meaning/").status_code == 404
        assert "Goals" not in stages.visitor().get("/p/mentor/events.ics").text
        assert trail(stages) == [(Action.EVENT_CREATED, ALL)]

    @pytest.mark.parametrize(
        ("values", "sentence"),
        [
            ({"title_en": "", "title_sv": " "}, "Title: write one in at least one language."),
            ({"starts": ""}, "Write a date and a time, such as 2026-11-03 17:00."),
            ({"starts": "tomorrow"}, "Write a date and a time, such as 2026-11-03 17:00."),
            ({"starts": "2027-03-28T02:30"}, "Start: in Europe/Stockholm there is no 2027-03-28 02:30"),
            ({"starts": "0001-01-01T00:00"}, "Start: write a year from 2000 to 2100."),
            ({"minutes": "long"}, "Write a whole number."),
            ({"minutes": "9" * 5000}, "Write a whole number."),
            ({"capacity": "many"}, "Write a whole number."),
            ({"capacity": "0"}, "Seats: write a whole number from 1 to 100000"),
            ({"kind": "party"}, "Choose one of these."),
            ({"link": "javascript:alert(1)"}, "Link: paste the whole address"),
            ({"slug": "Goals"}, "Address: use small letters"),
            ({"slug": "workshop"}, "Address: another event of the programme is at workshop"),
            ({"description_sv": "a\0b"}, "Description: at most 5000 characters"),
            ({"questions-0-name": "A B"}, "Question 1: give it a text"),
        ],
    )
    def test_what_is_wrong_is_said_and_what_was_written_stays(
        self, stage: Stage, values: dict[str, str], sentence: str
    ) -> None:
        visitor = stage.visitor(email=ALL)
        before = everything(stage.database)
        answer = write(visitor, "/c/mentor/events/new", **{**NEW, **values})
        assert answer.status_code == 422
        page = Page(answer.text, "/c/mentor/events/new")
        assert sentence in page.main.text
        assert page.one(id="place").attributes["value"] == "Aula Magna"
        assert page.one(id="questions-1-text_sv").attributes["value"] == "Varför?"
        assert everything(stage.database) == before

    def test_a_wrong_field_is_marked_for_who_does_not_see(self, stage: Stage) -> None:
        answer = write(stage.visitor(email=ALL), "/c/mentor/events/new", **{**NEW, "minutes": "x"})
        page = Page(answer.text)
        minutes = page.one(id="minutes").attributes
        assert (minutes["aria-invalid"], minutes["aria-describedby"].split()) == ("true", ["minutes-problem"])
        assert page.one(id="minutes-problem").text == "Write a whole number."

    def test_saving_what_stands_there_changes_nothing(self, busy: Stage, coordinator: Visitor) -> None:
        before = everything(busy.database)
        assert write(coordinator, at(busy, "/edit")).status_code == 303
        assert everything(busy.database) == before

    def test_more_seats_promote_and_a_new_place_is_told(self, busies: Stage) -> None:
        visitor = busies.visitor(email=ALL)
        assert write(visitor, at(busies, "/edit"), capacity="3", place="Albano 3").status_code == 303
        assert [(mail.change, mail.version.place) for mail in told(busies)] == [
            (RegistrationChange.CHANGED, "Albano 3")
        ] * 3 + [(RegistrationChange.PROMOTED, "Albano 3")]
        assert stored(busies).taken == 3
        assert busies.visitor().read("/p/mentor/e/workshop/").facts["Place"] == "Albano 3"

    def test_fewer_seats_than_are_taken_are_refused_with_how_many_that_are(
        self, busy: Stage, coordinator: Visitor
    ) -> None:
        answer = write(coordinator, at(busy, "/edit"), capacity="1")
        assert answer.status_code == 422
        assert Page(answer.text).one(role="alert").text.startswith("Seats: 2 people are confirmed, so 1 are too few")
        assert stored(busy).capacity == 2

    def test_questions_are_dropped_by_emptying_them_and_two_more_can_be_written_each_time(
        self, busy: Stage, coordinator: Visitor
    ) -> None:
        address = at(busy, "/edit")
        assert len(coordinator.read(address).all("fieldset", class_="question")) == 3
        values = {"questions-0-text_sv": "", "questions-0-text_en": "", "questions-1-text_en": "Why?"}
        assert write(coordinator, address, **values).status_code == 303
        assert [question["name"] for question in stored(busy).questions] == ["why"]

    def test_unticking_the_waitlist_takes_it_away(self, busy: Stage, coordinator: Visitor) -> None:
        assert write(coordinator, at(busy, "/edit"), waitlist=None).status_code == 303
        assert stored(busy).waitlist is False

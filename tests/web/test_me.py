"""One's own page: what is mine and nobody else's, and what I change about myself."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from scheduler.models import Event, Pair, Person, ProposalAnswer, Registration
from scheduler.programme import access
from scheduler.states import RegistrationState
from tests.builders import LINKS, NOW, a_proposal
from tests.web.conftest import Stage, Visitor
from tests.web.reading import Page
from tests.web.world import ALL, ENGLISH, everything

MENTEE, ABROAD = "alva.fysik@example.org", "amy.abroad@example.org"


def section(page: Page, name: str) -> str:
    return page.one("section", aria_labelledby=name).text


def person(stage: Stage, email: str) -> Person:
    with stage.database.reading() as session:
        return session.scalars(select(Person).where(Person.email == email)).one()


def change(visitor: Visitor, **fields: str) -> Page:
    """The page after the settings were sent."""
    answer = visitor.send(visitor.read("/me/").form("/me/settings"), **fields)
    assert (answer.status_code, answer.location) == (303, "/me/")
    return visitor.read("/me/")


class TestPage:
    def test_who_is_not_signed_in_signs_in_and_comes_back(self, visitor: Visitor) -> None:
        answer = visitor.get("/me/")
        assert (answer.status_code, answer.location) == (303, "/sign-in?next=/me/")

    def test_shows_my_meetings_in_both_zones_my_pair_and_my_calendar(self, stages: Stage) -> None:
        page = stages.visitor(email=ABROAD).read("/me/")
        assert page.heading == "Amy Abroad"
        meetings = section(page, "meetings")
        assert "Mentor meeting with Axel Abroad" in meetings
        assert "Tuesday 10 November 2026, 04:00–04:45, New York (GMT-5)" in meetings
        assert "For Axel Abroad Tuesday 10 November 2026, 10:00–10:45, Stockholm (GMT+1)" in meetings
        door, join, arranging = page.one("section", aria_labelledby="meetings").all("a")
        assert join.text.startswith("Join the meeting")
        assert door.attributes["href"] == join.attributes["href"] == stages.door("abroad", "mentor")
        assert arranging.attributes["href"] == f"/me/meetings/{stages.world.meetings['abroad']}"
        assert "Axel Abroad Your mentee · Stockholm · axel.abroad@example.org" in section(page, "pairs")
        assert stages.feed("abroad", "mentor") in section(page, "calendar")
        webcal = page.links["Subscribe in your calendar – My mentor meetings"]
        assert webcal == stages.feed("abroad", "mentor").replace("https:", "webcal:")

    def test_in_the_language_of_the_page(self, stage: Stage) -> None:
        visitor = stage.visitor(email=MENTEE)
        assert "Mentormöte med Anders Fysik" in section(visitor.read("/me/"), "meetings")
        visitor.send(visitor.read("/").form("/language"), locale="en")
        assert "Mentor meeting with Anders Fysik" in section(visitor.read("/me/"), "meetings")

    def test_leaves_out_what_is_over_and_what_is_off(self, stages: Stage) -> None:
        for email in ("lova.log@example.org", "hugo.held@example.org", "ida.inställd@example.org"):
            found = stages.visitor(email=email).read("/me/")
            assert not found.one("section", aria_labelledby="meetings").all("a"), email

    def test_shows_a_meeting_until_it_ends(self, stage: Stage) -> None:
        stage.clock.now += timedelta(days=7, minutes=44)
        assert stage.visitor(email=MENTEE).read("/me/").one("section", aria_labelledby="meetings").all("a")
        stage.clock.now += timedelta(minutes=1)
        assert not stage.visitor(email=MENTEE).read("/me/").one("section", aria_labelledby="meetings").all("a")

    def test_shows_my_registrations_and_their_receipts(self, stage: Stage) -> None:
        with stage.database.writing() as session:
            found = [registered(session, "workshop", MENTEE, RegistrationState.WAITLISTED),
                     registered(session, "called-off", MENTEE, RegistrationState.CANCELLED),
                     registered(session, "kick-off", MENTEE, RegistrationState.CONFIRMED)]  # fmt: skip
            registered(session, "workshop", ABROAD, RegistrationState.CONFIRMED, number=2)
            receipt = LINKS.receipt(found[0].id, 1)
        visitor = stage.visitor(email=MENTEE)
        visitor.send(visitor.read("/").form("/language"), locale="en")
        part = visitor.read("/me/").one("section", aria_labelledby="registrations")
        assert "Evening workshop On the waitlist" in part.text
        assert [link.attributes["href"] for link in part.all("a")] == [receipt]

    def test_a_coordinator_who_is_no_person_sees_their_desks(self, stage: Stage) -> None:
        page = stage.visitor(email=ALL).read("/me/")
        assert page.heading == "My page"
        assert section(page, "desks") == "Your desks The mentorship programme All departments"
        assert [part.attributes["aria-labelledby"] for part in page.all("section")] == ["desks", "sessions"]
        assert "Fysikum" not in section(stage.visitor(email=ENGLISH).read("/me/"), "desks")

    def test_a_facilitator_sees_the_events_they_lead(self, stage: Stage) -> None:
        with stage.database.writing() as session:
            led = session.scalars(select(Event).where(Event.slug.in_(["workshop", "elsewhere"]))).all()
            for event in led:
                access.grant_facilitator(session, "leader@example.org", event=event, by="", now=NOW)
        part = section(stage.visitor(email="leader@example.org").read("/me/"), "led")
        assert "Evening workshop" in part
        assert "Evening elsewhere" in part

    def test_an_address_that_nobody_knows_gets_a_friendly_page(self, stage: Stage) -> None:
        page = stage.visitor(email="nobody@example.org").read("/me/")
        assert "No programme knows this address yet." in page.text
        assert "nobody@example.org" in page.text

    def test_says_in_how_many_browsers_i_am_signed_in(self, stage: Stage) -> None:
        visitor = stage.visitor(email=ALL)
        assert "with this browser only" in section(visitor.read("/me/"), "sessions")
        stage.visitor(email=ALL)
        stage.visitor(email=ENGLISH)
        assert "signed in with 2 browsers" in section(visitor.read("/me/"), "sessions")

    def test_is_one_link_away_for_who_is_signed_in(self, stage: Stage) -> None:
        assert stage.visitor(email=MENTEE).read("/").one("header").all("a", href="/me/")
        assert not stage.visitor().read("/").one("header").all("a", href="/me/")

    def test_looking_changes_nothing(self, stages: Stage) -> None:
        visitor = stages.visitor(email=MENTEE)
        before = everything(stages.database)
        visitor.read("/me/")
        assert everything(stages.database) == before


class TestProposals:
    @pytest.fixture
    def proposed(self, stages: Stage) -> Stage:
        """Maja, a mentee, has proposed times to Mattias."""
        with stages.database.writing() as session:
            pair = session.get_one(Pair, stages.world.pairs["to book"])
            a_proposal(session, pair, made_by=pair.mentee)
        return stages

    def test_who_is_asked_finds_the_times_and_the_way_to_answer(self, proposed: Stage) -> None:
        visitor = proposed.visitor(email="mattias.ledig@example.org")
        asked = visitor.read("/me/").one("section", aria_labelledby="proposals")
        assert asked.text.startswith(
            "Proposed times Meeting with Maja Ledig Times have been proposed, and wait for your"
        )
        with proposed.database.reading() as session:
            (answer,) = session.scalars(select(ProposalAnswer)).all()
            assert len(asked.one("div", class_="card-body").one("ul").all("li")) == len(answer.proposal.slots)
        assert asked.one("a").attributes["href"] == LINKS.answer(answer.id, answer.generation)
        assert visitor.get(LINKS.answer(answer.id, answer.generation)).status_code == 200

    def test_who_proposed_finds_that_the_other_has_not_answered_and_the_way_to_take_it_back(
        self, proposed: Stage
    ) -> None:
        maja = proposed.visitor(email="maja.ledig@example.org")
        own = maja.read("/me/").one("section", aria_labelledby="proposals")
        assert own.text.startswith(
            "Föreslagna tider Möte med Mattias Ledig Du har föreslagit tider; Mattias Ledig har inte svarat än."
        )
        assert "Ta tillbaka dem" in maja.read(own.one("a").attributes["href"]).text

    def test_others_find_none(self, proposed: Stage) -> None:
        assert not proposed.visitor(email=MENTEE).read("/me/").all("section", aria_labelledby="proposals")

    @pytest.mark.parametrize("name", ["maja", "mattias"])
    def test_nor_do_the_two_once_it_is_over(self, proposed: Stage, name: str) -> None:
        proposed.clock.now += timedelta(days=7)
        visitor = proposed.visitor(email=f"{name}.ledig@example.org")
        assert not visitor.read("/me/").all("section", aria_labelledby="proposals")


class TestReminders:
    def chosen(self, visitor: Visitor) -> str:
        (found,) = visitor.read("/me/").one("select", name="reminders").all("option", selected="")
        return found.text

    def test_are_the_programmes_until_one_chooses(self, stages: Stage) -> None:
        visitor = stages.visitor(email=ABROAD)
        assert self.chosen(visitor) == "As the programme has it"
        for choice, words, kinds in (("hour", "An hour before", ["hour"]), ("none", "No reminders", []),
                                     ("programme", "As the programme has it", None)):  # fmt: skip
            answer = visitor.send(visitor.read("/me/").form("/me/reminders"), reminders=choice)
            assert (answer.status_code, answer.location) == (303, "/me/")
            assert self.chosen(visitor) == words
            assert person(stages, ABROAD).reminders == kinds
            assert person(stages, MENTEE).reminders is None

    def test_what_is_not_offered_is_refused(self, stage: Stage) -> None:
        visitor = stage.visitor(email=ABROAD)
        form = visitor.read("/me/").form("/me/reminders")
        assert visitor.send(form, reminders="weekly").status_code == 400
        assert person(stage, ABROAD).reminders is None


class TestCalendar:
    def test_a_new_address_kills_the_old_one(self, stages: Stage) -> None:
        visitor, old = stages.visitor(email=ABROAD), stages.feed("abroad", "mentor")
        assert visitor.get(old).status_code == 200
        answer = visitor.send(visitor.read("/me/").form("/me/feed"))
        assert (answer.status_code, answer.location) == (303, "/me/")
        new = stages.feed("abroad", "mentor")
        assert new != old
        page = visitor.read("/me/")
        assert page.one(role="status").text.startswith("Your calendar has a new address.")
        assert new in section(page, "calendar")
        assert (visitor.get(old).status_code, visitor.get(new).status_code) == (404, 200)

    def test_closed_nobody_reads_it_until_it_is_opened_at_a_new_address(self, stages: Stage) -> None:
        visitor, old = stages.visitor(email=ABROAD), stages.feed("abroad", "mentor")
        answer = visitor.send(visitor.read("/me/").form("/me/feed/close"))
        assert (answer.status_code, answer.location) == (303, "/me/")
        page = visitor.read("/me/")
        assert "This calendar is closed" in section(page, "calendar")
        assert old not in page.html
        assert not page.all("form", action="/me/feed/close")
        assert visitor.get(old).status_code == 404
        visitor.send(page.form("/me/feed"))
        new = stages.feed("abroad", "mentor")
        assert new in section(visitor.read("/me/"), "calendar")
        assert (visitor.get(old).status_code, visitor.get(new).status_code) == (404, 200)

    def test_only_of_a_person(self, stage: Stage) -> None:
        visitor = stage.visitor(email=ALL)
        form = visitor.read("/me/").form("/sign-out/everywhere")
        before = everything(stage.database)
        assert visitor.post("/me/feed", form.fields, page="/me/").status_code == 404
        assert visitor.post("/me/settings", form.fields, page="/me/").status_code == 404
        assert everything(stage.database) == before


class TestSettings:
    def test_a_new_zone_is_saved_and_its_meaning_said(self, stages: Stage) -> None:
        visitor = stages.visitor(email=ABROAD)
        page = change(visitor, timezone="America/Los_Angeles")
        assert person(stages, ABROAD).timezone == "America/Los_Angeles"
        assert page.one(role="status").text == (
            "Saved. Your hours now mean the clock in Los Angeles. Meetings that are booked stay at the same moment."
        )
        assert "01:00–01:45, Los Angeles (GMT-8)" in section(page, "meetings")
        with stages.database.reading() as session:
            found = session.scalars(select(Person).where(Person.email == ABROAD)).one()
            assert found.availability is not None
            assert found.availability.weekly[0] == [0, "17:00", "21:00"], "hours are the wall's, and go along"

    def test_the_language_is_the_pages_at_once(self, stage: Stage) -> None:
        visitor = stage.visitor(email=ABROAD)
        page = change(visitor, locale="sv")
        assert page.language == "sv"
        assert person(stage, ABROAD).locale == "sv"
        assert page.one(role="status").text == "Sparat."

    @pytest.mark.parametrize(
        ("fields", "sentence"),
        [
            (
                {"timezone": "Europe/Nowhere"},
                "Time zone: there is no “Europe/Nowhere”; choose one from the list, such as Europe/Stockholm.",
            ),
            ({"timezone": ""}, "Time zone: there is no “”; choose one from the list, such as Europe/Stockholm."),
            ({"locale": "fi"}, "Language: choose one from the list."),
        ],
    )
    def test_what_there_is_not_is_said_and_not_saved(self, stage: Stage, fields: dict[str, str], sentence: str) -> None:
        visitor = stage.visitor(email=ABROAD)
        before = everything(stage.database)
        answer = visitor.send(visitor.read("/me/").form("/me/settings"), **fields)
        assert answer.status_code == 422
        assert Page(answer.text, "/me/").one(role="alert").text == sentence
        assert everything(stage.database) == before

    def test_are_my_own_whatever_is_sent_along(self, stage: Stage) -> None:
        visitor = stage.visitor(email=ABROAD)
        other = person(stage, MENTEE)
        change(visitor, timezone="Asia/Tokyo", id=str(other.id), person_id=str(other.id), email=MENTEE)
        assert (person(stage, ABROAD).timezone, person(stage, MENTEE).timezone) == ("Asia/Tokyo", "Europe/Stockholm")


def registered(session: object, slug: str, email: str, state: RegistrationState, number: int = 1) -> Registration:
    event = session.scalars(select(Event).where(Event.slug == slug)).one()  # type: ignore[attr-defined]
    found = session.scalars(select(Person).where(Person.email == email)).one()  # type: ignore[attr-defined]
    made = Registration(
        event_id=event.id, person_id=found.id, uid=f"{slug}-{found.id}@traff", state=state, number=number,
        name=found.name, timezone=found.timezone, locale=found.locale, answers={}, consented_at=NOW,
        registered_at=NOW, changed_at=NOW,
    )  # fmt: skip
    session.add(made)  # type: ignore[attr-defined]
    session.flush()  # type: ignore[attr-defined]
    return made

"""The registration page: what it says, what it takes, and what it never tells."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from scheduler.models import Delivery, Person, Programme, Registration
from scheduler.programme.events import limits
from scheduler.programme.events.limits import Limit
from scheduler.states import Audience
from tests.builders import LINKS, NOW, an_event
from tests.web.conftest import Stage, Visitor
from tests.web.reading import Form, Page
from tests.web.world import everything

EVENT = "/p/mentor/e/evening/"
QUESTIONS = [
    {"name": "diet", "text": {"en": "Any diet?", "sv": "Specialkost?"}, "required": False},
    {"name": "topic", "text": {"en": "Your topic?", "sv": "Ditt ämne?"}, "required": True},
]
RUT = {"name": "Rut Registrant", "email": "Rut@Example.org ", "consent": "yes"}
HOUR = timedelta(hours=1)


def there_is(stage: Stage, slug: str = "evening", **values: Any) -> None:
    with stage.database.writing() as db:
        programme = db.scalars(select(Programme).where(Programme.slug == "mentor")).one()
        an_event(db, programme, slug, **values)


def form(visitor: Visitor, address: str = EVENT) -> Form:
    return visitor.read(address).form(address)


def send(visitor: Visitor, address: str = EVENT, **fields: str) -> TestResponse:
    return visitor.send(form(visitor, address), **{**RUT, **fields})


def rows(stage: Stage) -> list[tuple[str, str, str, str, str, dict[str, str]]]:
    with stage.database.reading() as db:
        return [
            (row.name, row.person.email, row.state.value, row.timezone, row.locale, row.answers)
            for row in db.scalars(select(Registration).order_by(Registration.id))
        ]


def receipt(stage: Stage, number: int = 1) -> str:
    with stage.database.reading() as db:
        found = db.scalars(select(Registration).where(Registration.number == number)).one()
        return f"/r/{LINKS.token('receipt', found.id, 1)}"


def changes(stage: Stage) -> list[str]:
    """What the mails about registrations that are owed tell."""
    with stage.database.reading() as db:
        found = db.scalars(select(Delivery).where(Delivery.kind == "SendRegistration").order_by(Delivery.id))
        return [row.payload["change"] for row in found]


def standing(page: Page) -> str:
    return page.facts["Registration"].split(" Until")[0]


class TestPage:
    def test_says_how_many_seats_are_left(self, stage: Stage, visitor: Visitor) -> None:
        there_is(stage, capacity=2)
        assert standing(visitor.read(EVENT)) == "2 seats are left."
        send(visitor)
        assert standing(visitor.read(EVENT)) == "1 seat is left."
        send(visitor, email="b@example.org")
        page = visitor.read(EVENT)
        assert standing(page) == "All seats are taken. You can wait for one that becomes free."
        assert [button.text for button in page.main.all("button")] == ["Join the waitlist"]
        send(visitor, email="c@example.org")
        assert standing(visitor.read(EVENT)).startswith("All seats are taken. 1 waits for one that becomes free")

    @pytest.mark.parametrize(
        ("values", "says"),
        [
            ({"opens_at": NOW + HOUR}, "Opens Monday 2 November 2026, 11:00, Stockholm (GMT+1)"),
            ({"closes_at": NOW}, "Closed"),
            ({}, "Open"),
        ],
    )
    def test_says_when_it_opens_and_closes(self, stage: Stage, visitor: Visitor, values, says) -> None:
        there_is(stage, **values)
        page = visitor.read(EVENT)
        assert standing(page) == says
        assert len(page.main.all("form")) == (says == "Open")

    def test_without_a_seat_or_a_waitlist_there_is_no_form(self, stage: Stage, visitor: Visitor) -> None:
        there_is(stage, capacity=1, waitlist=False)
        send(visitor)
        page = visitor.read(EVENT)
        assert standing(page) == "All seats are taken."
        assert page.main.all("form") == []

    def test_names_the_zone_beside_the_times_and_preselects_the_programmes(
        self, stage: Stage, visitor: Visitor
    ) -> None:
        there_is(stage)
        page = visitor.read(EVENT)
        assert form(visitor).fields["timezone"] == "Europe/Stockholm"
        assert page.one(id="in-that-zone").text == (
            "The event is then Monday 9 November 2026, 18:00–20:00, Stockholm (GMT+1)."
        )
        zones = [option.text for option in page.one("select", id="timezone").all("option")]
        assert {"Europe/Stockholm", "America/Los_Angeles", "Asia/Tokyo"} <= set(zones)
        assert "data-detect" in page.one("select", id="timezone").attributes
        assert "/static/zone-choice.js" in [script.attributes["src"] for script in page.all("script")]

    def test_knows_who_is_signed_in(self, stage: Stage) -> None:
        there_is(stage)
        page = stage.visitor(email="amy.abroad@example.org", languages="sv").read(EVENT)
        fields = page.form(EVENT).fields
        assert (fields["name"], fields["email"]) == ("Amy Abroad", "amy.abroad@example.org")
        assert (fields["timezone"], fields["locale"]) == ("America/New_York", "en")
        assert "data-detect" not in page.one("select", id="timezone").attributes
        assert "consent" not in fields, "that is ticked by whoever agrees"

    def test_asks_the_events_own_questions_in_the_readers_language(self, stage: Stage) -> None:
        there_is(stage, questions=QUESTIONS)
        page = stage.visitor(languages="sv").read(EVENT)
        labels = {label.attributes["for"]: label.text for label in page.all("label")}
        assert (labels["q-diet"], labels["q-topic"]) == ("Specialkost? (om du vill)", "Ditt ämne?")
        assert "required" in page.one("input", id="q-topic").attributes
        assert "required" not in page.one("input", id="q-diet").attributes


class TestRegistering:
    def test_leads_to_the_receipt(self, stages: Stage) -> None:
        there_is(stages, questions=QUESTIONS)
        answer = send(
            stages.visitor(), timezone="Asia/Tokyo", locale="sv", **{"q-topic": " Ljus ", "q-else": "dropped"}
        )
        assert (answer.status_code, answer.location) == (303, receipt(stages))
        assert rows(stages) == [
            ("Rut Registrant", "rut@example.org", "confirmed", "Asia/Tokyo", "sv", {"topic": "Ljus"})
        ]
        assert changes(stages) == ["confirmed"]

    def test_the_same_form_twice_leads_to_the_same_receipt(self, stage: Stage, visitor: Visitor) -> None:
        there_is(stage)
        written = form(visitor)
        answers = [visitor.send(written, **RUT) for _ in range(2)]
        assert [answer.location for answer in answers] == [receipt(stage)] * 2
        assert (len(rows(stage)), changes(stage)) == (1, ["confirmed"])

    def test_an_address_that_is_registered_is_told_by_mail_and_the_page_is_neutral(
        self, stage: Stage, visitor: Visitor
    ) -> None:
        there_is(stage)
        first = send(visitor)
        before = rows(stage)
        again = send(stage.visitor(), name="Mallory")
        assert (again.status_code, again.location) == (303, f"{EVENT}sent")
        assert "rut" not in stage.visitor().read(again.location).html.lower()
        assert first.location not in again.text
        assert rows(stage) == before
        assert changes(stage) == ["confirmed", "again"]

    def test_past_its_limit_an_address_gets_the_same_page_and_no_more_mail(
        self, stage: Stage, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(limits, "RECEIPTS_TO_ONE", (Limit(1, HOUR),))
        there_is(stage)
        there_is(stage, "other")
        send(visitor)
        assert [send(visitor).location for _ in range(3)] == [f"{EVENT}sent"] * 3
        assert changes(stage) == ["confirmed", "again"]
        assert send(visitor, "/p/mentor/e/other/").location.startswith("/r/"), "nobody keeps them from other events"
        assert changes(stage) == ["confirmed", "again", "confirmed"]

    def test_past_its_limit_an_address_registers_no_further_and_is_told_so(
        self, stage: Stage, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(limits, "REGISTRATIONS_OF_ONE", (Limit(1, HOUR),))
        there_is(stage)
        there_is(stage, "other")
        send(visitor)
        assert send(visitor, "/p/mentor/e/other/").status_code == 429
        assert changes(stage) == ["confirmed"]

    def test_a_class_behind_one_address_is_nobodys_flood(self, stage: Stage) -> None:
        there_is(stage)
        visitor = stage.visitor()
        for number in range(40):
            assert send(visitor, email=f"pupil-{number}@example.org").location.startswith("/r/")

    def test_changes_nothing_of_a_person_that_is_known(self, stage: Stage, visitor: Visitor) -> None:
        there_is(stage)
        send(visitor, name="Mallory", email="amy.abroad@example.org", timezone="Asia/Tokyo", locale="sv")
        with stage.database.reading() as db:
            amy = db.scalars(select(Person).where(Person.email == "amy.abroad@example.org")).one()
            assert (amy.name, amy.timezone, amy.locale) == ("Amy Abroad", "America/New_York", "en")

    def test_needs_the_token_of_our_own_form(self, stage: Stage, visitor: Visitor) -> None:
        there_is(stage)
        assert visitor.send(form(visitor), **RUT, csrf_token="forged").status_code == 400
        assert rows(stage) == []


class TestRefused:
    @pytest.mark.parametrize(
        ("field", "value", "says"),
        [
            ("name", " ", "Name: write yours, in at most 80 characters."),
            ("name", "x" * 81, "Name: write yours, in at most 80 characters."),
            ("name", "Rut\r\nBcc: all@example.org", "Name: write yours, in at most 80 characters."),
            ("email", "rut", "E-mail: write the whole address, such as maria@example.org."),
            ("email", "a@example.org, b@example.org", "E-mail: write the whole address, such as maria@example.org."),
            ("timezone", "Mars/Olympus", "Time zone: choose one from the list."),
            ("locale", "tlh", "Language: choose one from the list."),
            ("consent", "", "Consent: tick the box, since without your name and address we can keep no place for you."),
            ("q-topic", "", "“Your topic?”: write an answer; the organisers need it."),
            ("q-diet", "x" * 301, "“Any diet?”: at most 300 characters, on one line."),
        ],
    )
    def test_by_the_field_with_all_that_was_written(self, stage: Stage, visitor: Visitor, field, value, says) -> None:
        there_is(stage, questions=QUESTIONS)
        before = everything(stage.database)
        answer = send(visitor, **{"q-topic": "Light", "q-diet": "vegan", "timezone": "Asia/Tokyo", field: value})
        assert answer.status_code == 422
        page = Page(answer.text, EVENT)
        assert [link.text for link in page.one("div", role="alert").all("a")] == [says]
        described = page.one(id=field).attributes["aria-describedby"].split()
        assert page.one(id=described[0]).text == says
        assert page.one(id=field).attributes["aria-invalid"] == "true"
        kept = page.form(EVENT).fields
        assert kept["q-topic"] == ("" if field == "q-topic" else "Light")
        assert kept["form_key"]
        if field != "timezone":
            assert kept["timezone"] == "Asia/Tokyo"
            assert page.one(id="in-that-zone").text.endswith("02:00–04:00, Tokyo (GMT+9).")
        assert everything(stage.database) == before

    def test_of_an_empty_form_names_each_field_once(self, stage: Stage, visitor: Visitor) -> None:
        there_is(stage, questions=QUESTIONS)
        answer = send(visitor, name="", email="", consent="", timezone="", locale="")
        page = Page(answer.text, EVENT)
        assert [link.attributes["href"] for link in page.one("div", role="alert").all("a")] == [
            "#name", "#email", "#timezone", "#locale", "#q-topic", "#consent",
        ]  # fmt: skip

    @pytest.mark.parametrize(("audience", "email", "status"), [
        (Audience.MENTEES, "alva.fysik@example.org", 303), (Audience.MENTEES, "anders.fysik@example.org", 422),
        (Audience.MENTORS, "anders.fysik@example.org", 303), (Audience.MENTORS, "stranger@example.org", 422),
        (Audience.ALL, "alva.fysik@example.org", 303), (Audience.ALL, "oskar.annan@example.org", 422),
        (Audience.PUBLIC, "stranger@example.org", 303),
    ])  # fmt: skip
    def test_kindly_who_is_not_of_the_audience(self, stage: Stage, visitor: Visitor, audience, email, status) -> None:
        there_is(stage, audience=audience)
        answer = send(visitor, email=email)
        assert answer.status_code == status
        if status == 422:
            problem = Page(answer.text, EVENT).one(id="email-problem").text
            assert "register with the address it knows you by" in problem
            assert rows(stage) == []

    def test_when_it_is_full_closed_or_not_yet_open_even_with_a_form_from_before(self, stage: Stage) -> None:
        there_is(stage, capacity=1, waitlist=False, opens_at=NOW - HOUR, closes_at=NOW + HOUR)
        early, late, closed = (stage.visitor() for _ in range(3))
        written = [form(visitor) for visitor in (early, late, closed)]
        assert early.send(written[0], **RUT).status_code == 303
        answer = late.send(written[1], **{**RUT, "email": "late@example.org"})
        assert answer.status_code == 409
        assert "All seats of this event are taken" in Page(answer.text, EVENT).one(role="alert").text
        stage.clock.now = NOW + HOUR
        answer = closed.send(written[2], **{**RUT, "email": "closed@example.org"})
        assert (answer.status_code, len(rows(stage))) == (409, 1)
        assert "is closed" in Page(answer.text, EVENT).one(role="alert").text
        assert closed.send(written[2], **{**RUT, "email": "no address"}).status_code == 409

    def test_of_a_flood_with_a_form_to_try_again(
        self, stage: Stage, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(limits, "REGISTRATIONS", (Limit(1, HOUR),))
        there_is(stage)
        send(visitor)
        answer = send(visitor, email="second@example.org")
        assert answer.status_code == 429
        assert Page(answer.text, EVENT).form(EVENT).fields["email"] == "second@example.org"

    def test_drafts_and_strangers_are_nowhere(self, stage: Stage, visitor: Visitor) -> None:
        there_is(stage)
        token = form(visitor).fields["csrf_token"]
        for address in ("/p/mentor/e/draft/", "/p/other/e/evening/", "/p/mentor/e/nothing/"):
            assert visitor.post(address, {**RUT, "csrf_token": token}, page=EVENT).status_code == 404
            assert visitor.get(f"{address}sent").status_code == 404

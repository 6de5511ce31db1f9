"""The desk's people: the list, a page for each, and asking them."""

import pytest

from scheduler.models import AuditEntry, Delivery, Pair, Person, TimesRequest
from scheduler.programme.people import asking
from scheduler.states import Action
from tests.builders import NOW
from tests.web.conftest import Stage, Visitor
from tests.web.reading import Page
from tests.web.world import ALL, ENGLISH, OTHER, PHYSICS, everything

AT = "/c/mentor/people"


def number(stage: Stage, name: str) -> int:
    with stage.database.reading() as session:
        return session.query(Person).filter_by(name=name).one().id


def press(visitor: Visitor, at: str, action: str) -> str:
    """Presses the button on the page; what is said there after."""
    answer = visitor.send(visitor.read(at).form(action))
    assert answer.status_code == 303, answer.text
    return visitor.read(answer.location).one(role="status").text


class TestList:
    def test_says_who_is_who_the_silent_first(self, stages: Stage) -> None:
        with stages.database.writing() as session:
            pair = session.get_one(Pair, stages.world.pairs["abroad"])
            asking.ask_one(
                session, pair.programme, session.query(Person).filter_by(name="Petra Tyst").one(), by="", now=NOW
            )
        rows = stages.visitor(email=PHYSICS).read(AT).rows
        assert rows[0] == {
            "Name": "Petra Tyst", "Role": "Mentor", "Department": "Fysikum", "Time zone": "Stockholm",
            "Language": "English", "Times": "Silent asked Mon 2 Nov",
        }  # fmt: skip
        (amy,) = [row for row in rows if row["Name"] == "Amy Abroad"]
        assert (amy["Time zone"], amy["Times"]) == ("New York", "Times given from a file")

    def test_of_a_department_only_its_own(self, stages: Stage) -> None:
        names = {row["Name"] for row in stages.visitor(email=ENGLISH).read(AT).rows}
        assert names == {"Bertil Engelsk", "Bodil Engelsk", "Bo Delad"}

    def test_narrowed_to_a_state_and_a_name(self, stage: Stage) -> None:
        visitor = stage.visitor(email=ALL)
        assert [row["Name"] for row in visitor.read(f"{AT}?state=not-asked").rows] == ["Petra Tyst"]
        assert [row["Name"] for row in visitor.read(f"{AT}?q=aMY").rows] == ["Amy Abroad"]
        assert visitor.get(f"{AT}?state=nonsense").status_code == 404


class TestPerson:
    def test_says_what_a_coordinator_needs(self, stages: Stage) -> None:
        page = stages.visitor(email=PHYSICS).read(f"{AT}/{number(stages, 'Amy Abroad')}")
        assert page.heading == "Amy Abroad"
        assert page.facts == {
            "Role": "Mentor (Fysikum)", "Address": "amy.abroad@example.org",
            "Time zone": "New York, where it is now 04:00", "Language": "English",
            "Times": "Times given from a file",
            "Monday": "17:00–21:00", "Tuesday": "17:00–21:00", "Wednesday": "17:00–21:00", "Thursday": "17:00–21:00",
            "Friday": "17:00–21:00",
        }  # fmt: skip
        assert page.links["Tue 10 Nov 10:00–10:45"] == f"/c/mentor/meetings/{stages.world.meetings['abroad']}"
        assert [row["What"] for row in page.rows] == ["Invitation to Amy Abroad"]

    def test_days_of_their_own_are_told(self, stage: Stage) -> None:
        with stage.database.writing() as session:
            amy = session.query(Person).filter_by(name="Amy Abroad").one()
            assert amy.availability is not None
            amy.availability.overrides = {"2026-12-24": [["10:00", "12:00"]], "2026-12-25": []}
            amy.availability.edited_at = NOW
        facts = stage.visitor(email=ALL).read(f"{AT}/{number(stage, 'Amy Abroad')}").facts
        assert (facts["24 December 2026"], facts["25 December 2026"]) == ("10:00–12:00", "not at all")
        assert facts["Times"] == "Times given given Mon 2 Nov"

    @pytest.mark.parametrize("name", ["Bertil Engelsk", "Olga Annan"])
    def test_of_others_is_not_there(self, stages: Stage, name: str) -> None:
        visitor = stages.visitor(email=PHYSICS)
        answer, nowhere = visitor.get(f"{AT}/{number(stages, name)}"), visitor.get(f"{AT}/4711")
        assert (answer.status_code, answer.text) == (404, nowhere.text)


class TestAsking:
    def test_everybody_is_asked_once_and_counted_before(self, stages: Stage) -> None:
        visitor = stages.visitor(email=ALL)
        page = visitor.read(AT)
        assert "Ask 18 people for times, who have not been asked" in page.main.text
        assert press(visitor, AT, f"{AT}/ask") == "18 people are asked for times."
        assert "who have not been asked" not in visitor.read(AT).main.text
        with stages.database.reading() as session:
            assert session.query(TimesRequest).count() == 18
            assert session.query(Delivery).filter_by(kind="SendTimesRequest").count() == 18
            note = session.query(AuditEntry).filter_by(action=Action.TIMES_ASKED).one()
            assert (note.by, note.details) == (ALL, {"people": 18})

    def test_new_pairs_are_introduced_once_and_counted_before(self, stages: Stage) -> None:
        visitor = stages.visitor(email=ALL)
        assert "Introduce 9 new pairs" in visitor.read(AT).main.text
        assert press(visitor, AT, f"{AT}/introduce") == "9 pairs are told of each other."
        assert "new pairs" not in visitor.read(AT).main.text
        with stages.database.reading() as session:
            assert session.query(Delivery).filter_by(kind="SendIntroduction").count() == 18

    def test_one_is_asked_and_then_reminded_by_the_same_link(self, stages: Stage) -> None:
        visitor, petra = stages.visitor(email=PHYSICS), number(stages, "Petra Tyst")
        for _ in range(2):
            assert press(visitor, f"{AT}/{petra}", f"{AT}/{petra}/ask") == "The question is on its way."
        with stages.database.reading() as session:
            request = session.query(TimesRequest).one()
            owed = session.query(Delivery).filter_by(kind="SendTimesRequest").order_by(Delivery.id).all()
            assert [(row.state, row.payload["times_request_id"], row.payload["reminder"]) for row in owed] == [
                ("superseded", request.id, 0), ("waiting", request.id, 1),
            ]  # fmt: skip
            assert (request.reminders, request.reminded_at) == (1, NOW)
            notes = session.query(AuditEntry).filter_by(action=Action.TIMES_ASKED).all()
            assert {(note.by, note.person_id) for note in notes} == {(PHYSICS, petra)}

    def test_a_departments_coordinator_asks_nobody_elses(self, stages: Stage) -> None:
        petra, bertil = number(stages, "Petra Tyst"), number(stages, "Bertil Engelsk")
        people = {email: stages.visitor(email=email) for email in (PHYSICS, ENGLISH, OTHER)}
        assert "have not been asked" not in people[PHYSICS].read(AT).one("main").text
        stages.app.config["WTF_CSRF_ENABLED"] = False
        before = everything(stages.database)
        for email, address in (
            (PHYSICS, f"{AT}/ask"), (PHYSICS, f"{AT}/introduce"), (PHYSICS, f"{AT}/{bertil}/ask"),
            (ENGLISH, f"{AT}/{petra}/ask"), (OTHER, f"{AT}/ask"), (OTHER, f"/c/other/people/{petra}/ask"),
        ):  # fmt: skip
            assert people[email].post(address).status_code == 404, (email, address)
        assert everything(stages.database) == before


class TestAddress:
    WRONG, RIGHT = "axel.abroad@example.org", "axel@right.example.org"

    def page_of(self, stage: Stage, email: str = WRONG) -> str:
        with stage.database.reading() as session:
            return f"{AT}/{session.query(Person).filter_by(email=email).one().id}"

    def test_a_programmes_coordinator_puts_it_right(self, stages: Stage) -> None:
        visitor, address = stages.visitor(email=ALL), self.page_of(stages)
        axel = stages.visitor(email=self.WRONG)
        assert axel.get("/me/").status_code == 200
        answer = visitor.send(visitor.read(address).form(f"{address}/address"), email=f" {self.RIGHT} ")
        assert (answer.status_code, answer.location) == (303, address)
        page = visitor.read(address)
        assert page.facts["Address"] == self.RIGHT
        assert "sent to the new address" in page.one(role="status").text
        assert axel.get("/me/").status_code == 303, "signed out"
        history = visitor.read("/c/mentor/history").main.text
        assert "Person's details changed" in history
        assert "e-mail address" in history
        assert self.WRONG not in history

    def test_what_will_not_do_is_said_beside_the_field(self, stage: Stage) -> None:
        visitor, address = stage.visitor(email=ALL), self.page_of(stage)
        for typed, why in (("axel", "This is no e-mail address"), ("amy.abroad@example.org", "Somebody else")):
            answer = visitor.send(visitor.read(address).form(f"{address}/address"), email=typed)
            page = Page(answer.text, address)
            assert answer.status_code == 422
            assert page.one(id="email-problem").text.startswith(why)
            assert page.one("input", id="email").attributes["value"] == typed
        assert self.page_of(stage) == address

    def test_a_departments_coordinators_change_none(self, stage: Stage) -> None:
        visitor, address = stage.visitor(email=PHYSICS), self.page_of(stage)
        page = visitor.read(address)
        assert not page.all("form", action=f"{address}/address")
        token = page.form(f"{address}/ask").fields["csrf_token"]
        answer = visitor.post(f"{address}/address", {"csrf_token": token, "email": self.RIGHT}, page=address)
        assert answer.status_code == 404
        assert self.page_of(stage) == address

"""What coordinators of a whole programme set for it."""

from sqlalchemy import select

from scheduler.models import Coordinator, Programme
from tests.web.conftest import Stage, Visitor
from tests.web.world import ALL, ENGLISH, OTHER, PHYSICS, everything

AT = "/c/mentor/settings"


def of_programme(stage: Stage, slug: str = "mentor") -> list[str] | None:
    with stage.database.reading() as session:
        return session.scalars(select(Programme).where(Programme.slug == slug)).one().reminders


def test_the_programmes_reminders(stages: Stage) -> None:
    visitor = stages.visitor(email=ALL)
    assert visitor.read("/c/mentor/").one("header").all("a", href=AT)
    (chosen,) = visitor.read(AT).one("select", name="reminders").all("option", selected="")
    assert chosen.text == "A day and an hour before"
    answer = visitor.send(visitor.read(AT).form(AT), reminders="day")
    assert (answer.status_code, answer.location) == (303, AT)
    (chosen,) = visitor.read(AT).one("select", name="reminders").all("option", selected="")
    assert chosen.text == "A day before"
    assert (of_programme(stages), of_programme(stages, "other")) == (["day"], None)
    history = visitor.read("/c/mentor/history").main.text
    assert "Programme's settings changed" in history
    assert "A day before" in history


def test_what_is_not_offered_is_refused(stage: Stage) -> None:
    visitor = stage.visitor(email=ALL)
    for choice in ("programme", "", "weekly"):
        assert visitor.send(visitor.read(AT).form(AT), reminders=choice).status_code == 400
    assert of_programme(stage) is None


def test_a_departments_coordinators_see_no_settings(stage: Stage) -> None:
    for email in (PHYSICS, OTHER):
        assert stage.visitor(email=email).get(AT).status_code == 404
    assert not stage.visitor(email=PHYSICS).read("/c/mentor/").all("a", href=AT)


class TestCoordinators:
    def way(self, stage: Stage, email: str) -> str:
        """Where the button goes that takes the desk back from this address."""
        with stage.database.reading() as session:
            row = session.scalars(select(Coordinator).where(Coordinator.email == email)).one()
            return f"{AT}/coordinators/{row.id}/take-back"

    def take_back(self, stage: Stage, visitor: Visitor, email: str) -> str:
        """Presses it, and what is said there after."""
        answer = visitor.send(visitor.read(AT).form(self.way(stage, email)))
        assert (answer.status_code, answer.location) == (303, AT)
        return visitor.read(AT).one(role="status").text

    def test_are_listed_with_what_each_sits_at(self, stages: Stage) -> None:
        rows = stages.visitor(email=ALL).read(AT).rows
        assert [(row["E-mail"], row["Department"], row["Change"].split(" This ")[0]) for row in rows] == [
            (ALL, "All departments", "This is you"),
            (ENGLISH, "Engelska", f"Take back {ENGLISH}"),
            (PHYSICS, "Fysikum", f"Take back {PHYSICS}"),
        ]

    def test_whoever_loses_the_desk_is_signed_out_and_comes_back_to_nothing(self, stages: Stage) -> None:
        visitor, physics, english = (stages.visitor(email=email) for email in (ALL, PHYSICS, ENGLISH))
        calendar = physics.read("/c/mentor/calendars").one("section", aria_labelledby="mine").all("a")[0]
        feed = calendar.attributes["href"].replace("webcal", "https")
        assert physics.get(feed).status_code == 200
        assert self.take_back(stages, visitor, PHYSICS) == f"Taken back. {PHYSICS} is signed out everywhere."
        assert physics.get("/c/mentor/").status_code == 303, "signed out"
        assert stages.visitor(email=PHYSICS).get("/c/mentor/").status_code == 404
        assert physics.get(feed).status_code == 404
        assert english.get("/c/mentor/").status_code == 200
        assert [row["E-mail"] for row in visitor.read(AT).rows] == [ALL, ENGLISH]
        (entry, *_) = visitor.read("/c/mentor/history").rows
        assert (entry["Who"], entry["What"], entry["About"]) == (
            ALL, "Coordinator removed from the desk", PHYSICS,
        )  # fmt: skip

    def test_nobody_takes_it_from_themselves(self, stage: Stage) -> None:
        visitor, own = stage.visitor(email=ALL), self.way(stage, ALL)
        assert own not in {each.attributes["action"] for each in visitor.read(AT).all("form")}
        token = visitor.read(AT).form(AT).fields["csrf_token"]
        assert visitor.post(own, {"csrf_token": token}, page=AT).status_code == 404
        assert visitor.get(AT).status_code == 200

    def test_twice_is_not_found(self, stage: Stage) -> None:
        visitor = stage.visitor(email=ALL)
        form = visitor.read(AT).form(self.way(stage, PHYSICS))
        assert [visitor.send(form).status_code for _ in range(2)] == [303, 404]

    def test_needs_the_form(self, stage: Stage) -> None:
        visitor = stage.visitor(email=ALL)
        before = everything(stage.database)
        assert visitor.get(self.way(stage, PHYSICS)).status_code == 405
        assert visitor.post(self.way(stage, PHYSICS), page=AT).status_code == 400
        assert everything(stage.database) == before

    def test_departments_coordinators_and_other_programmes_take_nothing(self, stages: Stage) -> None:
        ways = [self.way(stages, email) for email in (ALL, ENGLISH, PHYSICS)]
        ways += [self.way(stages, OTHER), self.way(stages, ALL).replace("/mentor/", "/other/")]
        visitors = [stages.visitor(email=email) for email in (PHYSICS, ENGLISH, OTHER)]
        whole = stages.visitor(email=ALL)
        stages.app.config["WTF_CSRF_ENABLED"] = False
        before = everything(stages.database)
        for visitor in visitors:
            assert [visitor.post(way).status_code for way in ways] == [404] * len(ways)
        assert whole.post(self.way(stages, OTHER)).status_code == 404, "of another programme"
        assert everything(stages.database) == before

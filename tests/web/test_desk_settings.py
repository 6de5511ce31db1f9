"""What coordinators of a whole programme set for it."""

from sqlalchemy import select

from scheduler.models import Programme
from tests.web.conftest import Stage
from tests.web.world import ALL, OTHER, PHYSICS

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

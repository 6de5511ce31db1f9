"""A pair's own page at the desk: who of the two has given no times, and what can be done about it."""

from scheduler.models import Pair
from tests.builders import NOW
from tests.web.conftest import Stage, Visitor
from tests.web.reading import Page
from tests.web.world import ALL, ENGLISH, PHYSICS

ELSEWHERE = "The coordinators of their department, or of the whole programme, can ask for them."


def silence(stage: Stage, pair: str, *whose: str) -> str:
    """Takes the hours of the mentee, the mentor or both away; the address of the pair's page."""
    with stage.database.writing() as session:
        found = session.get_one(Pair, stage.world.pairs[pair])
        for who in whose:
            person = found.mentee if who == "mentee" else found.mentor
            assert person.availability is not None
            person.availability.weekly, person.availability.overrides = [], {}
    return f"/c/mentor/pairs/{stage.world.pairs[pair]}"


def notice(page: Page) -> str:
    """What the page says of missing times; empty if nothing."""
    return " ".join(each.text for each in page.main.all("div", class_="alert-warning"))


def ask(visitor: Visitor, at: str) -> Page:
    """Presses the page's only button to ask, and reads where that leads."""
    (action,) = [each.attributes["action"] for each in visitor.read(at).main.all("form")]
    answer = visitor.send(visitor.read(at).form(action))
    assert answer.status_code == 303
    return visitor.read(answer.location)


def test_nothing_is_said_while_both_have_given_times(stages: Stage) -> None:
    assert notice(stages.visitor(email=PHYSICS).read(silence(stages, "to book"))) == ""


def test_of_one_it_is_said_who_and_they_are_asked_from_there(stages: Stage) -> None:
    visitor, at = stages.visitor(email=PHYSICS), silence(stages, "to book", "mentor")
    assert notice(visitor.read(at)) == "Mattias Ledig has given no times yet. Ask for times Mattias Ledig"
    asked = ask(visitor, at)
    assert (asked.heading, asked.one(role="status").text) == ("Mattias Ledig", "The question is on its way.")
    assert notice(visitor.read(at)) == (
        "Mattias Ledig has given no times yet. asked Mon 2 Nov Remind of the question about times Mattias Ledig"
    )


def test_of_both_the_mentee_first(stages: Stage) -> None:
    at = silence(stages, "to book", "mentee", "mentor")
    assert notice(stages.visitor(email=PHYSICS).read(at)) == (
        "Maja Ledig has given no times yet. Ask for times Maja Ledig "
        "Mattias Ledig has given no times yet. Ask for times Mattias Ledig"
    )
    swedish = stages.visitor(email=PHYSICS, languages="sv").read(at)
    assert notice(swedish).startswith("Maja Ledig har inte angett några tider än. Fråga om tider")


def test_days_of_their_own_are_times(stage: Stage) -> None:
    at = silence(stage, "to book", "mentee")
    with stage.database.writing() as session:
        mentee = session.get_one(Pair, stage.world.pairs["to book"]).mentee
        assert mentee.availability is not None
        mentee.availability.overrides = {NOW.date().isoformat(): [["10:00", "12:00"]]}
    assert notice(stage.visitor(email=PHYSICS).read(at)) == ""


def test_a_whole_programmes_coordinator_may_load_what_they_know(stage: Stage) -> None:
    page = stage.visitor(email=ALL).read(silence(stage, "to book", "mentor"))
    assert notice(page).endswith("Hours that you know can be loaded from a file: Import")
    assert page.main.one("a", class_="alert-link").attributes["href"] == "/c/mentor/imports"


def test_whoever_is_of_another_department_is_asked_there(stages: Stage) -> None:
    at = silence(stages, "shared", "mentee")
    page = stages.visitor(email=PHYSICS).read(at)
    assert notice(page) == f"Bo Delad has given no times yet. {ELSEWHERE}"
    assert not page.main.all("form"), "no button that would lead nowhere"
    visitor = stages.visitor(email=ENGLISH)
    assert notice(visitor.read(at)) == "Bo Delad has given no times yet. Ask for times Bo Delad"
    assert ask(visitor, at).heading == "Bo Delad"

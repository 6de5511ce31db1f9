"""The desk's calendars to subscribe to, and their addresses."""

import pytest

from scheduler.models import Coordinator, Department
from tests.builders import LINKS
from tests.integrations.ical.reader import components
from tests.web.conftest import Stage, Visitor
from tests.web.reading import Element, Page
from tests.web.world import ALL, ENGLISH, OTHER, PHYSICS, everything

CALENDARS = "/c/mentor/calendars"


def offered(page: Page) -> dict[str, Element]:
    """Each calendar's part of the page, by its heading; those of departments are folded."""
    whole = {section.one("h2").text: section for section in page.main.all("section") if not section.all("h3")}
    return whole | {part.one("h3").text: part for part in page.main.all("details", class_="folded")}


def addresses(page: Page) -> dict[str, str]:
    """By heading."""
    return {name: "".join(code.text for code in part.all("code")) for name, part in offered(page).items()}


def summaries(visitor: Visitor, address: str) -> set[str]:
    return {each["SUMMARY"][0].text for each in components(visitor.get(address).data, "VEVENT")}


def generation(stage: Stage, name: str) -> int:
    with stage.database.reading() as session:
        return session.query(Department).filter_by(name=name).one().feed_generation


class TestOffered:
    def test_to_each_desk_its_own(self, stages: Stage) -> None:
        public = f"{LINKS.base_url}/p/mentor/events.ics"
        shown = {who: addresses(stages.visitor(email=who).read(CALENDARS)) for who in (ALL, PHYSICS, ENGLISH)}
        assert {who: set(found) for who, found in shown.items()} == {
            ALL: {"My desk", "Engelska", "Fysikum", "For everybody"},
            PHYSICS: {"My desk", "Fysikum", "For everybody"},
            ENGLISH: {"My desk", "Engelska", "For everybody"},
        }
        assert shown[ALL]["Fysikum"] == shown[PHYSICS]["Fysikum"]
        assert {found["For everybody"] for found in shown.values()} == {public}
        assert len({found["My desk"] for found in shown.values()}) == 3

    def test_each_by_program_on_the_web_and_by_camera(self, stage: Stage) -> None:
        page = stage.visitor(email=PHYSICS).read(CALENDARS)
        for part in offered(page).values():
            address = part.one("code").text
            links = [each.attributes["href"] for each in part.all("a")]
            assert links[0] == address.replace("https:", "webcal:")
            assert [link.split("/")[2] for link in links[1:]] == [
                "calendar.google.com", "outlook.live.com", "outlook.office.com",
            ]  # fmt: skip
            assert part.one("details").one(role="img").all("svg")

    def test_departments_are_folded_and_the_only_one_is_open(self, stage: Stage) -> None:
        folded = {
            who: stage.visitor(email=who).read(CALENDARS).all("details", class_="folded") for who in (ALL, PHYSICS)
        }
        assert ["open" in each.attributes for each in folded[ALL]] == [False, False]
        assert ["open" in each.attributes for each in folded[PHYSICS]] == [True]

    def test_with_what_is_in_reach_and_no_more(self, stages: Stage) -> None:
        shown = addresses(stages.visitor(email=PHYSICS).read(CALENDARS))
        visitor = stages.visitor()
        for name in ("My desk", "Fysikum"):
            found = summaries(visitor, shown[name])
            assert {"Anders Fysik – Alva Fysik", "Anja Delad – Bo Delad", "Kväll workshop"} <= found
            assert "Bertil Engelsk – Bodil Engelsk" not in found
            assert "Kväll draft" not in found
        assert "Bertil Engelsk – Bodil Engelsk" in summaries(
            visitor, addresses(stages.visitor(email=ALL).read(CALENDARS))["My desk"]
        )

    def test_it_ends_with_the_access(self, stages: Stage) -> None:
        own = addresses(stages.visitor(email=PHYSICS).read(CALENDARS))["My desk"]
        with stages.database.writing() as session:
            session.delete(session.query(Coordinator).filter_by(email=PHYSICS).one())
        assert stages.visitor().get(own).status_code == 404


class TestChanged:
    @pytest.mark.parametrize("name", ["My desk", "Fysikum"])
    def test_a_new_address_a_closed_one_and_an_opened_one(self, stages: Stage, name: str) -> None:
        visitor = stages.visitor(email=PHYSICS)
        page = visitor.read(CALENDARS)
        first = addresses(page)[name]
        actions = [form.attributes["action"] for form in page.main.all("form")]
        renew, close = actions[:2] if name == "My desk" else actions[2:4]
        answer = visitor.send(page.form(renew))
        assert (answer.status_code, answer.location.partition("?")[0]) == (303, CALENDARS)
        page = visitor.read(answer.location)
        second = addresses(page)[name]
        assert [visitor.get(each).status_code for each in (first, second)] == [404, 200]
        visitor.send(page.form(close))
        page = visitor.read(CALENDARS)
        assert addresses(page)[name] == ""
        assert visitor.get(second).status_code == 404
        assert not page.all("form", action=close)
        visitor.send(page.form(renew))
        third = addresses(visitor.read(CALENDARS))[name]
        assert [visitor.get(each).status_code for each in (first, second, third)] == [404, 404, 200]

    def test_the_one_that_was_changed_is_open_then(self, stage: Stage) -> None:
        visitor = stage.visitor(email=ALL)
        page = visitor.read(CALENDARS)
        form = offered(page)["Fysikum"].all("form")[1]
        answer = visitor.send(page.form(form.attributes["action"]))
        parts = offered(visitor.read(answer.location))
        assert [name for name in ("Engelska", "Fysikum") if "open" in parts[name].attributes] == ["Fysikum"]
        assert parts["Fysikum"].one("summary").text == "Fysikum Closed"

    def test_nobody_changes_anothers(self, stages: Stage) -> None:
        with stages.database.reading() as session:
            english = session.query(Department).filter_by(name="Engelska").one().id
        for who in (PHYSICS, OTHER):
            visitor = stages.visitor(email=who)
            token = visitor.read("/me/").form("/sign-out/everywhere").fields
            before = everything(stages.database)
            for change in ("renew", "close", "open"):
                address = f"{CALENDARS}/departments/{english}/{change}"
                assert visitor.post(address, token, page=CALENDARS).status_code == 404
            assert everything(stages.database) == before
        assert generation(stages, "Engelska") == 1

    def test_looking_changes_nothing(self, stage: Stage) -> None:
        visitor = stage.visitor(email=ALL)
        before = everything(stage.database)
        visitor.read(CALENDARS)
        assert everything(stage.database) == before

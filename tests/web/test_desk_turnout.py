"""The page that says when most can attend: counts and no names, each desk its own people, and the way to the forms."""

import pytest

from scheduler.states import Audience
from tests.web.conftest import Stage
from tests.web.desk_events.workshop import at, fields, the_event
from tests.web.world import ALL, PHYSICS

PAGE = "/c/mentor/events/times"
DATES = "first=2026-11-09&last=2026-11-15"


def test_the_best_starts_and_the_hours_are_text(stages: Stage) -> None:
    page = stages.visitor(email=ALL).read(f"{PAGE}?audience=mentees&minutes=90&{DATES}")
    table = page.main.one("table")
    assert [each.text for each in table.one("thead").all("th")][1:3] == ["Mon 9/11", "Tue 10/11"]
    evening = next(row for row in table.one("tbody").all("tr") if row.one("th").text.startswith("18"))
    assert all(cell.text.isdigit() for cell in evening.all("td")[:5])
    assert [cell.text for cell in evening.all("td")[5:]] == ["0", "0"]
    best = page.main.one("ol").all("li")
    counts = [int(each.text.split(" of ")[0].split()[-1]) for each in best]
    assert counts == sorted(counts, reverse=True)
    assert counts[0] == max(int(cell.text) for row in table.one("tbody").all("tr") for cell in row.all("td"))


def test_nobody_is_named(stages: Stage) -> None:
    text = stages.visitor(email=ALL).read(f"{PAGE}?audience=all&{DATES}&minutes=60").main.text
    assert "can attend" in text
    assert not [name for name in ("Alva", "Anders", "Bodil", "Maja", "@example.org") if name in text]


def test_a_start_leads_to_a_new_event_then(stages: Stage) -> None:
    visitor = stages.visitor(email=ALL)
    link = visitor.read(f"{PAGE}?audience=mentors&minutes=90&{DATES}").main.one("ol").all("a")[0]
    sent = fields(visitor.read(link.attributes["href"]).main.one("form"))
    assert (sent["audience"], sent["minutes"]) == ("mentors", "90")
    assert sent["starts"].startswith("2026-11-")
    assert sent["waitlist"] == "y"


def test_a_start_leads_to_the_move_of_an_event_that_is_there(stages: Stage) -> None:
    visitor = stages.visitor(email=ALL)
    with stages.database.writing() as session:
        the_event(session).audience, the_event(session).minutes = Audience.MENTORS, 75
    page = visitor.read(at(stages))
    times = visitor.read(
        next(each for each in page.main.all("a") if each.text == "When can most attend?").attributes["href"]
    )
    form = fields(times.main.one("form"))
    assert (form["audience"], form["minutes"]) == ("mentors", "75")
    link = times.main.one("ol").all("a")[0]
    moved = visitor.read(link.attributes["href"])
    assert moved.main.one("h1").text == "Move the event"
    assert fields(moved.main.one("form"))["starts"] in link.attributes["href"].replace("%3A", ":")


def test_a_department_counts_its_own_and_is_not_led_to_forms_that_it_may_not_use(stages: Stage) -> None:
    address = f"{PAGE}?audience=all&minutes=60&{DATES}"
    whole = stages.visitor(email=ALL).read(address).main.text
    page = stages.visitor(email=PHYSICS).read(address)
    people = [int(text.split("The event would be for ")[1].split()[0]) for text in (whole, page.main.text)]
    assert 0 < people[1] < people[0]
    assert "Only your departments' people are counted." in page.main.text
    assert page.main.one("ol").all("a") == []


@pytest.mark.parametrize(
    "query",
    ["first=2026-11-09&last=2026-11-08", "first=2026-11-09&last=2026-12-07", "first=x&last=2026-11-10",
     "first=0001-01-01&last=0001-01-02", f"{DATES}&minutes=0", f"{DATES}&minutes=1441", f"{DATES}&minutes=x",
     f"{DATES}&audience=x", "first=2026-11-09", "first=9999-12-31&last=9999-12-31"],
)  # fmt: skip
def test_what_cannot_be_is_said_at_its_field(stage: Stage, query: str) -> None:
    page = stage.visitor(email=ALL).read(f"{PAGE}?{query}", 422)
    assert page.main.all("p", class_="text-danger")
    assert page.main.all("table") == []


def test_an_event_of_another_programme_is_not_there(stage: Stage) -> None:
    visitor = stage.visitor(email=ALL)
    assert visitor.get(f"{PAGE}?event=4711").status_code == 404
    assert visitor.get(f"{PAGE}?event=x").status_code == 404


def test_a_suggestion_that_cannot_be_read_is_left_out(stage: Stage) -> None:
    page = stage.visitor(email=ALL).read("/c/mentor/events/new?starts=soon&minutes=many&audience=cats")
    sent = fields(page.main.one("form"))
    assert (sent["starts"], sent["minutes"], sent["audience"]) == ("", "120", "mentees")


def test_in_swedish(stage: Stage) -> None:
    page = stage.visitor(email=ALL, languages="sv").read(f"{PAGE}?audience=all&minutes=60&{DATES}")
    assert page.main.one("h1").text == "När kan flest komma?"
    assert "can attend" not in page.main.text

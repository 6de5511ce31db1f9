"""The page of the pool: today, a week of numbers, and nobody else's names."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from scheduler.models import Host, HostDay, Meeting, Pair
from scheduler.programme import access
from scheduler.programme.pairs import meetings
from scheduler.states import HostKind
from tests.builders import NOW, a_meeting, a_programme, some_hosts
from tests.web.conftest import Stage
from tests.web.reading import Page
from tests.web.world import ALL, ENGLISH, OTHER, PHYSICS

AT = "/c/mentor/pool"


def week(page: Page) -> dict[str, list[str]]:
    """The numbers of the week, by the hour that stands before them."""
    table = page.one("table", class_="heat")
    rows = table.one("tbody").all("tr")
    return {row.one("th").text.replace(" ", ""): [cell.text for cell in row.all("td")] for row in rows}


def today(page: Page) -> list[str]:
    """What is hosted today, a line each."""
    return [line.text for line in page.one("table", class_="stack").all("span", class_="d-block")]


def test_a_week_of_numbers_on_the_programmes_clock(stages: Stage) -> None:
    page = stages.visitor(email=ALL).read(f"{AT}?week=2026-11-12")
    table = page.one("table", class_="heat")
    assert "Times are in Stockholm." in table.one("caption").text
    assert [each.text for each in table.one("thead").all("th")][1:4] == ["Mon 9/11", "Tue 10/11", "Wed 11/11"]
    numbers = week(page)
    assert list(numbers) == [f"{hour:02}:00" for hour in range(7, 22)]
    assert numbers["10:00"] == ["3", "4", "5", "5", "5", "5", "5"]  # video and pending on Monday, abroad on Tuesday
    assert numbers["11:00"] == ["5"] * 7
    assert [each.text for each in page.all("td", class_="free-some")] == ["3", "4"]


def test_leads_a_week_on_and_back(stage: Stage) -> None:
    visitor = stage.visitor(email=ALL)
    page = visitor.read(AT)
    assert "the week of 2 November 2026" in page.main.text
    onwards = visitor.read(page.one("a", rel="next").attributes["href"])
    assert "the week of 9 November 2026" in onwards.main.text
    assert week(onwards)["10:00"][0] == "3"
    back = visitor.read(onwards.one("a", rel="prev").attributes["href"])
    assert "the week of 2 November 2026" in back.main.text


def test_says_when_the_next_meeting_can_begin(stage: Stage) -> None:
    text = stage.visitor(email=ALL).read(AT).main.text
    assert "The pool holds 5 meetings at a time." in text
    assert "A meeting of 45 minutes can begin from Monday 2 November 2026, 10:15, Stockholm (GMT+1)." in text


def test_today_names_only_who_is_in_reach(stages: Stage) -> None:
    with stages.database.writing() as session:
        for name in ("video", "pending"):
            found = session.get_one(Meeting, stages.world.meetings[name])
            meetings.reschedule(session, found, starts_at=NOW + timedelta(hours=2), minutes=45, now=NOW)
        a_meeting(session, session.get_one(Pair, stages.world.pairs["other"]), starts_at=NOW + timedelta(hours=2))
    physics, english, others = "Alva Fysik – Anders Fysik", "Bodil Engelsk – Bertil Engelsk", "Somebody else's"
    for email, named in ((ALL, [physics, english]), (PHYSICS, [physics]), (ENGLISH, [english])):
        expected = [*named, *[others] * (3 - len(named))]
        shown = sorted(today(stages.visitor(email=email).read(AT)))
        assert shown == sorted(f"12:00–12:45 {who}" for who in expected), email


def test_a_host_shows_how_much_of_its_day_at_zoom_is_gone(stage: Stage) -> None:
    with stage.database.writing() as session:
        (one,) = session.scalars(select(Host))
        two, _, link = some_hosts(session, 1, 1, 1)
        link.kind = HostKind.LINK
        session.add(HostDay(host_id=one.id, day=NOW.date(), creates=12, updates=3, exhausted=False))
        session.add(HostDay(host_id=two.id, day=NOW.date(), creates=12, updates=3, exhausted=True))
        session.add(HostDay(host_id=two.id, day=NOW.date() - timedelta(days=1), creates=80, updates=0, exhausted=False))
    rows = stage.visitor(email=ALL).read(AT).one("table", class_="stack").one("tbody").all("tr")
    used = [row.all("td")[2].text for row in rows]
    assert used == ["15 of 100", "100 of 100", "0 of 100", "None: a pasted link"]


def test_the_pool_is_read_and_not_changed_there(stage: Stage) -> None:
    page = stage.visitor(email=PHYSICS).read(AT)
    assert not page.main.all("form")
    assert stage.visitor(email=PHYSICS).post(AT).status_code == 405


def test_of_a_programme_without_hosts_it_says_so(empty: Stage) -> None:
    with empty.database.writing() as session:
        access.grant_coordinator(session, ALL, programme=a_programme(session), department=None, by="", now=NOW)
    page = empty.visitor(email=ALL).read(AT)
    assert "There is no pool of Zoom hosts here" in page.main.text
    assert not page.all("table")


@pytest.mark.parametrize("query", ["week=", "week=soon", "week=2026-13-01", "week=9999999", "x=1"])
def test_nonsense_shows_this_week(stage: Stage, query: str) -> None:
    assert "the week of 2 November 2026" in stage.visitor(email=ALL).read(f"{AT}?{query}").main.text


@pytest.mark.parametrize("week", ["0001-01-01", "9999-12-31", "2024-01-01", "2029-01-01"])
def test_weeks_far_from_the_programme_are_not_found(stage: Stage, week: str) -> None:
    assert stage.visitor(email=ALL).get(f"{AT}?week={week}").status_code == 404


def test_others_find_nothing(stage: Stage) -> None:
    assert stage.visitor(email=OTHER).get(AT).status_code == 404
    with stage.database.writing() as session:
        some_hosts(session, 1)
    assert "6 meetings at a time" in stage.visitor(email=OTHER).read("/c/other/pool").main.text

"""The audit trail's page."""

import pytest

from scheduler.models import Coordinator, Meeting, Pair
from scheduler.programme import audit, desk
from scheduler.programme.pairs import meetings
from scheduler.states import Action
from tests.builders import NOW
from tests.web.conftest import Stage
from tests.web.world import ALL, ENGLISH, PHYSICS

AT = "/c/mentor/history"


def test_says_who_did_what_to_whom_and_when(stages: Stage) -> None:
    with stages.database.writing() as session:
        found = session.get_one(Meeting, stages.world.meetings["video"])
        meetings.cancel(session, found, now=NOW, by=PHYSICS)
    row = stages.visitor(email=ALL).read(AT).rows[0]
    assert row == {
        "When": "Mon 2 Nov 10:00", "Who": PHYSICS, "What": "Meeting cancelled at Mon 9 Nov 10:00",
        "About": "Alva Fysik – Anders Fysik",
    }  # fmt: skip


def test_names_who_was_granted_something_while_they_have_it(stage: Stage) -> None:
    visitor = stage.visitor(email=ALL)
    granted = {row["About"] for row in visitor.read(AT).rows if row["What"].startswith("Coordinator added")}
    assert granted == {ALL, PHYSICS, ENGLISH}
    with stage.database.writing() as session:
        session.query(Coordinator).filter_by(email=PHYSICS).delete()
    granted = {row["About"] for row in visitor.read(AT).rows if row["What"].startswith("Coordinator added")}
    assert granted == {ALL, "–", ENGLISH}


def test_a_department_sees_its_own(stages: Stage) -> None:
    rows = stages.visitor(email=ENGLISH).read(AT).rows
    assert {row["About"] for row in rows} == {"Bodil Engelsk – Bertil Engelsk", "Bo Delad – Anja Delad"}
    everything = {row["About"] for row in stages.visitor(email=ALL).read(AT).rows}
    assert everything > {row["About"] for row in rows}


def test_a_name_narrows_it(stage: Stage) -> None:
    visitor = stage.visitor(email=ALL)
    page = visitor.read(visitor.read(AT).links["Bo Delad – Anja Delad"])
    assert {row["About"] for row in page.rows} == {"Bo Delad – Anja Delad"}
    assert page.links["Show all"] == AT


def test_of_a_pair_that_is_not_theirs_nothing_is_told(stage: Stage) -> None:
    page = stage.visitor(email=ENGLISH).read(f"{AT}?pair={stage.world.pairs['physics']}")
    assert "Nothing here." in page.main.text


@pytest.mark.parametrize("query", ["page=0", "page=9", "page=99999999999999999999"])
def test_a_page_that_there_is_not_is_the_nearest(stage: Stage, query: str) -> None:
    visitor = stage.visitor(email=ALL)
    assert visitor.read(f"{AT}?{query}").rows == visitor.read(AT).rows


@pytest.mark.parametrize("query", ["pair=x", "pair=", "person=-1", f"event={'9' * 40}", "page=x"])
def test_nonsense_breaks_nothing(stage: Stage, query: str) -> None:
    assert stage.visitor(email=ALL).get(f"{AT}?{query}").status_code == 200


def test_pages_keep_what_it_is_narrowed_to(stage: Stage) -> None:
    with stage.database.writing() as session:
        pair = session.get_one(Pair, stage.world.pairs["physics"])
        for _ in range(desk.ENTRIES + 1):
            audit.note(session, Action.PROPOSED, programme_id=pair.programme_id, by="", now=NOW, pair_id=pair.id)
    visitor = stage.visitor(email=ALL)
    page = visitor.read(f"{AT}?pair={stage.world.pairs['physics']}")
    at = page.one("a", rel="next").attributes["href"]
    assert at == f"{AT}?pair={stage.world.pairs['physics']}&page=2"
    assert visitor.read(at).rows

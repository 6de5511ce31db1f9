"""What Zoom or the door told of a meeting is taken back on its page: by either of the two, or at the desk."""

import pytest
from sqlalchemy import select

from scheduler.db import Database
from scheduler.models import AuditEntry, Meeting
from scheduler.programme import access
from scheduler.programme.pairs import meetings
from scheduler.states import Action, MeetingState, Source
from tests.builders import NOW, a_meeting, a_pair, a_programme, some_hosts
from tests.web.conftest import Stage, staged
from tests.web.world import World

EMIL, MARIA, DESK = "emil.mentee@example.org", "maria.mentor@example.org", "desk@example.org"
MINE, THEIRS = "/me/meetings/1", "/c/mentor/meetings/1"


@pytest.fixture
def told(database: Database) -> Stage:
    """Maria and Emil's meeting, of which Zoom says that it was held."""
    with database.writing() as session:
        some_hosts(session, 1)
        programme = a_programme(session)
        meeting = a_meeting(session, a_pair(session, programme))
        meetings.mark_held(session, meeting, source=Source.ZOOM, now=meeting.starts_at)
        access.grant_coordinator(session, DESK, programme=programme, department=None, by="", now=NOW)
    stage = staged(database, World())
    stage.clock.now = meeting.starts_at
    return stage


def meeting(stage: Stage) -> Meeting:
    with stage.database.reading() as session:
        return session.get_one(Meeting, 1)


@pytest.mark.parametrize(("email", "address"), [(EMIL, MINE), (MARIA, MINE), (DESK, THEIRS)])
def test_who_met_not_says_so(told: Stage, email: str, address: str) -> None:
    visitor = told.visitor(email=email)
    assert "Zoom says so" in visitor.read(address).text
    answer = visitor.send(visitor.read(address).form(f"{address}/not-held"))
    assert (answer.status_code, answer.location) == (303, address)
    assert "Noted: the meeting was not held." in visitor.read(address).text
    assert (meeting(told).state, meeting(told).held_by) == (MeetingState.BOOKED, None)
    with told.database.reading() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == Action.MEETING_NOT_HELD)).one()
        assert entry.by == email
    history = told.visitor(email=DESK).read("/c/mentor/history").text
    assert "Meeting was not held after all" in history


def test_the_way_there_is_on_ones_own_page_and_goes_once_it_is_taken_back(told: Stage) -> None:
    visitor = told.visitor(email=EMIL)
    section = visitor.read("/me/").one("section", aria_labelledby="told")
    assert section.one("a").attributes["href"] == MINE
    visitor.send(visitor.read(MINE).form(f"{MINE}/not-held"))
    assert not visitor.read("/me/").all("section", aria_labelledby="told")


@pytest.mark.parametrize("by", [EMIL, DESK])
def test_what_somebody_said_themselves_has_no_such_button(told: Stage, by: str) -> None:
    with told.database.writing() as session:
        session.get_one(Meeting, 1).held_by = Source.PERSON if by == EMIL else Source.COORDINATOR
    for email, address in ((EMIL, MINE), (DESK, THEIRS)):
        visitor = told.visitor(email=email)
        page = visitor.read(address)
        assert "not-held" not in page.html
        token = page.all("input", name="csrf_token")[0].attributes["value"]
        assert visitor.post(f"{address}/not-held", {"csrf_token": token}, page=address).status_code in {409, 422}
    assert meeting(told).state is MeetingState.HELD

"""Zoom is made what our rows want, by as few calls as it takes, and never twice."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from string import ascii_lowercase, ascii_uppercase, digits

import pytest
from sqlalchemy import select
from werkzeug.wrappers import Request, Response

from integrations.zoom.meetings import PASSCODE
from integrations.zoom.simulator import Strict
from scheduler.db import Database
from scheduler.models import AuditEntry, HostDay, Meeting, ZoomMeeting
from scheduler.programme.pairs import meetings
from scheduler.programme.pool import budgets, zoom_meetings
from scheduler.programme.pool.zoom_meetings import CONFIRM
from scheduler.states import Action, DeliveryState
from tests.builders import NOW, a_meeting, a_pair, a_programme, some_hosts
from tests.integrations.zoom.stage import Recorded
from tests.jobs.zoom_house import House, zoom_house

HOST = "zoom-1@example.org"
START = NOW + timedelta(days=7)


@pytest.fixture
def house(sqlite: Database) -> Iterator[House]:
    """A meeting in a week that is booked, and nothing of it is done yet."""
    with sqlite.writing() as session:
        some_hosts(session, 1)
        a_meeting(session, a_pair(session, a_programme(session)))
    with zoom_house(sqlite) as found:
        yield found


@pytest.fixture
def made(house: House) -> House:
    """The same, with its meeting at Zoom and its mails sent."""
    house.work()
    assert house.at_zoom() == [(HOST, START)]
    return house


def move(house: House, to: timedelta) -> None:
    with house.writing() as session:
        meeting = session.get_one(Meeting, 1)
        meetings.reschedule(session, meeting, starts_at=NOW + to, minutes=45, now=house.clock.now)


def cancel(house: House) -> None:
    with house.writing() as session:
        meetings.cancel(session, session.get_one(Meeting, 1), now=house.clock.now)


def check(house: House) -> None:
    with house.writing() as session:
        zoom_meetings.check(session, session.get_one(ZoomMeeting, 1), now=house.clock.now)
    house.work()


def spent(house: House) -> tuple[int, int]:
    """The creates and updates of today."""
    with house.database.reading() as session:
        today = session.get(HostDay, (1, house.clock.now.date()))
        return (today.creates, today.updates) if today else (0, 0)


def state(house: House) -> tuple[str, DeliveryState, str]:
    last = house.owed()[-1]
    return last.kind, last.state, last.reason


# Made


def test_the_reference_opens_the_agenda_and_the_door_leads_there(made: House) -> None:
    row, found = made.row(), made.only()
    assert found.agenda == f"ref:{row.reference}"
    assert (row.zoom_id, row.intent_at, row.seen_at) == (found.id, None, NOW)
    assert made.door() == row.join_url != ""
    assert spent(made) == (1, 0)


def test_the_passcode_is_our_own_and_another_one_each_time(made: House) -> None:
    (sent,) = [exchange for exchange in made.zoom.exchanges if exchange.request.path == f"/v2/users/{HOST}/meetings"]
    assert made.row().passcode == made.only().password == sent.request.get_json()["password"]
    assert len({zoom_meetings.a_passcode() for _ in range(100)}) == 100
    for _ in range(100):
        found = zoom_meetings.a_passcode()
        assert PASSCODE.fullmatch(found)
        assert all(any(sign in kind for sign in found) for kind in (ascii_lowercase, ascii_uppercase, digits, "@*_-"))


class Looking(Recorded):
    """Looks into the database at the moment that a create arrives."""

    database: Database
    seen: list[tuple[object, object, int]]

    def answer(self, request: Request) -> Response:
        if request.method == "POST" and request.path.endswith("/meetings"):
            with self.database.reading() as session:
                row = session.get_one(ZoomMeeting, 1)
                self.seen = [(row.intent_at, row.zoom_id, session.get_one(HostDay, (1, NOW.date())).creates)]
        return super().answer(request)


def test_that_it_will_be_made_is_committed_before_zoom_hears_of_it(sqlite: Database) -> None:
    with sqlite.writing() as session:
        some_hosts(session, 1)
        a_meeting(session, a_pair(session, a_programme(session)))
    with zoom_house(sqlite, zoom=Looking) as house:
        assert isinstance(house.zoom, Looking)
        house.zoom.database = sqlite
        house.work()
        assert house.zoom.seen == [(NOW, None, 1)]


@pytest.mark.parametrize("fault", ["500-after", "drop-after", "broken-json"])
def test_what_was_made_without_an_answer_is_adopted_once_no_call_is_on_its_way(house: House, fault: str) -> None:
    house.zoom.set_faults({fault: 1.0})
    house.work()
    house.zoom.set_faults({})
    assert (house.row().intent_at, house.row().zoom_id) == (NOW, None)
    house.later(seconds=60)
    assert house.asked("GET /v2/users") == 0, "too soon to look: the call may still arrive"
    house.later(seconds=60)
    assert house.row().zoom_id == house.only().id
    assert house.asked("POST /v2/users") == 1


def test_of_two_that_were_made_the_older_is_kept(house: House) -> None:
    house.zoom.set_faults({"drop-after": 1.0})
    house.work()
    first = house.only()
    house.zoom._meetings.put(replace(first, id=first.id + 1), NOW)
    house.zoom.set_faults({})
    house.later(minutes=3)
    assert house.only().id == house.row().zoom_id == first.id


@pytest.mark.parametrize("fault", ["500-before", "429-second", "429-concurrent", "401-once"])
def test_what_was_not_made_is_made_later(house: House, fault: str) -> None:
    house.zoom.set_faults({fault: 1.0})
    house.work()
    house.zoom.set_faults({})
    house.later(minutes=3)
    assert house.row().zoom_id == house.only().id
    assert spent(house) == (1, 0), "what turned out not to be made is not counted"


def test_what_zoom_refuses_for_good_is_shown_and_was_certainly_not_made(house: House) -> None:
    house.zoom.set_faults({"missing-scope": 1.0})
    house.work()
    kind, shown, reason = state(house)
    assert (kind, shown) == ("CreateZoomMeeting", DeliveryState.FAILED)
    assert "meeting:write:meeting:admin" in reason
    assert (house.row().intent_at, spent(house)) == (None, (0, 0))


# The budget of the day


def test_a_host_that_has_used_up_its_day_at_zoom_is_left_alone_until_midnight(house: House) -> None:
    house.zoom.set_faults({"429-day": 1.0})
    house.work()
    house.zoom.set_faults({})
    assert spent(house) == (0, 0), "Zoom has not counted what it refused"
    assert house.owed()[0].due_at == budgets.reset(NOW)
    calls = house.asked("")
    house.later(hours=14)
    assert house.asked("") == calls
    house.later(hours=2)
    assert house.at_zoom() == [(HOST, START)]


def test_what_the_ledger_does_not_grant_is_not_asked_of_zoom(made: House) -> None:
    with made.writing() as session:
        session.get_one(HostDay, (1, NOW.date())).updates = budgets.DAILY - 1
    move(made, timedelta(days=8))
    made.work()
    assert made.at_zoom() == [(HOST, START)]
    assert made.asked("PATCH") == 0
    assert "used up its changes of the day" in state(made)[2]
    made.later(hours=16)
    assert made.at_zoom() == [(HOST, NOW + timedelta(days=8))]


def test_a_host_that_lost_its_licence_is_passed_over_for_the_day_and_what_is_due_goes_to_another(
    sqlite: Database,
) -> None:
    with sqlite.writing() as session:
        some_hosts(session, 1, 1)
        a_meeting(session, a_pair(session, a_programme(session)), starts_at=NOW + timedelta(hours=3))
    second = "zoom-2@example.org"
    strict = Strict("account", "client", "secret", frozenset({HOST, second}), {HOST: 4})
    with zoom_house(sqlite, strict=strict) as house:
        house.work()
        assert (state(house)[1], house.at_zoom()) == (DeliveryState.FAILED, [])
        assert "cannot hold meetings" in state(house)[2]
        house.worker.tick()
        house.work()
        assert house.at_zoom() == [(second, NOW + timedelta(hours=3))]
        assert house.door() != ""
        assert DeliveryState.FAILED not in {row.state for row in house.owed()}, "nobody is asked about the first host"


# Changed


def test_only_what_differs_is_sent_and_counted(made: House) -> None:
    check(made)
    check(made)
    assert (made.asked("PATCH"), spent(made)) == (0, (1, 0))
    move(made, timedelta(days=8))
    made.work()
    (patch,) = [exchange for exchange in made.zoom.exchanges if exchange.request.method == "PATCH"]
    assert patch.request.get_json() == {"start_time": "2026-11-10T09:00:00Z"}
    assert spent(made) == (1, 1)


def test_what_somebody_changed_at_zoom_is_mended(made: House) -> None:
    made.zoom.set_settings(made.only().id, waiting_room=True, join_before_host=False)
    check(made)
    assert (made.only().settings["waiting_room"], made.only().settings["join_before_host"]) == (False, True)


def test_moves_in_a_row_are_one_change(made: House) -> None:
    for day in (8, 9, 10):
        move(made, timedelta(days=day))
    made.work()
    assert (made.asked("PATCH"), made.at_zoom()) == (1, [(HOST, NOW + timedelta(days=10))])
    assert [row.state for row in made.owed()[1:]] == ["superseded", "superseded", "done"]


def test_a_changed_link_changes_the_door_and_nothing_else(made: House) -> None:
    door, mails = made.door(), len(made.post.sent)
    made.zoom.set_passcode(made.only().id, "another")
    check(made)
    assert made.door() not in {"", door}
    with made.database.reading() as session:
        assert session.get_one(Meeting, 1).sequence == 0
    made.later(minutes=5)
    assert len(made.post.sent) == mails


@pytest.mark.parametrize("signs", ["a.b=c!d?", "one that is longer than ten"])
def test_a_passcode_that_only_zoom_can_set_is_kept_while_the_meeting_moves(made: House, signs: str) -> None:
    made.zoom.set_passcode(made.only().id, signs)
    check(made)
    move(made, timedelta(days=8))
    made.work()
    assert made.at_zoom() == [(HOST, NOW + timedelta(days=8))]
    assert made.row().passcode == made.only().password == signs


def test_what_is_made_anew_after_such_a_passcode_gets_one_of_our_own(made: House) -> None:
    made.zoom.set_passcode(made.only().id, "a.b=c!d?")
    check(made)
    made.zoom._meetings.remove(made.only().id)
    check(made)
    made.later(minutes=6)
    assert PASSCODE.fullmatch(made.only().password)
    assert made.row().passcode == made.only().password


def test_what_has_begun_is_not_changed_any_more(made: House) -> None:
    made.zoom.set_settings(made.only().id, waiting_room=True)
    made.clock.now = START + timedelta(minutes=5)
    check(made)
    assert made.asked("PATCH") == 0


def test_what_failed_on_the_way_asks_nobody_any_more_once_zoom_is_right(made: House) -> None:
    made.zoom.set_faults({"missing-scope": 1.0})
    move(made, timedelta(days=8))
    made.work()
    made.zoom.set_faults({})
    assert state(made)[1] is DeliveryState.FAILED
    move(made, timedelta(days=9))
    made.work()
    assert [row.state for row in made.owed()] == ["done", "superseded", "done"]


# Gone


def test_one_false_404_is_not_believed(made: House) -> None:
    made.zoom.set_faults({"404-false": 1.0})
    check(made)
    made.zoom.set_faults({})
    assert (made.row().missing_since, made.row().zoom_id) == (NOW, made.only().id)
    made.later(minutes=4)
    assert made.row().missing_since is not None
    made.later(minutes=2)
    assert (made.row().missing_since, made.row().zoom_id) == (None, made.only().id)
    assert made.asked("POST /v2/users") == 1


def test_what_is_gone_twice_is_made_again_and_told_to_coordinators(made: House) -> None:
    door, mails = made.door(), len(made.post.sent)
    made.zoom._meetings.remove(made.only().id)
    check(made)
    assert made.door() == door, "not believed yet"
    made.later(seconds=CONFIRM.total_seconds())
    assert made.row().zoom_id == made.only().id
    assert made.door() not in {"", door}
    assert len(made.post.sent) == mails, "invites hold the door"
    with made.database.reading() as session:
        told = session.scalars(select(AuditEntry).where(AuditEntry.action == Action.ZOOM_MEETING_LOST)).one()
        assert (told.pair_id, told.details) == (1, {"host": HOST})


def test_what_is_over_is_not_made_again(made: House) -> None:
    made.zoom._meetings.remove(made.only().id)
    made.clock.now = START + timedelta(minutes=45)
    check(made)
    made.later(minutes=30)
    assert made.at_zoom() == []
    assert [row.kind for row in made.owed()] == ["CreateZoomMeeting", "CheckZoomMeeting"]


def test_a_cancelled_one_is_deleted_and_gone_already_is_as_good(made: House) -> None:
    made.zoom._meetings.remove(made.only().id)
    cancel(made)
    made.work()
    assert state(made)[:2] == ("DeleteZoomMeeting", DeliveryState.DONE)
    assert (made.row().gone_at, made.door()) == (NOW, "")


def test_what_was_cancelled_before_zoom_heard_of_it_costs_no_call(house: House) -> None:
    cancel(house)
    house.work()
    assert (house.asked(""), spent(house)) == (0, (0, 0))
    assert [row.state for row in house.owed()] == ["superseded", "done"]


def test_what_was_cancelled_while_its_creation_is_in_doubt_is_found_and_deleted(house: House) -> None:
    house.zoom.set_faults({"drop-after": 1.0})
    house.work()
    house.zoom.set_faults({})
    cancel(house)
    house.later(minutes=3)
    assert (house.at_zoom(), house.row().intent_at) == ([], None)


def test_a_look_for_what_is_not_wanted_any_more_mends_nothing(made: House) -> None:
    made.zoom._meetings.remove(made.only().id)
    with made.writing() as session:
        session.get_one(ZoomMeeting, 1).wanted = False
    check(made)
    made.later(minutes=10)
    assert (made.at_zoom(), made.row().missing_since) == ([], None)

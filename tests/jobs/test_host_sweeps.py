"""What Zoom has of a host is compared with what is wanted: ours is mended or taken away, others' is never touched."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from werkzeug.wrappers import Request, Response

from integrations.zoom.simulator import SimulatedMeeting
from integrations.zoom.simulator.answers import error
from scheduler.db import Database
from scheduler.jobs import host_sweeps
from scheduler.models import AuditEntry, Delivery, Host, Meeting, ZoomMeeting
from scheduler.programme.pairs import meetings
from scheduler.programme.pool import zoom_meetings
from scheduler.programme.pool.host_sweeps import EVERY
from scheduler.states import Action, DeliveryState, HostKind
from tests.builders import NOW, a_meeting, a_pair, a_person, a_programme, deliveries, some_hosts
from tests.jobs.zoom_house import House, zoom_house

START = NOW + timedelta(days=7)


@pytest.fixture
def house(sqlite: Database) -> Iterator[House]:
    """A host with two meetings to come, made at Zoom, and another host with none."""
    with sqlite.writing() as session:
        some_hosts(session, 1, 1).pop().retired = True
        programme = a_programme(session)
        a_meeting(session, a_pair(session, programme))
        names = (a_person(session, name) for name in ("Mia Mentor", "Eva Mentee"))
        a_meeting(session, a_pair(session, programme, *names), days=8)
    with zoom_house(sqlite) as found:
        found.work()
        yield found


def sweep(house: House, *, hours: float = 1) -> None:
    """The next sweep, and what comes of it."""
    house.clock.sleep(hours=hours)
    house.worker.tick()
    house.work()
    house.later(minutes=6)


def first(house: House) -> SimulatedMeeting:
    return next(found for found in house.zoom.meetings() if found.start_time == START)


def put(house: House, **values: object) -> SimulatedMeeting:
    """One more meeting at Zoom, like the first but for these values."""
    made = replace(first(house), id=10_000_000_000, created_at=house.clock.now, **values)  # type: ignore[arg-type]
    house.zoom._meetings.put(made, house.clock.now)
    return made


def ids(house: House) -> set[int]:
    return {found.id for found in house.zoom.meetings()}


def wanted_ids(house: House) -> set[int | None]:
    with house.database.reading() as session:
        return set(session.scalars(select(ZoomMeeting.zoom_id).where(ZoomMeeting.wanted)))


def history(house: House) -> list[Action]:
    with house.database.reading() as session:
        found = session.scalars(select(AuditEntry.action).where(AuditEntry.action == Action.ZOOM_MEETING_LOST))
        return list(found)


def test_where_all_is_as_wanted_a_sweep_is_a_list_and_changes_nothing(house: House) -> None:
    before = house.asked("GET")
    sweep(house)
    assert (house.asked("GET") - before, house.asked("PATCH")) == (1, 0)
    assert ids(house) == wanted_ids(house)


def test_a_host_is_looked_through_once_an_hour_and_a_retired_one_without_meetings_never(house: House) -> None:
    for _ in range(3):
        house.worker.tick()
    house.work()
    house.later(minutes=59)
    house.worker.tick()
    house.work()
    assert house.asked("GET /v2/users/zoom-1@example.org/meetings") == 1
    assert house.asked("GET /v2/users/zoom-2") == 0
    sweep(house, hours=EVERY / timedelta(hours=1))
    assert house.asked("GET /v2/users/zoom-1@example.org/meetings") == 2


def test_a_pasted_link_is_nobody_to_ask_about(house: House) -> None:
    with house.writing() as session:
        session.get_one(Host, 1).kind = HostKind.LINK
    before = house.asked("")
    sweep(house)
    assert house.asked("") == before


def test_one_too_many_is_deleted_after_a_grace_time_and_the_one_that_doors_lead_to_stays(house: House) -> None:
    surplus = put(house)
    house.worker.tick()
    house.work()
    assert surplus.id in ids(house), "a worker may be about to write it down"
    sweep(house)
    assert ids(house) == wanted_ids(house)
    assert surplus.id not in ids(house)


def test_what_nobody_wants_any_more_is_deleted_though_its_deletion_was_given_up(house: House) -> None:
    house.zoom.set_faults({"missing-scope": 1.0})
    with house.writing() as session:
        meetings.cancel(session, session.get_one(Meeting, 1), now=house.clock.now)
    house.work()
    house.zoom.set_faults({})
    assert house.owed()[-1].state is DeliveryState.FAILED
    sweep(house)
    assert ids(house) == wanted_ids(house)
    assert house.row().gone_at is not None
    assert DeliveryState.FAILED not in {row.state for row in house.owed()}, "nobody is asked about that any more"


def test_one_too_many_that_zoom_does_not_let_go_of_holds_up_nothing_else(house: House, monkeypatch) -> None:
    wanted, answer = first(house), house.zoom.answer
    surplus = put(house).id
    house.zoom._meetings.put(replace(wanted, topic="Lunch"), house.clock.now)

    def refusing(request: Request) -> Response:
        return error(400, 3161, "Not allowed") if request.method == "DELETE" else answer(request)

    with monkeypatch.context() as patched:
        patched.setattr(house.zoom, "answer", refusing)
        sweep(house)
    assert wanted.topic in {found.topic for found in house.zoom.meetings() if found.id == wanted.id}
    assert surplus in ids(house)
    sweep(house)
    assert ids(house) == wanted_ids(house)


def test_a_retired_host_is_looked_through_until_nothing_of_it_is_to_come_and_all_else_is_gone(house: House) -> None:
    house.zoom.set_faults({"missing-scope": 1.0})
    with house.writing() as session:
        session.get_one(Host, 1).retired = True
        for number in (1, 2):
            meetings.cancel(session, session.get_one(Meeting, number), now=house.clock.now)
    house.work()
    house.zoom.set_faults({})
    assert len(ids(house)) == 2, "both were given up"
    sweep(house)
    assert ids(house) == set()
    before = house.asked("")
    sweep(house)
    assert house.asked("") == before


def test_a_retired_host_whose_meetings_are_over_is_left_alone(house: House) -> None:
    with house.writing() as session:
        session.get_one(Host, 1).retired = True
    sweep(house, hours=7 * 24)
    before = house.asked("GET /v2/users")
    sweep(house, hours=4 * 24)
    assert (before, house.asked("GET /v2/users")) == (1, 1)


def test_what_is_not_wanted_is_deleted_though_nobody_ever_heard_that_it_was_made(house: House) -> None:
    """Its creation was in doubt when it was cancelled, and to look for it was refused for good."""
    with house.writing() as session:
        row = session.get_one(ZoomMeeting, 1)
        row.zoom_id, row.intent_at = None, NOW
        meetings.cancel(session, session.get_one(Meeting, 1), now=house.clock.now)
    house.clock.sleep(minutes=10)
    house.zoom.set_faults({"missing-scope": 1.0})
    house.work()
    house.zoom.set_faults({})
    assert (house.owed()[-1].state, len(ids(house))) == (DeliveryState.FAILED, 2)
    sweep(house)
    assert ids(house) == wanted_ids(house)
    assert house.row().gone_at is not None
    assert DeliveryState.FAILED not in {row.state for row in house.owed()}


def test_what_failed_though_all_is_as_wanted_is_looked_at_and_asks_nobody_any_more(house: House) -> None:
    house.zoom.set_faults({"missing-scope": 1.0})
    with house.writing() as session:
        zoom_meetings.check(session, session.get_one(ZoomMeeting, 1), now=house.clock.now)
    house.work()
    house.zoom.set_faults({})
    assert house.owed()[-1].state is DeliveryState.FAILED
    sweep(house)
    assert DeliveryState.FAILED not in {row.state for row in house.owed()}


def test_a_sweep_that_failed_for_good_is_forgotten_with_the_next_one(house: House) -> None:
    house.zoom.set_faults({"missing-scope": 1.0})
    sweep(house)
    assert house.owed()[-1].state is DeliveryState.FAILED
    house.zoom.set_faults({})
    sweep(house)
    assert [row.state for row in house.owed()][-2:] == ["superseded", "done"]


@pytest.mark.parametrize("agenda", ["", "Our weekly", "ref:another-installation", "see ref:{reference}"])
def test_what_does_not_open_with_a_reference_of_ours_is_never_touched(house: House, agenda: str) -> None:
    theirs = put(house, agenda=agenda.format(reference=house.row().reference))
    for _ in range(3):
        sweep(house)
    assert theirs.id in ids(house)


def test_what_is_gone_is_made_again_once_it_was_missed_twice_and_is_told(house: House) -> None:
    old = first(house).id
    house.zoom._meetings.remove(old)
    house.clock.sleep(hours=1)
    house.worker.tick()
    house.work()
    assert (len(ids(house)), history(house)) == (1, [])
    house.later(minutes=6)
    assert (len(ids(house)), ids(house) == wanted_ids(house), old in ids(house)) == (2, True, False)
    assert history(house) == [Action.ZOOM_MEETING_LOST]


def test_a_list_that_lacks_one_is_not_believed_without_asking_for_it(house: House) -> None:
    hidden = first(house)
    house.zoom._meetings.put(replace(hidden, type=1), house.clock.now)  # instant ones are in no list
    sweep(house)
    assert hidden.id in ids(house)
    assert house.asked("POST /v2/users") == 2


@pytest.mark.parametrize("change", [{"topic": "Lunch"}, {"duration": 240}, {"agenda": ""}])
def test_what_somebody_changed_at_zoom_is_mended(house: House, change: dict[str, object]) -> None:
    before = first(house)
    house.zoom._meetings.put(replace(before, **change), house.clock.now)  # type: ignore[arg-type]
    sweep(house)
    assert (first(house).topic, first(house).duration, first(house).agenda) == (before.topic, 45, before.agenda)
    assert house.asked("PATCH") == 1


def test_settings_which_no_list_shows_are_looked_at_once_a_day(house: House) -> None:
    house.zoom.set_settings(first(house).id, waiting_room=True)
    sweep(house)
    assert first(house).settings["waiting_room"]
    sweep(house, hours=24)
    assert not first(house).settings["waiting_room"]
    looks = house.asked("GET /v2/meetings")
    sweep(house, hours=2)
    assert house.asked("GET /v2/meetings") == looks, "not again for a day"


def test_a_sweep_looks_at_few_settings_and_the_next_one_at_the_others(house: House, monkeypatch) -> None:
    """However many are wrong: a sweep of a whole host would outlast its lease."""
    monkeypatch.setattr(host_sweeps, "LOOKS", 1)
    for found in house.zoom.meetings():
        house.zoom.set_settings(found.id, waiting_room=True)
    wrong = []
    for hours in (24, 1):
        sweep(house, hours=hours)
        wrong.append(sum(found.settings["waiting_room"] for found in house.zoom.meetings()))
    assert wrong == [1, 0]


def test_what_could_not_be_made_is_tried_again_and_adopted_where_it_is_there(house: House) -> None:
    """As after an upgrade, or a backup that was put back: the row has lost what is at Zoom."""
    kept = first(house).id
    with house.writing() as session:
        session.get_one(ZoomMeeting, 1).zoom_id = None
        session.get_one(ZoomMeeting, 2).zoom_id = None
        last = session.scalars(select(Delivery).where(Delivery.kind == "CreateZoomMeeting")).all()[-1]
        last.state = DeliveryState.FAILED
    (other,) = ids(house) - {kept}
    house.zoom._meetings.remove(other)
    sweep(house)
    assert ids(house) == wanted_ids(house)
    assert kept in ids(house)
    assert DeliveryState.FAILED not in {row.state for row in house.owed()}


def test_a_sweep_shows_at_no_desk(house: House) -> None:
    house.clock.sleep(hours=1)
    house.worker.tick()
    with house.database.reading() as session:
        (row,) = [row for row in deliveries(session) if row.kind == "SweepHost"]
        assert (row.programme_id, row.meeting_id) == (None, None)

"""Meetings that are held at the simulator: who gets in when, and which events tell of it."""

from typing import Any

import pytest

from integrations.zoom.simulator import NotLetIn
from tests.integrations.zoom.stage import HOST, Clock, Stage, wanted


@pytest.fixture
def told(zoom: Stage, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, Any]]]:
    """Every event, with its object."""
    found: list[tuple[str, dict[str, Any]]] = []
    monkeypatch.setattr(zoom.simulator._runs, "_tell", lambda name, about, **_: found.append((name, about)))
    return found


def a_meeting(zoom: Stage, reference: str = "r", **changed: Any) -> int:
    return zoom.client.create(HOST, wanted(reference=reference, starts_at=zoom.clock.now, **changed)).zoom_id


def test_the_first_to_come_starts_it_and_the_last_to_go_ends_it(zoom: Stage, told):
    number = a_meeting(zoom)
    one, two = zoom.simulator.join(number, "Maria", "maria@example.org"), zoom.simulator.join(number, "Emil")
    zoom.simulator.leave(number, one)
    zoom.simulator.leave(number, two)
    assert [name.removeprefix("meeting.") for name, _ in told] == [
        "started", "participant_joined", "participant_joined", "participant_left", "participant_left", "ended",
    ]  # fmt: skip
    assert {about["id"] for _, about in told} == {str(number)}
    assert len({about["uuid"] for _, about in told}) == 1
    assert told[1][1]["participant"]["email"] == "maria@example.org"
    again = zoom.simulator.join(number, "Maria")
    assert told[-2][1]["uuid"] != told[0][1]["uuid"], "each run has a UUID of its own"
    assert again
    with pytest.raises(KeyError):
        zoom.simulator.leave(number, "0")
    for act in (zoom.simulator.end, lambda meeting: zoom.simulator.join(meeting, "Maria")):
        with pytest.raises(KeyError):
            act(1)


def test_a_host_holds_one_meeting_at_a_time(zoom: Stage, stage, told):
    one, two = a_meeting(zoom, "a"), a_meeting(zoom, "b")
    zoom.simulator.join(one, "Maria")
    with pytest.raises(NotLetIn, match="another meeting in progress"):
        zoom.simulator.join(two, "Olle")
    assert told[-1][0] == "meeting.participant_jbh_waiting"
    zoom.simulator.end(one)
    zoom.simulator.join(two, "Olle")
    business = stage(at_once=2)
    both = [a_meeting(business, name) for name in "ab"]
    for number in both:
        business.simulator.join(number, "Olle")


def test_nobody_comes_more_than_ten_minutes_early(zoom: Stage, clock: Clock):
    number = a_meeting(zoom)
    clock.advance(minutes=-11)
    with pytest.raises(NotLetIn, match="not started"):
        zoom.simulator.join(number, "Maria")
    clock.advance(minutes=1)
    zoom.simulator.join(number, "Maria")


def test_a_waiting_room_opens_once_a_host_is_there(zoom: Stage):
    number = a_meeting(zoom, waiting_room=True, alternative_hosts=("fia@example.org",))
    with pytest.raises(NotLetIn):
        zoom.simulator.join(number, "Emil", "emil@example.org")
    zoom.simulator.join(number, "Fia", "Fia@example.org")
    zoom.simulator.join(number, "Emil", "emil@example.org")


def test_a_meeting_that_is_held_is_shown_so(zoom: Stage, clock: Clock):
    number = a_meeting(zoom)
    zoom.simulator.join(number, "Maria")
    assert zoom.client._read(number)["status"] == "started"
    zoom.simulator.end(number)
    assert zoom.client._read(number)["status"] == "waiting"

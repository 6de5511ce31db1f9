"""Hosts are given out once it is known when the meetings are; one moves to another host if that makes room."""

from scheduler.slots import Cohort
from scheduler.slots.waves.board import Board, Option, lay_out
from scheduler.slots.waves.seats import Seats, seats_for

AT = 1790000100 // 900 * 900
HOUR = 3600
NOBODY: dict[int, int] = {}


def board(hosts: list[dict[str, object]], *starts: int, gap: int = 0) -> Board:
    pairs = [
        {"id": f"p{n}", "people": [f"x{n}"], "duration": 60, "options": [[start, 1]]} for n, start in enumerate(starts)
    ]
    return lay_out(Cohort.from_data({"hosts": hosts, "gap": gap, "pairs": pairs}))


def firsts(found: Board) -> dict[int, Option]:
    return {pair: options[0] for pair, options in enumerate(found.options)}


def test_hosts_alike_suffice_for_every_plan_with_room() -> None:
    found = board([{"id": "z"}, {"id": "y"}], AT, AT + HOUR // 2, AT + HOUR, AT + 3 * HOUR // 2)
    seats, without = seats_for(found, firsts(found), NOBODY)
    assert without == []
    assert sorted(seats.host.items()) == [(0, 0), (1, 1), (2, 0), (3, 1)]


def test_the_host_who_is_busy_soonest_is_taken_first() -> None:
    """So that the other one is left for a meeting that only they can open."""
    found = board([{"id": "free"}, {"id": "later", "busy": [[AT + HOUR, AT + 2 * HOUR]]}], AT, AT + HOUR // 2)
    seats, without = seats_for(found, firsts(found), NOBODY)
    assert without == []
    assert seats.host == {0: 1, 1: 0}


def test_a_meeting_gets_its_host_by_another_one_moving() -> None:
    found = board([{"id": "z"}, {"id": "y", "busy": [[AT + HOUR, AT + 2 * HOUR]]}], AT, AT + HOUR // 2)
    first, second = (options[0] for options in found.options)
    seats = Seats(found)
    seats.give(0, first, 0)
    assert seats.free(second) == []
    assert seats.seat(1, second)
    assert seats.host == {0: 1, 1: 0}


def test_who_gets_no_host_is_named_and_a_seat_that_is_taken_back_is_free() -> None:
    found = board([{"id": "z"}], AT, AT + HOUR // 2)
    seats, without = seats_for(found, firsts(found), NOBODY)
    assert without == [1]
    seats.take(0)
    assert seats.free(found.options[1][0]) == [0]


def test_hosts_keep_the_gap() -> None:
    found = board([{"id": "z"}], AT, AT + HOUR, gap=15)
    _, without = seats_for(found, firsts(found), NOBODY)
    assert without == [1]

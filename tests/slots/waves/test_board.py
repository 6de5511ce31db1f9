"""A cohort laid out: its instants in order, its options best first, and how many hosts there are when."""

from scheduler.slots import Cohort
from scheduler.slots.waves.board import lay_out

AT = 1790000100 // 900 * 900


def pair(name: str, *options: list[int], **fields: object) -> dict[str, object]:
    return {"id": name, "people": [name], "duration": 30, "options": list(options), **fields}


def test_options_that_no_host_is_free_for_are_none_but_a_walk_needs_none() -> None:
    hosts = [{"id": "z", "busy": [[AT, AT + 60]]}]
    walk = pair("w", [AT, 1], host=False)
    board = lay_out(
        Cohort.from_data({"hosts": hosts, "pairs": [pair("a", [AT, 9], [AT + 900, 1]), pair("b", [AT, 1]), walk]})
    )
    assert [each.id for each in board.pairs] == ["a", "w"]
    assert [[option.start for option in options] for options in board.options] == [[AT + 900], [AT]]


def test_options_stand_best_first_each_start_once_with_its_highest_value() -> None:
    board = lay_out(Cohort.from_data({"hosts": [{"id": "z"}], "pairs": [pair("a", [AT, 2], [AT + 900, 5], [AT, 7])]}))
    assert [(option.start, option.value) for option in board.options[0]] == [(AT, 7), (AT + 900, 5)]
    assert board.tops == (1, 7)


def test_a_meeting_takes_its_points_and_its_host_those_of_the_gap_as_well() -> None:
    board = lay_out(Cohort.from_data({"hosts": [{"id": "z"}], "gap": 15, "pairs": [pair("a", [AT, 1])]}))
    (option,) = board.options[0]
    assert [board.instants[point] for point in (option.low, option.high, option.until)] == [AT, AT + 1800, AT + 2700]


def test_room_is_what_hosts_are_free_and_a_gap_may_run_into_busy_time() -> None:
    hosts = [{"id": "z"}, {"id": "y", "busy": [[AT, AT + 3600], [AT + 60, AT + 120]]}]
    pairs = [pair("a", [AT, 1], [AT + 3600, 1])]
    board = lay_out(Cohort.from_data({"hosts": hosts, "gap": 15, "pairs": pairs}))
    room = dict(zip(board.instants, zip(board.room.meetings, board.room.whole, strict=True), strict=True))
    assert room[AT] == (1, 2), "its last meeting's gap may still be running"
    assert room[AT + 900] == (1, 1)
    assert room[AT + 3600] == (2, 2)


def test_who_is_shared_is_known() -> None:
    rows = [pair("a", [AT, 1]), pair("b", [AT, 1])]
    rows[0]["people"], rows[1]["people"] = ["m", "e"], ["m", "f"]
    assert lay_out(Cohort.from_data({"hosts": [{"id": "z"}], "pairs": rows})).shared == (("m",), ("m",))

"""A plan in the making: what still fits, and who is in the way of what does not."""

from scheduler.slots import Cohort
from scheduler.slots.waves.board import Board, lay_out
from scheduler.slots.waves.draft import Draft, worth

AT = 1790000100 // 900 * 900


def board() -> Board:
    """a and b want the same hour of the one host; c is with a's mentor, on a walk."""
    pairs = [
        {"id": "a", "people": ["m", "e"], "duration": 60, "options": [[AT, 5], [AT + 3600, 2]]},
        {"id": "b", "people": ["n", "f"], "duration": 60, "options": [[AT, 4]]},
        {"id": "c", "people": ["m", "g"], "duration": 60, "options": [[AT + 1800, 3]], "host": False},
    ]
    return lay_out(Cohort.from_data({"hosts": [{"id": "z"}], "pairs": pairs}))


def test_room_and_people_decide_what_fits() -> None:
    draft = Draft(board())
    (best, later), (same,), (walk,) = draft.board.options
    draft.add(0, best)
    assert (draft.has_room(1, same), draft.people_are_free(1, same), draft.fits(1, same)) == (False, True, False)
    assert (draft.has_room(2, walk), draft.people_are_free(2, walk), draft.fits(2, walk)) == (True, False, False)
    assert draft.remove(0) == best
    draft.add(1, same)
    assert draft.fits(0, later)
    assert draft.fits(2, walk)
    assert worth(draft.choice) == (1, 4)


def test_who_is_in_the_way_is_who_alone_takes_the_room() -> None:
    draft = Draft(board())
    (best, _), (same,), (walk,) = draft.board.options
    draft.add(0, best)
    draft.watch()
    assert draft.in_the_way(1, same) == [0]
    assert draft.in_the_way(2, walk) == [], "it is the mentor who is not free"
    draft.remove(0)
    assert draft.in_the_way(1, same) == []


def test_what_is_added_and_removed_leaves_no_trace() -> None:
    draft = Draft(board())
    draft.watch()
    before = ([*draft.room], dict(draft.taken), [set(each) for each in draft.at])
    for pair, options in enumerate(draft.board.options):
        draft.add(pair, options[0])
        draft.remove(pair)
    assert ([*draft.room], {name: bits for name, bits in draft.taken.items() if bits}, draft.at) == (
        before[0], {}, before[2],
    )  # fmt: skip

"""The 0/1 program: over all columns it is worth what the few columns prove."""

from scheduler.slots import Cohort, Plan, plan
from scheduler.slots.waves import model, scale, solver
from scheduler.slots.waves.board import crews, lay_out
from tests.bench.cohorts import wave


def value(cohort: Cohort, found: Plan) -> tuple[int, int]:
    values = {pair.id: pair.values() for pair in cohort.pairs}
    return len(found.placed), sum(values[name][start] for name, start, _ in found.placed)


def test_few_columns_prove_what_all_columns_do() -> None:
    cohort = Cohort.from_data(wave(60, 1, seed=5, gap=15))
    board = lay_out(cohort)
    units = scale.Scale.of(board, must=False)
    columns = [model.Column(pair, option) for pair, options in enumerate(board.options) for option in options]
    all_of_them = model.model_of(board, columns, units)
    found = solver.best(all_of_them, start=[], seconds=60, gap=0.9, stop=lambda: False)
    best = plan(cohort)
    assert best.optimal
    assert units.worth(board, sum(all_of_them.gains[n] for n in found.chosen)) == value(cohort, best)


def test_a_point_has_a_row_only_where_it_may_be_full_and_no_other_says_the_same() -> None:
    at = 1790000100 // 900 * 900
    pairs = [{"id": name, "people": [name], "duration": 30, "options": [[at, 1]]} for name in "abc"]
    board = lay_out(Cohort.from_data({"hosts": [{"id": "z"}, {"id": "y"}], "pairs": pairs}))
    columns = [model.Column(pair, options[0]) for pair, options in enumerate(board.options)]
    made = model.model_of(board, columns, scale.Scale.of(board, must=False))
    assert [(row.kind, row.room, row.columns) for row in made.rows] == [
        ("pair", 1, [0]), ("pair", 1, [1]), ("pair", 1, [2]), ("whole", 2, [0, 1, 2]),
    ]  # fmt: skip


def test_hosts_are_told_apart_by_when_they_are_busy() -> None:
    at = 1790000100 // 900 * 900
    hosts = [{"id": "z"}, {"id": "y", "busy": [[at, at + 900]]}, {"id": "x"}]
    pairs = [
        {"id": "a", "people": ["a"], "duration": 30, "options": [[at, 1], [at + 3600, 1]]},
        {"id": "w", "people": ["w"], "duration": 30, "options": [[at, 1]], "host": False},
    ]
    board = lay_out(Cohort.from_data({"hosts": hosts, "pairs": pairs}))
    assert list(crews(board).values()) == [[0, 2], [1]]
    columns = [model.Column(pair, option) for pair, options in enumerate(board.options) for option in options]
    found = [(board.pairs[pair].id, option.start - at, crew) for pair, option, crew in model.told_apart(board, columns)]
    assert found == [("a", 0, 0), ("a", 3600, 0), ("a", 3600, 1), ("w", 0, None)]

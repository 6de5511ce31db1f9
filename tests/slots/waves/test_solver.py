"""HiGHS: the optimum of a program, what it says on its way, and that it stops when it is told to."""

from scheduler.slots import Cohort
from scheduler.slots.waves import solver
from scheduler.slots.waves.board import lay_out
from scheduler.slots.waves.model import Column, Model, model_of
from scheduler.slots.waves.scale import Scale
from tests.bench.cohorts import wave

AT = 1790000100 // 900 * 900


def model(data: dict[str, object], *, must: bool = False) -> Model:
    board = lay_out(Cohort.from_data(data))
    columns = [Column(pair, option) for pair, options in enumerate(board.options) for option in options]
    return model_of(board, columns, Scale.of(board, must=must))


def contended() -> dict[str, object]:
    """The smallest wave whose relaxation is better than any plan: three meetings, each in another's way."""
    options = {"a": [3], "b": [0, 4], "c": [1, 2, 3]}
    pairs = [
        {"id": name, "people": [name], "duration": 30, "options": [[AT + 900 * start, 1] for start in starts]}
        for name, starts in options.items()
    ]
    return {"hosts": [{"id": "z"}], "pairs": pairs}


def test_the_optimum_and_its_bound() -> None:
    made = model(contended())
    heard: list[int] = []
    found = solver.best(made, start=[], seconds=20, gap=0.9, stop=lambda: False, better=heard.append)
    gains = sum(made.gains[column] for column in found.chosen)
    assert len({made.columns[column].pair for column in found.chosen}) == len(found.chosen) == 2
    assert gains <= round(found.most)
    assert gains in heard


def test_prices_are_those_of_what_is_scarce() -> None:
    pairs = [{"id": name, "people": [name], "duration": 30, "options": [[AT, 1]]} for name in "ab"]
    made = model({"hosts": [{"id": "z"}], "pairs": pairs})
    prices, _ = solver.row_prices(made, seconds=20, stop=lambda: False)
    assert len(prices) == len(made.rows)
    assert all(price >= -1e-6 for price in prices)
    assert sum(price * row.room for price, row in zip(prices, made.rows, strict=True)) >= max(made.gains) - 1e-3


def test_it_stops_when_it_is_told_to_and_keeps_what_it_began_with() -> None:
    made = model(wave(120, 1, seed=4, gap=15))
    start = [next(n for n, column in enumerate(made.columns) if column.pair == 0)]
    found = solver.best(made, start=start, seconds=60, gap=0.9, stop=lambda: True)
    assert found.seconds < 30
    assert found.most >= sum(made.gains[column] for column in found.chosen)

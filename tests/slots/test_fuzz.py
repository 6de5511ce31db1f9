"""The long comparison can fail: it finds an engine out that is wrong by one rule."""

import pytest

from tests.slots import fuzz
from tests.slots.problems import person, problem, utc
from tests.slots.wrong_counts import ClosedEnds


def test_so_many_problems_are_compared() -> None:
    found = fuzz.ask(20)
    assert found["problems"] >= 20
    assert found["slots"] >= found["answered"] > 0


def test_a_wrong_answer_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    busy = [[utc("2026-01-05 09:00"), utc("2026-01-05 10:00")]]
    data = problem("2026-01-05 08:00", "2026-01-05 12:00", person(busy=busy))
    assert fuzz.compare(data)["slots"] == 3
    monkeypatch.setattr(fuzz, "Reference", ClosedEnds)
    with pytest.raises(AssertionError):
        fuzz.compare(data)

"""Every hand-made example is put to the engine and to the reference: neither is trusted."""

import pytest

from tests.slots.asking import Counts, Rows, Times, all_counts, all_rows, all_starts
from tests.slots.reference import text


@pytest.fixture(params=["engine", "reference"])
def who(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def times(who: str) -> Times:
    """All starts that are answers, as '2026-03-29 01:00' in UTC."""
    return lambda data: [text(start) for start in all_starts(who, data)]


@pytest.fixture
def counts(who: str) -> Counts:
    """All answers, with how many can attend."""
    return lambda data: [(text(start), count) for start, count in all_counts(who, data)]


@pytest.fixture
def rows(who: str) -> Rows:
    """The ranked answers: start, attendees, worst comfort, total comfort."""
    return lambda data: [(text(row[0]), *row[1:]) for row in all_rows(who, data)]

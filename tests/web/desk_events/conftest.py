"""The desk over a workshop whose seats are taken."""

import pytest

from tests.web.conftest import Stage, Visitor
from tests.web.desk_events.workshop import booked
from tests.web.world import ALL


@pytest.fixture
def busy(stage: Stage) -> Stage:
    return booked(stage)


@pytest.fixture
def busies(stages: Stage) -> Stage:
    return booked(stages)


@pytest.fixture
def coordinator(busy: Stage) -> Visitor:
    return busy.visitor(email=ALL)

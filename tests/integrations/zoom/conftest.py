from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from tests.integrations.zoom.stage import Clock, Recorded, Stage, staged


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def stage(clock: Clock) -> Iterator[Callable[..., Stage]]:
    """Makes a served simulator with the given arguments, and a client of it."""
    with ExitStack() as stack:

        def make(kind: type[Recorded] = Recorded, **arguments: Any) -> Stage:
            return stack.enter_context(staged(kind(clock=clock, **arguments), clock))

        yield make


@pytest.fixture
def zoom(stage: Callable[..., Stage]) -> Stage:
    return stage()

from collections.abc import Iterator

import pytest

from scheduler.db import Database
from tests.world import Installation, installation


@pytest.fixture
def house(database: Database) -> Iterator[Installation]:
    """A whole installation, on each database."""
    with installation(database) as found:
        yield found

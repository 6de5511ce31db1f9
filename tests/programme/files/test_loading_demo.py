"""The demo programme, loaded as a whole."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, event, select

from scheduler.db import Database
from scheduler.models import (
    Event,
)
from scheduler.programme import folder
from scheduler.programme.files import loading
from scheduler.programme.folder.shift import shifted
from scheduler.slots import zones
from tests.builders import NOW
from tests.programme.files.test_loading import LATER, contents

DEMO = Path(__file__).parents[3] / "demo"


@pytest.fixture
def statements(database: Database) -> Iterator[Counter[str]]:
    """The statements sent, by their first word."""
    sent: Counter[str] = Counter()

    def count(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        sent[statement.split(maxsplit=1)[0]] += 1

    event.listen(Engine, "before_cursor_execute", count)
    yield sent
    event.remove(Engine, "before_cursor_execute", count)


def test_the_whole_demo_is_loaded_and_then_left_alone(database: Database, statements: Counter[str]) -> None:
    rows = folder.read(DEMO)
    counts = {
        "programmes": 1, "departments": 12, "coordinators": 14, "events": 7, "people": 160, "memberships": 160,
        "pairs": 80, "availability": 154,
    }  # fmt: skip
    with database.writing() as session:
        _, report = loading.load(session, rows, now=NOW)
    assert (report.created, report.changed, report.same) == (counts, Counter(), Counter())
    before = contents(database)
    statements.clear()
    with database.writing() as session:
        _, report = loading.load(session, folder.read(DEMO), now=LATER)
    assert (report.created, report.changed, report.same) == (Counter(), Counter(), counts)
    assert statements["INSERT"] + statements["UPDATE"] + statements["DELETE"] == 0
    assert statements["SELECT"] < 30, "not one for each person"
    assert contents(database) == before


@pytest.mark.parametrize("weeks", [-20, 3])
def test_the_demo_of_another_week_keeps_weekdays_and_wall_clocks(sqlite: Database, weeks: int) -> None:
    rows = folder.read(DEMO)
    with sqlite.writing() as session:
        loading.load(session, rows, now=NOW)
        programme, report = loading.load(session, shifted(rows, weeks), now=LATER)
        assert report.changed == {"programmes": 1, "events": 7}
        walls = {name.slug: _wall(name) for name in session.scalars(select(Event))}
        assert walls == {row.slug: row.starts + timedelta(weeks=weeks) for row in rows.events}
        assert programme.starts_on.weekday() == rows.programme.starts_on.weekday()


def _wall(event: Event) -> datetime:
    """What the wall in the programme's zone shows at the event's start."""
    return event.starts_at.astimezone(zones.zone(event.timezone)).replace(tzinfo=None)

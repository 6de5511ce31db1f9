"""What somebody finds on a page of their own."""

from datetime import UTC, date, datetime

import pytest

from scheduler.db import Database
from scheduler.programme.people import home
from tests.builders import a_pair, a_programme


@pytest.mark.parametrize(
    ("now", "names"),
    [
        (datetime(2027, 5, 29, 3, 59, tzinfo=UTC), ["mentor"]),  # still the evening of the 28th in New York
        (datetime(2027, 5, 29, 4, tzinfo=UTC), []),
    ],
)
def test_a_pair_is_there_to_the_end_of_the_programmes_last_day(
    database: Database, now: datetime, names: list[str]
) -> None:
    with database.writing() as session:
        programme = a_programme(session, timezone="America/New_York", ends_on=date(2027, 5, 28))
        person = a_pair(session, programme).mentee
        assert [pair.programme.slug for pair in home.of(session, person, now=now).pairs] == names

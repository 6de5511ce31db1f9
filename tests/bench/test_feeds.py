"""A feed of a thousand meetings, against icalendar writing the same calendar in the same run. Read the ratios.

Each way is checked to give the same calendar first. Where the join is not a hundred times faster, that is a failure.
"""

import statistics
import time
from collections.abc import Callable, Iterator
from datetime import timedelta

import icalendar
import pytest

from scheduler.db import Database
from scheduler.models import Meeting, Person, Seat
from scheduler.presenters import feeds
from scheduler.states import MeetingState, Mode
from scheduler.web import create_web
from tests.builders import LINKS, NOW, a_pair, a_person, a_programme
from tests.presenters.feeding import personal, written
from tests.web.conftest import SETTINGS, Clock, Visitor

MEETINGS = 1000
ZONES = ("Europe/Stockholm", "America/New_York", "Asia/Kolkata", "Europe/London")
LEAST = 100  # times faster than icalendar, where all is kept


@pytest.fixture(scope="module")
def database(sqlite_template, tmp_path_factory) -> Iterator[Database]:
    """Maria has a thousand meetings, with mentees in four zones."""
    path = tmp_path_factory.mktemp("bench") / "traff.db"
    path.write_bytes(sqlite_template.read_bytes())
    database = Database(f"sqlite:///{path}")
    with database.writing() as session:
        programme, maria = a_programme(session), a_person(session, "Maria Mentor")
        pairs = [
            a_pair(session, programme, maria, a_person(session, f"Mentee {zone[-5:]}", zone=zone)) for zone in ZONES
        ]
        for number in range(MEETINGS):
            starts_at = NOW + timedelta(hours=number)
            seat = Seat(
                person_id=maria.id, starts_at=starts_at, ends_at=starts_at + timedelta(minutes=45), active=True
            )  # fmt: skip
            session.add(
                Meeting(
                    pair_id=pairs[number % 4].id, uid=f"00000000-0000-4000-8000-{number:012}", sequence=number % 3,
                    state=MeetingState.BOOKED, starts_at=starts_at, minutes=45, timezone="Europe/Stockholm",
                    mode=Mode.VIDEO, changed_at=NOW, seats=[seat],
                )
            )  # fmt: skip
    yield database
    database.close()


@pytest.fixture(scope="module")
def ways(database) -> Iterator[dict[str, Callable[[], object]]]:
    visitor = Visitor(create_web(SETTINGS, database, LINKS, Clock()))
    with database.reading() as session:
        maria = session.query(Person).filter_by(name="Maria Mentor").one()
        feed = personal(session, maria, now=NOW)
        theirs = icalendar.Calendar.from_ical(written(session, feed))

        def nothing_kept() -> bytes:
            feeds.forget()
            session.expunge_all()
            return written(session, feed)

        yield {
            "icalendar's to_ical": theirs.to_ical,
            "nothing kept, rows read and written": nothing_kept,
            "all kept, a join": lambda: written(session, feed),
            "a request, all kept": lambda: visitor.get(feed.source).data,
            "a request answered by 304": lambda: visitor.get(feed.source, If_None_Match=f'"{feed.tag}"').data,
        }


def median(do: Callable[[], object], rounds: int) -> float:
    """Seconds."""
    took = []
    for _ in range(rounds):
        began = time.perf_counter()
        do()
        took.append(time.perf_counter() - began)
    return statistics.median(took)


def entries(calendar: bytes) -> list[tuple[object, ...]]:
    """What a reader has of each event, in the order of the calendar."""
    found = icalendar.Calendar.from_ical(calendar)
    names = ("UID", "SEQUENCE", "SUMMARY", "DESCRIPTION", "LOCATION", "URL", "STATUS", "DTSTAMP")
    return [(event.start, event.end, *(event[name].to_ical() for name in names)) for event in found.events]


WAYS = ["icalendar's to_ical", "nothing kept, rows read and written", "all kept, a join", "a request, all kept"]


@pytest.mark.benchmark(group="a feed of 1,000 meetings")
@pytest.mark.parametrize("way", [*WAYS, "a request answered by 304"])
def test_a_feed(benchmark, ways, way):
    if way in WAYS:
        ours = entries(ways[way]())
        assert len(ours) == MEETINGS
        assert ours == entries(ways[WAYS[0]]()), "the same calendar, before anything is compared"
    ways["all kept, a join"]()
    feeds_before = feeds.kept()
    benchmark.pedantic(ways[way], rounds=5 if way in WAYS[:2] else 50, warmup_rounds=1)
    if "304" in way:
        assert (ways[way](), feeds.kept()) == (b"", feeds_before)
    faster = median(ways[WAYS[0]], 3) / benchmark.stats.stats.median
    benchmark.extra_info["times faster than icalendar"] = round(faster, 1)
    assert way != "all kept, a join" or faster >= LEAST

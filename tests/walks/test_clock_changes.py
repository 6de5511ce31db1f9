"""Clock changes are ordinary: the page, the mail, the calendar and Zoom show one instant, each on its reader's wall."""

from datetime import UTC, datetime

import pytest
from dateutil.rrule import rrulestr
from sqlalchemy import select

from scheduler.models import Seat
from tests.builders import LINKS, a_meeting, a_pair, a_person, a_programme, some_hosts, utc
from tests.world import calendar_of, entry_of, text_of

CASES = {
    "both on winter time, six hours apart": (
        utc(2027, 3, 10, 15),
        "Wednesday 10 March 2027, 16:00–16:45, Stockholm (GMT+1)",
        "Wednesday 10 March 2027, 10:00–10:45, New York (GMT-5)",
    ),
    "only New York has changed: five hours": (
        utc(2027, 3, 17, 15),
        "Wednesday 17 March 2027, 16:00–16:45, Stockholm (GMT+1)",
        "Wednesday 17 March 2027, 11:00–11:45, New York (GMT-4)",
    ),
    "the last Sunday of March": (
        utc(2027, 3, 28, 8),
        "Sunday 28 March 2027, 10:00–10:45, Stockholm (GMT+2)",
        "Sunday 28 March 2027, 04:00–04:45, New York (GMT-4)",
    ),
    "until the hour that is skipped": (
        utc(2027, 3, 28, 0, 15),
        "Sunday 28 March 2027, 01:15–03:00, Stockholm (GMT+1, then GMT+2)",
        "Saturday 27 March 2027, 20:15–21:00, New York (GMT-4)",
    ),
    "both on summer time": (
        utc(2027, 4, 7, 14),
        "Wednesday 7 April 2027, 16:00–16:45, Stockholm (GMT+2)",
        "Wednesday 7 April 2027, 10:00–10:45, New York (GMT-4)",
    ),
    "only Stockholm has changed back: five hours": (
        utc(2027, 11, 3, 15),
        "Wednesday 3 November 2027, 16:00–16:45, Stockholm (GMT+1)",
        "Wednesday 3 November 2027, 11:00–11:45, New York (GMT-4)",
    ),
    "the hour that comes twice, first pass": (
        utc(2027, 10, 31, 0, 15),
        "Sunday 31 October 2027, 02:15–02:00, Stockholm (GMT+2, then GMT+1)",
        "Saturday 30 October 2027, 20:15–21:00, New York (GMT-4)",
    ),
    "the hour that comes twice, second pass": (
        utc(2027, 10, 31, 1, 15),
        "Sunday 31 October 2027, 02:15–03:00, Stockholm (GMT+1)",
        "Saturday 30 October 2027, 21:15–22:00, New York (GMT-4)",
    ),
}


@pytest.mark.parametrize(("start", "stockholm", "new_york"), CASES.values(), ids=CASES.keys())
def test_everything_shows_the_same_instant(house, start, stockholm, new_york):
    with house.database.writing() as session:
        some_hosts(session, 1)
        programme = a_programme(session, ends_on=start.date(), blackouts=[])
        mentor = a_person(session, "Nina York", zone="America/New_York")
        a_meeting(session, a_pair(session, programme, mentor, a_person(session, "Sven Holm")), starts_at=start)
    house.work()

    (remote,) = house.zoom.meetings()
    assert remote.start_time == start
    browser = house.browser()
    with house.database.reading() as session:
        doors = {
            seat.person.name: f"/j/{LINKS.token('door', seat.id, seat.door_generation)}"
            for seat in session.scalars(select(Seat))
        }
    for name, mine, theirs in (("Sven Holm", stockholm, new_york), ("Nina York", new_york, stockholm)):
        (mail,) = house.post.to(name.split()[0])
        page = browser.get(doors[name]).text
        assert mine in page
        assert theirs in page
        assert f"When: {mine}" in text_of(mail)
        assert theirs in text_of(mail)
        assert _instant(calendar_of(mail), entry_of(mail)) == start


def _instant(calendar, event):
    """The start as the calendar's own VTIMEZONE says it, not as icalendar's zone names do."""
    start = event["DTSTART"]
    if "TZID" not in start.params:
        assert start.to_ical().endswith(b"Z")
        return start.dt
    (zone,) = calendar.walk("VTIMEZONE")
    assert zone["TZID"] == start.params["TZID"]
    wall = start.dt.replace(tzinfo=None)
    onsets = [
        (onset, observance["TZOFFSETTO"].td)
        for observance in zone.subcomponents
        for onset in _onsets(observance, wall.year)
        if onset <= wall
    ]
    return (wall - max(onsets)[1]).replace(tzinfo=UTC)


def _onsets(observance, year):
    """When the observance begins in this year and the one before, on the wall of the offset before it."""
    rule = rrulestr(observance["RRULE"].to_ical().decode(), dtstart=observance["DTSTART"].dt.replace(tzinfo=None))
    return rule.between(*(datetime(y, 1, 1) for y in (year - 1, year + 1)), inc=True)  # noqa: DTZ001 - wall clocks

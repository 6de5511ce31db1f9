"""What keeps people from meeting: seats that they took at events, too."""

from datetime import date, timedelta
from typing import Unpack

import pytest
from sqlalchemy.orm import Session

from scheduler.models import Event, Pair, Registration
from scheduler.programme.events import registrations
from scheduler.programme.pairs import calendars
from scheduler.programme.pairs.calendars import seconds
from scheduler.slots import Ranked, bitmaps, spans
from scheduler.states import Audience, EventState
from tests.builders import NOW, Form, a_pair, a_person, a_place, a_programme, a_registration, an_event


@pytest.fixture
def pair(session: Session) -> Pair:
    return a_pair(session, a_programme(session, blackouts=[]))


def busy(
    session: Session, pair: Pair, first: date = date(2026, 11, 9), last: date = date(2026, 11, 9)
) -> dict[str, list]:
    """Of the mentee and the mentor, on the day of the events."""
    found = calendars.of_pairs(session, pair.programme, [pair], first=first, last=last)
    return {
        who: [[begin, end] for begin, end in spans.pairs(found.people[person].calendar.taken)]
        for who, person in (("mentee", pair.mentee_id), ("mentor", pair.mentor_id))
    }


def span(event: Event) -> list[int]:
    return [seconds(event.starts_at), seconds(event.starts_at + timedelta(minutes=event.minutes))]


def emil(session: Session, event: Event, **values: Unpack[Form]) -> Registration:
    return a_registration(session, event, "Emil Mentee", **values)


def test_a_seat_keeps_its_holder_busy_and_nobody_else(session: Session, pair: Pair) -> None:
    event = an_event(session, pair.programme)
    emil(session, event)
    assert busy(session, pair) == {"mentee": [span(event)], "mentor": []}
    assert busy(session, pair, date(2026, 11, 10), date(2026, 11, 10))["mentee"] == []


def test_at_an_event_of_another_programme_as_well(session: Session, pair: Pair) -> None:
    event = an_event(session, a_programme(session, "other"))
    emil(session, event)
    assert busy(session, pair)["mentee"] == [span(event)]


def test_a_place_in_the_line_does_not_until_it_is_a_seat(session: Session, pair: Pair) -> None:
    event = an_event(session, pair.programme, capacity=1)
    first = a_registration(session, event, "Ada A")
    emil(session, event)
    assert busy(session, pair)["mentee"] == []
    registrations.cancel(session, first, by="", now=NOW)
    assert busy(session, pair)["mentee"] == [span(event)]


def test_a_place_that_was_given_up_frees_its_holder(session: Session, pair: Pair) -> None:
    registrations.cancel(session, emil(session, an_event(session, pair.programme)), by="", now=NOW)
    assert busy(session, pair)["mentee"] == []


def test_an_event_that_is_cancelled_frees_everybody(session: Session, pair: Pair) -> None:
    event = an_event(session, pair.programme)
    emil(session, event)
    event.state = EventState.CANCELLED
    assert busy(session, pair)["mentee"] == []


def test_members_are_expected_at_their_events_whether_they_registered_or_not(session: Session, pair: Pair) -> None:
    event = an_event(session, pair.programme, audience=Audience.MENTORS)
    assert busy(session, pair) == {"mentee": [], "mentor": [span(event)]}


def test_an_event_that_began_the_day_before_counts_while_it_lasts(session: Session, pair: Pair) -> None:
    event = an_event(session, pair.programme, days=6, minutes=1440)
    emil(session, event)
    assert busy(session, pair)["mentee"] == [span(event)]
    assert busy(session, pair, date(2026, 11, 10), date(2026, 11, 10))["mentee"] == []


def test_the_people_of_many_pairs_are_worked_out_together_to_the_same_end(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    programme = a_programme(session)
    pairs = [
        a_pair(session, programme, a_person(session, f"Mentor {n}"), a_person(session, f"Mentee {n}"))
        for n in range(20)
    ]
    event = an_event(session, programme)
    a_place(session, event, pairs[7].mentee)
    known = calendars.of_pairs(session, programme, pairs, first=date(2026, 11, 9), last=date(2026, 11, 13))

    def ranked() -> list[list[Ranked]]:
        return [known.ranked(pair, minutes=45, notice=0, now=NOW) for pair in pairs]

    alone = ranked()
    bitmaps._known.clear()
    known.prepare(pairs, minutes=45, notice=0, now=NOW)

    def not_again(*_: object) -> int:
        raise AssertionError("this was worked out")

    monkeypatch.setattr(bitmaps, "taken_starts", not_again)
    assert ranked() == alone
    assert alone[7] != alone[8] != []

"""The truth about an invite, as mails go out, answers come, reminders are sent and calendars are fetched."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from integrations.outcome import Rejected
from scheduler.models import Event, Meeting, Registration, Seat
from scheduler.presenters.i18n import words
from scheduler.presenters.truths import line, needs_care
from scheduler.programme import truths
from scheduler.programme.events import registrations
from scheduler.programme.pairs import meetings
from scheduler.programme.pairs.modes import Phone
from scheduler.programme.replies import partstats
from scheduler.programme.truths import Truth
from scheduler.states import Partstat, RegistrationChange
from tests.builders import NOW, a_meeting, a_pair, a_programme, a_registration, an_event, registering
from tests.world import Installation

START = NOW + timedelta(days=7)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
REST = " · no answer · not reminded · calendar not fetched"


def meet(house: Installation) -> None:
    """Maria and Emil meet by phone, a week from now."""
    with house.database.writing() as session:
        a_meeting(session, a_pair(session, a_programme(session)), starts_at=START, how=Phone("1"))


def register(house: Installation) -> None:
    """Emil has a seat at an event, a week from now."""
    with house.database.writing() as session:
        a_registration(session, an_event(session, a_programme(session), starts_at=START), "Emil Mentee")


def truth(house: Installation) -> Truth:
    """Emil's."""
    with house.database.reading() as session:
        event = session.scalars(select(Event)).one_or_none()
        if event is not None:
            rows = session.scalars(select(Registration)).all()
            return truths.of_registrations(session, event, rows)[rows[-1].id]
        meeting = session.scalars(select(Meeting)).one()
        return next(
            truth
            for seat, truth in truths.of_meetings(session, [meeting])[meeting.id]
            if seat.person.name == "Emil Mentee"
        )


def told(house: Installation, locale: str = "en") -> str:
    return line(truth(house), words(locale), "Europe/Stockholm")


def change(house: Installation, write: Callable[[Session, Seat | Registration], object]) -> None:
    with house.database.writing() as session:
        for row in [*session.scalars(select(Seat)), *session.scalars(select(Registration))]:
            if row.person.name == "Emil Mentee":
                write(session, row)


def move(session: Session, row: Seat | Registration) -> None:
    now = START - 3 * DAY
    if isinstance(row, Seat):
        meetings.reschedule(session, row.meeting, starts_at=START + HOUR, minutes=45, now=now)
    else:
        row.event.starts_at = START + HOUR
        registrations.tell(session, row.event, RegistrationChange.MOVED, was=(START, row.event.minutes), now=now)


@pytest.fixture(params=[meet, register])
def invited(request: pytest.FixtureRequest, house: Installation) -> Installation:
    request.param(house)
    return house


def test_from_the_invite_to_the_reminder(invited):
    assert told(invited) == "version 1 on its way" + REST
    invited.work()
    first = "version 1 delivered Mon 2 Nov 10:00"
    assert told(invited) == first + REST
    change(invited, lambda session, row: partstats.note(session, row, Partstat.ACCEPTED, version=0, stamp=NOW, now=NOW))
    assert told(invited) == f"{first} · Accepted · not reminded · calendar not fetched"
    for before in (DAY, HOUR):
        invited.clock.now = START - before
        invited.worker.tick()
        assert "calendar not fetched" in told(invited)
        invited.work()
    assert told(invited) == f"{first} · Accepted · reminded Mon 9 Nov 09:00 · calendar not fetched"
    change(invited, lambda session, row: setattr(row.person, "feed_fetched_at", START - 2 * HOUR))
    assert told(invited) == f"{first} · Accepted · reminded Mon 9 Nov 09:00 · calendar fetched Mon 9 Nov 08:00"
    assert told(invited, "sv") == (
        "version 1 levererad mån 2 nov. 10:00 · Tackat ja · påmind mån 9 nov. 09:00 · kalendern hämtad mån 9 nov. 08:00"
    )


def test_a_new_version_is_not_delivered_answered_nor_reminded_of_by_the_old_ones_mails(invited):
    invited.work()
    change(
        invited, lambda session, row: partstats.note(session, row, Partstat.TENTATIVE, version=0, stamp=NOW, now=NOW)
    )
    invited.clock.now = START - DAY
    invited.worker.tick()
    invited.work()
    change(invited, move)
    rest = "Tentative, of version 1 · not reminded · calendar not fetched"
    assert told(invited) == f"version 2 on its way, the last delivered is version 1 · {rest}"
    invited.work()
    assert told(invited) == f"version 2 delivered Sun 8 Nov 10:00 · {rest}"


def test_what_fails_needs_care_until_it_is_delivered(invited):
    class Refusing:
        def send(self, message):
            raise Rejected("550 no such mailbox")

    invited.work()
    invited.clock.now = START - 3 * DAY
    change(invited, move)
    assert not needs_care(truth(invited))
    mailer = invited.worker.world.mailer
    object.__setattr__(invited.worker.world, "mailer", Refusing())
    invited.work()
    assert told(invited) == "version 2 could not be delivered, the last delivered is version 1" + REST
    assert needs_care(truth(invited))
    object.__setattr__(invited.worker.world, "mailer", mailer)


def test_whom_nothing_was_sent_to(house):
    with house.database.writing() as session:
        pair = a_pair(session, a_programme(session))
        was = NOW - DAY
        meetings.log_held(session, pair, starts_at=was, minutes=45, how=Phone("1"), now=NOW)
    assert told(house) == "no invitation sent" + REST


def test_a_receipt_that_is_sent_once_more_tells_no_version(house):
    register(house)
    with house.database.writing() as session:
        event = session.scalars(select(Event)).one()
        again = registering(session, event, "Emil Mentee")
        assert again is None
    house.work()
    assert len(house.post.to("emil")) == 2
    assert told(house) == "version 1 delivered Mon 2 Nov 10:00" + REST

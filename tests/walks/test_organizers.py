"""Where answers come back: each uid's mails come from one address of its own, from the first to the last."""

from dataclasses import replace
from datetime import timedelta

import pytest

from scheduler.models import Meeting, Registration
from scheduler.programme.events import registrations
from scheduler.programme.pairs import meetings
from scheduler.states import Invited
from tests.builders import NOW, a_meeting, a_pair, a_programme, a_registration, an_event
from tests.world import SENDER, Installation, calendar_of, entry_of

DOMAIN = "in.traff.example.org"


@pytest.fixture
def answering(house: Installation) -> Installation:
    """An installation that hears answers."""
    house.worker.world = replace(house.worker.world, reply_domain=DOMAIN)
    return house


def addresses(house: Installation) -> list[tuple[str, str, str]]:
    """(From, ORGANIZER, envelope's recipient) of every mail."""
    mails = zip(house.post.mails(), [recipient for recipient, _ in house.post.received], strict=True)
    return [(mail["From"].addresses[0].addr_spec, str(entry_of(mail)["ORGANIZER"]), to) for mail, to in mails]


def booked_moved_and_cancelled(house: Installation) -> None:
    with house.database.writing() as session:
        programme = a_programme(session)
        a_meeting(session, a_pair(session, programme))
        a_registration(session, an_event(session, programme))
    house.work()
    with house.database.writing() as session:
        meeting = session.get_one(Meeting, 1)
        meetings.reschedule(session, meeting, starts_at=NOW + timedelta(days=8), minutes=45, now=NOW)
    house.work()
    with house.database.writing() as session:
        meetings.cancel(session, session.get_one(Meeting, 1), now=NOW)
        registrations.cancel(session, session.get_one(Registration, 1), by="", now=NOW)
    house.work()


def test_every_version_of_a_uid_comes_from_the_one_address_that_leads_back_to_it(answering):
    booked_moved_and_cancelled(answering)
    organizers = answering.worker.world.organizers
    found = addresses(answering)
    assert len(found) == 8
    assert all(organizer == f"mailto:{sender}" for sender, organizer, _ in found)
    kinds = {(to, organizers.read(sender)) for sender, _, to in found}
    assert kinds == {
        ("maria.mentor@example.org", (Invited.MEETING, 1)),
        ("emil.mentee@example.org", (Invited.MEETING, 1)),
        ("rut.registrant@example.org", (Invited.REGISTRATION, 1)),
    }
    assert {str(mail["Reply-To"]) for mail in answering.post.mails()} == {"alumni@example.org"}


def test_the_thread_is_one_whichever_address_it_comes_from(answering):
    booked_moved_and_cancelled(answering)
    first, second, third = answering.post.to("maria")
    assert str(second["In-Reply-To"]) == str(third["In-Reply-To"]) == str(first["Message-ID"])
    assert len({str(mail["Message-ID"]) for mail in answering.post.mails()}) == 8
    assert all(str(mail["Message-ID"]).endswith("@example.org>") for mail in answering.post.mails())


def test_where_nothing_comes_back_all_comes_from_the_sender(house):
    booked_moved_and_cancelled(house)
    assert {(sender, organizer) for sender, organizer, _ in addresses(house)} == {(SENDER, f"mailto:{SENDER}")}
    assert [str(calendar_of(mail)["METHOD"]) for mail in house.post.to("maria")] == ["REQUEST", "REQUEST", "CANCEL"]

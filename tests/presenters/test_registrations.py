"""The mails about registrations, and what stands in calendars: each change, both languages, from real rows."""

from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage

import pytest
from sqlalchemy.orm import Session

from integrations.mail.message import to_bytes
from scheduler.db import Database
from scheduler.jobs import registrations as step
from scheduler.jobs.adapters import World
from scheduler.messages import SendRegistration
from scheduler.models import Event, Registration
from scheduler.presenters import calendars
from scheduler.presenters.registrations import as_told, told, view
from scheduler.programme.events import registrations
from scheduler.states import EventFormat, EventState, Invited, Method, RegistrationChange
from tests.builders import LINKS, NOW, a_programme, a_registration, an_event, deliveries
from tests.integrations.ical.reader import Property, components
from tests.presenters.feeding import personal, written
from tests.world import SENDER, calendar_of, entry_of, text_of

SIGNATURE = "-- "  # with its space


class Mailbox:
    """Keeps what it is given."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []

    def send(self, message: EmailMessage) -> None:
        to_bytes(message)
        self.mails.append(message)

    def check(self) -> str:
        return ""


@pytest.fixture
def session(sqlite: Database) -> Iterator[Session]:
    with sqlite.writing() as session:
        yield session


@pytest.fixture
def event(session: Session) -> Event:
    return an_event(
        session,
        a_programme(session),
        capacity=1,
        format=EventFormat.HYBRID,
        place="Aula Magna",
        link="https://x.example/",
    )


def sent(session: Session) -> list[EmailMessage]:
    """Every mail that is owed, as the step sends it, in order."""
    box = Mailbox()
    world = World(box, None, LINKS, SENDER)
    for delivery in deliveries(session):
        message = SendRegistration.from_data(delivery.payload)
        step.perform(step.read(session, message, world), world, doubt=False)
    return box.mails


def door(registration: Registration) -> str:
    return LINKS.event_door(registration.id, 1)


def receipt(registration: Registration) -> str:
    return LINKS.receipt(registration.id, 1)


def in_feed(session: Session, registration: Registration, *, days: int = 0) -> list[dict[str, list[Property]]]:
    """The entries of the holder's feed, so many days from NOW."""
    feed = personal(session, registration.person, now=NOW + timedelta(days=days))
    return components(written(session, feed), "VEVENT")


class TestMail:
    def test_of_a_seat_in_full(self, session: Session, event: Event) -> None:
        made = a_registration(session, event, timezone="America/New_York")
        (mail,) = sent(session)
        assert str(mail["Subject"]) == "Evening workshop, Mon 9 Nov at 12:00, New York"
        assert (
            text_of(mail)
            == f"""\
Hello Rut Registrant,

You are registered for Evening workshop.
You have a seat.

When: Monday 9 November 2026, 12:00–14:00, New York (GMT-5)
As announced: Monday 9 November 2026, 18:00–20:00, Stockholm (GMT+1)
How: On site and online
Place: Aula Magna

Join here; the address stays the same if the event moves:
{door(made)}

See your registration, or give up your place so that somebody else can have it:
{receipt(made)}

Answer the invitation in this mail with Yes to have it in your calendar.
Or say here that you come:
{LINKS.invite(Invited.REGISTRATION, made.id, 1)}/accept
Or that you cannot come:
{LINKS.invite(Invited.REGISTRATION, made.id, 1)}/decline
Questions? Answer this mail; it reaches alumni@example.org.

{SIGNATURE}
The mentorship programme
"""
        )

    def test_on_the_waitlist_in_swedish_without_invite_and_without_door(self, session: Session, event: Event) -> None:
        some = [a_registration(session, event, name, locale="sv") for name in ("Ada A", "Bo B", "Cy C")]
        mail = sent(session)[2]
        assert str(mail["Subject"]).startswith("På väntelistan: Kväll workshop, ")
        text = text_of(mail)
        assert "Du står på väntelistan, som nummer 2." in text
        assert receipt(some[2]) in text
        assert "/j/" not in text
        assert [part.get_content_type() for part in mail.walk()] == ["multipart/alternative", "text/plain", "text/html"]

    @pytest.mark.parametrize(("locale", "promoted"), [
        ("en", "A seat has become free at Evening workshop, and it is yours."),
        ("sv", "En plats har blivit ledig på Kväll workshop, och den är din."),
    ])  # fmt: skip
    def test_of_giving_up_and_moving_up(self, session: Session, event: Event, locale: str, promoted: str) -> None:
        first, second = (a_registration(session, event, name, locale=locale) for name in ("Ada A", "Bo B"))
        registrations.cancel(session, first, by="", now=NOW)
        *_, gone, up = sent(session)
        assert (str(gone["To"]), str(calendar_of(gone)["METHOD"])) == ("ada.a@example.org", "CANCEL")
        assert "STATUS" not in entry_of(gone), "the event takes place, and Ada alone is invited no more"
        assert (str(up["To"]), str(calendar_of(up)["METHOD"])) == ("bo.b@example.org", "REQUEST")
        assert promoted in text_of(up)
        assert door(second) in text_of(up)
        assert LINKS.event("mentor", "workshop") in text_of(gone)
        assert "/r/" not in text_of(gone)

    def test_of_a_move_names_the_time_before_and_what_one_has(self, session: Session, event: Event) -> None:
        for name in ("Ada A", "Bo B"):
            a_registration(session, event, name)
        was, event.starts_at = event.starts_at, event.starts_at + timedelta(hours=1)
        registrations.tell(session, event, RegistrationChange.MOVED, was=(was, 120), now=NOW)
        seat, line = (text_of(mail) for mail in sent(session)[2:])
        assert "Evening workshop has a new time.\nYou have a seat." in seat
        assert "Evening workshop has a new time.\nYou are on the waitlist, as number 1." in line
        assert "It was: Monday 9 November 2026, 18:00–20:00, Stockholm (GMT+1)" in seat
        assert "When: Monday 9 November 2026, 19:00–21:00, Stockholm (GMT+1)" in seat

    @pytest.mark.parametrize(
        ("locale", "says"), [("en", "This event will be recorded."), ("sv", "Evenemanget spelas in.")]
    )
    def test_and_invite_say_that_it_is_recorded(self, session: Session, event: Event, locale: str, says: str) -> None:
        event.recorded, event.capacity = True, 9
        a_registration(session, event, locale=locale)
        event.recorded = False
        session.flush()
        a_registration(session, event, "Bo B", locale=locale)
        recorded, quiet = sent(session)
        for part in (
            text_of(recorded),
            recorded.get_body(("html",)).get_content(),
            str(entry_of(recorded)["DESCRIPTION"]),
        ):
            assert says in part
        assert says not in quiet.as_string()
        assert says not in str(entry_of(quiet)["DESCRIPTION"])

    def test_of_the_end(self, session: Session, event: Event) -> None:
        for name in ("Ada A", "Bo B"):
            a_registration(session, event, name)
        event.state = EventState.CANCELLED
        registrations.tell(session, event, RegistrationChange.EVENT_CANCELLED, now=NOW)
        seat, line = sent(session)[2:]
        for mail in (seat, line):
            assert "Evening workshop is cancelled." in text_of(mail)
            assert "/j/" not in text_of(mail)
        assert str(calendar_of(seat)["METHOD"]) == "CANCEL"
        assert "text/calendar" not in [part.get_content_type() for part in line.walk()]

    def test_a_receipt_once_more_is_a_mail_of_its_own_with_all_one_needs(self, session: Session, event: Event) -> None:
        made = a_registration(session, event)
        for minutes in (1, 2):
            registrations.register(
                session, event, name="Mallory", email=made.person.email, locale="sv", timezone="UTC", answers={},
                consent=True, form_key="", now=NOW + timedelta(minutes=minutes),
            )  # fmt: skip
        mails = sent(session)
        assert len({str(mail["Message-ID"]) for mail in mails}) == 3
        assert mails[2]["Date"].datetime == NOW + timedelta(minutes=2)
        text = text_of(mails[1])
        assert "Somebody, probably you, registered this address for Evening workshop once more." in text
        assert "Mallory" not in text
        assert receipt(made) in text
        assert door(made) in text
        assert "text/calendar" not in [part.get_content_type() for part in mails[1].walk()]

    def test_each_version_is_one_message_in_one_thread(self, session: Session, event: Event) -> None:
        made = a_registration(session, event)
        registrations.tell(session, event, RegistrationChange.CHANGED, now=NOW + timedelta(hours=1))
        first, second = sent(session)
        assert str(first["Message-ID"]) == f"<{LINKS.sealed(f'{made.uid}.0.{made.person_id}')}@example.org>"
        assert str(second["In-Reply-To"]) == str(first["Message-ID"])
        assert (first["Date"].datetime, second["Date"].datetime) == (NOW, NOW + timedelta(hours=1))

    def test_what_a_stranger_wrote_as_a_name_is_text(self, session: Session, event: Event) -> None:
        a_registration(session, event, '<a href="https://evil.example">x</a>', email="a@example.org")
        (mail,) = sent(session)
        html = mail.get_body(("html",)).get_content()
        assert 'href="https://evil' not in html
        assert "&lt;a href=" in html

    def test_the_html_tells_the_same(self, session: Session, event: Event) -> None:
        made = a_registration(session, event)
        html = sent(session)[0].get_body(("html",)).get_content()
        for part in (door(made), receipt(made), "You have a seat.", "Aula Magna", "18:00–20:00"):
            assert part in html


class TestCalendar:
    @pytest.mark.parametrize(
        ("how", "place", "location"),
        [
            (EventFormat.ONLINE, "", "{door}"),
            (EventFormat.ON_SITE, "Aula Magna", "Aula Magna"),
            (EventFormat.HYBRID, "Aula Magna", "Aula Magna"),
        ],
    )
    def test_is_where_one_has_to_be(self, session: Session, how, place, location) -> None:
        event = an_event(session, a_programme(session), format=how, place=place)
        made = a_registration(session, event, timezone="Asia/Tokyo")
        entry = entry_of(sent(session)[0])
        assert str(entry["LOCATION"]) == location.format(door=door(made))
        assert (str(entry["UID"]), int(entry["SEQUENCE"])) == (made.uid, 0)
        assert entry["DTSTART"].params["TZID"] == "Asia/Tokyo"
        assert entry["DTSTART"].dt == event.starts_at
        assert str(entry["ATTENDEE"]) == "mailto:rut.registrant@example.org"

    def test_the_invite_and_the_feed_are_one_entry(self, session: Session, event: Event) -> None:
        made = a_registration(session, event)
        waiting = a_registration(session, event, "Bo B")
        registrations.tell(session, event, RegistrationChange.CHANGED, now=NOW)
        invite = entry_of(sent(session)[2])
        (entry,) = in_feed(session, made)
        for name in ("UID", "SEQUENCE", "SUMMARY", "LOCATION", "STATUS"):
            assert entry[name][0].text == str(invite[name])
        assert "ATTENDEE" not in entry
        assert in_feed(session, waiting) == []

    def test_a_place_given_up_stands_as_cancelled_for_a_while(self, session: Session, event: Event) -> None:
        made = a_registration(session, event)
        registrations.cancel(session, made, by="", now=NOW)
        (entry,) = in_feed(session, made, days=29)
        assert (entry["STATUS"][0].text, entry["SEQUENCE"][0].text) == ("CANCELLED", "1")
        assert in_feed(session, made, days=31) == []

    def test_of_a_cancelled_event_likewise(self, session: Session, event: Event) -> None:
        made = a_registration(session, event)
        event.state = EventState.CANCELLED
        registrations.tell(session, event, RegistrationChange.EVENT_CANCELLED, now=NOW)
        (entry,) = in_feed(session, made)
        assert entry["STATUS"][0].text == "CANCELLED"

    def test_the_file_of_the_receipt_is_the_invites_entry_without_the_way_in(
        self, session: Session, event: Event
    ) -> None:
        made = a_registration(session, event)
        content = calendars.receipt_file(view(made, LINKS))
        (entry,) = components(content, "VEVENT")
        assert (entry["UID"][0].text, entry["LOCATION"][0].text) == (made.uid, "Aula Magna")
        assert b"/j/" not in content.replace(b"\r\n ", b"")
        assert b"/r/" not in content.replace(b"\r\n ", b"")


def test_a_letter_tells_of_its_version_whatever_came_after(session: Session, event: Event) -> None:
    made = a_registration(session, event)
    message = SendRegistration.from_data(deliveries(session)[0].payload)
    registrations.cancel(session, made, by="", now=NOW)
    event.place = "Elsewhere"
    letter = told(as_told(view(made, LINKS), message), message)
    assert "You have a seat." in letter.text
    assert "Place: Aula Magna" in letter.text
    assert message.method is Method.REQUEST

"""A zone gets new rules after its invites went out: they go out again, put right, and once."""

from datetime import UTC, date, timedelta
from typing import TypeVar

from sqlalchemy import select

from scheduler.models import Delivery, Event, Meeting, Registration, Seat
from scheduler.programme import deliveries
from tests.builders import NOW, a_meeting, a_pair, a_person, a_programme, a_registration, an_event, utc
from tests.world import Installation, calendar_of, entry_of, text_of

Told = TypeVar("Told", Seat, Registration)
START = utc(2026, 11, 9, 16)


def told(house: Installation, model: type[Told]) -> dict[int, tuple[str, int | None]]:
    with house.database.reading() as session:
        return {row.person_id: (row.told_zone, row.told_offset) for row in session.scalars(select(model))}


def test_what_was_told_is_kept_and_put_right_when_the_rules_change(house):
    with house.database.writing() as session:
        programme = a_programme(session, starts_on=date(2026, 12, 1))  # so that nobody is asked for anything yet
        nadia = a_person(session, "Nadia", zone="Africa/Casablanca")
        a_meeting(session, a_pair(session, programme, mentee=nadia), starts_at=START)
        a_registration(session, an_event(session, programme), timezone="Asia/Kolkata")
    house.work()
    assert set(told(house, Seat).values()) == {("Europe/Stockholm", 60), ("Africa/Casablanca", 0)}
    assert set(told(house, Registration).values()) == {("Asia/Kolkata", 330)}

    house.clock.sleep(days=1)
    house.worker.tick()
    house.work()
    assert len(house.post.mails()) == 3, "nothing is sent while the rules are what they were"

    with house.database.writing() as session:  # as if older rules had put both zones ahead
        for row in (*session.scalars(select(Meeting)), *session.scalars(select(Event))):
            row.tz_data = "2020a"
            row.wall_offset = 120
    for _ in range(3):
        house.worker.tick()
        house.work()
    first, second = house.post.to("nadia")
    assert (int(entry_of(first)["SEQUENCE"]), int(entry_of(second)["SEQUENCE"])) == (0, 1)
    assert str(calendar_of(second)["METHOD"]) == "REQUEST"
    assert entry_of(second)["UID"] == entry_of(first)["UID"]
    assert entry_of(second).start.astimezone(UTC) == START + timedelta(hours=1)
    assert second["Subject"] == "Right time: Mentor meeting with Maria Mentor, Mon 9 Nov at 17:00, Casablanca"
    assert "A country has changed the rules for its clocks." in text_of(second)
    assert "It was" not in text_of(second), "by the new rules the old time would be shown wrong"
    assert second["In-Reply-To"] == first["Message-ID"]
    _, event = house.post.to("rut")
    assert event["Subject"].startswith("Right time: Evening workshop, Mon 9 Nov at 23:30, Kolkata")
    assert len(house.post.mails()) == 6


def test_a_version_sent_again_much_later_is_the_same_to_the_byte(house):
    with house.database.writing() as session:
        programme = a_programme(session)
        a_meeting(session, a_pair(session, programme), starts_at=START)
        a_registration(session, an_event(session, programme))
    house.work()
    house.clock.sleep(days=3, hours=5)
    with house.database.writing() as session:
        for delivery in session.scalars(select(Delivery).where(Delivery.channel == "mail")).all():
            deliveries.send_again(session, delivery, by="anna@example.org", now=house.clock.now)
    house.work()
    sent = house.post.received
    assert len(sent) == 6
    assert sorted(sent[:3]) == sorted(sent[3:])
    assert {str(entry_of(mail)["DTSTAMP"].dt) for mail in house.post.mails()} == {str(NOW)}

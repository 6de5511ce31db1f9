"""A world for pages: two programmes, two departments, pairs in every state, events of every kind."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, Table, select
from sqlalchemy.orm import Session

from scheduler.db import Base, Database
from scheduler.models import Delivery, Department, Meeting, Pair, Programme, Seat, ZoomMeeting
from scheduler.programme import access
from scheduler.programme.pairs import meetings
from scheduler.programme.pairs.modes import Hybrid, OnSite, Video, Walk
from scheduler.states import Audience, DeliveryState, EventFormat, EventKind, EventState
from tests.builders import NOW, a_department, a_meeting, a_pair, a_person, a_programme, an_event, some_hosts

ZOOM = "https://zoom.example.com/j/5551112222?pwd=abc"
ALL, PHYSICS, ENGLISH, OTHER = "all@example.org", "physics@example.org", "english@example.org", "other@example.org"


@dataclass
class World:
    """What the tests ask for: row ids by name, and the words that only some may read."""

    meetings: dict[str, int] = field(default_factory=dict)
    pairs: dict[str, int] = field(default_factory=dict)


def zoom_answered(session: Session, meeting: Meeting, link: str = ZOOM) -> None:
    """As the worker leaves it once Zoom has made the meeting."""
    query = select(ZoomMeeting).where(ZoomMeeting.meeting_id == meeting.id, ZoomMeeting.wanted)
    session.scalars(query).one().join_url = link
    session.flush()


def seat(session: Session, meeting_id: int, who: str = "mentee") -> Seat:
    meeting = session.get_one(Meeting, meeting_id)
    person_id = meeting.pair.mentee_id if who == "mentee" else meeting.pair.mentor_id
    return next(each for each in meeting.seats if each.person_id == person_id)


def everything(database: Database) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table; but not when a calendar last came for somebody's feed, which is noted as it comes."""
    with database.reading() as session:
        return {
            table.name: sorted((tuple(row) for row in session.execute(select(*_lasting(table)))), key=repr)
            for table in Base.metadata.sorted_tables
        }


def _lasting(table: Table) -> list[Column[object]]:
    return [column for column in table.columns if column.name != "feed_fetched_at"]


def fill(session: Session) -> World:
    world = World()
    some_hosts(session, 5)
    programme = a_programme(session)
    other = a_programme(session, "other", name={"en": "The other programme"}, contact="other@example.com")
    physics, english = a_department(session, programme, "Fysikum"), a_department(session, programme, "Engelska")

    def pair(name: str, of: Programme, mentor: str, mentee: str, **values: object) -> Pair:
        zone = "America/New_York" if name == "abroad" else "Europe/Stockholm"
        people = a_person(session, mentor, zone=zone), a_person(session, mentee, locale="sv")
        made = a_pair(session, of, *people, **values)  # type: ignore[arg-type]
        world.pairs[name] = made.id
        return made

    of_physics = {"mentor_of": physics, "mentee_of": physics}
    video = a_meeting(session, pair("physics", programme, "Anders Fysik", "Alva Fysik", **of_physics))
    zoom_answered(session, video)
    abroad = a_meeting(session, pair("abroad", programme, "Amy Abroad", "Axel Abroad", **of_physics), days=8)
    pending = a_meeting(
        session, pair("english", programme, "Bertil Engelsk", "Bodil Engelsk", mentor_of=english, mentee_of=english)
    )
    shared = pair("shared", programme, "Anja Delad", "Bo Delad", mentor_of=physics, mentee_of=english)
    walk = Walk("The boathouse at Brunnsviken", "Café Proviant", "4 km, step-free", "+46 70 123 45 67")
    for_walk = a_meeting(session, shared, days=9, how=walk)
    far = a_meeting(session, pair("other", other, "Olga Annan", "Oskar Annan"), how=OnSite("Secret room 1"))
    world.meetings = {
        "video": video.id, "abroad": abroad.id, "pending": pending.id, "walk": for_walk.id, "other": far.id,
    }  # fmt: skip
    pair("to book", programme, "Mattias Ledig", "Maja Ledig", **of_physics)
    a_pair(
        session, programme, a_person(session, "Petra Tyst", weekly=[]), a_person(session, "Pelle Prat"), **of_physics
    )
    _past(session, world, programme, of_physics)
    _events(session, programme, other)
    _failed(session, world.meetings["pending"])
    for email, of, department in (
        (ALL, programme, None), (PHYSICS, programme, "Fysikum"), (ENGLISH, programme, "Engelska"), (OTHER, other, None),
    ):  # fmt: skip
        access.grant_coordinator(session, email, programme=of, department=department, by="", now=NOW)
    return world


def _past(session: Session, world: World, programme: Programme, departments: dict[str, Department]) -> None:
    def booked(name: str, mentor: str, mentee: str) -> Meeting:
        made = a_pair(session, programme, a_person(session, mentor), a_person(session, mentee), **departments)
        world.pairs[name] = made.id
        start: datetime = NOW - timedelta(days=3)
        how = Hybrid("Albano 3", "https://meet.example.net/past") if name == "to log" else Video()
        return meetings.book(session, made, starts_at=start, minutes=45, how=how, now=start - timedelta(days=7))

    world.meetings["over"] = booked("to log", "Ludvig Log", "Lova Log").id
    held = booked("met", "Hanna Held", "Hugo Held")
    world.meetings["held"] = meetings.mark_held(session, held, now=NOW).id
    off = booked("cancelled", "Inge Inställd", "Ida Inställd")
    world.meetings["cancelled"] = meetings.cancel(session, off, now=NOW - timedelta(days=4)).id


def _events(session: Session, programme: Programme, other: Programme) -> None:
    an_event(session, programme, "kick-off", days=-7, kind=EventKind.KICK_OFF, audience=Audience.ALL)
    place: dict[str, Any] = {"format": EventFormat.HYBRID, "place": "Aula Magna, Frescati", "capacity": 90}
    an_event(session, programme, "workshop", audience=Audience.MENTEES, **place)
    an_event(session, programme, "draft", state=EventState.DRAFT)
    off = EventState.CANCELLED
    an_event(session, programme, "called-off", days=14, state=off)
    an_event(session, programme, "off-long-ago", days=21, state=off, changed_at=NOW - timedelta(days=31))
    an_event(session, other, "elsewhere")


def _failed(session: Session, meeting_id: int) -> None:
    """One invite of the meeting could not be sent."""
    row = session.scalars(select(Delivery).where(Delivery.meeting_id == meeting_id, Delivery.channel == "mail")).first()
    assert row is not None
    row.state, row.reason, row.attempt, row.finished_at = DeliveryState.FAILED, "550 no such mailbox", 1, NOW

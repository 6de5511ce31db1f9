"""Small worlds to test in: a programme, its people, a pair, a meeting. Times in the tests are said, never asked for."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import TypedDict, Unpack

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.models import (
    Availability,
    Delivery,
    Department,
    Event,
    Host,
    Meeting,
    Membership,
    Pair,
    Person,
    Programme,
    Proposal,
    Registration,
)
from scheduler.presenters.links import Links
from scheduler.programme.events import registrations
from scheduler.programme.pairs import meetings, openings, proposals
from scheduler.programme.pairs.modes import How, Video
from scheduler.states import Audience, EventFormat, EventKind, EventState, RegistrationState, Role

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)  # a Monday
SECRET = "a test secret that is long enough, 0123456789"
LINKS = Links("https://traff.example.org", SECRET)
EVENINGS = [[day, "17:00", "21:00"] for day in range(5)]


class Days(TypedDict):
    """From which day to which, for a command that takes both."""

    first: date
    last: date


def utc(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


def a_programme(session: Session, slug: str = "mentor", **values: object) -> Programme:
    programme = Programme(
        **{
            "slug": slug,
            "name": {"sv": "Mentorprogrammet", "en": "The mentorship programme"},
            "timezone": "Europe/Stockholm",
            "locale": "sv",
            "starts_on": date(2026, 11, 2),
            "ends_on": date(2027, 5, 28),
            "contact": "alumni@example.org",
            "meeting_minutes": 45,
            "blackouts": [["2026-12-21", "2027-01-06"]],
            **values,
        }
    )
    session.add(programme)
    session.flush()
    return programme


def a_department(session: Session, programme: Programme, name: str) -> Department:
    department = Department(programme_id=programme.id, name=name)
    session.add(department)
    session.flush()
    return department


def a_person(
    session: Session,
    name: str,
    *,
    zone: str = "Europe/Stockholm",
    locale: str = "en",
    weekly: list[list[object]] | None = None,
) -> Person:
    """Somebody who is free on weekday evenings, unless said otherwise; an empty list is somebody who gave no times."""
    email = f"{name.lower().replace(' ', '.')}@example.org"
    person = Person(email=email, name=name, timezone=zone, locale=locale)
    hours = EVENINGS if weekly is None else weekly
    if hours:
        person.availability = Availability(weekly=hours, overrides={})
    session.add(person)
    session.flush()
    return person


def a_member(
    session: Session, programme: Programme, person: Person, role: Role, department: Department | None = None
) -> None:
    department_id = department.id if department else None
    session.add(Membership(programme_id=programme.id, person_id=person.id, role=role, department_id=department_id))
    session.flush()


def a_pair(
    session: Session,
    programme: Programme,
    mentor: Person | None = None,
    mentee: Person | None = None,
    *,
    mentor_of: Department | None = None,
    mentee_of: Department | None = None,
) -> Pair:
    """Maria, who mentors, and Emil; or whoever is given."""
    mentor = mentor or a_person(session, "Maria Mentor")
    mentee = mentee or a_person(session, "Emil Mentee")
    for person, role, department in ((mentor, Role.MENTOR, mentor_of), (mentee, Role.MENTEE, mentee_of)):
        known = select(Membership).where(
            Membership.programme_id == programme.id, Membership.person_id == person.id, Membership.role == role
        )
        if session.scalars(known).first() is None:
            a_member(session, programme, person, role, department)
    pair = Pair(programme_id=programme.id, mentor_id=mentor.id, mentee_id=mentee.id, created_at=NOW)
    session.add(pair)
    session.flush()
    return pair


def an_event(
    session: Session, programme: Programme, slug: str = "workshop", *, days: int = 7, **values: object
) -> Event:
    """A published workshop for everybody: online, 18:00 to 20:00 in Stockholm, without a limit of seats."""
    event = Event(
        **{
            "programme_id": programme.id,
            "slug": slug,
            "feed_uid": f"{programme.slug}-{slug}@traff.example.org",
            "kind": EventKind.WORKSHOP,
            "title": {"sv": f"Kväll {slug}", "en": f"Evening {slug}"},
            "audience": Audience.PUBLIC,
            "format": EventFormat.ONLINE,
            "state": EventState.PUBLISHED,
            "starts_at": NOW + timedelta(days=days, hours=8),
            "timezone": "Europe/Stockholm",
            "minutes": 120,
            "place": "",
            "waitlist": True,
            "questions": [],
            "changed_at": NOW - timedelta(days=1),
            **values,
        }
    )
    session.add(event)
    session.flush()
    return event


class Form(TypedDict, total=False):
    """What a registrant fills in, where a test says otherwise than usual."""

    email: str
    locale: str
    timezone: str
    answers: Mapping[str, str]
    consent: bool
    form_key: str
    by: str
    now: datetime


def a_registration(
    session: Session, event: Event, name: str = "Rut Registrant", **values: Unpack[Form]
) -> Registration:
    """Somebody who registers, with an address of their name, and gets what there is: a seat or a place in the line."""
    registration = registering(session, event, name, **values)
    assert registration is not None
    return registration


def registering(
    session: Session, event: Event, name: str = "Rut Registrant", **values: Unpack[Form]
) -> Registration | None:
    """The same, who may hear that it goes by mail."""
    form: Form = {
        "email": f"{name.lower().replace(' ', '.')}@example.org",
        "locale": "en",
        "timezone": "Europe/Stockholm",
        "answers": {},
        "consent": True,
        "form_key": "",
        "now": NOW,
        **values,
    }
    return registrations.register(session, event, name=name, **form)


def a_place(
    session: Session,
    event: Event,
    person: Person,
    state: RegistrationState = RegistrationState.CONFIRMED,
    **values: object,
) -> Registration:
    """The person's place at the event, the next in order, as it stands once its mail is sent: nothing is owed."""
    made = Registration(
        **{
            "event_id": event.id,
            "person_id": person.id,
            "uid": f"registration-{event.id}-{event.next_number}",
            "sequence": 0,
            "state": state,
            "number": event.next_number,
            "name": person.name,
            "timezone": person.timezone,
            "locale": person.locale,
            "answers": {},
            "consented_at": NOW,
            "registered_at": NOW,
            "changed_at": NOW,
            "invited": state is RegistrationState.CONFIRMED,
            **values,
        }
    )
    event.next_number += 1
    event.taken += state is RegistrationState.CONFIRMED
    session.add(made)
    session.flush()
    return made


def some_hosts(session: Session, *capacities: int) -> list[Host]:
    first = len(session.scalars(select(Host)).all()) + 1
    hosts = [Host(email=f"zoom-{first + n}@example.org", capacity=capacity) for n, capacity in enumerate(capacities)]
    session.add_all(hosts)
    session.flush()
    return hosts


def a_meeting(
    session: Session, pair: Pair, *, days: int = 7, how: How | None = None, starts_at: datetime | None = None
) -> Meeting:
    """A meeting of 45 minutes, a number of days from NOW."""
    return meetings.book(
        session, pair, starts_at=starts_at or NOW + timedelta(days=days), minutes=45, how=how or Video(), now=NOW
    )


def a_proposal(
    session: Session,
    pair: Pair,
    *,
    made_by: Person | None = None,
    slots: int = 3,
    how: How | None = None,
    note: str = "",
    now: datetime = NOW,
) -> Proposal:
    """The best openings of the next four weeks, of 45 minutes, put to the other side; to both where nobody made it."""
    how = how or Video()
    first, last = openings.days_ahead(pair.programme, now=now)
    found = openings.openings(session, pair, minutes=45, first=first, last=last, how=how, now=now)
    return proposals.propose(
        session,
        pair,
        starts=[opening.starts_at for opening in found[:slots]],
        minutes=45,
        how=how,
        first=first,
        last=last,
        note=note,
        made_by=made_by,
        by=made_by.email if made_by else "",
        now=now,
    )


def deliveries(session: Session) -> list[Delivery]:
    return list(session.scalars(select(Delivery).order_by(Delivery.id)))

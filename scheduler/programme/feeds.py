"""What stands in the calendars that people subscribe to.

A feed is asked for far oftener than it changes. So each has its lines first: a few plain columns for each entry, all
that decides what the entry says. Whoever has kept what was written for a line need not read the row behind it.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, cast

from sqlalchemy import ColumnElement, Select, Text, and_, or_, select
from sqlalchemy import cast as as_type
from sqlalchemy.orm import Session, aliased, joinedload

from scheduler.models import Event, Meeting, Pair, Person, Programme, Registration, Seat
from scheduler.programme.access import Desk
from scheduler.programme.desk.reach import of_pair
from scheduler.states import EventState, MeetingState, RegistrationState

# A cancelled entry stays long enough for the slowest calendars, which fetch about once a day, to see that it is off.
CANCELLED_STAYS = timedelta(days=30)

Row = Seat | Registration | Event | Meeting
_Mentor, _Mentee = aliased(Person), aliased(Person)
_MEETING = (
    Meeting.changed_at, Meeting.uid, Meeting.sequence, Meeting.state, Meeting.starts_at, Meeting.minutes,
    Meeting.timezone, Meeting.mode, Meeting.place, Meeting.meeting_point, Meeting.rain_plan, Meeting.route,
    Meeting.phone, Pair.id, _Mentor.name, _Mentor.timezone, _Mentee.name, _Mentee.timezone,
)  # fmt: skip
_EVENT = (
    Event.state, Event.starts_at, Event.minutes, Event.timezone, Event.format, Event.place, as_type(Event.title, Text),
    Event.slug, Event.feed_uid, Event.sequence, Event.recorded, Programme.slug,
)  # fmt: skip


class Kind(StrEnum):
    """What an entry is made of."""

    SEAT = "seat"
    REGISTRATION = "registration"
    EVENT = "event"
    MEETING = "meeting"


@dataclass(frozen=True)
class Line:
    """An entry of a feed before it is read and written. Of one reader, equal lines are written alike.

    `changed_at` is when what calendars hold of it changed, `facts` all that the entry is made of.
    """

    kind: Kind
    row_id: int
    changed_at: datetime
    facts: tuple[object, ...]


def seat_lines(session: Session, person: Person, *, now: datetime) -> list[Line]:
    """The person's meetings that are booked, held, or were cancelled lately, by start."""
    query = _of_pairs(select(Seat.id, *_MEETING, Seat.door_generation).join(Seat.meeting))
    query = query.where(Seat.person_id == person.id, _meeting_stays(now)).order_by(Meeting.starts_at, Meeting.id)
    return _lines(session, Kind.SEAT, query)


def registration_lines(session: Session, person: Person, *, now: datetime) -> list[Line]:
    """The person's seats at events, and those that they had until lately, by start; no places on waitlists."""
    ended = or_(Registration.state == RegistrationState.CANCELLED, Event.state == EventState.CANCELLED)
    of_registration = (
        Registration.changed_at, Registration.uid, Registration.sequence, Registration.state,
        Registration.door_generation,
    )  # fmt: skip
    query = (
        select(Registration.id, *of_registration, *_EVENT)
        .join(Registration.event)
        .join(Event.programme)
        .where(Registration.person_id == person.id, Registration.invited)
        .where(or_(~ended, Registration.changed_at > now - CANCELLED_STAYS))
        .order_by(Event.starts_at, Registration.id)
    )
    return _lines(session, Kind.REGISTRATION, query)


def event_lines(session: Session, programme: Programme, *, now: datetime) -> list[Line]:
    """The programme's published events, and those cancelled lately, by start."""
    query = select(Event.id, Event.changed_at, *_EVENT).join(Event.programme).where(_event_stays(programme, now))
    return _lines(session, Kind.EVENT, query.order_by(Event.starts_at, Event.id))


def meeting_lines(session: Session, desk: Desk, *, now: datetime) -> list[Line]:
    """The meetings of the desk's pairs that are booked, held, or were cancelled lately, by start."""
    query = _of_pairs(select(Meeting.id, *_MEETING, Programme.slug).select_from(Meeting))
    query = query.join(Pair.programme).where(of_pair(desk), _meeting_stays(now)).order_by(Meeting.starts_at, Meeting.id)
    return _lines(session, Kind.MEETING, query)


def events_of(session: Session, programme: Programme, *, now: datetime) -> Sequence[Event]:
    """The events behind the same lines, in the same order."""
    query = select(Event).where(_event_stays(programme, now))
    return session.scalars(query.order_by(Event.starts_at, Event.id)).all()


def rows(session: Session, kind: Kind, ids: Collection[int]) -> Sequence[Row]:
    """The rows behind these lines of one kind, with what their entries are made of, in no order."""
    model, options = _BEHIND[kind]
    return cast("Sequence[Row]", session.scalars(select(model).where(model.id.in_(ids)).options(*options)).all())


_PAIR = (joinedload(Pair.mentor), joinedload(Pair.mentee), joinedload(Pair.programme))
_BEHIND: dict[Kind, tuple[type[Row], tuple[Any, ...]]] = {
    Kind.SEAT: (Seat, (joinedload(Seat.meeting).joinedload(Meeting.pair).options(*_PAIR), joinedload(Seat.person))),
    Kind.REGISTRATION: (
        Registration,
        (joinedload(Registration.event).joinedload(Event.programme), joinedload(Registration.person)),
    ),
    Kind.EVENT: (Event, (joinedload(Event.programme),)),
    Kind.MEETING: (Meeting, (joinedload(Meeting.pair).options(*_PAIR),)),
}


def _lines(session: Session, kind: Kind, query: Select[*tuple[Any, ...]]) -> list[Line]:
    return [Line(kind, row[0], row[1], tuple(row[2:])) for row in session.execute(query)]


def _of_pairs(query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """The query with the two people of each meeting's pair."""
    with_pair = query.join(Meeting.pair)
    return with_pair.join(_Mentor, Pair.mentor_id == _Mentor.id).join(_Mentee, Pair.mentee_id == _Mentee.id)


def _meeting_stays(now: datetime) -> ColumnElement[bool]:
    return or_(Meeting.state != MeetingState.CANCELLED, Meeting.changed_at > now - CANCELLED_STAYS)


def _event_stays(programme: Programme, now: datetime) -> ColumnElement[bool]:
    lately = and_(Event.state == EventState.CANCELLED, Event.changed_at > now - CANCELLED_STAYS)
    return and_(Event.programme_id == programme.id, or_(Event.state == EventState.PUBLISHED, lately))

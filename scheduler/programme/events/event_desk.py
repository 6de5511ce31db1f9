"""Events as those see them who look after them: the desks of coordinators, and the page of who leads one event."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import Session, joinedload

from scheduler.errors import EventNotBegun
from scheduler.models import Event, EventInvitation, Membership, Registration, ZoomMeeting
from scheduler.programme import access, audit, locks
from scheduler.programme.access import Desk
from scheduler.programme.desk import LinkState
from scheduler.programme.pool import hosts
from scheduler.states import Action, EventFormat, EventState, RegistrationState


@dataclass(frozen=True)
class EventRow:
    """An event, and how many wait for a place at it; those who have one are its `taken`. `link`: as `link_state`."""

    event: Event
    waiting: int
    over: bool
    link: LinkState | None


@dataclass(frozen=True)
class Reach:
    """What somebody sees of an event's registrations: their `desk`'s people, or all of them for who leads it (None)."""

    event: Event
    desk: Desk | None

    @property
    def steers(self) -> bool:
        """Whether they may change something: the coordinators of the whole programme."""
        return self.desk is not None and self.desk.departments is None


def event_rows(session: Session, desk: Desk, *, now: datetime) -> list[EventRow]:
    """The programme's events, drafts too: what is to come by start, then what is over, the latest first."""
    events = session.scalars(select(Event).where(Event.programme_id == desk.programme.id)).all()
    waiting = dict(
        session.execute(
            select(Registration.event_id, func.count())
            .where(Registration.state == RegistrationState.WAITLISTED)
            .where(Registration.event_id.in_([event.id for event in events]))
            .group_by(Registration.event_id)
        ).all()
    )
    at_zoom = select(ZoomMeeting.event_id, ZoomMeeting.join_url).where(
        ZoomMeeting.wanted, ZoomMeeting.event_id.in_([event.id for event in events])
    )
    links = dict(session.execute(at_zoom).all())
    rows = [
        EventRow(event, waiting.get(event.id, 0), event.ends_at <= now, _link_state(event, links.get(event.id)))
        for event in events
    ]
    coming = sorted((row for row in rows if not row.over), key=lambda row: (row.event.starts_at, row.event.id))
    over = sorted((row for row in rows if row.over), key=lambda row: (row.event.starts_at, row.event.id), reverse=True)
    return coming + over


def event_in_reach(session: Session, desk: Desk, event_id: int) -> Event | None:
    """The event, if it is of this desk's programme."""
    query = select(Event).where(Event.id == event_id, Event.programme_id == desk.programme.id)
    return session.scalars(query).one_or_none()


def reach_of(session: Session, email: str, slug: str, event_id: int) -> Reach | None:
    """What the address sees of the event's registrations, as a coordinator or because it leads the event."""
    for desk in access.desks_of(session, email):
        event = event_in_reach(session, desk, event_id) if desk.programme.slug == slug else None
        if event is not None:
            return Reach(event, desk)
    for event in access.events_led_by(session, email):
        if (event.id, event.programme.slug) == (event_id, slug):
            return Reach(event, None)
    return None


def registrations_in(session: Session, reach: Reach) -> Sequence[Registration]:
    """The event's registrations that are in reach, in the order of registering."""
    return session.scalars(_in_reach(reach).order_by(Registration.number)).all()


def registration_in(session: Session, reach: Reach, registration_id: int) -> Registration | None:
    """This one of them."""
    return session.scalars(_in_reach(reach).where(Registration.id == registration_id)).one_or_none()


def told(session: Session, event: Event) -> Sequence[Registration]:
    """Those who would hear of a change, in the order of registering: who has a place or waits for one."""
    query = select(Registration).where(Registration.event_id == event.id)
    return session.scalars(
        query.where(Registration.state != RegistrationState.CANCELLED).order_by(Registration.number)
    ).all()


def waiting(session: Session, event: Event) -> int:
    """How many wait for a place."""
    waits = Registration.state == RegistrationState.WAITLISTED
    return session.scalar(select(func.count()).where(Registration.event_id == event.id, waits)) or 0


def invited(session: Session, event: Event) -> tuple[int, datetime | None, datetime | None]:
    """How many were asked to register, when last, and when last somebody was reminded."""
    query = select(func.count(), func.max(EventInvitation.invited_at), func.max(EventInvitation.reminded_at))
    count, asked_at, reminded_at = session.execute(query.where(EventInvitation.event_id == event.id)).one()
    return count, asked_at, reminded_at


def link_state(session: Session, event: Event) -> LinkState | None:
    """Whether the doors lead somewhere; None where nobody comes from afar, or where it is not published."""
    row = hosts.wanted_row(session, event)
    return _link_state(event, row.join_url if row else None)


def _link_state(event: Event, zoom_link: str | None) -> LinkState | None:
    """The same; the link at Zoom is empty while it is not made, and None where none is wanted."""
    if event.format is EventFormat.ON_SITE or event.state is not EventState.PUBLISHED:
        return None
    if event.link or zoom_link:
        return LinkState.READY
    return LinkState.MISSING if zoom_link is None else LinkState.PENDING


def mark_attendance(
    session: Session, event: Event, *, listed: Iterable[int], came: Iterable[int], by: str, now: datetime
) -> int:
    """Notes of the `listed` registrations with a seat who `came` and who did not; later marks win. How many came.

    Whoever is not listed stays as they are: they may have registered while the list was being marked. Raises
    EventNotBegun.
    """
    locks.take_event(session, event)
    if event.starts_at > now:
        raise EventNotBegun
    seated = select(Registration).where(
        Registration.event_id == event.id, Registration.state == RegistrationState.CONFIRMED
    )
    marked, present = set(listed), set(came)
    found = [row for row in session.scalars(seated) if row.id in marked]
    for row in found:
        row.attended = row.id in present
    count = sum(row.id in present for row in found)
    audit.note(
        session, Action.ATTENDANCE_MARKED, programme_id=event.programme_id, by=by, now=now, event_id=event.id,
        marked=len(found), came=count,
    )  # fmt: skip
    return count


def _in_reach(reach: Reach) -> Select[Registration]:
    query = select(Registration).where(Registration.event_id == reach.event.id)
    query = query.options(joinedload(Registration.person))
    if reach.desk is None or reach.desk.departments is None:
        return query
    return query.where(
        exists().where(
            Membership.person_id == Registration.person_id,
            Membership.programme_id == reach.event.programme_id,
            Membership.department_id.in_([department.id for department in reach.desk.departments]),
        )
    )

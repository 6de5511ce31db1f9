"""Who was there: what the door and Zoom tell of it, as one record."""

from datetime import datetime, timedelta
from itertools import accumulate

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from scheduler.models import Attendance, Event, Meeting, Person, Registration, ZoomMeeting
from scheduler.states import RegistrationState, Source

# Whoever opens the door the day before tries the link; whoever does it now comes.
EARLY = timedelta(minutes=15)
LATE = timedelta(hours=3)

About = Meeting | Event


def note_stay(
    session: Session,
    row: ZoomMeeting,
    *,
    key: str,
    email: str,
    came_at: datetime | None = None,
    left_at: datetime | None = None,
) -> None:
    """Notes what Zoom tells of one stay. In whatever order and however often it is told, the same row comes of it.

    The pool's own hosts are nobody. `email` is compared with those who are expected, and never kept.
    """
    if email == row.host.email:
        return
    found = _put(session, row.about, Source.ZOOM, f"zoom/{key}")
    found.person_id = found.person_id or _expected(session, row.about).get(email)
    if came_at is not None:
        found.came_at = min(came_at, found.came_at or came_at)
    if left_at is not None:
        found.left_at = max(left_at, found.left_at or left_at)


def note_entrance(session: Session, about: About, person_id: int, *, now: datetime) -> None:
    """Notes that the person came through the door, if that is while the meeting or event goes on, or about to."""
    if not goes_on(about, now):
        return
    kind = "meeting" if isinstance(about, Meeting) else "event"
    found = _put(session, about, Source.DOOR, f"door/{kind}/{about.id}/{person_id}")
    found.person_id = person_id
    if found.came_at is None or not goes_on(about, found.came_at):  # it has been moved since
        found.came_at = now


def who_came(session: Session, event: Event) -> dict[int, Source]:
    """By person: who says that they came; Zoom's word goes before the door's. Marks by hand are not here."""
    rows = session.scalars(select(Attendance).where(Attendance.event_id == event.id, Attendance.person_id.is_not(None)))
    came = [row for row in rows if any(at and goes_on(event, at) for at in (row.came_at, row.left_at))]
    order = sorted(came, key=lambda row: row.source is Source.ZOOM)
    return {row.person_id: row.source for row in order if row.person_id is not None}


def others(session: Session, event: Event) -> int:
    """The most whom Zoom saw at one time and whom we do not know: whoever goes and comes back is not two."""
    unknown = select(Attendance).where(Attendance.source == Source.ZOOM, Attendance.person_id.is_(None))
    changes: list[tuple[datetime, int]] = []
    for row in session.scalars(unknown.where(Attendance.event_id == event.id)):
        came, left = row.came_at or row.left_at, row.left_at or event.ends_at + LATE
        if came is not None and (goes_on(event, came) or goes_on(event, left)):
            changes += [(came, 1), (max(left, came + timedelta.resolution), -1)]
    return max(accumulate(change for _, change in sorted(changes)), default=0)


def goes_on(about: About, at: datetime) -> bool:
    """Whether who comes at this instant comes to it, by its time as it is now."""
    return about.starts_at - EARLY <= at <= about.ends_at + LATE


def _put(session: Session, about: About, source: Source, key: str) -> Attendance:
    """The row of this key, locked, and made if there is none; who presses a button twice at once makes it once."""
    query = select(Attendance).where(Attendance.key == key).with_for_update()
    found = session.scalars(query).one_or_none()
    if found is not None:
        return found
    belongs = {"meeting_id": about.id} if isinstance(about, Meeting) else {"event_id": about.id}
    try:
        with session.begin_nested():
            made = Attendance(key=key, source=source, **belongs)
            session.add(made)
        return made
    except IntegrityError:
        return session.scalars(query).one()


def _expected(session: Session, about: About) -> dict[str, int]:
    """The ids of those who are to come, by address."""
    if isinstance(about, Meeting):
        return {person.email: person.id for person in (about.pair.mentor, about.pair.mentee)}
    seated = select(Person.email, Person.id).join(Registration, Registration.person_id == Person.id)
    seated = seated.where(Registration.event_id == about.id, Registration.state == RegistrationState.CONFIRMED)
    return dict(session.execute(seated).all())

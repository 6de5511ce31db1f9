"""Reminders of pair meetings and of events: a day and an hour before, once each, and only while there is need.

A row holds the start that it was reminded of, so a meeting that moves is reminded of anew, and a tick that comes late
or twice does nothing twice. What is owed is looked at once more when it is sent, which may be later.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload

from scheduler import outbox
from scheduler.messages import SendEventReminder, SendReminder
from scheduler.models import Event, Meeting, Pair, Registration, Seat
from scheduler.programme import doors
from scheduler.programme.people.reminder_choices import wanted
from scheduler.slots import zones
from scheduler.states import EventState, Partstat, RegistrationState, ReminderKind

CONFIRMED = RegistrationState.CONFIRMED
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
LONGEST_DAY = timedelta(hours=26)  # no zone sets its clocks back by more than two hours
AT_A_TIME = 1000  # so that nobody who registers meanwhile waits long for the event
# Whoever was told by an invite so shortly before a reminder, or since, knows.
FRESH = {ReminderKind.DAY: timedelta(hours=3), ReminderKind.HOUR: timedelta(minutes=15)}


def remind_of_meetings(session: Session, *, now: datetime) -> None:
    """Owes the reminders of pair meetings that are due."""
    _owe(session, _due_of_meetings(session, now), now)


def remind_of_events(session: Session, *, now: datetime) -> None:
    """Owes the reminders of events that are due to everybody who has a seat."""
    _owe(session, _due_of_events(session, now), now)


def declines(row: Seat | Registration, sequence: int) -> bool:
    """Whether the person answered to this version that they will not come."""
    answers_it = row.answered_sequence is None or row.answered_sequence >= sequence
    return row.partstat is Partstat.DECLINED and answers_it


def follow_meeting_link(meeting: Meeting) -> None:
    """Has whoever was given the raw link already reminded once more, now that there is another one."""
    for seat in meeting.seats:
        _forget_last(seat, seat.starts_at, wanted(seat.person, meeting.pair.programme))


def follow_event_link(session: Session, event: Event) -> None:
    """The same for everybody who has a seat at the event, whose lock the caller holds."""
    for row in session.scalars(_registrations(event)):
        _forget_last(row, event.starts_at, wanted(row.person, event.programme))


def seat_to_remind(session: Session, message: SendReminder) -> Seat | None:
    """The seat, if what the reminder says is still so: neither cancelled, moved nor declined."""
    seat = doors.seat_at(session, message.meeting_id, message.person_id)
    stands = seat.active and seat.starts_at == message.starts_at
    return seat if stands and not declines(seat, seat.meeting.sequence) else None


def registration_to_remind(session: Session, message: SendEventReminder) -> Registration | None:
    """The registration, likewise."""
    row = session.get_one(Registration, message.registration_id)
    seated = row.state is CONFIRMED and row.event.state is EventState.PUBLISHED
    stands = seated and row.event.starts_at == message.starts_at
    return row if stands and not declines(row, row.sequence) else None


def day_before(start: datetime, zone: str) -> datetime:
    """When the wall in the zone shows the hour of the start a day earlier; 24 hours before, where it is skipped."""
    wall = start.astimezone(zones.zone(zone)).replace(tzinfo=None, fold=0) - DAY
    instants = zones.wall_to_instants(wall, zone)
    return instants[0] if instants else start - DAY


def _owe(session: Session, due: Iterator[tuple[SendReminder | SendEventReminder, int]], now: datetime) -> None:
    """Owes some of them. Those that are not asked for are not noted either, and wait for the next tick."""
    outbox.put_all(session, list(islice(due, AT_A_TIME)), now=now)


def _due_of_meetings(session: Session, now: datetime) -> Iterator[tuple[SendReminder, int]]:
    """The reminders that are due, each with its programme; whatever was looked at is noted."""
    for seat in session.scalars(_taken(_seats(now))).all():
        pair = seat.meeting.pair
        kind = _note_due(
            seat, seat.starts_at, told_at=seat.meeting.changed_at, zone=seat.person.timezone,
            wanted=wanted(seat.person, pair.programme), now=now,
        )  # fmt: skip
        if kind and not declines(seat, seat.meeting.sequence):
            yield SendReminder(seat.person_id, kind, seat.starts_at, now, seat.meeting_id), pair.programme_id


def _due_of_events(session: Session, now: datetime) -> Iterator[tuple[SendEventReminder, int]]:
    for event in session.scalars(_locked(_events(now))).all():
        for row in session.scalars(_registrations(event)).all():
            kind = _note_due(
                row, event.starts_at, told_at=row.changed_at, zone=row.timezone,
                wanted=wanted(row.person, event.programme), now=now,
            )  # fmt: skip
            if kind and not declines(row, row.sequence):
                message = SendEventReminder(row.person_id, kind, event.starts_at, now, row.id, event.id)
                yield message, event.programme_id


def _forget_last(row: Seat | Registration, start: datetime, kinds: set[ReminderKind]) -> None:
    if ReminderKind.HOUR in kinds and row.hour_reminder_for == start:
        row.hour_reminder_for = None
    elif kinds == {ReminderKind.DAY} and row.day_reminder_for == start:
        row.day_reminder_for = None


def _note_due(
    row: Seat | Registration, start: datetime, *, told_at: datetime, zone: str, wanted: set[ReminderKind], now: datetime
) -> ReminderKind | None:
    """Notes the reminders that are due as done with. The latest of them that is to be sent: one mail says it all."""
    found = None
    if day_before(start, zone) <= now and row.day_reminder_for != start:
        row.day_reminder_for = start
        if _is_worth_it(ReminderKind.DAY, day_before(start, zone), told_at, wanted):
            found = ReminderKind.DAY
    if start - HOUR <= now and row.hour_reminder_for != start:
        row.hour_reminder_for = start
        if _is_worth_it(ReminderKind.HOUR, start - HOUR, told_at, wanted):
            found = ReminderKind.HOUR
    return found


def _is_worth_it(kind: ReminderKind, due_at: datetime, told_at: datetime, wanted: set[ReminderKind]) -> bool:
    return kind in wanted and told_at < due_at - FRESH[kind]


def _seats(now: datetime) -> Select[Seat]:
    """The seats at meetings soon to begin of which a reminder is not noted yet."""
    pair = joinedload(Seat.meeting, innerjoin=True).joinedload(Meeting.pair, innerjoin=True)
    return (
        select(Seat)
        .where(Seat.active, _begins_soon(Seat.starts_at, now), _not_noted(Seat, Seat.starts_at, now))
        .order_by(Seat.id)
        .options(joinedload(Seat.person, innerjoin=True), pair.joinedload(Pair.programme, innerjoin=True))
    )


def _events(now: datetime) -> Select[Event]:
    """The events soon to begin at which somebody has a seat of which a reminder is not noted yet."""
    of_event = select(Registration.id).where(Registration.event_id == Event.id, Registration.state == CONFIRMED)
    unnoted = of_event.where(_not_noted(Registration, Event.starts_at, now)).exists()
    soon = _begins_soon(Event.starts_at, now)
    return select(Event).where(Event.state == EventState.PUBLISHED, soon, unnoted).order_by(Event.id)


def _registrations(event: Event) -> Select[Registration]:
    query = select(Registration).where(Registration.event_id == event.id, Registration.state == CONFIRMED)
    return query.order_by(Registration.id).options(joinedload(Registration.person, innerjoin=True))


def _begins_soon(start: InstrumentedAttribute[datetime], now: datetime) -> ColumnElement[bool]:
    return and_(start > now, start <= now + LONGEST_DAY)


def _not_noted(
    model: type[Seat | Registration], start: InstrumentedAttribute[datetime], now: datetime
) -> ColumnElement[bool]:
    """Whether one of the two is not noted; a day before it may not be due yet, which depends on the reader's wall."""
    hour = and_(start <= now + HOUR, model.hour_reminder_for.is_distinct_from(start))
    return or_(model.day_reminder_for.is_distinct_from(start), hour)


def _taken(seats: Select[Seat]) -> Select[Seat]:
    """The rows that nobody else has in hand, for this transaction alone; the others next time."""
    return seats.with_for_update(of=Seat, skip_locked=True)


def _locked(events: Select[Event]) -> Select[Event]:
    """The same of events, before any of their registrations, as whoever registers does."""
    return events.with_for_update(key_share=True, skip_locked=True)

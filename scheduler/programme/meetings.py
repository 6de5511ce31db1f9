"""A pair's meetings: booked, moved, changed, cancelled, held. Each change and the mails it owes are one transaction."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from scheduler import outbox
from scheduler.errors import BadLength, InABlackout, InThePast, MeetingClosed, NotYetHeld, SlotTaken
from scheduler.messages import MeetingVersion, SendInvite
from scheduler.models import Meeting, Pair, Person, Programme, Seat
from scheduler.programme import hosts, modes
from scheduler.programme.modes import How
from scheduler.slots import zones
from scheduler.states import Change, MeetingState

Span = tuple[datetime, int]  # a start, and minutes


def book(
    session: Session,
    pair: Pair,
    *,
    starts_at: datetime,
    minutes: int,
    how: How,
    now: datetime,
    preferred: hosts.Lane | None = None,
) -> Meeting:
    """Books the slot for both, with a Zoom host where it is on video, and owes each an invite.

    Raises SlotTaken if one of them is in another meeting then, NoHostFree, InThePast, InABlackout or BadLength.
    """
    _check_time(pair.programme, starts_at, minutes, now)
    meeting = _seated(session, pair, state=MeetingState.BOOKED, starts_at=starts_at, minutes=minutes, how=how, now=now)
    if modes.needs_host(how):
        hosts.lease(session, meeting, preferred=preferred, now=now)
    _owe_invites(session, meeting, Change.BOOKED, now=now)
    return meeting


def reschedule(session: Session, meeting: Meeting, *, starts_at: datetime, minutes: int, now: datetime) -> Meeting:
    """Moves a booked meeting; everybody gets the next sequence. Raises what `book` raises, and MeetingClosed."""
    _lock(session, meeting)
    _check_time(meeting.pair.programme, starts_at, minutes, now)
    if (meeting.starts_at, meeting.minutes) == (starts_at, minutes):
        return meeting
    was = meeting.starts_at, meeting.minutes
    meeting.starts_at, meeting.minutes = starts_at, minutes
    for seat in meeting.seats:
        seat.starts_at, seat.ends_at = starts_at, starts_at + timedelta(minutes=minutes)
    _refuse_clash(session, meeting)
    hosts.move(session, meeting, now=now)
    _next_version(session, meeting, Change.MOVED, was=was, now=now)
    return meeting


def change_how(session: Session, meeting: Meeting, *, how: How, now: datetime) -> Meeting:
    """Changes mode, place or link. A new link alone raises no sequence: invites hold the door, and the door follows.

    Raises MeetingClosed, and NoHostFree where the change asks for a host.
    """
    _lock(session, meeting)
    before = modes.how_of(meeting)
    before_change = version(meeting)
    modes.write(meeting, how)
    session.flush()
    if modes.needs_host(how) and not modes.needs_host(before):
        hosts.lease(session, meeting, preferred=None, now=now)
    if modes.needs_host(before) and not modes.needs_host(how):
        hosts.release(session, meeting, now=now)
    if version(meeting) != before_change:
        _next_version(session, meeting, Change.CHANGED, now=now)
    return meeting


def cancel(session: Session, meeting: Meeting, *, now: datetime) -> Meeting:
    """Cancels a booked meeting: both are free again, the host too, and both are told. Raises MeetingClosed."""
    _lock(session, meeting)
    meeting.state = MeetingState.CANCELLED
    for seat in meeting.seats:
        seat.active = False
    hosts.release(session, meeting, now=now)
    _next_version(session, meeting, Change.CANCELLED, now=now)
    return meeting


def mark_held(session: Session, meeting: Meeting, *, now: datetime) -> Meeting:
    """Notes that a booked meeting took place. Raises NotYetHeld before its start, MeetingClosed if it is not booked."""
    _lock(session, meeting)
    if meeting.starts_at > now:
        raise NotYetHeld
    meeting.state = MeetingState.HELD
    return meeting


def log_held(session: Session, pair: Pair, *, starts_at: datetime, minutes: int, how: How, now: datetime) -> Meeting:
    """Notes a meeting that took place without being booked here; no invite, no host. Raises NotYetHeld, SlotTaken."""
    _check_length(minutes)
    if starts_at > now:
        raise NotYetHeld
    return _seated(session, pair, state=MeetingState.HELD, starts_at=starts_at, minutes=minutes, how=how, now=now)


def coming(session: Session, pairs: Sequence[Pair], *, now: datetime) -> dict[int, Meeting]:
    """The next booked meeting of each pair that has one, by the pair's id."""
    query = select(Meeting).where(Meeting.pair_id.in_([pair.id for pair in pairs]), Meeting.starts_at > now)
    booked = session.scalars(query.where(Meeting.state == MeetingState.BOOKED).order_by(Meeting.starts_at.desc()))
    return {meeting.pair_id: meeting for meeting in booked}


def _seated(
    session: Session,
    pair: Pair,
    *,
    state: MeetingState,
    starts_at: datetime,
    minutes: int,
    how: How,
    now: datetime,
) -> Meeting:
    """A meeting with a seat for each of the two, who are free then."""
    people = sorted((pair.mentor_id, pair.mentee_id))
    _lock_people(session, people)
    meeting = Meeting(
        pair=pair,
        uid=str(uuid.uuid4()),
        sequence=0,
        state=state,
        starts_at=starts_at,
        minutes=minutes,
        timezone=pair.programme.timezone,
        changed_at=now,
    )
    modes.write(meeting, how)
    end = starts_at + timedelta(minutes=minutes)
    meeting.seats = [Seat(person_id=person, starts_at=starts_at, ends_at=end, active=True) for person in people]
    _refuse_clash(session, meeting)
    session.add(meeting)
    _flush(session)
    return meeting


def _lock(session: Session, meeting: Meeting) -> None:
    """Takes the meeting for this transaction, as it is now. MeetingClosed unless it is booked."""
    _lock_people(session, sorted(seat.person_id for seat in meeting.seats))
    session.refresh(meeting)
    for seat in meeting.seats:
        session.refresh(seat)
    if meeting.state is not MeetingState.BOOKED:
        raise MeetingClosed


def _lock_people(session: Session, people: list[int]) -> None:
    """Locks the people in the order of their ids, so that two bookings never wait for each other in a ring."""
    session.execute(select(Person.id).where(Person.id.in_(people)).order_by(Person.id).with_for_update()).all()


def _refuse_clash(session: Session, meeting: Meeting) -> None:
    """SlotTaken if somebody of the meeting sits in another one then: by our check, or by the database's own."""
    start, end = meeting.seats[0].starts_at, meeting.seats[0].ends_at
    people = [seat.person_id for seat in meeting.seats]
    with session.no_autoflush:
        clash = select(Seat.id).where(
            Seat.person_id.in_(people), Seat.active, Seat.starts_at < end, Seat.ends_at > start
        )
        if meeting.id is not None:
            clash = clash.where(Seat.meeting_id != meeting.id)
        if session.scalars(clash.limit(1)).first() is not None:
            raise SlotTaken
    _flush(session)


def _flush(session: Session) -> None:
    try:
        session.flush()
    except IntegrityError as clash:
        if "seat_no_overlap" in str(clash.orig):
            raise SlotTaken from None
        raise


def _check_time(programme: Programme, starts_at: datetime, minutes: int, now: datetime) -> None:
    _check_length(minutes)
    if starts_at <= now:
        raise InThePast
    day = starts_at.astimezone(zones.zone(programme.timezone)).date()
    for first, last in programme.blackouts:
        if date.fromisoformat(first) <= day <= date.fromisoformat(last):
            raise InABlackout(date=day.isoformat())


def _check_length(minutes: int) -> None:
    if not 5 <= minutes <= 480:
        raise BadLength(minutes=minutes)


def _next_version(
    session: Session, meeting: Meeting, change: Change, *, was: Span | None = None, now: datetime
) -> None:
    """Raises the sequence in the transaction that changes the meeting, and owes everybody that version."""
    meeting.sequence += 1
    meeting.changed_at = now
    session.flush()
    _owe_invites(session, meeting, change, was=was, now=now)


def _owe_invites(session: Session, meeting: Meeting, change: Change, *, was: Span | None = None, now: datetime) -> None:
    current = version(meeting)
    for seat in meeting.seats:
        message = SendInvite(meeting.id, seat.person_id, change, current, *(was or ()))
        outbox.put(session, message, programme_id=meeting.pair.programme_id, now=now)


def version(meeting: Meeting) -> MeetingVersion:
    """The meeting as it is now, for a mail, a page or a calendar."""
    return MeetingVersion(
        sequence=meeting.sequence,
        at=meeting.changed_at,
        starts_at=meeting.starts_at,
        minutes=meeting.minutes,
        timezone=meeting.timezone,
        mode=meeting.mode,
        place=meeting.place,
        meeting_point=meeting.meeting_point,
        rain_plan=meeting.rain_plan,
        route=meeting.route,
        phone=meeting.phone,
    )

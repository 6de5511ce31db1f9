"""A pair's meetings: booked, moved, changed, cancelled, held. Each change and the mails it owes are one transaction."""

import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from scheduler import outbox
from scheduler.errors import BadLength, InABlackout, InThePast, MeetingClosed, NotYetHeld, SlotTaken
from scheduler.messages import MeetingVersion, SendInvite, SendWithdrawal, Span
from scheduler.models import Meeting, Pair, Person, Programme, Seat
from scheduler.models.meetings import LONGEST_MINUTES, SHORTEST_MINUTES
from scheduler.programme import audit, locks, reminders, wall_clocks
from scheduler.programme.pairs import modes
from scheduler.programme.pairs.modes import How
from scheduler.programme.pool import hosts
from scheduler.slots import zones
from scheduler.states import Action, Change, MeetingState, ProposalState, Source


def book(
    session: Session,
    pair: Pair,
    *,
    starts_at: datetime,
    minutes: int,
    how: How,
    now: datetime,
    preferred: hosts.Lane | None = None,
    by: str = audit.TRAFF,
) -> Meeting:
    """Books the slot for both, with a Zoom host where it is on video, owes each an invite, and closes their proposal.

    Raises SlotTaken if one of them is in another meeting then, NoHostFree, InThePast, InABlackout or BadLength.
    """
    _check_time(pair.programme, starts_at, minutes, now)
    proposals = locks.take_open_proposals(session, [pair])
    meeting = _seated(session, pair, state=MeetingState.BOOKED, starts_at=starts_at, minutes=minutes, how=how, now=now)
    if modes.needs_host(how):
        hosts.lease(session, meeting, preferred=preferred, now=now)
    for proposal in proposals:
        proposal.state, proposal.closed_at, proposal.meeting = ProposalState.WITHDRAWN, now, meeting
    _owe_invites(session, meeting, Change.BOOKED, now=now)
    _note(session, Action.MEETING_BOOKED, meeting, by=by, now=now)
    return meeting


def reschedule(
    session: Session, meeting: Meeting, *, starts_at: datetime, minutes: int, now: datetime, by: str = audit.TRAFF
) -> Meeting:
    """Moves a booked meeting; everybody gets the next sequence. Raises what `book` raises, and MeetingClosed."""
    lock(session, meeting)
    _check_time(meeting.pair.programme, starts_at, minutes, now)
    if (meeting.starts_at, meeting.minutes) == (starts_at, minutes):
        return meeting
    was = meeting.starts_at, meeting.minutes
    _shift(session, meeting, starts_at, minutes, now)
    _next_version(session, meeting, Change.MOVED, was=was, now=now)
    _note(session, Action.MEETING_MOVED, meeting, by=by, now=now, was=was[0])
    return meeting


def follow_rules(session: Session, meeting: Meeting, *, stays: bool = False, now: datetime) -> Meeting:
    """Does what new rules of clocks ask of a booked meeting, if anything: moves it along with the wall of its zone.

    Both get the next sequence if it moved, or if one of them was told a time that their wall does not show then. With
    `stays` it keeps its instant, and both are told what their walls show. Raises SlotTaken and NoHostFree.
    """
    lock(session, meeting)
    was, starts_at = meeting.starts_at, wall_clocks.meant(meeting)
    moves = starts_at != was
    if moves and not stays:
        _shift(session, meeting, starts_at, meeting.minutes, now)
    misled = any(wall_clocks.is_misled(seat, starts_at=meeting.starts_at) for seat in meeting.seats)
    wall_clocks.note(meeting)
    if moves or misled:
        _next_version(session, meeting, Change.RULES, now=now)
        _note(session, Action.MEETING_MOVED, meeting, by=audit.TRAFF, now=now, was=was, zones=meeting.tz_data)
    return meeting


def change_how(session: Session, meeting: Meeting, *, how: How, now: datetime, by: str = audit.TRAFF) -> Meeting:
    """Changes mode, place or link. A new link alone raises no sequence: invites hold the door, and the door follows.

    Raises MeetingClosed, and NoHostFree where the change asks for a host.
    """
    lock(session, meeting)
    before = modes.how_of(meeting)
    before_change, link = version(meeting), meeting.link
    modes.write(meeting, how)
    session.flush()
    if meeting.link != link:
        reminders.follow_meeting_link(meeting)
    if modes.needs_host(how) and not modes.needs_host(before):
        hosts.lease(session, meeting, preferred=None, now=now)
    if modes.needs_host(before) and not modes.needs_host(how):
        hosts.release(session, meeting, now=now)
    if how != before:
        _note(session, Action.MEETING_CHANGED, meeting, by=by, now=now, mode=how.mode)
    if version(meeting) != before_change:
        _next_version(session, meeting, Change.CHANGED, now=now)
    return meeting


def cancel(
    session: Session,
    meeting: Meeting,
    *,
    declined_by: Person | None = None,
    now: datetime,
    by: str = audit.TRAFF,
) -> Meeting:
    """Cancels a booked meeting: both are free again, the host too, and both are told. Raises MeetingClosed.

    Where one of the two has declined the invite, the other is told that.
    """
    lock(session, meeting)
    meeting.state = MeetingState.CANCELLED
    for seat in meeting.seats:
        seat.active = False
    hosts.release(session, meeting, now=now)
    _next_version(session, meeting, Change.CANCELLED, declined_by=declined_by, now=now)
    _note(session, Action.MEETING_CANCELLED, meeting, by=by, now=now)
    return meeting


def send_once_more(session: Session, seat: Seat, *, now: datetime) -> None:
    """Owes this one the invite as it is now, once more; what is still on its way to them is enough."""
    current = replace(version(seat.meeting), at=now)  # of two messages of one sequence the later one counts
    message = SendInvite(seat.meeting_id, seat.person_id, Change.REFRESHED, current)
    if not outbox.is_waiting(session, message):
        outbox.put(session, message, programme_id=seat.meeting.pair.programme_id, now=now)


def readdress(session: Session, seat: Seat, *, was: str, now: datetime) -> None:
    """Takes a booked meeting out of the calendar at the address `was`, and invites both anew: to one it goes elsewhere.

    The caller has given the person their right address, and holds the locks. Two versions, since a calendar that finds
    both in one mailbox keeps the later.
    """
    meeting = seat.meeting
    if outbox.has_sent(session, SendInvite(meeting.id, seat.person_id, Change.BOOKED, version(meeting))):
        meeting.sequence += 1
        gone = SendWithdrawal(was, meeting.sequence, now, seat.person_id, meeting_id=meeting.id)
        outbox.put(session, gone, programme_id=meeting.pair.programme_id, now=now)
    _next_version(session, meeting, Change.ADDRESSED, now=now)


def mark_held(
    session: Session, meeting: Meeting, *, now: datetime, by: str = audit.TRAFF, source: Source | None = None
) -> Meeting:
    """Notes that a booked meeting took place, as `source` says; where there is none, one of the two or a coordinator.

    Raises NotYetHeld before its start, MeetingClosed if it is not booked, or if what the source tells was taken back.
    """
    lock(session, meeting)
    if source and meeting.not_held_at:
        raise MeetingClosed
    if meeting.starts_at > now:
        raise NotYetHeld
    meeting.state = MeetingState.HELD
    meeting.held_by = source or _speaker(meeting.pair, by)
    _note(session, Action.MEETING_HELD, meeting, by=by, now=now, **({"source": source} if source else {}))
    return meeting


def log_held(
    session: Session,
    pair: Pair,
    *,
    starts_at: datetime,
    minutes: int,
    how: How,
    now: datetime,
    by: str = audit.TRAFF,
) -> Meeting:
    """Notes a meeting that took place without being booked here; no invite, no host. Raises NotYetHeld, SlotTaken."""
    _check_length(minutes)
    if starts_at > now:
        raise NotYetHeld
    meeting = _seated(session, pair, state=MeetingState.HELD, starts_at=starts_at, minutes=minutes, how=how, now=now)
    meeting.held_by = _speaker(pair, by)
    _note(session, Action.MEETING_HELD, meeting, by=by, now=now)
    return meeting


def coming(session: Session, pairs: Sequence[Pair], *, now: datetime) -> dict[int, Meeting]:
    """The next booked meeting of each pair that has one, by the pair's id."""
    query = select(Meeting).where(Meeting.pair_id.in_([pair.id for pair in pairs]), Meeting.starts_at > now)
    booked = session.scalars(query.where(Meeting.state == MeetingState.BOOKED).order_by(Meeting.starts_at.desc()))
    return {meeting.pair_id: meeting for meeting in booked}


def _speaker(pair: Pair, by: str) -> Source:
    """Whose word that of this address is."""
    return Source.PERSON if by in {pair.mentor.email, pair.mentee.email} else Source.COORDINATOR


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
    locks.take_people(session, people)
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
    wall_clocks.note(meeting)
    modes.write(meeting, how)
    end = starts_at + timedelta(minutes=minutes)
    meeting.seats = [Seat(person_id=person, starts_at=starts_at, ends_at=end, active=True) for person in people]
    _refuse_clash(session, meeting)
    session.add(meeting)
    _flush(session)
    return meeting


def _shift(session: Session, meeting: Meeting, starts_at: datetime, minutes: int, now: datetime) -> None:
    """Puts the meeting, its seats and its host there. SlotTaken or NoHostFree where they cannot go."""
    meeting.starts_at, meeting.minutes, meeting.not_held_at = starts_at, minutes, None
    wall_clocks.note(meeting)
    for seat in meeting.seats:
        seat.starts_at, seat.ends_at = starts_at, starts_at + timedelta(minutes=minutes)
    _refuse_clash(session, meeting)
    hosts.move(session, meeting, now=now)


def lock(session: Session, meeting: Meeting, *, state: MeetingState = MeetingState.BOOKED) -> None:
    """Takes the meeting for this transaction, as it is now. MeetingClosed unless it is booked, or in the state said."""
    locks.take_people(session, [seat.person_id for seat in meeting.seats])
    session.refresh(meeting)
    for seat in meeting.seats:
        session.refresh(seat)
    if meeting.state is not state:
        raise MeetingClosed


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
    day = zones.date_of(starts_at, programme.timezone)
    for first, last in programme.blackouts:
        if date.fromisoformat(first) <= day <= date.fromisoformat(last):
            raise InABlackout(date=day.isoformat())


def _check_length(minutes: int) -> None:
    if not SHORTEST_MINUTES <= minutes <= LONGEST_MINUTES:
        raise BadLength(minutes=minutes)


def _next_version(
    session: Session,
    meeting: Meeting,
    change: Change,
    *,
    was: Span | None = None,
    declined_by: Person | None = None,
    now: datetime,
) -> None:
    """Raises the sequence in the transaction that changes the meeting, and owes everybody that version."""
    meeting.sequence += 1
    meeting.changed_at = now
    session.flush()
    _owe_invites(session, meeting, change, was=was, declined_by=declined_by, now=now)


def _note(session: Session, action: Action, meeting: Meeting, *, by: str, now: datetime, **details: Any) -> None:
    pair = meeting.pair
    audit.note(
        session,
        action,
        programme_id=pair.programme_id,
        pair_id=pair.id,
        by=by,
        now=now,
        meeting_id=meeting.id,
        starts_at=meeting.starts_at,
        **details,
    )


def _owe_invites(
    session: Session,
    meeting: Meeting,
    change: Change,
    *,
    was: Span | None = None,
    declined_by: Person | None = None,
    now: datetime,
) -> None:
    current = version(meeting)
    for seat in meeting.seats:
        wall_clocks.forget(seat)
        told = Change.DECLINED if declined_by is not None and declined_by.id != seat.person_id else change
        message = SendInvite(meeting.id, seat.person_id, told, current, *(was or ()))
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

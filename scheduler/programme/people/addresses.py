"""Putting right an address that was written wrongly: whoever reads the wrong mailbox keeps nothing of the person."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from scheduler import outbox
from scheduler.errors import BadEmail, EmailTaken, KnownElsewhere
from scheduler.messages import SendIntroduction, SendProposal, SendTimesRequest
from scheduler.models import (
    Event,
    Meeting,
    Membership,
    Pair,
    Person,
    Programme,
    Proposal,
    ProposalAnswer,
    Registration,
    Seat,
    TimesRequest,
)
from scheduler.programme import access, audit, checks, locks
from scheduler.programme.checks import Wrong
from scheduler.programme.events import registrations
from scheduler.programme.pairs import meetings
from scheduler.programme.people import sign_ins
from scheduler.states import Action, EventState, MeetingState, ProposalState, RegistrationState


def correct(session: Session, programme: Programme, person: Person, email: str, *, by: str, now: datetime) -> Person:
    """The person at the right address: signed out, every link of theirs renewed, and all that is open sent there.

    What calendars hold at the old address is withdrawn. Raises BadEmail, EmailTaken, and KnownElsewhere for somebody
    who is not the programme's alone: a desk is no way to others' people. The trail names no address.
    """
    try:
        right = checks.email(email)
    except Wrong:
        raise BadEmail from None
    if right == person.email:
        return person
    _refuse_foreign(session, programme, person)
    pairs = _pairs(session, person)
    _lock(session, person, pairs)
    was = person.email
    _rename(session, person, right)
    sign_ins.sign_out_everywhere(session, was, now=now)
    places, seats = _places(session, person, now), _seats(session, person, now)
    _renew_links(session, person)
    for place in places:
        registrations.readdress(session, place, was=was, now=now)
    for seat in seats:
        meetings.readdress(session, seat, was=was, now=now)
    _ask_anew(session, programme, person, pairs, now)
    audit.note(
        session, Action.PERSON_CHANGED, programme_id=programme.id, by=by, now=now, person_id=person.id, address=True
    )
    return person


def _refuse_foreign(session: Session, programme: Programme, person: Person) -> None:
    elsewhere = select(Membership.id).where(Membership.person_id == person.id, Membership.programme_id != programme.id)
    if session.scalar(select(elsewhere.exists())):
        raise KnownElsewhere


def _lock(session: Session, person: Person, pairs: Sequence[Pair]) -> None:
    """Takes what the change touches: events first, as whoever registers does, then what bookings take."""
    mine = select(Registration.event_id).where(Registration.person_id == person.id)
    for event in session.scalars(select(Event).where(Event.id.in_(mine)).order_by(Event.id)).all():
        locks.take_event(session, event)
    locks.take_for_booking(session, pairs)


def _rename(session: Session, person: Person, email: str) -> None:
    """EmailTaken, by our look or by the database's own."""
    if access.person_of(session, email) is not None:
        raise EmailTaken
    try:
        with session.begin_nested():
            person.email = email
            session.flush()
    except IntegrityError:
        raise EmailTaken from None


def _places(session: Session, person: Person, now: datetime) -> Sequence[Registration]:
    """The person's places at events to come."""
    query = select(Registration).join(Registration.event).where(Registration.person_id == person.id)
    coming = query.where(Event.starts_at > now, Event.state == EventState.PUBLISHED)
    return session.scalars(
        coming.where(Registration.state != RegistrationState.CANCELLED).order_by(Registration.id)
    ).all()


def _pairs(session: Session, person: Person) -> Sequence[Pair]:
    query = select(Pair).where((Pair.mentor_id == person.id) | (Pair.mentee_id == person.id))
    return session.scalars(query.order_by(Pair.id)).all()


def _seats(session: Session, person: Person, now: datetime) -> Sequence[Seat]:
    query = select(Seat).join(Seat.meeting).where(Seat.person_id == person.id, Seat.starts_at > now)
    return session.scalars(query.where(Meeting.state == MeetingState.BOOKED).order_by(Seat.id)).all()


def _renew_links(session: Session, person: Person) -> None:
    """Every link that was mailed to the old address leads nowhere from now on."""
    person.feed_generation += 1
    for place in session.scalars(select(Registration).where(Registration.person_id == person.id)):
        place.door_generation += 1
        place.receipt_generation += 1
    for seat in session.scalars(select(Seat).where(Seat.person_id == person.id)):
        seat.door_generation += 1
    for answer in session.scalars(select(ProposalAnswer).where(ProposalAnswer.person_id == person.id)):
        answer.generation += 1
    for request in session.scalars(select(TimesRequest).where(TimesRequest.person_id == person.id)):
        request.generation += 1
    session.flush()


def _ask_anew(session: Session, programme: Programme, person: Person, pairs: Sequence[Pair], now: datetime) -> None:
    """Owes what was told or asked at the old address and is still so."""
    for pair in pairs:
        if pair.introduced_at is not None:
            outbox.put(session, SendIntroduction(pair.id, person.id), programme_id=programme.id, now=now)
    requests = select(TimesRequest).where(TimesRequest.person_id == person.id, TimesRequest.answered_at.is_(None))
    for request in session.scalars(requests):
        message = SendTimesRequest(request.id, person.id, request.reminders)
        outbox.put(session, message, programme_id=programme.id, now=now)
    asked = select(ProposalAnswer).join(ProposalAnswer.proposal).where(ProposalAnswer.person_id == person.id)
    still_open = asked.where(Proposal.state == ProposalState.OPEN, ProposalAnswer.verdict.is_(None))
    for answer in session.scalars(still_open):
        proposal = SendProposal(answer.proposal_id, answer.proposal.pair_id, person.id)
        outbox.put(session, proposal, programme_id=programme.id, now=now)

"""What somebody finds on a page of their own: everything here begins with the one person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from scheduler.models import Event, Meeting, Pair, Person, Programme, Proposal, ProposalAnswer, Registration, Seat
from scheduler.slots import zones
from scheduler.states import MeetingState, ProposalState, RegistrationState, Source

LATELY = timedelta(days=14)
TOLD = [source for source in Source if source.is_told]


@dataclass(frozen=True)
class Home:
    """A person's pairs in programmes that are not over, their meetings to come and their places at events to come.

    `asked` are the open proposals that were put to them, and `proposed` those that they made themselves; `to_log` are
    meetings whose time is over, and of which nobody has said whether they took place, and `told` are those of late of
    which Zoom or the door says so.
    """

    person: Person
    pairs: Sequence[Pair]
    seats: Sequence[Seat]
    to_log: Sequence[Seat]
    told: Sequence[Seat]
    registrations: Sequence[Registration]
    asked: Sequence[ProposalAnswer]
    proposed: Sequence[Proposal]


def of(session: Session, person: Person, *, now: datetime) -> Home:
    """The person's home as it is now; what comes first stands first."""
    return Home(
        person=person,
        pairs=_pairs(session, person, now),
        seats=_seats(session, person, Seat.ends_at > now),
        to_log=_seats(session, person, Seat.ends_at <= now),
        told=_seats(session, person, Seat.ends_at > now - LATELY, MeetingState.HELD, Meeting.held_by.in_(TOLD)),
        registrations=_registrations(session, person, now),
        asked=_asked(session, person, now),
        proposed=_proposed(session, person, now),
    )


def pair_of(session: Session, person: Person, pair_id: int) -> Pair | None:
    """The pair, if the person is one of it."""
    query = select(Pair).where(Pair.id == pair_id, or_(Pair.mentor_id == person.id, Pair.mentee_id == person.id))
    return session.scalars(query).one_or_none()


def meeting_of(session: Session, person: Person, meeting_id: int) -> Meeting | None:
    """The meeting, if the person has a seat at it."""
    query = select(Meeting).join(Meeting.seats).where(Meeting.id == meeting_id, Seat.person_id == person.id)
    return session.scalars(query).one_or_none()


def _pairs(session: Session, person: Person, now: datetime) -> Sequence[Pair]:
    query = (
        select(Pair)
        .join(Pair.programme)
        .where(or_(Pair.mentor_id == person.id, Pair.mentee_id == person.id))
        .order_by(Programme.starts_on, Pair.id)
        .options(joinedload(Pair.mentor), joinedload(Pair.mentee), joinedload(Pair.programme))
    )
    found = session.scalars(query)
    return [pair for pair in found if zones.date_of(now, pair.programme.timezone) <= pair.programme.ends_on]


def _seats(
    session: Session, person: Person, when: ColumnElement[bool], state: MeetingState = MeetingState.BOOKED,
    *more: ColumnElement[bool],
) -> Sequence[Seat]:  # fmt: skip
    pair = joinedload(Seat.meeting).joinedload(Meeting.pair)
    query = (
        select(Seat)
        .join(Seat.meeting)
        .where(Seat.person_id == person.id, when, Meeting.state == state, *more)
        .order_by(Seat.starts_at, Seat.id)
        .options(pair.joinedload(Pair.mentor), pair.joinedload(Pair.mentee), pair.joinedload(Pair.programme))
    )
    return session.scalars(query).all()


def _asked(session: Session, person: Person, now: datetime) -> Sequence[ProposalAnswer]:
    proposal = joinedload(ProposalAnswer.proposal)
    pair = proposal.joinedload(Proposal.pair)
    query = (
        select(ProposalAnswer)
        .join(ProposalAnswer.proposal)
        .where(ProposalAnswer.person_id == person.id, Proposal.state == ProposalState.OPEN, Proposal.expires_at > now)
        .order_by(Proposal.expires_at, Proposal.id)
        .options(proposal.selectinload(Proposal.slots), pair.joinedload(Pair.mentor), pair.joinedload(Pair.mentee))
    )
    return session.scalars(query).all()


def _proposed(session: Session, person: Person, now: datetime) -> Sequence[Proposal]:
    pair = joinedload(Proposal.pair)
    query = (
        select(Proposal)
        .where(Proposal.made_by_id == person.id, Proposal.state == ProposalState.OPEN, Proposal.expires_at > now)
        .order_by(Proposal.expires_at, Proposal.id)
        .options(selectinload(Proposal.slots), pair.joinedload(Pair.mentor), pair.joinedload(Pair.mentee))
    )
    return session.scalars(query).all()


def _registrations(session: Session, person: Person, now: datetime) -> Sequence[Registration]:
    query = (
        select(Registration)
        .join(Registration.event)
        .where(Registration.person_id == person.id, Registration.state != RegistrationState.CANCELLED)
        .order_by(Event.starts_at, Registration.id)
        .options(joinedload(Registration.event).joinedload(Event.programme))
    )
    rows = session.scalars(query)
    return [row for row in rows if row.event.ends_at > now]

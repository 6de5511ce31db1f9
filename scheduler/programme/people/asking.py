"""Asking people for their times and telling pairs of each other: once each, whoever asks and however often."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, joinedload

from scheduler import outbox
from scheduler.messages import SendIntroduction, SendTimesRequest
from scheduler.models import Availability, Membership, Pair, Person, Programme, TimesRequest
from scheduler.programme import audit, locks
from scheduler.slots import zones
from scheduler.states import Action

REMINDERS = 2
PATIENCE = timedelta(days=4)  # from the asking to the first reminder, and from there to the second


@dataclass(frozen=True)
class Silent:
    """Somebody without any hours. `request` is None before they are asked."""

    person: Person
    request: TimesRequest | None

    @property
    def needs_a_call(self) -> bool:
        """Whether they have been reminded for the last time: no mail of ours will help."""
        return self.request is not None and self.request.reminders >= REMINDERS


def ask_all(session: Session, programme: Programme, *, by: str, now: datetime) -> list[TimesRequest]:
    """Asks everybody of the programme who has not been asked there yet for their times, by mail."""
    locks.take_programme(session, programme)
    asked = select(TimesRequest.person_id).where(TimesRequest.programme_id == programme.id)
    members = select(Membership.person_id).where(Membership.programme_id == programme.id)
    query = members.where(Membership.person_id.not_in(asked)).distinct().order_by(Membership.person_id)
    requests = [
        TimesRequest(programme_id=programme.id, person_id=person_id, asked_at=now)
        for person_id in session.scalars(query)
    ]
    session.add_all(requests)
    session.flush()
    for request in requests:
        _owe(session, request, now)
    if requests:
        audit.note(session, Action.TIMES_ASKED, programme_id=programme.id, by=by, now=now, people=len(requests))
    return requests


def ask_one(session: Session, programme: Programme, person: Person, *, by: str, now: datetime) -> TimesRequest:
    """Asks one person for their times; who was asked already is reminded, and that counts as one of the reminders."""
    locks.take_programme(session, programme)
    query = select(TimesRequest).where(TimesRequest.programme_id == programme.id, TimesRequest.person_id == person.id)
    request = session.scalars(query.with_for_update().execution_options(populate_existing=True)).one_or_none()
    if request is None:
        request = TimesRequest(programme_id=programme.id, person_id=person.id, asked_at=now, reminders=0)
        session.add(request)
    else:
        request.reminders += 1
        request.reminded_at = now
    session.flush()
    _owe(session, request, now)
    reminder = request.reminders > 0
    audit.note(
        session, Action.TIMES_ASKED, programme_id=programme.id, by=by, now=now, person_id=person.id, reminder=reminder
    )
    return request


def introduce_all(session: Session, programme: Programme, *, by: str, now: datetime) -> Sequence[Pair]:
    """Tells the two of every pair that is new of each other, by mail."""
    locks.take_programme(session, programme)
    query = select(Pair).where(Pair.programme_id == programme.id, Pair.introduced_at.is_(None)).order_by(Pair.id)
    pairs = session.scalars(query.execution_options(populate_existing=True)).all()
    _keep(session, {person_id for pair in pairs for person_id in (pair.mentor_id, pair.mentee_id)})
    for pair in pairs:
        pair.introduced_at = now
        for person_id in (pair.mentor_id, pair.mentee_id):
            outbox.put(session, SendIntroduction(pair.id, person_id), programme_id=programme.id, now=now)
    if pairs:
        audit.note(session, Action.PAIRS_INTRODUCED, programme_id=programme.id, by=by, now=now, pairs=len(pairs))
    return pairs


def start_due(session: Session, *, now: datetime) -> None:
    """Asks and introduces whoever is new in the programmes that are under way."""
    for programme in _under_way(session, now):
        ask_all(session, programme, by=audit.TRAFF, now=now)
        introduce_all(session, programme, by=audit.TRAFF, now=now)


def remind_due(session: Session, *, now: datetime) -> None:
    """Reminds the silent of the programmes that are under way: twice, each time after four days."""
    under_way = [programme.id for programme in _under_way(session, now)]
    has_hours = select(Availability.person_id).where(Availability.person_id == TimesRequest.person_id).exists()
    last_word = func.coalesce(TimesRequest.reminded_at, TimesRequest.asked_at)
    due = (
        select(TimesRequest)
        .where(TimesRequest.programme_id.in_(under_way), TimesRequest.answered_at.is_(None), ~has_hours)
        .where(TimesRequest.reminders < REMINDERS, last_word <= now - PATIENCE)
        .order_by(TimesRequest.person_id, TimesRequest.id)
    )
    reminded: dict[int, int] = {}
    for request in session.scalars(_taken(due)).all():
        request.reminders += 1
        request.reminded_at = now
        _owe(session, request, now)
        reminded[request.programme_id] = reminded.get(request.programme_id, 0) + 1
    for programme_id, people in reminded.items():
        audit.note(
            session,
            Action.TIMES_ASKED,
            programme_id=programme_id,
            by=audit.TRAFF,
            now=now,
            people=people,
            reminder=True,
        )


def silent(session: Session, programme: Programme) -> list[Silent]:
    """Everybody of the programme who has given no hours, by name; a desk shows those of its own departments."""
    known = select(Availability.person_id)
    members = select(Membership.person_id).where(Membership.programme_id == programme.id)
    people = select(Person).where(Person.id.in_(members), Person.id.not_in(known)).order_by(Person.name, Person.id)
    asked = session.scalars(select(TimesRequest).where(TimesRequest.programme_id == programme.id))
    requests = {request.person_id: request for request in asked}
    return [Silent(person, requests.get(person.id)) for person in session.scalars(people)]


def request_of(session: Session, request_id: int, generation: int) -> TimesRequest | None:
    """The request that this link belongs to, if the link is still the one that was given out."""
    query = select(TimesRequest).where(TimesRequest.id == request_id, TimesRequest.generation == generation)
    return session.scalars(
        query.options(joinedload(TimesRequest.person), joinedload(TimesRequest.programme))
    ).one_or_none()


def request_to(session: Session, programme: Programme, person: Person) -> TimesRequest | None:
    """The request by which the person was asked in this programme."""
    query = select(TimesRequest).where(TimesRequest.programme_id == programme.id, TimesRequest.person_id == person.id)
    return session.scalars(query).one_or_none()


def partners(session: Session, request: TimesRequest) -> list[str]:
    """The names of those whom the person is paired with in the programme."""
    pairs = select(Pair).where(Pair.programme_id == request.programme_id).order_by(Pair.id)
    mine = pairs.where(or_(Pair.mentor_id == request.person_id, Pair.mentee_id == request.person_id))
    found = session.scalars(mine.options(joinedload(Pair.mentor), joinedload(Pair.mentee))).all()
    return [pair.partner_of(request.person_id).name for pair in found]


def _under_way(session: Session, now: datetime) -> list[Programme]:
    """The programmes within whose dates today is, by the clock of each."""
    programmes = session.scalars(select(Programme).order_by(Programme.id)).all()
    return [
        programme
        for programme in programmes
        if programme.starts_on <= zones.date_of(now, programme.timezone) <= programme.ends_on
    ]


def _keep(session: Session, people: Collection[int]) -> None:
    """Takes the people that rows are about to refer to in the order of their ids, as bookings do: no ring of waits."""
    query = select(Person.id).where(Person.id.in_(people)).order_by(Person.id)
    session.execute(query.with_for_update(read=True, key_share=True)).all()


def _taken(due: Select[TimesRequest]) -> Select[TimesRequest]:
    """The rows that nobody else has in hand, for this transaction alone."""
    return due.with_for_update(of=TimesRequest, skip_locked=True)


def _owe(session: Session, request: TimesRequest, now: datetime) -> None:
    message = SendTimesRequest(request.id, request.person_id, request.reminders)
    outbox.put(session, message, programme_id=request.programme_id, now=now)

"""What a coordinator sees. Every query here begins with the desk, so that nothing of other departments is in reach."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, aliased, joinedload

from scheduler.models import Availability, Delivery, Meeting, Membership, Pair, Person, ZoomMeeting
from scheduler.programme.access import Desk
from scheduler.programme.modes import how_of, needs_host
from scheduler.states import DeliveryState, MeetingState, Mode, Role

PAGE = 50


class PairState(StrEnum):
    """Where a pair stands, in the order in which a coordinator should look at them."""

    NO_TIMES = "no-times"
    TO_BOOK = "to-book"
    TO_LOG = "to-log"
    BOOKED = "booked"
    MET = "met"


class LinkState(StrEnum):
    """What the door of a video meeting leads to."""

    READY = "ready"
    PENDING = "pending"
    MISSING = "missing"


@dataclass(frozen=True)
class PairRow:
    """A pair, its state, its next meeting or else its last, and the names of those who have given no times."""

    pair: Pair
    state: PairState
    meeting: Meeting | None
    link: LinkState | None
    silent: tuple[str, ...]


@dataclass(frozen=True)
class DeliveryRow:
    """A delivery with the people it is about."""

    delivery: Delivery
    recipient: Person | None
    pair: Pair | None


def pair_rows(session: Session, desk: Desk, *, now: datetime) -> list[PairRow]:
    """The desk's pairs, those that need somebody first."""
    query = select(Pair).where(_in_reach(desk)).options(joinedload(Pair.mentor), joinedload(Pair.mentee))
    pairs = session.scalars(query.order_by(Pair.id)).all()
    ids = [pair.id for pair in pairs]
    meetings: dict[int, list[Meeting]] = {}
    for meeting in session.scalars(select(Meeting).where(Meeting.pair_id.in_(ids)).order_by(Meeting.starts_at)):
        meetings.setdefault(meeting.pair_id, []).append(meeting)
    with_times = set(session.scalars(select(Availability.person_id).where(Availability.person_id.in_(_people(pairs)))))
    links = dict(
        session.execute(
            select(ZoomMeeting.meeting_id, ZoomMeeting.join_url)
            .join(ZoomMeeting.meeting)
            .where(ZoomMeeting.wanted, Meeting.pair_id.in_(ids))
        ).all()
    )
    rows = [_pair_row(pair, meetings.get(pair.id, []), with_times, links, now) for pair in pairs]
    order = list(PairState)
    return sorted(rows, key=lambda row: (order.index(row.state), row.pair.mentee.name, row.pair.id))


def meeting_in_reach(session: Session, desk: Desk, meeting_id: int) -> Meeting | None:
    """The meeting, if it is one of this desk's pairs'."""
    return session.scalars(
        select(Meeting).join(Meeting.pair).where(Meeting.id == meeting_id, _in_reach(desk))
    ).one_or_none()


def delivery_counts(session: Session, desk: Desk) -> Counter[DeliveryState]:
    """How many of the desk's deliveries are in each state."""
    found = _deliveries(desk).subquery()
    rows = session.execute(select(found.c.state, func.count()).group_by(found.c.state))
    return Counter({DeliveryState(state): count for state, count in rows})


def delivery_rows(session: Session, desk: Desk, *, state: DeliveryState | None, page: int) -> list[DeliveryRow]:
    """A page of the desk's deliveries, the latest first; pages count from 1."""
    query = _deliveries(desk).order_by(Delivery.id.desc()).offset((page - 1) * PAGE).limit(PAGE)
    if state is not None:
        query = query.where(Delivery.state == state)
    return _with_people(session, session.scalars(query).all())


def deliveries_of_meeting(session: Session, meeting: Meeting) -> list[DeliveryRow]:
    """Everything that was owed for a meeting, in the order in which it was."""
    query = select(Delivery).where(Delivery.meeting_id == meeting.id).order_by(Delivery.id)
    return _with_people(session, session.scalars(query).all())


def _with_people(session: Session, deliveries: Sequence[Delivery]) -> list[DeliveryRow]:
    people = {row.person_id for row in deliveries if row.person_id is not None}
    recipients = {person.id: person for person in session.scalars(select(Person).where(Person.id.in_(people)))}
    meetings = {row.meeting_id for row in deliveries if row.meeting_id is not None}
    pairs_of = (
        select(Meeting)
        .where(Meeting.id.in_(meetings))
        .options(joinedload(Meeting.pair).joinedload(Pair.mentor), joinedload(Meeting.pair).joinedload(Pair.mentee))
    )
    pairs = {meeting.id: meeting.pair for meeting in session.scalars(pairs_of)}
    return [DeliveryRow(row, recipients.get(row.person_id or 0), pairs.get(row.meeting_id or 0)) for row in deliveries]


def link_state(meeting: Meeting, zoom_link: str | None) -> LinkState | None:
    """Whether the door leads somewhere; None where nobody meets on video, or where the meeting is not booked."""
    if meeting.mode not in {Mode.VIDEO, Mode.HYBRID} or meeting.state is not MeetingState.BOOKED:
        return None
    if not needs_host(how_of(meeting)) or zoom_link:
        return LinkState.READY
    return LinkState.MISSING if zoom_link is None else LinkState.PENDING


def _in_reach(desk: Desk) -> ColumnElement[bool]:
    """A pair is in reach of its programme's coordinators and of those of either one's department."""
    of_programme = Pair.programme_id == desk.programme.id
    if desk.departments is None:
        return of_programme
    member = aliased(Membership)
    belongs = (
        select(member.id)
        .where(member.programme_id == desk.programme.id)
        .where(member.department_id.in_([department.id for department in desk.departments]))
        .where(
            or_(
                and_(member.role == Role.MENTOR, member.person_id == Pair.mentor_id),
                and_(member.role == Role.MENTEE, member.person_id == Pair.mentee_id),
            )
        )
        .correlate(Pair)
    )
    return of_programme & belongs.exists()


def _deliveries(desk: Desk) -> Select[Delivery]:
    query = select(Delivery).where(Delivery.programme_id == desk.programme.id)
    if desk.departments is None:
        return query
    return query.join(Meeting, Meeting.id == Delivery.meeting_id).join(Meeting.pair).where(_in_reach(desk))


def _people(pairs: Sequence[Pair]) -> set[int]:
    return {person_id for pair in pairs for person_id in (pair.mentor_id, pair.mentee_id)}


def _pair_row(
    pair: Pair, meetings: list[Meeting], with_times: set[int], links: dict[int, str], now: datetime
) -> PairRow:
    silent = tuple(person.name for person in (pair.mentor, pair.mentee) if person.id not in with_times)
    booked = [meeting for meeting in meetings if meeting.state is MeetingState.BOOKED]
    coming = [meeting for meeting in booked if meeting.starts_at + timedelta(minutes=meeting.minutes) > now]
    held = [meeting for meeting in meetings if meeting.state is MeetingState.HELD]
    if coming:
        state, meeting = PairState.BOOKED, coming[0]
    elif booked:
        state, meeting = PairState.TO_LOG, booked[-1]
    elif held:
        state, meeting = PairState.MET, held[-1]
    else:
        return PairRow(pair, PairState.NO_TIMES if silent else PairState.TO_BOOK, None, None, silent)
    return PairRow(pair, state, meeting, link_state(meeting, links.get(meeting.id)), silent)

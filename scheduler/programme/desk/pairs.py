"""The desk's pairs, each with the state that tells a coordinator whether it needs somebody.

Where a pair stands is worked out for all of them, wherever they are counted, found or sorted: from plain columns, since
a thousand pairs have many thousand rows. The rows themselves are read for the pairs of one page.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased, joinedload, selectinload

from scheduler.models import Meeting, Pair, Person, Proposal, ProposalAnswer, ZoomMeeting
from scheduler.programme.access import Desk
from scheduler.programme.desk import named, reach
from scheduler.programme.desk.people import stands_in, with_hours
from scheduler.slots import zones
from scheduler.states import MeetingState, Mode, ProposalState

SILENT_AFTER = 30  # days: a month without a sign is when a pair that was to meet monthly has skipped it
DAY = timedelta(days=1)


class PairState(StrEnum):
    """Where a pair stands, in the order in which a coordinator should look at them."""

    SILENT = "silent"
    NO_TIMES = "no-times"
    TO_BOOK = "to-book"
    TO_LOG = "to-log"
    PROPOSED = "proposed"
    BOOKED = "booked"
    MET = "met"


class LinkState(StrEnum):
    """What the door of a video meeting leads to."""

    READY = "ready"
    PENDING = "pending"
    MISSING = "missing"


@dataclass(frozen=True)
class PairStanding:
    """A pair's state, and all else that finding, counting and sorting pairs takes. Names: the mentee's, the mentor's.

    `meeting_id` is its next meeting or else its last, `link` what that one's door leads to, and `silent` are those who
    have given no times. `quiet_days` counts since something was booked, proposed, held or logged; since the start, if
    nothing was.
    """

    pair_id: int
    names: tuple[str, str]
    emails: tuple[str, str]
    state: PairState
    meeting_id: int | None
    link: LinkState | None
    silent: tuple[str, ...]
    quiet_days: int

    @property
    def lacks_link(self) -> bool:
        """Whether the pair's coming meeting is on video and its door leads nowhere yet."""
        return self.state is PairState.BOOKED and self.link in {LinkState.PENDING, LinkState.MISSING}

    def is_named(self, text: str) -> bool:
        """Whether the text stands in either one's name or address."""
        return stands_in(text, *self.names, *self.emails)


@dataclass(frozen=True)
class PairRow:
    """A pair with its standing, the meeting that this names, and its open proposal."""

    pair: Pair
    standing: PairStanding
    meeting: Meeting | None
    proposal: Proposal | None

    @property
    def asked(self) -> tuple[str, ...]:
        """Who has not answered the open proposal."""
        answers = self.proposal.answers if self.proposal else []
        return tuple(answer.person.name for answer in answers if answer.verdict is None)


class _Two(NamedTuple):
    """A pair with its people."""

    id: int
    created_at: datetime
    introduced_at: datetime | None
    mentor_id: int
    mentor: str
    mentor_email: str
    mentee_id: int
    mentee: str
    mentee_email: str


class _Met(NamedTuple):
    """Of a meeting, what tells where its pair stands."""

    id: int
    state: MeetingState
    starts_at: datetime
    minutes: int
    changed_at: datetime
    mode: Mode
    link: str

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.minutes)


@dataclass(frozen=True)
class _Known:
    """What the database knows of many pairs, by the pair's id (links by the meeting's), asked for at once."""

    meetings: dict[int, list[_Met]]
    with_times: set[int]
    links: dict[int, str]
    proposed: dict[int, tuple[datetime, bool]]  # when last, and whether one is open


def pair_standings(session: Session, desk: Desk, *, now: datetime) -> list[PairStanding]:
    """Where each of the desk's pairs stands, those that need somebody first."""
    pairs = _pairs(session, desk)
    known = _known(session, desk, {person_id for row in pairs for person_id in (row.mentor_id, row.mentee_id)})
    started = zones.start_of_day(desk.programme.starts_on, desk.programme.timezone)
    order = list(PairState)
    standings = [_standing(pair, known, started, now) for pair in pairs]
    return sorted(standings, key=lambda each: (order.index(each.state), each.names[0], each.pair_id))


def pair_rows(session: Session, standings: Sequence[PairStanding]) -> list[PairRow]:
    """The rows behind these standings, in their order."""
    pairs = named.pairs(session, (each.pair_id for each in standings))
    ids = {each.meeting_id for each in standings} - {None}
    meetings = {row.id: row for row in session.scalars(select(Meeting).where(Meeting.id.in_(ids)))}
    is_open = select(Proposal).where(Proposal.state == ProposalState.OPEN, Proposal.pair_id.in_(pairs))
    asked = selectinload(Proposal.answers).options(joinedload(ProposalAnswer.person))
    proposals = {row.pair_id: row for row in session.scalars(is_open.options(asked))}
    return [
        PairRow(pairs[each.pair_id], each, meetings.get(each.meeting_id or 0), proposals.get(each.pair_id))
        for each in standings
        if each.pair_id in pairs
    ]


def new_pairs(session: Session, desk: Desk) -> int:
    """How many of the desk's pairs have not been told of each other."""
    return session.scalar(select(func.count()).where(reach.of_pair(desk), Pair.introduced_at.is_(None))) or 0


def meetings_of_pair(session: Session, pair: Pair) -> Sequence[Meeting]:
    """All meetings of a pair that is in reach, the latest first."""
    return session.scalars(select(Meeting).where(Meeting.pair_id == pair.id).order_by(Meeting.starts_at.desc())).all()


def proposals_of_pair(session: Session, pair: Pair) -> Sequence[Proposal]:
    """All proposals of a pair that is in reach, the latest first, with what everybody answered."""
    query = select(Proposal).where(Proposal.pair_id == pair.id).order_by(Proposal.id.desc())
    answers = selectinload(Proposal.answers).options(joinedload(ProposalAnswer.person))
    return session.scalars(query.options(answers, joinedload(Proposal.made_by))).all()


def _pairs(session: Session, desk: Desk) -> list[_Two]:
    mentor, mentee = aliased(Person), aliased(Person)
    query: Select[*tuple[Any, ...]] = select(
        Pair.id, Pair.created_at, Pair.introduced_at,
        mentor.id, mentor.name, mentor.email, mentee.id, mentee.name, mentee.email,
    )  # fmt: skip
    query = query.join(mentor, Pair.mentor_id == mentor.id).join(mentee, Pair.mentee_id == mentee.id)
    return [_Two(*row) for row in session.execute(query.where(reach.of_pair(desk)))]


def _known(session: Session, desk: Desk, people: set[int]) -> _Known:
    mine = select(Pair.id).where(reach.of_pair(desk))
    meetings: dict[int, list[_Met]] = defaultdict(list)
    columns = (getattr(Meeting, name) for name in _Met._fields)
    lines: Select[*tuple[Any, ...]] = select(Meeting.pair_id, *columns).where(Meeting.pair_id.in_(mine))
    for pair_id, *met in session.execute(lines.order_by(Meeting.starts_at)):
        meetings[pair_id].append(_Met(*met))
    links = (
        select(ZoomMeeting.meeting_id, ZoomMeeting.join_url)
        .join(ZoomMeeting.meeting)
        .where(ZoomMeeting.wanted, Meeting.pair_id.in_(mine))
    )
    is_open = func.count().filter(Proposal.state == ProposalState.OPEN)
    proposed = select(Proposal.pair_id, func.max(Proposal.created_at), is_open).where(Proposal.pair_id.in_(mine))
    return _Known(
        meetings=meetings,
        with_times=with_hours(session, people),
        links={row.meeting_id: row.join_url for row in session.execute(links)},
        proposed={
            pair_id: (at, count > 0) for pair_id, at, count in session.execute(proposed.group_by(Proposal.pair_id))
        },
    )


def _standing(pair: _Two, known: _Known, started: datetime, now: datetime) -> PairStanding:
    meetings = known.meetings[pair.id]
    proposed_at, is_proposed = known.proposed.get(pair.id, (None, False))
    people = ((pair.mentor_id, pair.mentor), (pair.mentee_id, pair.mentee))
    silent = tuple(name for person_id, name in people if person_id not in known.with_times)
    signs = [started, pair.created_at, pair.introduced_at, proposed_at]
    signs += [min(sign, now) for meeting in meetings for sign in (meeting.changed_at, meeting.ends_at)]
    quiet = max(0, (now - max(sign for sign in signs if sign is not None)) // DAY)
    state, meeting = _state(meetings, is_proposed=is_proposed, known_times=not silent, now=now)
    if quiet >= SILENT_AFTER and state in {PairState.NO_TIMES, PairState.TO_BOOK, PairState.MET}:
        state = PairState.SILENT
    return PairStanding(
        pair_id=pair.id,
        names=(pair.mentee, pair.mentor),
        emails=(pair.mentee_email, pair.mentor_email),
        state=state,
        meeting_id=meeting.id if meeting else None,
        link=_link(meeting, known.links.get(meeting.id)) if meeting else None,
        silent=silent,
        quiet_days=quiet,
    )


def _link(meeting: _Met, zoom_link: str | None) -> LinkState | None:
    """Whether the door leads somewhere; None where nobody meets on video, or where the meeting is not booked."""
    if meeting.mode not in {Mode.VIDEO, Mode.HYBRID} or meeting.state is not MeetingState.BOOKED:
        return None
    if meeting.link or zoom_link:
        return LinkState.READY
    return LinkState.MISSING if zoom_link is None else LinkState.PENDING


def _state(
    meetings: list[_Met], *, is_proposed: bool, known_times: bool, now: datetime
) -> tuple[PairState, _Met | None]:
    """Where the pair stands, silence aside, and the meeting that says so, or else its last."""
    booked = [meeting for meeting in meetings if meeting.state is MeetingState.BOOKED]
    coming = [meeting for meeting in booked if meeting.ends_at > now]
    held = [meeting for meeting in meetings if meeting.state is MeetingState.HELD]
    if coming:
        return PairState.BOOKED, coming[0]
    last = booked[-1] if booked else held[-1] if held else None
    if is_proposed:
        return PairState.PROPOSED, last
    if booked:
        return PairState.TO_LOG, last
    if held:
        return PairState.MET, last
    return (PairState.TO_BOOK if known_times else PairState.NO_TIMES), None

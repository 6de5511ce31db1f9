"""The desk's pairs, each with the state that tells a coordinator whether it needs somebody."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from scheduler.models import Meeting, Pair, Proposal, ProposalAnswer, ZoomMeeting
from scheduler.programme.access import Desk
from scheduler.programme.desk import reach
from scheduler.programme.desk.people import hours_of
from scheduler.programme.pairs.modes import how_of, needs_host
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
class PairRow:
    """A pair and its state; its next meeting or else its last; its open proposal; who has given no times.

    `quiet_days` counts since something was booked, proposed, held or logged; since the start, if nothing was.
    """

    pair: Pair
    state: PairState
    meeting: Meeting | None
    link: LinkState | None
    silent: tuple[str, ...]
    proposal: Proposal | None
    quiet_days: int

    @property
    def asked(self) -> tuple[str, ...]:
        """Who has not answered the open proposal."""
        answers = self.proposal.answers if self.proposal else []
        return tuple(answer.person.name for answer in answers if answer.verdict is None)

    def is_named(self, text: str) -> bool:
        """Whether the text stands in either one's name."""
        return any(text.casefold() in person.name.casefold() for person in (self.pair.mentor, self.pair.mentee))


@dataclass(frozen=True)
class _Known:
    """What the database knows of many pairs, by the pair's id (links by the meeting's), asked for at once."""

    meetings: dict[int, list[Meeting]]
    with_times: set[int]
    links: dict[int, str]
    proposals: dict[int, Proposal]
    proposed_at: dict[int, datetime]


def pair_rows(session: Session, desk: Desk, *, now: datetime) -> list[PairRow]:
    """The desk's pairs, those that need somebody first."""
    pairs = reach.pairs_in_reach(session, desk)
    known = _known(session, pairs)
    started = zones.start_of_day(desk.programme.starts_on, desk.programme.timezone)
    rows = [_pair_row(pair, known, started, now) for pair in pairs]
    order = list(PairState)
    return sorted(rows, key=lambda row: (order.index(row.state), row.pair.mentee.name, row.pair.id))


def meetings_of_pair(session: Session, pair: Pair) -> Sequence[Meeting]:
    """All meetings of a pair that is in reach, the latest first."""
    return session.scalars(select(Meeting).where(Meeting.pair_id == pair.id).order_by(Meeting.starts_at.desc())).all()


def proposals_of_pair(session: Session, pair: Pair) -> Sequence[Proposal]:
    """All proposals of a pair that is in reach, the latest first, with what everybody answered."""
    query = select(Proposal).where(Proposal.pair_id == pair.id).order_by(Proposal.id.desc())
    answers = selectinload(Proposal.answers).options(joinedload(ProposalAnswer.person))
    return session.scalars(query.options(answers, joinedload(Proposal.made_by))).all()


def link_state(meeting: Meeting, zoom_link: str | None) -> LinkState | None:
    """Whether the door leads somewhere; None where nobody meets on video, or where the meeting is not booked."""
    if meeting.mode not in {Mode.VIDEO, Mode.HYBRID} or meeting.state is not MeetingState.BOOKED:
        return None
    if not needs_host(how_of(meeting)) or zoom_link:
        return LinkState.READY
    return LinkState.MISSING if zoom_link is None else LinkState.PENDING


def _known(session: Session, pairs: Sequence[Pair]) -> _Known:
    ids = [pair.id for pair in pairs]
    people = {person_id for pair in pairs for person_id in (pair.mentor_id, pair.mentee_id)}
    meetings: dict[int, list[Meeting]] = defaultdict(list)
    for meeting in session.scalars(select(Meeting).where(Meeting.pair_id.in_(ids)).order_by(Meeting.starts_at)):
        meetings[meeting.pair_id].append(meeting)
    links = (
        select(ZoomMeeting.meeting_id, ZoomMeeting.join_url)
        .join(ZoomMeeting.meeting)
        .where(ZoomMeeting.wanted, Meeting.pair_id.in_(ids))
    )
    is_open = select(Proposal).where(Proposal.state == ProposalState.OPEN, Proposal.pair_id.in_(ids))
    asked = selectinload(Proposal.answers).options(joinedload(ProposalAnswer.person))
    last = select(Proposal.pair_id, func.max(Proposal.created_at).label("at")).where(Proposal.pair_id.in_(ids))
    return _Known(
        meetings=meetings,
        with_times=set(hours_of(session, people)),
        links={row.meeting_id: row.join_url for row in session.execute(links)},
        proposals={found.pair_id: found for found in session.scalars(is_open.options(asked))},
        proposed_at={row.pair_id: row.at for row in session.execute(last.group_by(Proposal.pair_id))},
    )


def _pair_row(pair: Pair, known: _Known, started: datetime, now: datetime) -> PairRow:
    meetings, proposal = known.meetings[pair.id], known.proposals.get(pair.id)
    silent = tuple(person.name for person in (pair.mentor, pair.mentee) if person.id not in known.with_times)
    signs = [started, pair.created_at, pair.introduced_at, known.proposed_at.get(pair.id)]
    signs += [min(sign, now) for meeting in meetings for sign in (meeting.changed_at, meeting.ends_at)]
    quiet = max(0, (now - max(sign for sign in signs if sign is not None)) // DAY)
    state, meeting = _state(meetings, proposal, known_times=not silent, now=now)
    if quiet >= SILENT_AFTER and state in {PairState.NO_TIMES, PairState.TO_BOOK, PairState.MET}:
        state = PairState.SILENT
    link = link_state(meeting, known.links.get(meeting.id)) if meeting else None
    return PairRow(pair, state, meeting, link, silent, proposal, quiet)


def _state(
    meetings: list[Meeting], proposal: Proposal | None, *, known_times: bool, now: datetime
) -> tuple[PairState, Meeting | None]:
    """Where the pair stands, silence aside, and the meeting that says so, or else its last."""
    booked = [meeting for meeting in meetings if meeting.state is MeetingState.BOOKED]
    coming = [meeting for meeting in booked if meeting.ends_at > now]
    held = [meeting for meeting in meetings if meeting.state is MeetingState.HELD]
    if coming:
        return PairState.BOOKED, coming[0]
    last = booked[-1] if booked else held[-1] if held else None
    if proposal:
        return PairState.PROPOSED, last
    if booked:
        return PairState.TO_LOG, last
    if held:
        return PairState.MET, last
    return (PairState.TO_BOOK if known_times else PairState.NO_TIMES), None

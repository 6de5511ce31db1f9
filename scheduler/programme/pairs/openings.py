"""When a pair can meet: the one answer for what is offered on a page and for what people may then book."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from scheduler.errors import MeetingClosed, NotOpen
from scheduler.models import Meeting, Pair, Programme
from scheduler.programme.pairs import calendars, meetings, modes
from scheduler.programme.pairs.modes import How
from scheduler.programme.pool import hosts
from scheduler.slots import comfort, starts, zones
from scheduler.states import MeetingState

FEW = 3  # of the best, where a mail offers other times: as many as a wave proposes
NOTICE = 4 * 60  # minutes; time enough to read the mail, and to get there
AHEAD = timedelta(days=28)  # how far a page looks


@dataclass(frozen=True)
class Opening:
    """A start that suits both, and the comfort of its hours for each of the two, from 0 to 100."""

    starts_at: datetime
    for_mentee: int
    for_mentor: int

    @property
    def worst(self) -> int:
        """How comfortable it is for whoever has it worst."""
        return min(self.for_mentee, self.for_mentor)


def days_ahead(programme: Programme, *, now: datetime) -> tuple[date, date]:
    """The first and the last date that a page looks at: four weeks from today, within the programme."""
    today = zones.date_of(now, programme.timezone)
    first = max(today, programme.starts_on)
    return first, min(first + AHEAD - timedelta(days=1), programme.ends_on)


def openings(
    session: Session,
    pair: Pair,
    *,
    minutes: int,
    first: date,
    last: date,
    how: How,
    now: datetime,
    but: Meeting | None = None,
) -> list[Opening]:
    """Every start from the first to the last date at which the pair can meet like this, as `best` has them."""
    known = calendars.of_pairs(session, pair.programme, [pair], first=first, last=last, but=but)
    mentee, mentor = known.people[pair.mentee_id], known.people[pair.mentor_id]
    return [
        Opening(
            start,
            comfort(mentee, calendars.seconds(start) // 60, minutes),
            comfort(mentor, calendars.seconds(start) // 60, minutes),
        )
        for start in best(session, known, pair, minutes=minutes, how=how, now=now, but=but)
    ]


def best(
    session: Session,
    known: calendars.Calendars,
    pair: Pair,
    *,
    minutes: int,
    how: How,
    now: datetime,
    but: Meeting | None = None,
) -> list[datetime]:
    """Every start within what is known at which the pair can meet like this, the best first.

    `but` is their meeting that is to be moved. None that has no Zoom host where one is needed: a full pool is no error.
    """
    found = [calendars.instant(slot.start) for slot in known.ranked(pair, minutes=minutes, notice=NOTICE, now=now)]
    starts_at = set(found) - {but.starts_at if but else None}
    free = hosts.with_room(session, starts_at, minutes, but=but, now=now) if modes.needs_host(how) else starts_at
    return [start for start in found if start in free]


def require(
    session: Session,
    pair: Pair,
    chosen: Collection[datetime],
    *,
    minutes: int,
    first: date,
    last: date,
    how: How,
    now: datetime,
    but: Meeting | None = None,
) -> None:
    """NotOpen unless each of these starts is among the openings."""
    known = calendars.of_pairs(session, pair.programme, [pair], first=first, last=last, but=but)
    if not set(chosen) <= set(best(session, known, pair, minutes=minutes, how=how, now=now, but=but)):
        raise NotOpen


def still_open(
    session: Session,
    pair: Pair,
    chosen: Collection[datetime],
    *,
    minutes: int,
    how: How,
    now: datetime,
    but: Meeting | None = None,
) -> set[datetime]:
    """Those of the starts at which the pair can meet now; without any notice, and on the finer grid.

    `but` is their meeting that is to be moved.
    """
    if not chosen:
        return set()
    zone = zones.zone(pair.programme.timezone)
    first, last = (at.astimezone(zone).date() for at in (min(chosen), max(chosen) + timedelta(minutes=minutes)))
    known = calendars.of_pairs(session, pair.programme, [pair], first=first, last=last, but=but)
    possible = starts(known.problem(pair, minutes=minutes, step=calendars.FINER_STEP, notice=0, now=now))
    left = set(chosen) & {calendars.instant(start) for start in possible}
    return hosts.with_room(session, left, minutes, but=but, now=now) if modes.needs_host(how) else left


def move(
    session: Session, meeting: Meeting, *, starts_at: datetime, first: date, last: date, by: str, now: datetime
) -> Meeting:
    """Moves a booked meeting to one of the openings that its pair has without it. NotOpen, or what moving raises."""
    if meeting.state is not MeetingState.BOOKED:
        raise MeetingClosed
    require(
        session,
        meeting.pair,
        [starts_at],
        minutes=meeting.minutes,
        first=first,
        last=last,
        how=modes.how_of(meeting),
        now=now,
        but=meeting,
    )
    return meetings.reschedule(session, meeting, starts_at=starts_at, minutes=meeting.minutes, by=by, now=now)

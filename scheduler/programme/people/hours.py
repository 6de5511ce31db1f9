"""A person's own times: the hours of their week, dates that are otherwise, and which hours of the day suit them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler import outbox
from scheduler.errors import BadComfort, BadDate, EndsWhereItStarts, NoHours, TooManyHours, UnknownTimezone
from scheduler.messages import SendTimesRequest
from scheduler.models import Availability, Membership, Person, TimesRequest
from scheduler.programme import audit
from scheduler.slots import zones
from scheduler.states import Action

MOST_WINDOWS = 50  # of the week; and on the exceptions' dates together
MOST_DATES = 400  # over a year of holidays
DAY = 1440
FURTHEST = timedelta(days=3 * 366)

Window = tuple[str, str]  # "HH:MM" as the person's wall shows them; an end before the start lies past midnight
Week = Sequence[tuple[int, str, str]]  # 0 = Monday
Dates = Mapping[date, Sequence[Window]]


@dataclass(frozen=True)
class Hours:
    """What we know of a person's times: windows by weekday and by date, merged and in order."""

    timezone: str
    weekly: tuple[tuple[Window, ...], ...]  # seven
    dates: dict[date, tuple[Window, ...]]
    comfort: tuple[int, ...] | None  # 24, by local hour; None: the engine's own

    @property
    def known(self) -> bool:
        return any(self.weekly) or any(self.dates.values())


def give(
    session: Session,
    person: Person,
    *,
    timezone: str,
    weekly: Week,
    overrides: Dates,
    comfort: Sequence[int] | None,
    by: str,
    now: datetime,
) -> Availability:
    """Writes down when the person can meet; files leave it alone from now on, and who asked them has their answer.

    Raises UnknownTimezone, EndsWhereItStarts, TooManyHours, BadDate, BadComfort, or NoHours if nothing is given at all.
    """
    if timezone not in zones.names():
        raise UnknownTimezone(name=timezone[:40])
    days = _checked_week(weekly)
    dates = {day: merged(windows) for day, windows in sorted(overrides.items())}
    _check_amount(days, dates, now)
    if comfort is not None and (len(comfort) != 24 or any(not 0 <= value <= 100 for value in comfort)):
        raise BadComfort
    session.execute(select(Person.id).where(Person.id == person.id).with_for_update(key_share=True))
    row = session.get(Availability, person.id, populate_existing=True)
    if row is None:
        row = Availability(person_id=person.id)
        session.add(row)
    row.weekly = [[day, *window] for day, windows in enumerate(days) for window in windows]
    row.overrides = {day.isoformat(): [list(window) for window in windows] for day, windows in dates.items()}
    row.comfort = None if comfort is None else list(comfort)
    row.edited_at = now
    person.timezone, person.edited_at = timezone, now
    session.flush()
    session.expire(person, ["availability"])
    _answer_requests(session, person, now)
    _note(session, person, by=by, now=now)
    return row


def of(session: Session, person: Person, *, since: date = date.min) -> Hours:
    """The person's times as they stand, with the dates that have not passed by `since`."""
    row = session.get(Availability, person.id)
    if row is None:
        return Hours(person.timezone, ((),) * 7, {}, None)
    days: list[list[Window]] = [[] for _ in range(7)]
    for day, start, end in row.weekly:
        days[day].append((start, end))
    dates = {date.fromisoformat(day): merged(windows) for day, windows in row.overrides.items()}
    return Hours(
        timezone=person.timezone,
        weekly=tuple(merged(windows) for windows in days),
        dates={day: dates[day] for day in sorted(dates) if day >= since},
        comfort=tuple(row.comfort) if row.comfort else None,
    )


def merged(windows: Iterable[Sequence[str]]) -> tuple[Window, ...]:
    """The windows of one day in order; those that overlap or touch are one, unless that would pass 24 hours."""
    union: list[tuple[int, int]] = []
    for low, high in sorted(_minutes(start, end) for start, end in windows):
        if union and low <= union[-1][1] and _can_be_written(union[-1][0], max(union[-1][1], high)):
            union[-1] = (union[-1][0], max(union[-1][1], high))
        else:
            union.append((low, high))
    return tuple((_clock(low), "24:00" if high == DAY else _clock(high % DAY)) for low, high in union)


def _minutes(start: str, end: str) -> tuple[int, int]:
    """[a, b) in minutes of the day, b beyond 1440 where the window passes midnight. EndsWhereItStarts."""
    low, high = (int(clock[:2]) * 60 + int(clock[3:]) for clock in (start, end))
    if low == high:
        raise EndsWhereItStarts(text=f"{start}-{end}")
    return low, high if high > low else high + DAY


def _can_be_written(low: int, high: int) -> bool:
    """Whether one start and one end say it: a whole day only from midnight to midnight, and never more than a day."""
    return high - low < DAY or (low, high) == (0, DAY)


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def _checked_week(weekly: Week) -> list[tuple[Window, ...]]:
    days: list[list[Window]] = [[] for _ in range(7)]
    for day, start, end in weekly:
        days[day].append((start, end))
    return [merged(windows) for windows in days]


def _check_amount(days: list[tuple[Window, ...]], dates: dict[date, tuple[Window, ...]], now: datetime) -> None:
    if not any(days) and not any(dates.values()):
        raise NoHours
    if sum(map(len, days)) > MOST_WINDOWS or sum(map(len, dates.values())) > MOST_WINDOWS or len(dates) > MOST_DATES:
        raise TooManyHours(most=MOST_WINDOWS, dates=MOST_DATES)
    today = now.date()
    for day in dates:
        if not today - timedelta(days=1) <= day <= today + FURTHEST:
            raise BadDate(text=day.isoformat())


def _answer_requests(session: Session, person: Person, now: datetime) -> None:
    """Whoever asked has their answer, and what was not sent yet need not be."""
    asked = select(TimesRequest).where(TimesRequest.person_id == person.id, TimesRequest.answered_at.is_(None))
    for request in session.scalars(asked.order_by(TimesRequest.id).with_for_update()):
        request.answered_at = now
        outbox.supersede(session, SendTimesRequest(request.id, person.id, request.reminders), now=now)
    session.flush()


def _note(session: Session, person: Person, *, by: str, now: datetime) -> None:
    """In every programme that the person is in, since their hours count there."""
    of_person = select(Membership.programme_id).where(Membership.person_id == person.id).distinct()
    for programme_id in sorted(session.scalars(of_person)):
        audit.note(session, Action.TIMES_GIVEN, programme_id=programme_id, by=by, now=now, person_id=person.id)

"""Choosing times: the openings of a page, and what a form chose of them. The same days for both, so that they agree."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TypedDict

from flask import request
from sqlalchemy.orm import Session

from scheduler.errors import MeetingClosed, NoHostFree, NotOpen, ProposalClosed, Refused, SlotTaken
from scheduler.models import Meeting, Pair, Person
from scheduler.presenters.i18n import Words
from scheduler.presenters.openings import OpeningView, offered
from scheduler.programme.pairs import fairness, openings
from scheduler.programme.pairs.modes import How

FEW, MANY = 12, 60  # openings on a page, and on one that asks for more


@dataclass(frozen=True)
class Choice:
    """The times on a page, the best first; `more` says that there are others, `chosen` which are ticked.

    `spared` is the name of the one of the two who had the early or late hours so far.
    """

    times: Sequence[OpeningView]
    more: bool
    chosen: Sequence[str]
    spared: str


class Days(TypedDict):
    """From the first to the last."""

    first: date
    last: date


def choice(
    db: Session,
    pair: Pair,
    *,
    minutes: int,
    how: How,
    spoken: Words,
    zone: str,
    others: Sequence[Person],
    now: datetime,
    but: Meeting | None = None,
    without: Collection[datetime] = (),
) -> Choice:
    """The openings of the next weeks `without` some, for a reader in `zone`, with the clocks of `others` beside."""
    first, last = openings.days_ahead(pair.programme, now=now)
    found = openings.openings(db, pair, minutes=minutes, first=first, last=last, how=how, now=now, but=but)
    found = [opening for opening in found if opening.starts_at not in without]
    count = MANY if request.values.get("more") else FEW
    shown = offered(found[:count], pair, minutes=minutes, spoken=spoken, zone=zone, others=others)
    spared = fairness.spared(db, pair, but=but)
    return Choice(shown, len(found) > count, request.form.getlist("start"), spared.name if spared else "")


def chosen_starts() -> list[datetime]:
    """The starts that the form chose, in the page's order. What is no time of ours is left out: it was not offered."""
    found = [_instant(value) for value in request.form.getlist("start")[:100]]
    return [start for start in found if start is not None]


def days(pair: Pair, now: datetime) -> Days:
    """The dates that the page looked at, for the command that books from it."""
    first, last = openings.days_ahead(pair.programme, now=now)
    return {"first": first, "last": last}


def status_of(refused: Refused | None) -> int:
    """409 for what others were faster with, 422 for what was written wrong, 200 for neither."""
    if refused is None:
        return 200
    return 409 if isinstance(refused, SlotTaken | NotOpen | NoHostFree | MeetingClosed | ProposalClosed) else 422


def _instant(value: str) -> datetime | None:
    try:
        return datetime.strptime(value, "%Y-%m-%dT%H:%MZ").replace(tzinfo=UTC)
    except ValueError:
        return None

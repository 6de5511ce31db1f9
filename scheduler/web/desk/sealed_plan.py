"""A plan that was shown, carried in the page's own form: sealed, so that what is sent is what was shown."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask import current_app
from itsdangerous import BadData, URLSafeSerializer
from sqlalchemy.orm import Session

from scheduler.errors import PlanIsOld
from scheduler.programme import desk
from scheduler.programme.access import Desk
from scheduler.programme.pairs import calendars
from scheduler.programme.pool.hosts import Lane
from scheduler.programme.waves.wave_plans import Placed, WavePlan

LASTS = timedelta(hours=12)


@dataclass(frozen=True)
class Choice:
    """What a coordinator asked for: the dates, both included, the length, and whether to book or to propose."""

    first: date
    last: date
    minutes: int
    book: bool


def seal(plan: WavePlan, choice: Choice, mine: Desk, email: str, *, now: datetime) -> str:
    """The plan as text that only we can write, for this coordinator of this programme."""
    slots = [
        [slot.pair.id, calendars.seconds(slot.starts_at), *(slot.lane or (None, "", 0))] for slot in plan.placed
    ]  # fmt: skip
    data = {
        "at": calendars.seconds(now),
        "first": choice.first.isoformat(),
        "last": choice.last.isoformat(),
        "minutes": choice.minutes,
        "book": choice.book,
        "slots": slots,
        "prices": plan.prices,
    }
    return str(_serializer(mine, email).dumps(data))


def open_sealed(session: Session, text: str, mine: Desk, email: str, *, now: datetime) -> tuple[Choice, WavePlan]:
    """What was sealed. PlanIsOld if it is none of ours, older than half a day, or of pairs that this desk lost."""
    try:
        data: dict[str, Any] = _serializer(mine, email).loads(text)
    except BadData:
        raise PlanIsOld from None
    pairs = {pair.id: pair for pair in desk.pairs_in_reach(session, mine)}
    if now - calendars.instant(data["at"]) > LASTS or not pairs.keys() >= {slot[0] for slot in data["slots"]}:
        raise PlanIsOld
    choice = Choice(
        date.fromisoformat(data["first"]), date.fromisoformat(data["last"]), data["minutes"], data["book"]
    )  # fmt: skip
    placed = tuple(
        Placed(
            pairs[pair_id],
            calendars.instant(start),
            choice.minutes,
            Lane(host_id, address, number) if host_id is not None else None,
        )
        for pair_id, start, host_id, address, number in data["slots"]
    )
    prices = tuple((at, whole, meeting) for at, whole, meeting in data["prices"])
    return choice, WavePlan(placed, (), 0, optimal=True, bound=(0, 0), prices=prices)


def _serializer(mine: Desk, email: str) -> URLSafeSerializer:
    salt = f"wave/{mine.programme.id}/{email}"
    return URLSafeSerializer(current_app.secret_key or b"", salt=salt)

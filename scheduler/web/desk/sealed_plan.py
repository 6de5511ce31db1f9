"""A plan that was shown, carried in the page's own form: sealed, so that what is sent is what was shown."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import current_app
from itsdangerous import BadData, URLSafeSerializer

from scheduler.errors import PlanIsOld
from scheduler.programme.access import Desk
from scheduler.programme.pairs import calendars
from scheduler.programme.waves.packed_plans import pack
from scheduler.programme.waves.wave_plans import WavePlan


@dataclass(frozen=True)
class Choice:
    """What a coordinator asked for: the dates, both included, the length, and whether to book or to propose."""

    first: date
    last: date
    minutes: int
    book: bool


@dataclass(frozen=True)
class Sealed:
    """What was sealed, and when; the plan is packed."""

    choice: Choice
    plan: dict[str, Any]
    at: datetime


def seal(plan: WavePlan, choice: Choice, mine: Desk, email: str, *, now: datetime) -> str:
    """The plan as text that only we can write, for this coordinator of this programme."""
    dates = choice.first.isoformat(), choice.last.isoformat()
    return str(
        _serializer(mine, email).dumps([*dates, choice.minutes, choice.book, pack(plan), calendars.seconds(now)])
    )


def open_sealed(text: str, mine: Desk, email: str) -> Sealed:
    """What was sealed. PlanIsOld if it is none of ours."""
    try:
        first, last, minutes, book, plan, at = _serializer(mine, email).loads(text)
    except BadData:
        raise PlanIsOld from None
    choice = Choice(date.fromisoformat(first), date.fromisoformat(last), minutes, book)
    return Sealed(choice, plan, calendars.instant(at))


def _serializer(mine: Desk, email: str) -> URLSafeSerializer:
    salt = f"wave-plan/{mine.programme.id}/{email}"  # another one for each shape of what is sealed
    return URLSafeSerializer(current_app.secret_key or b"", salt=salt)

"""What can be said of an event, and what of it will not do. Times are wall clock, as people announce them."""

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from scheduler.errors import (
    BadCapacity,
    BadEventLength,
    BadLongText,
    BadQuestion,
    BadText,
    BadYear,
    OpensTooLate,
    SkippedTime,
    TitleMissing,
    TooManyQuestions,
)
from scheduler.models import Event
from scheduler.phrases import N_
from scheduler.programme import checks
from scheduler.programme.pairs import modes
from scheduler.slots import zones
from scheduler.states import Audience, EventFormat, EventKind

SHORTEST, LONGEST = 5, 1440  # minutes
MOST_SEATS = 100_000
MOST_QUESTIONS = 20
LONGEST_DESCRIPTION = 5000


@dataclass(frozen=True)
class Details:
    """An event as its coordinator writes it. `starts`, `opens` and `closes` are what a wall in `timezone` shows.

    Texts and questions' texts are by language; a question is {"name", "text", "required"}. `capacity` None: no limit;
    `opens` None: once it is published; `closes` None: at the start. `recorded` is told to people; it records nothing.
    """

    kind: EventKind
    title: dict[str, str]
    audience: Audience
    format: EventFormat
    timezone: str
    starts: datetime
    minutes: int
    place: str = ""
    link: str = ""
    description: dict[str, str] = field(default_factory=dict)
    capacity: int | None = None
    opens: datetime | None = None
    closes: datetime | None = None
    waitlist: bool = True
    recorded: bool = False
    questions: tuple[dict[str, Any], ...] = ()


def details_of(event: Event) -> Details:
    """The event as it is now."""
    return Details(
        kind=event.kind,
        title=event.title,
        audience=event.audience,
        format=event.format,
        timezone=event.timezone,
        starts=_wall(event.starts_at, event.timezone),
        minutes=event.minutes,
        place=event.place,
        link=event.link,
        description=event.description,
        capacity=event.capacity,
        opens=_wall(event.opens_at, event.timezone) if event.opens_at else None,
        closes=_wall(event.closes_at, event.timezone) if event.closes_at else None,
        waitlist=event.waitlist,
        recorded=event.recorded,
        questions=tuple(event.questions),
    )


def columns(details: Details) -> dict[str, Any]:
    """The event's columns that say this. Raises what `check` raises, and SkippedTime or BadYear for a wall clock."""
    check(details)
    starts_at = instant(N_("Start"), details.starts, details.timezone)
    opens_at, closes_at = (
        instant(name, wall, details.timezone) if wall else None
        for name, wall in ((N_("Registration opens"), details.opens), (N_("Registration closes"), details.closes))
    )
    if opens_at is not None and opens_at >= (closes_at or starts_at):
        raise OpensTooLate
    return {
        "kind": details.kind,
        "title": dict(details.title),
        "audience": details.audience,
        "format": details.format,
        "timezone": details.timezone,
        "starts_at": starts_at,
        "minutes": details.minutes,
        "place": details.place,
        "link": details.link,
        "description": dict(details.description),
        "capacity": details.capacity,
        "opens_at": opens_at,
        "closes_at": closes_at,
        "waitlist": details.waitlist,
        "recorded": details.recorded,
        "questions": list(details.questions),
    }


def check(details: Details) -> None:
    """TitleMissing, BadText, BadLongText, BadEventLength, BadCapacity, BadLink, BadQuestion or TooManyQuestions."""
    if not any(text.strip() for text in details.title.values()):
        raise TitleMissing
    for name, text in [(N_("Title"), text) for text in details.title.values()] + [(N_("Place"), details.place)]:
        if len(text) > checks.LONGEST_TEXT or checks.unprintable(text):
            raise BadText(field=name, longest=checks.LONGEST_TEXT)
    told = details.description.values()
    if any(len(text) > LONGEST_DESCRIPTION or checks.unprintable(text, but="\n\t") for text in told):
        raise BadLongText(field=N_("Description"), longest=LONGEST_DESCRIPTION)
    if not SHORTEST <= details.minutes <= LONGEST:
        raise BadEventLength(shortest=SHORTEST, longest=LONGEST)
    if details.capacity is not None and not 1 <= details.capacity <= MOST_SEATS:
        raise BadCapacity(most=MOST_SEATS)
    modes.check_link(details.link)
    _check_questions(details.questions)


def _check_questions(questions: tuple[dict[str, Any], ...]) -> None:
    if len(questions) > MOST_QUESTIONS:
        raise TooManyQuestions(most=MOST_QUESTIONS)
    seen: set[str] = set()
    for number, question in enumerate(questions, start=1):
        name, texts = question["name"], question["text"].values()
        fits = all(len(text) <= checks.LONGEST_TEXT and not checks.unprintable(text) for text in texts)
        asks = fits and any(text.strip() for text in texts)
        if name in seen or len(name) > checks.LONGEST_SLUG or not checks.SLUG.fullmatch(name) or not asks:
            raise BadQuestion(number=number)
        seen.add(name)


def short_name(text: str, otherwise: str) -> str:
    """A name for addresses and fields made of the text's letters: "Mål & mening" is mal-mening."""
    plain = unicodedata.normalize("NFKD", text.lower()).encode("ascii", "ignore").decode()
    found = re.sub("[^a-z0-9]+", "-", plain)[: checks.LONGEST_SLUG].strip("-")
    return found or otherwise


def instant(name: str, wall: datetime, timezone: str) -> datetime:
    """The first instant at which a wall in the zone shows this time; `name` says which time it is, in a refusal."""
    if not checks.FIRST_YEAR <= wall.year <= checks.LAST_YEAR:
        raise BadYear(field=name, first=checks.FIRST_YEAR, last=checks.LAST_YEAR)
    found = zones.wall_to_instants(wall, timezone)
    if not found:
        raise SkippedTime(field=name, time=f"{wall:%Y-%m-%d %H:%M}", zone=timezone)
    return found[0]


def _wall(instant: datetime, timezone: str) -> datetime:
    return instant.astimezone(UTC).astimezone(zones.zone(timezone)).replace(tzinfo=None, fold=0)

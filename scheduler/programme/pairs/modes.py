"""The ways a pair can meet, each with the fields it needs. Fields bear the names of the meeting's columns."""

import re
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import ClassVar
from urllib.parse import urlsplit

from scheduler.errors import BadLink, BadText, MeetingPointMissing, PhoneMissing, PlaceMissing
from scheduler.models import Meeting, Proposal
from scheduler.phrases import N_
from scheduler.states import Mode

HOST = re.compile(r"[a-z0-9_.-]+|[0-9a-f:.]+")
LONGEST_TEXT = 300
LONGEST_LINK = 1000


@dataclass(frozen=True)
class Video:
    """On video; with a pasted `link`, or with a Zoom meeting of the pool where that is empty."""

    mode: ClassVar[Mode] = Mode.VIDEO

    link: str = ""

    def __post_init__(self) -> None:
        check_link(self.link)


@dataclass(frozen=True)
class Phone:
    """By phone, at this number."""

    mode: ClassVar[Mode] = Mode.PHONE

    phone: str

    def __post_init__(self) -> None:
        _check_text(N_("Phone"), self.phone, PhoneMissing)


@dataclass(frozen=True)
class OnSite:
    """In a room, a café, an office."""

    mode: ClassVar[Mode] = Mode.ON_SITE

    place: str

    def __post_init__(self) -> None:
        _check_text(N_("Place"), self.place, PlaceMissing)


@dataclass(frozen=True)
class Walk:
    """A walk: where it starts, what to do in rain, how long or step-free the way is, whom to ring when lost."""

    mode: ClassVar[Mode] = Mode.WALK

    meeting_point: str
    rain_plan: str = ""
    route: str = ""
    phone: str = ""

    def __post_init__(self) -> None:
        _check_text(N_("Meeting point"), self.meeting_point, MeetingPointMissing)
        for name, text in ((N_("If it rains"), self.rain_plan), (N_("Route"), self.route), (N_("Phone"), self.phone)):
            _check_text(name, text)


@dataclass(frozen=True)
class Hybrid:
    """One in the room, one on video: both a place and a link."""

    mode: ClassVar[Mode] = Mode.HYBRID

    place: str
    link: str = ""

    def __post_init__(self) -> None:
        _check_text(N_("Place"), self.place, PlaceMissing)
        check_link(self.link)


How = Video | Phone | OnSite | Walk | Hybrid
BY_MODE: dict[Mode, type[How]] = {how.mode: how for how in (Video, Phone, OnSite, Walk, Hybrid)}
COLUMNS = ("place", "meeting_point", "rain_plan", "route", "phone", "link")


def how_of(meeting: Meeting | Proposal) -> How:
    """How this meeting is held, or would be."""
    how = BY_MODE[meeting.mode]
    return how(**{field.name: getattr(meeting, field.name) for field in fields(how)})


def write(meeting: Meeting | Proposal, how: How) -> None:
    """Sets the mode and its fields; those of other modes are emptied."""
    meeting.mode = how.mode
    for column in COLUMNS:
        setattr(meeting, column, getattr(how, column, ""))


def with_link(how: How, link: str) -> How:
    """The same with this pasted link; an empty one asks the pool again. BadLink where there is no video."""
    if not isinstance(how, Video | Hybrid):
        raise BadLink
    return replace(how, link=link)


def needs_host(how: How) -> bool:
    """Whether a Zoom host of the pool is wanted: on video, and no link of the pair's own."""
    return isinstance(how, Video | Hybrid) and not how.link


def _check_text(field: str, text: str, missing: Callable[[], Exception] | None = None) -> None:
    if missing is not None and not text.strip():
        raise missing()
    if len(text) > LONGEST_TEXT or not text.isprintable():
        raise BadText(field=field, longest=LONGEST_TEXT)


def check_link(link: str) -> None:
    """An https address that browsers can follow, without a name or password in it, and on one line."""
    if link and (len(link) > LONGEST_LINK or not link.isprintable() or " " in link or not _can_be_followed(link)):
        raise BadLink


def _can_be_followed(link: str) -> bool:
    try:
        parts = urlsplit(link)
        host = (parts.hostname or "").encode("idna").decode()  # also refuses empty and overlong labels
        return parts.scheme == "https" and bool(HOST.fullmatch(host)) and parts.username is None and parts.port != 0
    except ValueError:  # a port that is none, among others
        return False

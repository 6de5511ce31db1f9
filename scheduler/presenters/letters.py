"""The mails that we write: a subject, a text, and the same as HTML."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from scheduler.presenters.i18n import N_
from scheduler.presenters.meetings import MeetingView
from scheduler.states import Change

TEMPLATES = Path(__file__).parents[2] / "templates"
SUBJECTS = {
    Change.BOOKED: N_("%(title)s, %(day)s at %(clock)s, %(city)s"),
    Change.MOVED: N_("New time: %(title)s, %(day)s at %(clock)s, %(city)s"),
    Change.CHANGED: N_("Changed: %(title)s, %(day)s at %(clock)s, %(city)s"),
    Change.CANCELLED: N_("Cancelled: %(title)s, %(day)s at %(clock)s, %(city)s"),
}


@dataclass(frozen=True)
class Letter:
    subject: str
    text: str
    html: str


def invite(meeting: MeetingView, change: Change, *, was: datetime | None = None, was_minutes: int = 0) -> Letter:
    """The mail around an invite, in the reader's language and zone. `was` is the start before a move."""
    words, zone = meeting.words, meeting.reader.timezone
    subject = words.gettext(
        SUBJECTS[change],
        title=meeting.title,
        day=words.short_day(meeting.version.starts_at, zone),
        clock=words.clock(meeting.version.starts_at, zone),
        city=words.city(zone),
    )
    facts = {"meeting": meeting, "change": change, "was": words.span(was, was_minutes, zone) if was else ""}
    return Letter(subject, _render("mail/invite.txt", meeting, facts), _render("mail/invite.html", meeting, facts))


def _render(template: str, meeting: MeetingView, facts: dict[str, object]) -> str:
    return _environment().get_template(template).render(**facts, _=meeting.words.gettext, locale=meeting.words.locale)


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )

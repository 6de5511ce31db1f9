"""The mails that we write: a subject, a text, and the same as HTML."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from scheduler.phrases import N_
from scheduler.presenters.i18n import Words, words
from scheduler.presenters.meetings import MeetingView
from scheduler.states import Change

TEMPLATES = Path(__file__).parents[2] / "templates"
SUBJECTS = {
    Change.BOOKED: N_("%(title)s, %(day)s at %(clock)s, %(city)s"),
    Change.MOVED: N_("New time: %(title)s, %(day)s at %(clock)s, %(city)s"),
    Change.CHANGED: N_("Changed: %(title)s, %(day)s at %(clock)s, %(city)s"),
    Change.RULES: N_("Right time: %(title)s, %(day)s at %(clock)s, %(city)s"),
    Change.REFRESHED: N_("%(title)s, %(day)s at %(clock)s, %(city)s"),
    Change.ADDRESSED: N_("%(title)s, %(day)s at %(clock)s, %(city)s"),
    Change.DECLINED: N_("Cancelled: %(title)s, %(day)s at %(clock)s, %(city)s"),
    Change.CANCELLED: N_("Cancelled: %(title)s, %(day)s at %(clock)s, %(city)s"),
}


@dataclass(frozen=True)
class Letter:
    subject: str
    text: str
    html: str


def invite(meeting: MeetingView, change: Change, *, was: datetime | None = None, was_minutes: int = 0) -> Letter:
    """The mail around an invite, in the reader's language and zone. `was` is the start before a move."""
    spoken, zone = meeting.words, meeting.reader.timezone
    subject = spoken.headline(SUBJECTS[change], title=meeting.title, at=meeting.version.starts_at, zone=zone)
    facts = {"meeting": meeting, "change": change, "was": spoken.span(was, was_minutes, zone) if was else ""}
    return letter(subject, "invite", spoken, facts)


def sign_in(locale: str, *, link: str, code: str, minutes: int) -> Letter:
    """The mail with the link and the code to sign in with, which work for so many minutes."""
    spoken = words(locale)
    facts: dict[str, object] = {"link": link, "code": code, "minutes": minutes}
    return letter(spoken.gettext(N_("Sign in to Träff")), "sign_in", spoken, facts)


def withdrawal(locale: str, *, programme: str, contact: str) -> Letter:
    """The mail to an address that an invite went to by mistake."""
    spoken = words(locale)
    facts: dict[str, object] = {"programme": programme, "contact": contact}
    return letter(spoken.gettext(N_("An invitation that was not for you is withdrawn")), "withdrawal", spoken, facts)


def letter(subject: str, name: str, spoken: Words, facts: dict[str, object]) -> Letter:
    """The letter of the templates mail/<name>.txt and .html, in this language."""
    text, html = (
        _environment()
        .get_template(f"mail/{name}.{kind}")
        .render(**facts, _=spoken.gettext, ngettext=spoken.ngettext, locale=spoken.locale)
        for kind in ("txt", "html")
    )
    return Letter(subject, text, html)


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

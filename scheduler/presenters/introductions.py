"""The mail that tells one of a pair who the other is, and what happens next."""

from dataclasses import dataclass
from datetime import datetime

from scheduler.phrases import N_
from scheduler.presenters.i18n import Words, gmt, words
from scheduler.presenters.letters import Letter, letter
from scheduler.presenters.meetings import Reader
from scheduler.slots import zones
from scheduler.states import Role

SUBJECTS = {
    Role.MENTOR: N_("Your mentor: %(name)s"),
    Role.MENTEE: N_("Your mentee: %(name)s"),
}


@dataclass(frozen=True)
class Introduced:
    """What the mail tells its reader. `role` is the partner's; `times` is the reader's own link to give times by."""

    reader: Reader
    partner: Reader
    role: Role
    programme: str
    contact: str
    at: datetime
    minutes: int
    times: str
    home: str


def introduction(pair: Introduced) -> Letter:
    """The mail in the reader's language; names are plain text in it."""
    spoken = words(pair.reader.locale)
    facts: dict[str, object] = {
        "pair": pair,
        "where": f"{spoken.city(pair.partner.timezone)} ({gmt(pair.partner.timezone, pair.at)})",
        "difference": difference(spoken, pair.reader.timezone, pair.partner.timezone, pair.at),
    }
    return letter(spoken.gettext(SUBJECTS[pair.role], name=pair.partner.name), "introduction", spoken, facts)


def difference(spoken: Words, mine: str, theirs: str, at: datetime) -> str:
    """How the clocks of two zones differ at that instant, in words."""
    minute = int(at.timestamp() // 60)
    minutes = zones.offset_at(theirs, minute) - zones.offset_at(mine, minute)
    if minutes == 0:
        return spoken.gettext("the same time as where you are")
    length = _length(spoken, abs(minutes))
    if minutes > 0:
        return spoken.gettext("%(length)s ahead of you at present", length=length)
    return spoken.gettext("%(length)s behind you at present", length=length)


def _length(spoken: Words, minutes: int) -> str:
    """9 hours; 5 hours 30 minutes."""
    hours, rest = divmod(minutes, 60)
    parts = [spoken.ngettext("%(num)s hour", "%(num)s hours", hours)] if hours else []
    if rest:
        parts.append(spoken.ngettext("%(num)s minute", "%(num)s minutes", rest))
    return " ".join(parts)

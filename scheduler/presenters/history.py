"""An entry of the audit trail in words: who, and what besides its action."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from scheduler.models import AuditEntry
from scheduler.phrases import N_
from scheduler.presenters.i18n import Words
from scheduler.presenters.labels import label
from scheduler.programme.audit import TRAFF
from scheduler.states import Mode, Partstat, ReminderChoice, Verdict

SOURCES = {"command-line": N_("from the command line"), "desk": N_("from the desk"), "zoom": N_("as Zoom tells"),
           "door": N_("both came through the door")}  # fmt: skip
FIELDS = {
    "title": N_("title"), "description": N_("description"), "kind": N_("kind"), "audience": N_("audience"),
    "format": N_("format"), "starts_at": N_("start"), "minutes": N_("length"), "place": N_("place"),
    "link": N_("link"), "capacity": N_("seats"), "opens_at": N_("opening"), "closes_at": N_("closing"),
    "waitlist": N_("waitlist"), "recorded": N_("recording"), "questions": N_("questions"), "timezone": N_("time zone"),
}  # fmt: skip


def who(entry: AuditEntry, words: Words) -> str:
    """The address of who did it, or Träff."""
    return words.gettext("Träff itself") if entry.by == TRAFF else entry.by


def besides(entry: AuditEntry, words: Words, zone: str) -> str:
    """What else is known of it, in words: times in `zone`, counts, answers. Bare ids are left out."""
    told = [tell(entry.details[name], words, zone) for name, tell in TELLING.items() if name in entry.details]
    return ", ".join(text for text in told if text)


def _at(sentence: str) -> Callable[[Any, Words, str], str]:
    def tell(value: Any, words: Words, zone: str) -> str:
        at = datetime.fromisoformat(value)
        when = f"{words.short_day(at, zone)} {words.clock(at, zone)}"
        return words.gettext(sentence, when=when)

    return tell


def _source(value: Any, words: Words, zone: str) -> str:
    return words.gettext(SOURCES[value]) if value in SOURCES else ""


def _slots(value: Any, words: Words, zone: str) -> str:
    return words.ngettext("%(num)s time", "%(num)s times", len(value))


def _fields(value: Any, words: Words, zone: str) -> str:
    return ", ".join(words.gettext(FIELDS[name]) for name in value if name in FIELDS)


def _reminder(value: Any, words: Words, zone: str) -> str:
    return words.gettext("as a reminder") if value else ""


# One word or count for each detail that says something to people, in the order of telling.
TELLING: dict[str, Callable[[Any, Words, str], str]] = {
    "starts_at": _at(N_("at %(when)s")),
    "was": _at(N_("before: %(when)s")),
    "mode": lambda value, words, zone: words.gettext(label(Mode(value))),
    "verdict": lambda value, words, zone: words.gettext(label(Verdict(value))),
    "partstat": lambda value, words, zone: words.gettext(label(Partstat(value))),
    "slots": _slots,
    "fields": _fields,
    "people": lambda value, words, zone: words.ngettext("%(num)s person", "%(num)s people", value),
    "pairs": lambda value, words, zone: words.ngettext("%(num)s pair", "%(num)s pairs", value),
    "told": lambda value, words, zone: words.ngettext("%(num)s person told", "%(num)s people told", value),
    "came": lambda value, words, zone: words.ngettext("%(num)s person came", "%(num)s people came", value),
    "created": lambda value, words, zone: words.ngettext("%(num)s row created", "%(num)s rows created", value),
    "changed": lambda value, words, zone: words.ngettext("%(num)s row changed", "%(num)s rows changed", value),
    "retired": lambda value, words, zone: words.ngettext("%(num)s link taken out", "%(num)s links taken out", value),
    "reminder": _reminder,
    "address": lambda value, words, zone: words.gettext("e-mail address"),
    "reminders": lambda value, words, zone: words.gettext(label(ReminderChoice(value))),
    "source": _source,
}

"""The mail that asks somebody to register for an event, and those that remind them or tell of a change."""

from dataclasses import dataclass
from datetime import datetime

from scheduler.phrases import N_
from scheduler.presenters.i18n import Words, words
from scheduler.presenters.labels import label
from scheduler.presenters.letters import Letter, letter
from scheduler.presenters.meetings import Reader
from scheduler.states import EventFormat, EventNews

SUBJECT = N_("%(title)s, %(day)s at %(clock)s, %(city)s: will you come?")
REMINDER = N_("Reminder: %(title)s, %(day)s at %(clock)s, %(city)s")
NEWS = {
    EventNews.MOVED: N_("New time: %(title)s, %(day)s at %(clock)s, %(city)s"),
    EventNews.CANCELLED: N_("Cancelled: %(title)s, %(day)s at %(clock)s, %(city)s"),
}


@dataclass(frozen=True)
class EventAsked:
    """What the mail tells its reader. `timezone` is the event's, `opens_at` set where registration is yet to open."""

    reader: Reader
    programme: str
    contact: str
    title: str
    description: str
    format: EventFormat
    place: str
    starts_at: datetime
    minutes: int
    timezone: str
    opens_at: datetime | None
    closes_at: datetime
    seats: int | None
    recorded: bool
    page: str
    reminder: bool
    news: EventNews | None = None  # the event moved, or is called off, since they were invited
    was: str = ""  # when it was, before it moved

    @property
    def words(self) -> Words:
        return words(self.reader.locale)


def event_invitation(asked: EventAsked) -> Letter:
    """The mail in the reader's language and zone, with the event's own zone beside it where its clocks differ."""
    spoken, zone = asked.words, asked.reader.timezone
    sentence = NEWS[asked.news] if asked.news else REMINDER if asked.reminder else SUBJECT
    subject = spoken.headline(sentence, title=asked.title, at=asked.starts_at, zone=zone)
    facts: dict[str, object] = {
        "asked": asked,
        "when": spoken.span(asked.starts_at, asked.minutes, zone),
        "when_there": spoken.elsewhere(asked.starts_at, asked.minutes, zone, asked.timezone),
        "how": spoken.gettext(label(asked.format)),
        "opens": spoken.short_moment(asked.opens_at, zone) if asked.opens_at else "",
        "closes": spoken.short_moment(asked.closes_at, zone),
    }
    return letter(subject, "event_invitation", spoken, facts)

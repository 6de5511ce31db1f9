"""The mails that say no to a time which somebody's calendar proposed."""

from collections.abc import Sequence
from datetime import datetime

from scheduler.phrases import N_
from scheduler.presenters.letters import Letter, letter
from scheduler.presenters.meetings import MeetingView
from scheduler.presenters.registrations import RegistrationView

AS_BEFORE = N_("As before: %(title)s, %(day)s at %(clock)s, %(city)s")
ONE_FOR_ALL = N_("The event has one time for all who come, so it stays as it is.")
REFUSED = N_("The meeting stays as it is: nothing came of the time that you proposed.")


def refusal(meeting: MeetingView) -> Letter:
    """What goes with the calendar's own no."""
    return letter(_subject(meeting), "refusal", meeting.words, {"meeting": meeting, "sentence": sentence(meeting)})


def other_times(meeting: MeetingView, starts: Sequence[datetime], *, move: str, hours: str) -> Letter:
    """The mail with times that suit both. `move` is where one is chosen, `hours` where more of them come from."""
    spoken, minutes = meeting.words, meeting.version.minutes
    facts: dict[str, object] = {
        "meeting": meeting,
        "sentence": sentence(meeting),
        "times": [spoken.span(start, minutes, meeting.reader.timezone) for start in starts],
        "move": move,
        "hours": hours,
    }
    return letter(spoken.gettext("Other times: %(title)s", title=meeting.title), "other_times", spoken, facts)


def sentence(told: MeetingView | RegistrationView) -> str:
    """The no itself, for a calendar's comment too."""
    return told.words.gettext(REFUSED if isinstance(told, MeetingView) else ONE_FOR_ALL)


def event_refusal(registration: RegistrationView) -> Letter:
    """What goes with the no to another time for an event."""
    facts: dict[str, object] = {"registration": registration, "sentence": sentence(registration)}
    return letter(_subject(registration), "event_refusal", registration.words, facts)


def _subject(told: MeetingView | RegistrationView) -> str:
    return told.words.headline(AS_BEFORE, title=told.title, at=told.version.starts_at, zone=told.reader.timezone)

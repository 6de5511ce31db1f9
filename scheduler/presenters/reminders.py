"""The mail that reminds somebody of a meeting or an event: all they need for it, and the raw link in the last one."""

from dataclasses import dataclass
from datetime import datetime

from scheduler.phrases import N_
from scheduler.presenters.i18n import Words, words
from scheduler.presenters.letters import Letter, letter
from scheduler.presenters.meetings import MeetingView, Reader
from scheduler.presenters.registrations import RegistrationView
from scheduler.slots import differences

SUBJECT = N_("Reminder: %(title)s, %(day)s at %(clock)s, %(city)s")


@dataclass(frozen=True)
class Reminded:
    """What the mail tells its reader. `spare` leads straight to the video meeting; empty in all mails but the last.

    `door` is where the reader comes in, or finds more; `way_out` is where they say that they cannot come.
    """

    reader: Reader
    programme: str
    contact: str
    title: str
    opening: str
    starts_at: datetime
    facts: list[tuple[str, str]]
    apart: str  # how far apart the clocks are, where that is not as usual
    door: str
    joins_by_door: bool
    spare: str
    way_out_words: str
    way_out: str
    choices: str  # where the reader chooses their reminders


def reminder(told: Reminded) -> Letter:
    """The mail in the reader's language and zone."""
    spoken = words(told.reader.locale)
    subject = spoken.headline(SUBJECT, title=told.title, at=told.starts_at, zone=told.reader.timezone)
    return letter(subject, "reminder", spoken, {"told": told})


def of_meeting(meeting: MeetingView, *, spare: str, choices: str) -> Reminded:
    spoken, at = meeting.words, meeting.version
    _ = spoken.gettext
    facts = [
        (_("When"), meeting.when),
        (_("For %(name)s", name=meeting.partner), meeting.when_for_partner),
        (_("At the place"), meeting.when_at_place),
        (_("How"), meeting.mode),
        *meeting.facts,
    ]
    return Reminded(
        reader=meeting.reader,
        programme=meeting.programme,
        contact=meeting.contact,
        title=meeting.title,
        opening=_("You and %(name)s meet soon.", name=meeting.partner),
        starts_at=at.starts_at,
        facts=[(what, text) for what, text in facts if text],
        apart=_apart(spoken, meeting.reader.timezone, meeting.partner_timezone, at.starts_at),
        door=meeting.door,
        joins_by_door=meeting.joins_by_door,
        spare=spare if meeting.joins_by_door else "",
        way_out_words=_("Does the time not suit? Move the meeting, or cancel it, here:"),
        way_out=meeting.change,
        choices=choices,
    )


def of_event(registration: RegistrationView, *, spare: str, choices: str) -> Reminded:
    spoken, at = registration.words, registration.version
    _ = spoken.gettext
    facts = [
        (_("When"), registration.when),
        (_("At the place"), registration.when_at_place),
        (_("How"), registration.how),
        (_("Place"), at.place),
        (_("Recording"), _("This event will be recorded.") if at.recorded else ""),
    ]
    return Reminded(
        reader=registration.reader,
        programme=registration.programme,
        contact=registration.contact,
        title=registration.title,
        opening=_("You have a seat at %(title)s, which begins soon.", title=registration.title),
        starts_at=at.starts_at,
        facts=[(what, text) for what, text in facts if text],
        apart=_apart(spoken, registration.reader.timezone, at.timezone, at.starts_at),
        door=registration.door if registration.joins_by_door else registration.page,
        joins_by_door=registration.joins_by_door,
        spare=spare if registration.joins_by_door else "",
        way_out_words=_("Can you not come? Give your seat to somebody else here:"),
        way_out=registration.receipt,
        choices=choices,
    )


def _apart(spoken: Words, here: str, there: str, at: datetime) -> str:
    """A sentence for the weeks when the two clocks are not as far apart as usual; else nothing."""
    found = differences.unusual(here, there, at)
    if found is None:
        return ""
    hours = spoken.ngettext("%(hours)s hour", "%(hours)s hours", 1 if found.now == 60 else 2, hours=_hours(found.now))
    return spoken.gettext(
        "This week the difference between %(here)s and %(there)s is %(hours)s instead of %(usual)s.",
        here=spoken.city(here),
        there=spoken.city(there),
        hours=hours,
        usual=_hours(found.usual),
    )


def _hours(minutes: int) -> str:
    """5, or 4:30."""
    hours, rest = divmod(minutes, 60)
    return f"{hours}:{rest:02}" if rest else str(hours)

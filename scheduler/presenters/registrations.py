"""A registration in its holder's words, the same on the receipt, in the mail and in the calendar."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from scheduler.messages import EventVersion, SendRegistration
from scheduler.models import Registration
from scheduler.phrases import N_
from scheduler.presenters.i18n import Words, words
from scheduler.presenters.labels import label
from scheduler.presenters.letters import Letter, letter
from scheduler.presenters.links import Links
from scheduler.presenters.meetings import Reader
from scheduler.programme.events.registrations import version
from scheduler.states import EventFormat, EventState, Invited, Method, RegistrationChange, RegistrationState

REMOTE = {EventFormat.ONLINE, EventFormat.HYBRID}
SUBJECTS = {
    RegistrationChange.CONFIRMED: N_("%(title)s, %(day)s at %(clock)s, %(city)s"),
    RegistrationChange.WAITLISTED: N_("On the waitlist: %(title)s, %(day)s at %(clock)s, %(city)s"),
    RegistrationChange.PROMOTED: N_("You have a seat: %(title)s, %(day)s at %(clock)s, %(city)s"),
    RegistrationChange.MOVED: N_("New time: %(title)s, %(day)s at %(clock)s, %(city)s"),
    RegistrationChange.CHANGED: N_("Changed: %(title)s, %(day)s at %(clock)s, %(city)s"),
    RegistrationChange.RULES: N_("Right time: %(title)s, %(day)s at %(clock)s, %(city)s"),
    RegistrationChange.CANCELLED: N_("Place given up: %(title)s, %(day)s at %(clock)s, %(city)s"),
    RegistrationChange.EVENT_CANCELLED: N_("Cancelled: %(title)s, %(day)s at %(clock)s, %(city)s"),
    RegistrationChange.ADDRESSED: N_("%(title)s, %(day)s at %(clock)s, %(city)s"),
    RegistrationChange.REFRESHED: N_("%(title)s, %(day)s at %(clock)s, %(city)s"),
    RegistrationChange.AGAIN: N_("Your registration: %(title)s, %(day)s at %(clock)s, %(city)s"),
}


@dataclass(frozen=True)
class RegistrationView:
    """What its holder is told of a registration. `state` is theirs, `called_off` says that the event is cancelled.

    The door is for mails and calendars: whoever only typed an address has not shown that it is theirs.
    """

    uid: str
    version: EventVersion
    state: RegistrationState
    called_off: bool
    place_in_line: int  # from 1; 0 where nobody waits
    reader: Reader
    programme: str
    contact: str
    door: str
    receipt: str
    page: str
    answer: str  # where its holder says whether they come; for mails alone, as the door is

    @property
    def words(self) -> Words:
        return words(self.reader.locale)

    @property
    def ends_at(self) -> datetime:
        return self.version.starts_at + timedelta(minutes=self.version.minutes)

    @property
    def cancelled(self) -> bool:
        """Whether there is nothing to come to any more."""
        return self.called_off or self.state is RegistrationState.CANCELLED

    @property
    def seated(self) -> bool:
        return self.state is RegistrationState.CONFIRMED and not self.called_off

    @property
    def title(self) -> str:
        return self.words.choose(self.version.title)

    @property
    def how(self) -> str:
        return self.words.gettext(label(self.version.format))

    @property
    def when(self) -> str:
        """Day, times and zone, as the reader's wall shows them."""
        return self.words.span(self.version.starts_at, self.version.minutes, self.reader.timezone)

    @property
    def when_at_place(self) -> str:
        """The same on the wall of the zone in which the event was announced; empty where both show the same."""
        at = self.version
        return self.words.elsewhere(at.starts_at, at.minutes, self.reader.timezone, at.timezone)

    @property
    def standing(self) -> str:
        """The state in a sentence of its own."""
        _ = self.words.gettext
        if self.called_off:
            return _("The event is cancelled.")
        if self.state is RegistrationState.CONFIRMED:
            return _("You have a seat.")
        if self.state is RegistrationState.CANCELLED:
            return _("Your place is given up.")
        return _("You are on the waitlist, as number %(place)s.", place=self.place_in_line)

    @property
    def joins_by_door(self) -> bool:
        """Whether the holder may come in from afar."""
        return self.seated and self.version.format in REMOTE

    @property
    def location(self) -> str:
        """One line for a calendar: the place, or the door of an event that has none."""
        if self.version.format is not EventFormat.ONLINE:
            return self.version.place
        return self.door if self.joins_by_door else ""


def view(registration: Registration, links: Links, *, place_in_line: int = 0) -> RegistrationView:
    """The registration as it is now. `place_in_line` counts from 1 where its holder waits."""
    event, person = registration.event, registration.person
    return RegistrationView(
        uid=registration.uid,
        version=version(registration),
        state=registration.state,
        called_off=event.state is EventState.CANCELLED,
        place_in_line=place_in_line,
        reader=Reader(registration.name, person.email, registration.locale, registration.timezone),
        programme=words(registration.locale).choose(event.programme.name),
        contact=event.programme.contact,
        door=links.event_door(registration.id, registration.door_generation),
        receipt=links.receipt(registration.id, registration.receipt_generation),
        page=links.event(event.programme.slug, event.slug),
        answer=links.invite(Invited.REGISTRATION, registration.id, registration.door_generation),
    )


def as_told(registration: RegistrationView, message: SendRegistration) -> RegistrationView:
    """The registration as it was when this mail came to be owed; a receipt that is sent once more is as of today."""
    if message.change is RegistrationChange.AGAIN:
        return replace(registration, version=replace(registration.version, at=message.version.at))
    if message.change is RegistrationChange.CANCELLED:
        state = RegistrationState.CANCELLED
    else:  # a REQUEST is of a seat, and so is a CANCEL
        state = RegistrationState.CONFIRMED if message.method else RegistrationState.WAITLISTED
    called_off = message.change is RegistrationChange.EVENT_CANCELLED
    return replace(registration, version=message.version, state=state, called_off=called_off)


def told(registration: RegistrationView, message: SendRegistration) -> Letter:
    """The mail about a registration, in its holder's language and zone."""
    spoken, zone = registration.words, registration.reader.timezone
    starts_at = registration.version.starts_at
    subject = spoken.headline(SUBJECTS[message.change], title=registration.title, at=starts_at, zone=zone)
    facts: dict[str, object] = {
        "registration": registration,
        "change": message.change,
        "invited": message.method is Method.REQUEST,
        "withdrawn": message.method is Method.CANCEL,
        "was": spoken.span(message.was, message.was_minutes, zone) if message.was else "",
    }
    return letter(subject, "registration", spoken, facts)

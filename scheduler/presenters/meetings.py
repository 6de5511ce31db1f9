"""A version of a meeting in one reader's words, the same on the page, in the mail and in the calendar."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from scheduler.messages import MeetingVersion
from scheduler.models import Meeting, Person, Proposal, Seat
from scheduler.presenters.i18n import Words, words
from scheduler.presenters.labels import label
from scheduler.presenters.links import Links
from scheduler.programme.pairs.meetings import version
from scheduler.states import Invited, MeetingState, Mode

PHYSICAL = {Mode.ON_SITE, Mode.WALK, Mode.HYBRID}
REMOTE = {Mode.VIDEO, Mode.HYBRID}


@dataclass(frozen=True)
class Reader:
    """Who reads, in which language and zone."""

    name: str
    email: str
    locale: str
    timezone: str


@dataclass(frozen=True)
class MeetingView:
    """What a reader is told of a meeting. The words are made on demand; the facts are all here."""

    uid: str
    version: MeetingVersion
    cancelled: bool
    reader: Reader
    partner: str
    partner_timezone: str
    programme: str
    contact: str
    door: str
    feed: str  # empty while it is closed
    change: str  # where the reader moves or cancels it
    answer: str = ""  # where the reader says whether they come
    again: str = ""  # where the reader proposes times for another one

    @property
    def words(self) -> Words:
        return words(self.reader.locale)

    @property
    def ends_at(self) -> datetime:
        return self.version.starts_at + timedelta(minutes=self.version.minutes)

    @property
    def title(self) -> str:
        return self.words.gettext("Mentor meeting with %(name)s", name=self.partner)

    @property
    def mode(self) -> str:
        return self.words.gettext(label(self.version.mode))

    @property
    def when(self) -> str:
        """Day, times and zone, as the reader's wall shows them."""
        return self.words.span(self.version.starts_at, self.version.minutes, self.reader.timezone)

    @property
    def when_for_partner(self) -> str:
        """The same on the partner's wall; empty where both walls show the same."""
        return self._elsewhere(self.partner_timezone)

    @property
    def when_at_place(self) -> str:
        """The same on the wall where people come together; empty where the reader's wall shows the same."""
        return self._elsewhere(self.version.timezone) if self.version.mode in PHYSICAL else ""

    @property
    def joins_by_door(self) -> bool:
        """Whether the reader may come in on video."""
        return self.version.mode in REMOTE

    @property
    def facts(self) -> list[tuple[str, str]]:
        """(what, text) of everything there is to know about the place, in the order in which one needs it."""
        return place_facts(self.version, self.words)

    @property
    def location(self) -> str:
        """One line for a calendar: the door for a video meeting that takes place, else where to be."""
        at = self.version
        return {
            Mode.VIDEO: "" if self.cancelled else self.door,
            Mode.PHONE: at.phone,
            Mode.WALK: at.meeting_point,
            Mode.ON_SITE: at.place,
            Mode.HYBRID: at.place,
        }[at.mode]

    def _elsewhere(self, zone: str) -> str:
        at = self.version
        return self.words.elsewhere(at.starts_at, at.minutes, self.reader.timezone, zone)


def view(seat: Seat, links: Links, *, at: MeetingVersion | None = None, cancelled: bool | None = None) -> MeetingView:
    """The meeting of this seat for the one who sits there: as it is now, or as it was in version `at`."""
    meeting = seat.meeting
    pair = meeting.pair
    partner = pair.partner_of(seat.person_id)
    return MeetingView(
        uid=meeting.uid,
        version=at or version(meeting),
        cancelled=meeting.state is MeetingState.CANCELLED if cancelled is None else cancelled,
        reader=reader(seat.person),
        partner=partner.name,
        partner_timezone=partner.timezone,
        programme=words(seat.person.locale).choose(pair.programme.name),
        contact=pair.programme.contact,
        door=links.door(seat.id, seat.door_generation),
        feed="" if seat.person.feed_closed else links.feed(seat.person_id, seat.person.feed_generation),
        change=links.me(f"meetings/{meeting.id}"),
        again=links.me(f"pairs/{pair.id}/propose"),
        answer=links.invite(Invited.MEETING, seat.id, seat.door_generation),
    )


def place_facts(at: MeetingVersion | Meeting | Proposal, spoken: Words) -> list[tuple[str, str]]:
    """(what, text) of where to be, for a meeting as it is, was or may be."""
    _ = spoken.gettext
    rows = [
        (_("Place"), at.place),
        (_("Meeting point"), at.meeting_point),
        (_("If it rains"), at.rain_plan),
        (_("Route"), at.route),
        (_("Phone"), at.phone),
    ]
    return [(what, text) for what, text in rows if text]


def reader(person: Person) -> Reader:
    return Reader(person.name, person.email, person.locale, person.timezone)

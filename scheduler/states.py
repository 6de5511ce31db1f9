"""The closed sets of the glossary, one word for each thing, as they stand in tables, files and messages."""

from enum import StrEnum


class Role(StrEnum):
    """What a person is in a programme; one person may be both."""

    MENTOR = "mentor"
    MENTEE = "mentee"


class EventKind(StrEnum):
    WORKSHOP = "workshop"
    KICK_OFF = "kick-off"
    MID_WAY = "mid-way"
    EXCHANGE = "exchange"
    CONCLUSION = "conclusion"
    OTHER = "other"


class Audience(StrEnum):
    MENTEES = "mentees"
    MENTORS = "mentors"
    ALL = "all"
    PUBLIC = "public"  # anybody may come; those of the programme can be asked

    @property
    def roles(self) -> frozenset[Role]:
        """What those of the programme are whom it names."""
        named = {Audience.MENTEES: {Role.MENTEE}, Audience.MENTORS: {Role.MENTOR}}
        return frozenset(named.get(self, Role))


class EventFormat(StrEnum):
    ONLINE = "online"
    ON_SITE = "on-site"
    HYBRID = "hybrid"


class EventState(StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"
    CANCELLED = "cancelled"


class RegistrationState(StrEnum):
    CONFIRMED = "confirmed"
    WAITLISTED = "waitlisted"
    CANCELLED = "cancelled"


class RegistrationChange(StrEnum):
    """What a mail about a registration tells."""

    CONFIRMED = "confirmed"
    WAITLISTED = "waitlisted"
    PROMOTED = "promoted"  # from the waitlist to a seat
    MOVED = "moved"  # the event has a new time
    CHANGED = "changed"  # the event has a new place, link or format
    RULES = "rules"  # a zone has new rules: what the wall was to show then is put right
    CANCELLED = "cancelled"  # the person's place is given up
    EVENT_CANCELLED = "event-cancelled"
    REFRESHED = "refreshed"  # a calendar asked for its invite once more; nothing has changed
    ADDRESSED = "addressed"  # the holder's address was put right; nothing else has changed
    AGAIN = "again"  # somebody wrote an address that is registered already: its receipt once more


class EventNews(StrEnum):
    """What those hear who were invited to an event and have not answered."""

    MOVED = "moved"
    CANCELLED = "cancelled"


class Mode(StrEnum):
    """How a pair meets."""

    VIDEO = "video"
    PHONE = "phone"
    ON_SITE = "on-site"
    WALK = "walk"
    HYBRID = "hybrid"


class MeetingState(StrEnum):
    BOOKED = "booked"
    CANCELLED = "cancelled"
    HELD = "held"


class Source(StrEnum):
    """Who says that somebody was there, or that two have met."""

    PERSON = "person"  # one of the two
    COORDINATOR = "coordinator"
    ZOOM = "zoom"
    DOOR = "door"

    @property
    def is_told(self) -> bool:
        """Whether nobody has said it themselves."""
        return self in {Source.ZOOM, Source.DOOR}


class ProposalState(StrEnum):
    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"  # by whoever made it, by a newer one, or by a meeting that was booked otherwise


class RunState(StrEnum):
    """How far the search for a wave's plan, and the sending of it, is."""

    WAITING = "waiting"
    RUNNING = "running"
    READY = "ready"  # it has a plan: the best, or the best so far where somebody stopped it
    INTERRUPTED = "interrupted"  # it ended without any
    SENDING = "sending"  # the plan is being booked or proposed
    SENT = "sent"


class SendingOutcome(StrEnum):
    """What came of a pair when its wave was sent."""

    SENT = "sent"
    CARED_FOR = "cared-for"  # it had got a meeting or a proposal since the plan was made
    TAKEN = "taken"  # its time does not suit any more
    NO_HOST = "no-host"  # nobody can open the meeting any more
    FAILED = "failed"  # a bug, which stands in the log


class Verdict(StrEnum):
    """What a person answers to a proposal."""

    THIS_ONE = "this-one"
    NONE_FITS = "none-fits"
    OTHER_TIME = "another-time"  # answered with a proposal of their own


class Change(StrEnum):
    """What made a new version of a meeting, for the mail to say."""

    BOOKED = "booked"
    MOVED = "moved"
    CHANGED = "changed"
    RULES = "rules"  # a zone has new rules: what the wall was to show then is put right
    REFRESHED = "refreshed"  # a calendar asked for it once more; nothing has changed
    ADDRESSED = "addressed"  # the address of one of the two was put right; nothing else has changed
    CANCELLED = "cancelled"
    DECLINED = "declined"  # cancelled, because the other one declined the invite


class Method(StrEnum):
    """iTIP's word for what an invite asks (RFC 5546 section 1.4)."""

    REQUEST = "REQUEST"
    CANCEL = "CANCEL"
    DECLINECOUNTER = "DECLINECOUNTER"


class Invited(StrEnum):
    """What an invite's uid belongs to, as the address that it comes from writes it."""

    MEETING = "m"
    REGISTRATION = "r"


class Partstat(StrEnum):
    """What somebody answers to an invite, in iTIP's word (RFC 5545 section 3.2.12)."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    TENTATIVE = "tentative"
    DELEGATED = "delegated"


class Parked(StrEnum):
    """Why something that came in changed nothing, for a coordinator to see."""

    UNKNOWN_ADDRESS = "unknown-address"
    OTHER_UID = "other-uid"
    FORGED = "forged"
    UNINVITED = "uninvited"
    OTHER_SENDER = "other-sender"
    AHEAD = "ahead"  # answers a version that was never sent
    EARLIER_VERSION = "earlier-version"
    OUT_OF_ORDER = "out-of-order"  # a newer answer has come before it
    ONE_OF_A_SERIES = "one-of-a-series"
    OVER = "over"  # cancelled, or it has begun
    DELEGATED = "delegated"
    NO_VERDICT = "no-verdict"
    FIXED = "fixed"  # another time for an event, which is not one person's to move
    TOO_MANY = "too-many"
    TOO_LARGE = "too-large"
    TOO_NESTED = "too-nested"
    TOO_MANY_PARTS = "too-many-parts"
    NO_ANSWER = "no-answer"
    AUTOMATIC = "automatic"
    NOT_FOR_US = "not-for-us"
    CONTRADICTORY = "contradictory"
    BROKEN = "broken"
    BUG = "bug"


class ReminderKind(StrEnum):
    """When somebody is reminded of what is to come."""

    DAY = "day"
    HOUR = "hour"


class HostKind(StrEnum):
    """What a host of the pool is: a user at Zoom, whose meetings we make, or one pasted link for all its meetings."""

    API = "api"
    LINK = "link"


class ReminderChoice(StrEnum):
    """Which reminders somebody gets, as they choose it, or a programme for those who have not."""

    PROGRAMME = "programme"  # those of each programme that one is in
    BOTH = "both"
    DAY = "day"
    HOUR = "hour"
    NONE = "none"


class Channel(StrEnum):
    """The outside system that a delivery goes to; a worker serves each channel on its own."""

    MAIL = "mail"
    ZOOM = "zoom"


class DeliveryState(StrEnum):
    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"
    SUPERSEDED = "superseded"


class Action(StrEnum):
    """What the audit trail says was done."""

    LOADED = "loaded"
    LINKS_LOADED = "links-loaded"
    PROGRAMME_CHANGED = "programme-changed"
    COORDINATOR_GRANTED = "coordinator-granted"
    COORDINATOR_REVOKED = "coordinator-revoked"
    FACILITATOR_GRANTED = "facilitator-granted"
    FACILITATOR_REVOKED = "facilitator-revoked"
    PERSON_CHANGED = "person-changed"
    FEED_CHANGED = "feed-changed"
    TIMES_ASKED = "times-asked"
    TIMES_GIVEN = "times-given"
    PAIRS_INTRODUCED = "pairs-introduced"
    PROPOSED = "proposed"
    PROPOSAL_ANSWERED = "proposal-answered"
    PROPOSAL_WITHDRAWN = "proposal-withdrawn"
    MEETING_BOOKED = "meeting-booked"
    MEETING_MOVED = "meeting-moved"
    MEETING_CHANGED = "meeting-changed"
    MEETING_CANCELLED = "meeting-cancelled"
    MEETING_HELD = "meeting-held"
    MEETING_NOT_HELD = "meeting-not-held"  # what Zoom or the door told was taken back
    INVITE_ANSWERED = "invite-answered"
    WAVE_BOOKED = "wave-booked"
    WAVE_PROPOSED = "wave-proposed"
    EVENT_CREATED = "event-created"
    EVENT_CHANGED = "event-changed"
    EVENT_PUBLISHED = "event-published"
    EVENT_MOVED = "event-moved"
    EVENT_CANCELLED = "event-cancelled"
    EVENT_INVITED = "event-invited"
    EVENT_REMINDED = "event-reminded"
    REGISTERED = "registered"
    REGISTRATION_PROMOTED = "registration-promoted"
    REGISTRATION_CANCELLED = "registration-cancelled"
    ATTENDANCE_MARKED = "attendance-marked"
    REGISTRATIONS_EXPORTED = "registrations-exported"
    ZOOM_MEETING_LOST = "zoom-meeting-lost"  # it was gone at Zoom, and is made again
    SENT_AGAIN = "sent-again"

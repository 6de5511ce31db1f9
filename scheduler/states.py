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
    PUBLIC = "public"


class EventFormat(StrEnum):
    ONLINE = "online"
    ON_SITE = "on-site"
    HYBRID = "hybrid"


class EventState(StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"
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


class Change(StrEnum):
    """What made a new version of a meeting, for the mail to say."""

    BOOKED = "booked"
    MOVED = "moved"
    CHANGED = "changed"
    CANCELLED = "cancelled"


class Method(StrEnum):
    """iTIP's word for what an invite asks (RFC 5546 section 1.4)."""

    REQUEST = "REQUEST"
    CANCEL = "CANCEL"


class Channel(StrEnum):
    """The outside system that a delivery goes to; a worker serves each channel on its own."""

    MAIL = "mail"
    ZOOM = "zoom"


class DeliveryState(StrEnum):
    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"
    SUPERSEDED = "superseded"

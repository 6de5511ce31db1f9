"""The words for the closed sets of the glossary."""

from enum import StrEnum

from scheduler.errors import N_
from scheduler.programme.desk import LinkState, PairState
from scheduler.states import Audience, Channel, DeliveryState, EventFormat, EventKind, EventState, Mode

_LABELS: dict[type[StrEnum], dict[StrEnum, str]] = {
    Mode: {
        Mode.VIDEO: N_("Video"),
        Mode.PHONE: N_("Phone"),
        Mode.ON_SITE: N_("On site"),
        Mode.WALK: N_("Walk"),
        Mode.HYBRID: N_("On site and on video"),
    },
    EventKind: {
        EventKind.WORKSHOP: N_("Workshop"),
        EventKind.KICK_OFF: N_("Kick-off"),
        EventKind.MID_WAY: N_("Mid-way"),
        EventKind.EXCHANGE: N_("Experience exchange"),
        EventKind.CONCLUSION: N_("Conclusion"),
        EventKind.OTHER: N_("Event"),
    },
    EventFormat: {
        EventFormat.ONLINE: N_("Online"),
        EventFormat.ON_SITE: N_("On site"),
        EventFormat.HYBRID: N_("On site and online"),
    },
    EventState: {
        EventState.DRAFT: N_("Draft"),
        EventState.PUBLISHED: N_("Published"),
        EventState.CANCELLED: N_("Cancelled"),
    },
    Audience: {
        Audience.MENTEES: N_("For mentees"),
        Audience.MENTORS: N_("For mentors"),
        Audience.ALL: N_("For mentees and mentors"),
        Audience.PUBLIC: N_("For everybody"),
    },
    DeliveryState: {
        DeliveryState.WAITING: N_("Waiting"),
        DeliveryState.DONE: N_("Done"),
        DeliveryState.FAILED: N_("Failed"),
        DeliveryState.SUPERSEDED: N_("Superseded"),
    },
    Channel: {
        Channel.MAIL: N_("Mail"),
        Channel.ZOOM: N_("Zoom"),
    },
    PairState: {
        PairState.NO_TIMES: N_("Waiting for times"),
        PairState.TO_BOOK: N_("To book"),
        PairState.TO_LOG: N_("Did they meet?"),
        PairState.BOOKED: N_("Booked"),
        PairState.MET: N_("Met"),
    },
    LinkState: {
        LinkState.READY: N_("Link ready"),
        LinkState.PENDING: N_("Zoom link pending"),
        LinkState.MISSING: N_("Link missing"),
    },
}


def label(state: StrEnum) -> str:
    """The English words for a state, to be translated."""
    return _LABELS[type(state)][state]

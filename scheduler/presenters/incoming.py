"""What came in by mail, in words: what it asks, and what helps where it changed nothing."""

from scheduler.models import Receipt
from scheduler.phrases import N_
from scheduler.presenters.i18n import Words
from scheduler.presenters.labels import label
from scheduler.programme.replies import parking
from scheduler.states import Parked, Partstat

_METHODS = {
    "COUNTER": N_("Proposes another time"),
    "REFRESH": N_("Asks for the invitation once more"),
    parking.RETURNED: N_("A mail to them came back"),
}
_BY_LINK = N_("If they meant to answer: the links in their mail work from every address.")
_CURES = {
    Parked.FORGED: N_("Ask the person whether it was them; if so, their mail server needs mending."),
    Parked.UNINVITED: N_("Perhaps the invitation was forwarded: ask whoever was invited who is to come."),
    Parked.OTHER_SENDER: _BY_LINK,
    Parked.OTHER_UID: _BY_LINK,
    Parked.UNKNOWN_ADDRESS: _BY_LINK,
    Parked.AHEAD: _BY_LINK,
    Parked.ONE_OF_A_SERIES: _BY_LINK,
    Parked.CONTRADICTORY: _BY_LINK,
    Parked.BROKEN: _BY_LINK,
    Parked.NO_VERDICT: _BY_LINK,
    Parked.EARLIER_VERSION: N_("They have not answered what stands now; if it matters, ask them."),
    Parked.OVER: N_("If they meant to come or not to come, they do not know that it was too late: tell them."),
    Parked.DELEGATED: N_("Nobody can come in their place by that: talk to them."),
    Parked.FIXED: N_("An event has one time for all: tell them, or move it for everybody."),
    Parked.NO_ANSWER: N_("They wrote to the invitation instead of to you: ask them what they wanted."),
    Parked.BUG: N_("Tell whoever runs Träff, and do by hand what it asks."),
}


def said(receipt: Receipt, words: Words) -> str:
    """What the mail asks, as it claims; empty where there is no answer in it."""
    if receipt.method in _METHODS:
        return words.gettext(_METHODS[receipt.method])
    try:
        return words.gettext(label(Partstat(receipt.partstat.lower())))
    except ValueError:
        return ""


def cure(receipt: Receipt, words: Words) -> str:
    """What helps, in a sentence; empty where nothing needs to be done."""
    return words.gettext(_CURES[receipt.reason]) if receipt.reason in _CURES else ""

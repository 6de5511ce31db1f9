"""The truth about an invite on one line: is it in their calendar, and do they know?"""

from datetime import datetime

from scheduler.phrases import N_
from scheduler.presenters.i18n import Words
from scheduler.presenters.labels import label
from scheduler.programme.truths import Truth
from scheduler.states import DeliveryState

STATES = {
    DeliveryState.DONE: N_("version %(number)s delivered %(when)s"),
    DeliveryState.WAITING: N_("version %(number)s on its way"),
    DeliveryState.FAILED: N_("version %(number)s could not be delivered"),
    DeliveryState.SUPERSEDED: N_("version %(number)s not sent"),
}


def line(truth: Truth, words: Words, zone: str) -> str:
    """Such as: version 2 delivered Mon 2 Nov 10:00 · Accepted · reminded Sun 8 Nov 18:00 · calendar never fetched."""
    return " · ".join([_mail(truth, words, zone), _answer(truth, words), *_rest(truth, words, zone)])


def needs_care(truth: Truth) -> bool:
    """Whether somebody should look after it: the mail that tells how it stands did not get through."""
    return truth.state is DeliveryState.FAILED


def _mail(truth: Truth, words: Words, zone: str) -> str:
    """Versions count from 1 for people, and from 0 in calendars."""
    if truth.state is None:
        return words.gettext("no invitation sent")
    when = _when(truth.delivered_at, words, zone)
    told = words.gettext(STATES[truth.state], number=truth.version + 1, when=when)
    if truth.state is DeliveryState.DONE or truth.delivered is None:
        return told
    return f"{told}, {words.gettext('the last delivered is version %(number)s', number=truth.delivered + 1)}"


def _answer(truth: Truth, words: Words) -> str:
    if truth.partstat is None:
        return words.gettext("no answer")
    answer = words.gettext(label(truth.partstat))
    if truth.answered is None or truth.answered >= truth.version:
        return answer
    return words.gettext("%(answer)s, of version %(number)s", answer=answer, number=truth.answered + 1)


def _rest(truth: Truth, words: Words, zone: str) -> list[str]:
    reminded, fetched = (_when(at, words, zone) for at in (truth.reminded_at, truth.feed_fetched_at))
    return [
        words.gettext("reminded %(when)s", when=reminded) if reminded else words.gettext("not reminded"),
        words.gettext("calendar fetched %(when)s", when=fetched) if fetched else words.gettext("calendar not fetched"),
    ]


def _when(at: datetime | None, words: Words, zone: str) -> str:
    return f"{words.short_day(at, zone)} {words.clock(at, zone)}" if at else ""

"""A wave's plan in words: when each pair meets on both walls, why others do not, and what would help them."""

from collections import Counter
from datetime import datetime, timedelta

from scheduler.models import WaveRun, WaveSending
from scheduler.phrases import N_
from scheduler.presenters import openings
from scheduler.presenters.i18n import Words
from scheduler.programme.waves.wave_plans import Placed, Unplaced, WavePlan
from scheduler.slots import NO_COMMON_HOUR, NO_HOST_FREE, PERSON_TAKEN, Help
from scheduler.slots.waves.help import AFTERNOON, EVENING, MORNING, NIGHT
from scheduler.states import RunState, SendingOutcome

REASONS = {
    NO_COMMON_HOUR: N_("No hour suits both."),
    NO_HOST_FREE: N_("No Zoom host is free at any of their hours."),
    PERSON_TAKEN: N_("Other meetings take all hours that suit both."),
}
CURES = {
    NO_COMMON_HOUR: N_("More dates, a shorter meeting, or more hours from one of them."),
    NO_HOST_FREE: N_("More dates, another Zoom host, or a meeting by phone or on site."),
    PERSON_TAKEN: N_("More dates, or a shorter meeting."),
}

HOURS = {
    MORNING: N_("on %(weekday)s mornings"),
    AFTERNOON: N_("on %(weekday)s afternoons"),
    EVENING: N_("on %(weekday)s evenings"),
    NIGHT: N_("on %(weekday)s nights"),
}

STATES = {
    RunState.WAITING: N_("It waits until a worker begins."),
    RunState.RUNNING: N_("It is looking for a better plan."),
    RunState.READY: N_("The plan is ready."),
    RunState.INTERRUPTED: N_("It was interrupted before there was a plan; start it again."),
    RunState.SENDING: N_("It is being sent."),
    RunState.SENT: N_("It was sent."),
}
NOT_SENT = {
    SendingOutcome.CARED_FOR: N_("They had got a meeting or a proposal meanwhile."),
    SendingOutcome.TAKEN: N_("The time does not suit them any more."),
    SendingOutcome.NO_HOST: N_("No Zoom host is free at the time any more."),
    SendingOutcome.FAILED: N_("A bug in Träff, which stands in its log."),
}


def elsewhere(slot: Placed, zone: str, words: Words) -> tuple[tuple[str, str], ...]:
    """(name, day and times on their wall) of each of the two whose clock shows another time than the zone's."""
    return openings.elsewhere(words, slot.starts_at, slot.minutes, zone, (slot.pair.mentee, slot.pair.mentor))


def why(left: Unplaced, words: Words) -> str:
    """Why the pair is left out."""
    if left.silent:
        return words.gettext("No times from %(names)s", names=", ".join(left.silent)) + "."
    return words.gettext(REASONS[left.reason])


def what_helps(left: Unplaced, words: Words) -> str:
    """What a coordinator can do about it."""
    if left.silent:
        return words.gettext("Ask %(names)s for times.", names=", ".join(left.silent))
    return words.gettext(CURES[left.reason])


def how_good(plan: WavePlan, words: Words) -> list[str]:
    """How far from the best plan this one is, what is proven of that, and which host more would help most."""
    if not plan.placed and not plan.unplaced:
        return []
    lines = [_bound(plan, words)]
    if plan.help:
        lines.append(_more_hosts(plan.help, words))
    return lines


def _bound(plan: WavePlan, words: Words) -> str:
    if plan.optimal:
        return words.gettext("It is proven that no plan places more of them, nor as many at better hours.")
    if plan.places_all_it_can:
        return words.gettext("It is proven that no plan places more of them; better hours may still be found.")
    return words.ngettext(
        "At most %(num)s pair can be placed; it is not proven that this is the best plan.",
        "At most %(num)s pairs can be placed; it is not proven that this is the best plan.",
        plan.bound[0],
    )


def _more_hosts(most: Help, words: Words) -> str:
    when = words.gettext(HOURS[most.part], weekday=words.weekday_name(most.weekday))
    return words.ngettext(
        "What would help most: one more Zoom host %(when)s places %(num)s more pair.",
        "What would help most: one more Zoom host %(when)s places %(num)s more pairs.",
        most.pairs,
        when=when,
    )


def state_of(run: WaveRun, words: Words) -> str:
    """How far a plan is, in a sentence."""
    if run.state is RunState.READY and run.stop_wanted:
        return words.gettext("It was stopped; this is the best plan so far.")
    if run.state is RunState.RUNNING and run.stop_wanted:
        return words.gettext("It is about to stop.")
    return words.gettext(STATES[run.state])


def how_far(run: WaveRun, words: Words, now: datetime) -> str:
    """What a search that is under way has found, and how long it has looked."""
    minutes, seconds = divmod(int((now - (run.began_at or now)) / timedelta(seconds=1)), 60)
    time = f"{minutes}:{seconds:02}"
    return words.gettext(
        "%(placed)s of %(pairs)s pairs have a time so far; at most %(most)s can have one. It has looked for %(time)s.",
        placed=run.placed,
        pairs=run.pairs,
        most=run.most,
        time=time,
    )


def how_much_is_sent(run: WaveRun, counts: Counter[SendingOutcome], words: Words) -> str:
    """How far a plan that is being sent is."""
    return words.gettext("%(done)s of %(all)s pairs are seen to.", done=counts.total(), all=run.placed)


def what_was_sent(run: WaveRun, counts: Counter[SendingOutcome], words: Words) -> str:
    """How many meetings were booked, or proposals sent. Of what was sent before that was kept, only that it was."""
    count = counts[SendingOutcome.SENT]
    if not counts:
        return state_of(run, words)
    if run.book:
        return words.ngettext("%(num)s meeting is booked, and both are invited.",
                              "%(num)s meetings are booked, and everybody is invited.", count)  # fmt: skip
    return words.ngettext("%(num)s proposal is on its way.", "%(num)s proposals are on their way.", count)


def why_not(left: WaveSending, words: Words) -> str:
    """Why nothing was sent to the pair."""
    return words.gettext(NOT_SENT[left.outcome])


def host_use(plan: WavePlan) -> list[tuple[str, int]]:
    """(address, meetings) of each host who would open some."""
    return sorted(Counter(slot.lane.email for slot in plan.placed if slot.lane).items())

"""`traff wave`."""

import json
import sys
from collections import Counter
from datetime import date
from typing import Any

import click

from scheduler import app
from scheduler.cli.environment import a_day, settings, the_programme, until_ctrl_c
from scheduler.db import Database
from scheduler.models import Programme
from scheduler.models.meetings import LONGEST_MINUTES, SHORTEST_MINUTES
from scheduler.presenters import waves as shown
from scheduler.presenters.i18n import words
from scheduler.programme.waves import waves
from scheduler.programme.waves.wave_plans import SECONDS, WavePlan, Worth, ask
from scheduler.slots import NO_COMMON_HOUR, NO_HOST_FREE, PERSON_TAKEN, zones
from scheduler.states import Mode, SendingOutcome

REASONS = {
    NO_COMMON_HOUR: "no common hour",
    NO_HOST_FREE: "no Zoom host free at any of their hours",
    PERSON_TAKEN: "another meeting takes all their hours",
    SendingOutcome.FAILED: "a bug, which stands in the log",
}
LONGEST = 366  # days; a wave further ahead than a year is a slip of the finger


@click.command()
@click.argument("slug")
@click.option(
    "--from", "first", required=True, type=a_day, metavar="DATE", help="The first date, in the programme's zone."
)
@click.option("--to", "last", required=True, type=a_day, metavar="DATE", help="The last date; both are included.")
@click.option(
    "--minutes",
    type=click.IntRange(SHORTEST_MINUTES, LONGEST_MINUTES),
    metavar="N",
    help="How long; by default the programme's meeting length.",
)
@click.option("--book", is_flag=True, help="Book what is planned, and invite both.")
@click.option("--propose", is_flag=True, help="Propose what is planned, with two more times, for both to answer.")
@click.option(
    "--seconds",
    type=click.FloatRange(0, 3600),
    default=SECONDS,
    show_default=True,
    metavar="N",
    help="How long to look for a better plan, and for the proof that there is none.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the plan as JSON.")
def wave(
    slug: str, first: date, last: date, *, minutes: int | None, book: bool, propose: bool, seconds: float, as_json: bool
) -> None:  # fmt: skip
    """Plan a first (or next) meeting for every pair of the programme SLUG that has none coming and none proposed.

    Without --book or --propose the plan is only shown. Ctrl-C ends the search and shows the best plan so far; then
    nothing is booked or proposed.

    No meeting starts within 24 hours from now, on a day that the programme keeps free, or during an event that one
    of the two is expected at.
    """
    _check_span(first, last)
    if book and propose:
        raise click.UsageError("Either --book or --propose, not both: nobody is asked about a meeting that is booked.")
    database = app.open_database(settings(makes_links=False))
    now = app.clock()
    with database.reading() as session:
        programme = the_programme(session, slug)
        if last < zones.date_of(now, programme.timezone):
            raise click.BadParameter(f"{last} has passed; write a later date.", param_hint="'--to'")
        length = minutes or programme.meeting_minutes
        asked = ask(session, programme, first=first, last=last, minutes=length, now=now)
    with until_ctrl_c() as stop:
        plan = asked.answer(seconds=seconds, stop=stop, progress=tell)
        stopped = stop()
    done = "" if stopped else "booked" if book else "proposed" if propose else ""
    if done:
        plan = _send(database, plan, first=first, last=last, book=book)
    if as_json:
        click.echo(json.dumps(as_data(plan), ensure_ascii=False))
    else:
        show(programme, plan, done=done)
    if stopped:
        click.echo("Stopped: this is the best plan so far, and nothing of it is booked or proposed.", err=True)


def _send(database: Database, plan: WavePlan, *, first: date, last: date, book: bool) -> WavePlan:
    """Books what is planned, or else proposes it."""
    with database.writing() as session:
        if book:
            return waves.book_wave(session, plan, now=app.clock())
        return waves.propose_wave(session, plan, first=first, last=last, now=app.clock())


def tell(best: Worth, bound: Worth) -> None:
    """How far the search is, on a terminal."""
    if sys.stderr.isatty():
        click.echo(f"\r{best[0]} pairs placed so far, of at most {bound[0]}; Ctrl-C to stop ", nl=False, err=True)


def _check_span(first: date, last: date) -> None:
    if last < first:
        raise click.BadParameter(f"{last} lies before --from {first}; write a later date.", param_hint="'--to'")
    if (last - first).days > LONGEST:
        raise click.BadParameter(f"a wave spans at most a year, from {first}.", param_hint="'--to'")


def as_data(plan: WavePlan) -> dict[str, Any]:
    """The plan as interface.md writes it; starts are UTC, ISO 8601."""
    return {
        "placed": [
            {
                "mentor": slot.pair.mentor.email,
                "mentee": slot.pair.mentee.email,
                "start": slot.starts_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
                "minutes": slot.minutes,
                "mode": Mode.VIDEO,
                "host": slot.lane.email if slot.lane else None,
            }
            for slot in plan.placed
        ],
        "unplaced": [
            {"mentor": left.pair.mentor.email, "mentee": left.pair.mentee.email, "reason": left.reason}
            for left in plan.unplaced
        ],
        "skipped": plan.skipped,
        "optimal": plan.optimal,
        "bound": list(plan.bound),
    }


def show(programme: Programme, plan: WavePlan, *, done: str = "") -> None:
    """The plan for a person, times in the programme's zone. `done` is what was done with it, if anything."""
    english = words("en")
    total = len(plan.placed) + len(plan.unplaced)
    done = done or "placed (nothing is booked; add --book or --propose)"
    skipped = f"{plan.skipped} skipped, who have a meeting or a proposal"
    click.echo(f"{len(plan.placed)} of {total} pairs {done}; {skipped}.")
    for slot in plan.placed:
        when = english.span(slot.starts_at, slot.minutes, programme.timezone)
        host = f"  {slot.lane.email}" if slot.lane else ""
        click.echo(f"  {when}  {slot.pair.mentee.name} and {slot.pair.mentor.name}{host}")
    for line in reasons(plan):
        click.echo(f"  not placed: {line}")
    for line in shown.how_good(plan, english):
        click.echo(f"  {line}")
    for host, count in sorted(Counter(slot.lane.email for slot in plan.placed if slot.lane).items()):
        click.echo(f"  host {host}: {count} meeting{'s' * (count > 1)}")


def reasons(plan: WavePlan) -> list[str]:
    """A line for each pair that is left out, with why."""
    return [
        f"{left.pair.mentee.name} and {left.pair.mentor.name}: {REASONS[left.reason]}"
        + (f" ({', '.join(left.silent)} gave no times)" if left.silent else "")
        for left in plan.unplaced
    ]

"""`traff wave`."""

import json
from collections import Counter
from datetime import date
from typing import Any

import click

from scheduler import app
from scheduler.cli.environment import a_day, settings, the_programme
from scheduler.models import Programme
from scheduler.presenters.i18n import words
from scheduler.programme import waves
from scheduler.slots import NO_COMMON_HOUR, NO_HOST_FREE, PERSON_TAKEN, zones
from scheduler.states import Mode

REASONS = {
    NO_COMMON_HOUR: "no common hour",
    NO_HOST_FREE: "no Zoom host free at any of their hours",
    PERSON_TAKEN: "another meeting takes all their hours",
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
    type=click.IntRange(5, 480),
    metavar="N",
    help="How long; by default the programme's meeting length.",
)
@click.option("--book", is_flag=True, help="Book what is planned; without it the plan is only shown.")
@click.option("--json", "as_json", is_flag=True, help="Print the plan as JSON.")
def wave(slug: str, first: date, last: date, *, minutes: int | None, book: bool, as_json: bool) -> None:
    """Plan a first (or next) meeting for every pair of the programme SLUG that has none coming.

    No meeting starts within 24 hours from now, on a day that the programme keeps free, or during an event that one
    of the two is expected at.
    """
    _check_span(first, last)
    database = app.open_database(settings(makes_links=False))
    now = app.clock()
    with database.reading() as session:
        programme = the_programme(session, slug)
        if last < now.astimezone(zones.zone(programme.timezone)).date():
            raise click.BadParameter(f"{last} has passed; write a later date.", param_hint="'--to'")
        length = minutes or programme.meeting_minutes
        plan = waves.plan_wave(session, programme, first=first, last=last, minutes=length, now=now)
    if book:
        with database.writing() as session:
            plan = waves.book_wave(session, plan, now=now)
    if as_json:
        click.echo(json.dumps(as_data(plan), ensure_ascii=False))
    else:
        show(programme, plan, booked=book)


def _check_span(first: date, last: date) -> None:
    if last < first:
        raise click.BadParameter(f"{last} lies before --from {first}; write a later date.", param_hint="'--to'")
    if (last - first).days > LONGEST:
        raise click.BadParameter(f"a wave spans at most a year, from {first}.", param_hint="'--to'")


def as_data(plan: waves.WavePlan) -> dict[str, Any]:
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


def show(programme: Programme, plan: waves.WavePlan, *, booked: bool) -> None:
    """The plan for a person, times in the programme's zone."""
    english = words("en")
    total = len(plan.placed) + len(plan.unplaced)
    done = "booked" if booked else "placed (nothing is booked; add --book)"
    click.echo(f"{len(plan.placed)} of {total} pairs {done}; {plan.skipped} skipped, who have a meeting coming.")
    for slot in plan.placed:
        when = english.span(slot.starts_at, slot.minutes, programme.timezone)
        host = f"  {slot.lane.email}" if slot.lane else ""
        click.echo(f"  {when}  {slot.pair.mentee.name} and {slot.pair.mentor.name}{host}")
    for line in reasons(plan):
        click.echo(f"  not placed: {line}")
    for host, count in sorted(Counter(slot.lane.email for slot in plan.placed if slot.lane).items()):
        click.echo(f"  host {host}: {count} meeting{'s' * (count > 1)}")


def reasons(plan: waves.WavePlan) -> list[str]:
    """A line for each pair that is left out, with why."""
    return [
        f"{left.pair.mentee.name} and {left.pair.mentor.name}: {REASONS[left.reason]}"
        + (f" ({', '.join(left.silent)} gave no times)" if left.silent else "")
        for left in plan.unplaced
    ]

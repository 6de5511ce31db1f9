"""`traff load`."""

from pathlib import Path

import click

from scheduler import app
from scheduler.cli.environment import settings
from scheduler.presenters.i18n import words
from scheduler.programme import folder
from scheduler.programme.files import loading
from scheduler.programme.files.loading_report import Report

KINDS = ("programmes", "departments", "coordinators", "events", "people", "memberships", "pairs", "availability")


@click.command()
@click.argument("directory", metavar="DIR", type=click.Path(exists=True, file_okay=False, path_type=Path))
def load(directory: Path) -> None:
    """Load a programme folder, or bring what is loaded up to date.

    DIR holds programme.toml, people.csv, pairs.csv and availability.csv. What is not in the files stays, and
    nothing is loaded if a row is wrong.
    """
    rows = folder.read(directory)
    database = app.open_database(settings(makes_links=False))
    with database.writing() as session:
        programme, report = loading.load(session, rows, now=app.clock())
    click.echo(f"{words('en').choose(programme.name)} ({programme.slug}): loaded from {directory}")
    for line in summary(report):
        click.echo(f"  {line}")


def summary(report: Report) -> list[str]:
    """A line for each kind of row that there is: how many were created, changed, left alone."""
    created, changed, same = report.created, report.changed, report.same
    return [
        f"{kind:<13} {created[kind]:>4} created, {changed[kind]:>3} changed, {same[kind]:>4} same"
        for kind in KINDS
        if created[kind] or changed[kind] or same[kind]
    ]

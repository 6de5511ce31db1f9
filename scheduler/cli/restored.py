"""`traff restored`."""

import click

from scheduler import app
from scheduler.cli.environment import settings
from scheduler.programme.restoring import after_restoring


@click.command()
def restored() -> None:
    """To be called once after a backup was put back, before anything serves or works on it.

    Links of mails that were sent after the backup then lead nowhere, instead of to what somebody else gets under the
    same number. Everybody signs in anew.
    """
    with app.open_database(settings(makes_links=False)).writing() as session:
        after_restoring(session)
    click.echo("Links of mails that were sent after the backup lead nowhere now, and everybody is signed out.")

"""`traff coordinator`."""

from datetime import timedelta

import click

from scheduler import app
from scheduler.cli.environment import settings
from scheduler.programme import access, checks

LINK_LASTS = timedelta(hours=24)


@click.command()
@click.argument("email")
@click.option("--programme", required=True, metavar="SLUG", help="The programme's short name.")
@click.option("--department", metavar="NAME", help="Only this department; without it, the whole programme.")
def coordinator(email: str, programme: str, department: str | None) -> None:
    """Let EMAIL coordinate a programme, and print a sign-in link that works once, for 24 hours."""
    try:
        address = checks.email(email)
    except checks.Wrong as wrong:
        raise click.BadParameter(f"{wrong}.", param_hint="EMAIL") from None
    current = settings()
    database = app.open_database(current)
    with database.writing() as session:
        found = access.programme_by_slug(session, programme)
        access.grant_coordinator(session, address, programme=found, department=department)
        token = access.make_sign_in(session, address, valid=LINK_LASTS, now=app.clock())
    click.echo(f"{address} coordinates {department or 'all'} of {programme}. Sign in once, within 24 hours:")
    click.echo(app.make_links(current).sign_in(token))

"""`traff coordinator`."""

from datetime import timedelta

import click

from scheduler import app
from scheduler.cli.environment import settings, the_programme
from scheduler.errors import Refused, UnknownName
from scheduler.programme import access, audit, checks
from scheduler.programme.people import sign_ins

LINK_LASTS = timedelta(hours=24)


class NoSuchDepartment(Refused):
    sentence = "The programme %(slug)s has no department %(name)s; %(known)s."


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
        found = the_programme(session, programme)
        try:
            access.grant_coordinator(
                session, address, programme=found, department=department, by=audit.TRAFF, now=app.clock()
            )
        except UnknownName:
            names = ", ".join(row.name for row in found.departments)
            known = f"known are: {names}" if names else "leave --department out"
            raise NoSuchDepartment(slug=programme, name=department, known=known) from None
        link = sign_ins.make(session, address, valid=LINK_LASTS, now=app.clock())
    click.echo(f"{address} coordinates {department or 'all'} of {programme}. Sign in once, within 24 hours:")
    click.echo(app.make_links(current).sign_in(link.id, link.nonce))

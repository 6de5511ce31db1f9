"""`traff coordinator`."""

from datetime import timedelta

import click
from sqlalchemy.orm import Session

from scheduler import app
from scheduler.cli.environment import settings, the_programme
from scheduler.errors import Refused, UnknownName
from scheduler.models import Coordinator, Programme
from scheduler.programme import access, audit, checks
from scheduler.programme.people import sign_ins

LINK_LASTS = timedelta(hours=24)


class NoSuchDepartment(Refused):
    sentence = "The programme %(slug)s has no department %(name)s; %(known)s."


class NoSuchGrant(Refused):
    sentence = "%(email)s does not coordinate %(what)s of %(slug)s; %(known)s."


@click.command()
@click.argument("email")
@click.option("--programme", required=True, metavar="SLUG", help="The programme's short name.")
@click.option("--department", metavar="NAME", help="Only this department; without it, the whole programme.")
@click.option("--revoke", is_flag=True, help="Take back exactly that, and sign EMAIL out everywhere.")
def coordinator(email: str, programme: str, department: str | None, revoke: bool) -> None:
    """Let EMAIL coordinate a programme, and print a sign-in link that works once, for 24 hours; or take that back."""
    try:
        address = checks.email(email)
    except checks.Wrong as wrong:
        raise click.BadParameter(f"{wrong}.", param_hint="EMAIL") from None
    current = settings()
    with app.open_database(current).writing() as session:
        found = the_programme(session, programme)
        try:
            said = (_revoke if revoke else _grant)(session, address, found, department)
        except UnknownName:
            names = ", ".join(row.name for row in found.departments)
            known = f"known are: {names}" if names else "leave --department out"
            raise NoSuchDepartment(slug=programme, name=department, known=known) from None
    click.echo(said)


def _grant(session: Session, email: str, programme: Programme, department: str | None) -> str:
    now = app.clock()
    access.grant_coordinator(session, email, programme=programme, department=department, by=audit.TRAFF, now=now)
    link = sign_ins.make(session, email, valid=LINK_LASTS, now=now)
    address = app.make_links(settings()).sign_in(link.id, link.nonce)
    said = f"{email} coordinates {department or 'all'} of {programme.slug}. Sign in once, within 24 hours:"
    return f"{said}\n{address}"


def _revoke(session: Session, email: str, programme: Programme, department: str | None) -> str:
    """UnknownName for a strange department; NoSuchGrant, which names what is granted, for what is not."""
    what = department or "all"
    found = access.coordinator_of(session, email, programme=programme, department=department)
    left = _names([row for row in access.coordinators_of(session, programme) if row.email == email and row != found])
    if found is None:
        known = f"what they do coordinate is: {left}" if left else "nor any of its departments"
        raise NoSuchGrant(email=email, what=what, slug=programme.slug, known=known)
    access.revoke_coordinator(session, found, by=audit.TRAFF, now=app.clock())
    said = f"{email} does not coordinate {what} of {programme.slug} any more, and is signed out everywhere."
    return f"{said}\nStill theirs: {left}." if left else said


def _names(grants: list[Coordinator]) -> str:
    return ", ".join(row.department.name if row.department else "all" for row in grants)

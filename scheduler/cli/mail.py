"""`traff mail`."""

import secrets
from datetime import timedelta

import click

from integrations.outcome import Rejected, Retry
from scheduler import app
from scheduler.cli.environment import settings
from scheduler.errors import Refused
from scheduler.jobs import invites
from scheduler.messages import MeetingVersion, SendInvite
from scheduler.presenters.meetings import MeetingView, Reader
from scheduler.programme import checks
from scheduler.settings import Settings
from scheduler.states import Change, Mode

ZONE = "Europe/Stockholm"


class NotSent(Refused):
    sentence = "%(why)s"


@click.group()
def mail() -> None:
    """Mail: does it arrive?"""


@mail.command()
@click.argument("address")
@click.option("--locale", default="en", show_default=True, type=click.Choice(checks.LOCALES), help="The language.")
def test(address: str, locale: str) -> None:
    """Send ADDRESS one invite to a meeting that nobody has, the way real ones go."""
    try:
        email = checks.email(address)
    except checks.Wrong as wrong:
        raise click.BadParameter(f"{wrong}.", param_hint="ADDRESS") from None
    current = settings()
    world = app.make_world(current)
    try:
        where = world.mailer.check()
        invites.perform(_a_test(current, email, locale), world, doubt=False)
    except (Retry, Rejected) as refused:
        raise NotSent(why=refused) from None
    click.echo(f"Sent to {email}: {where}.")
    click.echo("It holds an invite to a phone meeting tomorrow. Delete it from the calendar afterwards.")


def _a_test(current: Settings, email: str, locale: str) -> invites.Facts:
    """A meeting of no database: by phone with Träff, tomorrow at this time."""
    now = app.clock().replace(second=0, microsecond=0)
    version = MeetingVersion(0, now, now + timedelta(days=1), 15, ZONE, Mode.PHONE, "", "", "", "", "0")
    meeting = MeetingView(
        uid=f"test-{secrets.token_hex(16)}",
        version=version,
        cancelled=False,
        reader=Reader(email.partition("@")[0], email, locale, ZONE),
        partner="Träff (test)",
        partner_timezone=ZONE,
        programme="Träff (test)",
        contact=current.mail_from,
        door=f"{current.base_url}/",
        feed=f"{current.base_url}/",
        change=f"{current.base_url}/me/",
    )
    return invites.Facts(SendInvite(0, 0, Change.BOOKED, version), meeting)

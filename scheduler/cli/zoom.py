"""`traff zoom`."""

import sys
import threading
from pathlib import Path

import click

from integrations.zoom.simulator import Hook, Simulator, Strict, serve
from integrations.zoom.simulator.faults import parse
from integrations.zoom.simulator.texts import TEXTS
from scheduler import app
from scheduler.cli import findings, zoom_account
from scheduler.cli.environment import CannotListen, on_signals, settings
from scheduler.errors import BadSetting
from scheduler.programme import folder
from scheduler.programme.pool import budgets, link_pool


@click.group()
def zoom() -> None:
    """Zoom: check the account, bring in a pool of links, or stand in for the API."""


@zoom.command()
def check() -> None:
    """Try credentials, scopes and licences, and look at pool and webhooks.

    A line each, with what helps, and how many of a host's changes of today are used; 1 if one is bad.
    """
    current = settings(makes_links=False)
    client = app.make_zoom(current)
    if client is None or current.zoom is None:
        raise BadSetting(name="TRAFF_ZOOM_ACCOUNT_ID", why="is not set, so there is no Zoom account to check")
    database = app.open_database(current)
    with database.reading() as session:
        used = budgets.used(session, app.clock())
    with client:
        sys.exit(findings.tell(zoom_account.look(client, current, current.zoom, used)))


@zoom.command()
@click.argument("file", metavar="FILE", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def links(file: Path) -> None:
    """Make a table of links the pool, where there is no access to Zoom's API.

    FILE is CSV with the columns name,join_url,passcode,capacity; the last two may be empty. Run again it
    updates: a link that is not in it any more keeps its meetings and gets no new ones. Nothing is loaded
    if a row is wrong.
    """
    rows = folder.read_links(file)
    database = app.open_database(settings(makes_links=False))
    with database.writing() as session:
        report = link_pool.sync(session, rows, now=app.clock())
    told = {"new": report.created, "changed": report.changed, "same": report.same, "left the pool": report.retired}
    for what, names in told.items():
        if names:
            click.echo(f"{what}: {', '.join(names)}")


@zoom.command()
@click.option("--port", default=8090, show_default=True, type=click.IntRange(0, 65535), help="0 takes a free one.")
@click.option("--state", type=click.Path(dir_okay=False, path_type=Path), help="A file that keeps the meetings.")
@click.option(
    "--fault", "faults", multiple=True, metavar="NAME=RATE", help="Fail like Zoom does, such as 429-second=0.1."
)
@click.option("--strict", is_flag=True, help="Accept only the account and hosts of the TRAFF_ZOOM_... settings.")
@click.option("--without-scope", "without", multiple=True, metavar="SCOPE", help="With --strict: the app lacks it.")
@click.option("--basic", multiple=True, metavar="EMAIL", help="With --strict: this host has no licence.")
@click.option(
    "--at-once", default=1, show_default=True, type=click.IntRange(1, 10), help="A host's meetings at a time."
)
@click.option("--language", default="en", show_default=True, type=click.Choice(sorted(TEXTS)), help="Of the messages.")
@click.option("--own-words", is_flag=True, help="Keep topics without emoji, and zones under another of their names.")
@click.option("--webhook", metavar="URL", help="Where events go, signed with TRAFF_ZOOM_WEBHOOK_SECRET.")
@click.option("--time-scale", default=1.0, show_default=True, type=click.FloatRange(0), help="Of waits between tries.")
def simulate(
    *, port: int, state: Path | None, faults: tuple[str, ...], without: tuple[str, ...], basic: tuple[str, ...],
    at_once: int, language: str, own_words: bool, webhook: str | None, time_scale: float, strict: bool,
) -> None:  # fmt: skip
    """Stand in for Zoom's API on loopback, until stopped.

    Any account, client and host address is accepted, unless --strict. People come and go where
    /simulator/meetings/ID/join (name, email), /leave (number) and /end are posted to.
    """
    if (without or basic) and not strict:
        raise click.UsageError("--without-scope and --basic need --strict.")
    known = _strict(frozenset(without), basic) if strict else None
    try:
        rates = dict(parse(fault) for fault in faults)
        simulator = Simulator(
            clock=app.clock,
            state_file=state,
            faults=rates,
            strict=known,
            at_once=at_once,
            language=language,
            own_words=own_words,
            hook=_hook(webhook, time_scale) if webhook else None,
        )
    except ValueError as bad:
        raise click.UsageError(str(bad)) from None
    try:
        server = serve(simulator, port)
    except OSError as failure:
        raise CannotListen(host="127.0.0.1", port=port, why=failure.strerror) from None
    stop = threading.Event()
    on_signals(stop.set)
    with server:
        click.echo(f"A stand-in for Zoom answers on {server.url}; the token is at {server.url}/oauth/token.")
        stop.wait()


def _hook(url: str, scale: float) -> Hook:
    secret = settings(makes_links=False).zoom_webhook_secret
    if not secret:
        raise click.UsageError("--webhook needs TRAFF_ZOOM_WEBHOOK_SECRET, to sign with.")
    return Hook(url, secret, scale=scale)


def _strict(without: frozenset[str], basic: tuple[str, ...]) -> Strict:
    account = settings(makes_links=False).zoom
    if account is None:
        raise click.UsageError("--strict needs TRAFF_ZOOM_ACCOUNT_ID and the other settings of Zoom.")
    hosts = frozenset(host.email for host in account.hosts)
    licences = dict.fromkeys(basic, 1)
    return Strict(account.account_id, account.client_id, account.client_secret, hosts, licences, without)

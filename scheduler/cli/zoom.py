"""`traff zoom`."""

import threading
from pathlib import Path

import click

from integrations.zoom.simulator import Simulator, Strict, serve
from integrations.zoom.simulator.faults import parse
from scheduler import app
from scheduler.cli.environment import CannotListen, on_signals, settings


@click.group()
def zoom() -> None:
    """Zoom: a stand-in for its API."""


@zoom.command()
@click.option("--port", default=8090, show_default=True, type=click.IntRange(0, 65535), help="0 takes a free one.")
@click.option("--state", type=click.Path(dir_okay=False, path_type=Path), help="A file that keeps the meetings.")
@click.option(
    "--fault", "faults", multiple=True, metavar="NAME=RATE", help="Fail like Zoom does, such as 429-second=0.1."
)
@click.option("--strict", is_flag=True, help="Accept only the account and hosts of the TRAFF_ZOOM_... settings.")
def simulate(port: int, state: Path | None, faults: tuple[str, ...], *, strict: bool) -> None:
    """Stand in for Zoom's API on loopback, until stopped.

    Any account, client and host address is accepted, unless --strict.
    """
    known = _strict() if strict else None
    try:
        rates = dict(parse(fault) for fault in faults)
        simulator = Simulator(clock=app.clock, state_file=state, faults=rates, strict=known)
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


def _strict() -> Strict:
    account = settings(makes_links=False).zoom
    if account is None:
        raise click.UsageError("--strict needs TRAFF_ZOOM_ACCOUNT_ID and the other settings of Zoom.")
    hosts = frozenset(host.email for host in account.hosts)
    return Strict(account.account_id, account.client_id, account.client_secret, hosts)

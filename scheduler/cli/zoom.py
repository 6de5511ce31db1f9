"""`traff zoom`."""

import threading
from pathlib import Path

import click

from integrations.zoom.simulator import Simulator
from integrations.zoom.simulator_server import serve
from scheduler import app


@click.group()
def zoom() -> None:
    """Zoom: a stand-in for its API."""


@zoom.command()
@click.option("--port", default=8090, show_default=True, type=click.IntRange(0, 65535), help="0 takes a free one.")
@click.option("--state", type=click.Path(dir_okay=False, path_type=Path), help="A file that keeps the meetings.")
@click.option(
    "--fault", "faults", multiple=True, metavar="NAME=RATE", help="Fail like Zoom does, such as 429-second=0.1."
)
def simulate(port: int, state: Path | None, faults: tuple[str, ...]) -> None:
    """Stand in for Zoom's API on loopback, until stopped."""
    rates = dict(_rate(fault) for fault in faults)
    try:
        server = serve(Simulator(clock=app.clock, state_file=state, faults=rates), port)
    except (ValueError, OSError) as bad:
        raise click.UsageError(str(bad)) from None
    click.echo(f"A stand-in for Zoom answers on {server.url}; the token is at {server.url}/oauth/token.")
    with server:
        threading.Event().wait()


def _rate(fault: str) -> tuple[str, float]:
    name, _, rate = fault.partition("=")
    try:
        return name, float(rate)
    except ValueError:
        raise click.BadParameter(
            f"write NAME=RATE with a rate from 0 to 1, not {fault!r}.", param_hint="--fault"
        ) from None

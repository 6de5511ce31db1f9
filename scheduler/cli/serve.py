"""`traff serve`, `web`, `worker`, `migrate`."""

import logging
import sys
import threading
from typing import NoReturn

import click
from flask import Flask
from sqlalchemy import func, select
from waitress.server import create_server

from scheduler import app, logs
from scheduler.cli.environment import CannotListen, on_signals, settings
from scheduler.db import Database
from scheduler.jobs.worker import Worker
from scheduler.migrations import migrate as bring_up_to_date
from scheduler.models import Delivery
from scheduler.states import DeliveryState
from scheduler.web import LARGEST_REQUEST

THREADS = 16
# Browsers keep their connections open: with waitress's own 100 the next person would wait until somebody's is closed.
CONNECTIONS = 800
BACKLOG = 2048  # those beyond, whom the system keeps for us
IDLE = 30  # seconds until a connection that asks for nothing is closed
port_option = click.option(
    "--port",
    default=8000,
    show_default=True,
    type=click.IntRange(1, 65535),
    metavar="N",
    help="The port to listen on.",
)
host_option = click.option(
    "--host", default="127.0.0.1", show_default=True, metavar="ADDRESS", help="The address to listen on."
)


@click.command()
def migrate() -> None:
    """Bring the database to this release."""
    before, after = bring_up_to_date(Database(settings(makes_links=False).database_url))
    if before is None:
        click.echo(f"The database is new, and at {after}.")
    else:
        click.echo(
            f"The database is at {after}." if before == after else f"The database went from {before} to {after}."
        )


@click.command()
@host_option
@port_option
def serve(host: str, port: int) -> None:
    """Serve the pages and work off the outbox, in one process."""
    logs.to(sys.stderr)
    current = settings(port=port)
    database = app.open_database(current, speaks_to_zoom=True)
    made = app.make_worker(current, database)
    serve_until_stopped(app.make_web(current, database, made), made, host=host, port=port)


@click.command()
@host_option
@port_option
def web(host: str, port: int) -> None:
    """Serve the pages only; run `traff worker` beside it."""
    logs.to(sys.stderr)
    current = settings(port=port)
    serve_until_stopped(app.make_web(current, app.open_database(current)), None, host=host, port=port)


@click.command()
@click.option("--drain", is_flag=True, help="Work off what is due, then exit: 0, or 1 if something failed for good.")
def worker(drain: bool) -> None:
    """Work off the outbox, mails and meetings at Zoom, and make the longer searches for waves."""
    current = settings()
    made = app.make_worker(current, app.open_database(current, speaks_to_zoom=True))
    if drain:
        made.fetch()
        made.tick()
        tried, failed = drained(made)
        click.echo(f"{tried} deliveries tried, {failed} failed for good." if tried else "Nothing is due.")
        _say_what_waits(made.database)
        sys.exit(1 if failed else 0)
    logs.to(sys.stderr)
    stop = threading.Event()
    on_signals(stop.set)
    made.run(stop)


def _say_what_waits(database: Database) -> None:
    """What is still owed after a drain: how much, when it is tried next, and what the first of it met."""
    with database.reading() as session:
        waiting = select(Delivery).where(Delivery.state == DeliveryState.WAITING)
        count = session.scalar(select(func.count()).select_from(waiting.subquery())) or 0
        first = session.scalars(waiting.order_by(Delivery.due_at, Delivery.id).limit(1)).first()
    if first is not None:
        why = f": {first.reason}" if first.reason else ""
        click.echo(f"{count} still waiting, the next try at {first.due_at:%Y-%m-%d %H:%M} UTC{why}")


def drained(made: Worker) -> tuple[int, int]:
    """Works everything off, counting on a terminal; how many deliveries were tried, and failed for good."""
    done = 0

    def tick() -> None:
        nonlocal done
        done += 1
        if sys.stderr.isatty():
            click.echo(f"\r{done} deliveries", nl=False, err=True)

    failed = made.drain(tick)
    if done and sys.stderr.isatty():
        click.echo(err=True)
    return done, failed


def serve_until_stopped(flask: Flask, made: Worker | None, *, host: str, port: int) -> None:
    """Serves until SIGTERM or Ctrl-C; requests and the delivery in hand are finished first."""
    try:
        server = create_server(
            flask,
            host=host,
            port=port,
            threads=THREADS,
            connection_limit=CONNECTIONS,
            backlog=BACKLOG,
            channel_timeout=IDLE,
            asyncore_use_poll=True,  # select() knows no more than 1,024 files
            ident=None,
            clear_untrusted_proxy_headers=False,
            max_request_body_size=LARGEST_REQUEST,
        )
    except (OSError, ValueError) as failure:
        why = failure.strerror if isinstance(failure, OSError) else "there is no such address"
        raise CannotListen(host=host, port=port, why=why) from None
    stop = threading.Event()
    thread = threading.Thread(target=made.run, args=(stop,), name="worker") if made else None
    if thread:
        thread.start()
    on_signals(_leave)
    click.echo(f"Serving on http://{f'[{host}]' if ':' in host else host}:{port}/ until Ctrl-C.")
    logging.getLogger("waitress").setLevel(logging.ERROR)
    try:
        server.run()
    finally:
        stop.set()
        server.close()
        if thread:
            thread.join()


def _leave() -> NoReturn:
    raise SystemExit(0)

"""The command `traff`: a command a file, each a thin shell around the programme's functions."""

import logging
import sys
from typing import Any

import click
from sqlalchemy.exc import DBAPIError

from scheduler.cli.coordinator import coordinator
from scheduler.cli.demo import demo
from scheduler.cli.load import load
from scheduler.cli.serve import migrate, serve, web, worker
from scheduler.cli.slots import slots
from scheduler.cli.wave import wave
from scheduler.cli.zoom import zoom
from scheduler.errors import Refused


class _Sentences(click.Group):
    """What the user can mend is one sentence and exit code 2, never a traceback."""

    def invoke(self, context: click.Context) -> Any:
        try:
            return super().invoke(context)
        except Refused as refused:
            click.echo(f"traff: {refused}", err=True)
        except DBAPIError as failure:
            line = (str(failure.orig).strip().splitlines() or ["it does not answer"])[0]
            click.echo(f"traff: the database: {line}", err=True)
        sys.exit(2)


@click.group(cls=_Sentences, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="traff", prog_name="traff")
def main() -> None:
    """Meetings and events of a mentorship programme: slots, Zoom, real calendar invites, feeds."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")


for command in (coordinator, demo, load, migrate, serve, slots, wave, web, worker, zoom):
    main.add_command(command)

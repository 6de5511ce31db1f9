"""The command `traff`: a command a file, each a thin shell around the programme's functions."""

import logging
import sys
from errno import EPIPE
from importlib import import_module
from typing import Any

import click
from sqlalchemy.exc import DBAPIError

from scheduler.db import reason
from scheduler.errors import Refused

# The file of each command, and what it does. A file is imported when its command is called, so that `traff slots` in
# somebody's pipe, and every --help, need not wait for the web, Zoom and mail.
COMMANDS = {
    "coordinator": ("coordinator", "Let an address coordinate a programme."),
    "demo": ("demo", "Show a whole programme at work, from nothing."),
    "doctor": ("doctor", "Check settings, database, mail, Zoom, clock and time zones."),
    "load": ("load", "Load a programme folder, or bring it up to date."),
    "mail": ("mail", "Try the way that mail goes."),
    "migrate": ("serve", "Bring the database to this release."),
    "restored": ("restored", "Make links of later mails safe, once a backup was put back."),
    "serve": ("serve", "Serve the pages and work off the outbox."),
    "slots": ("slots", "Answer slot problems, one JSON object a line."),
    "wave": ("wave", "Plan or book a meeting for every pair."),
    "web": ("serve", "Serve the pages only."),
    "worker": ("serve", "Work off the outbox: mails, and Zoom meetings."),
    "zoom": ("zoom", "Check the Zoom account; a stand-in for its API."),
}


class _Traff(click.Group):
    """What the user can mend is one sentence and exit code 2, never a traceback."""

    def resolve_command(
        self, context: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name, command, rest = super().resolve_command(context, args)
        if name in COMMANDS:
            command = getattr(import_module(f"scheduler.cli.{COMMANDS[name][0]}"), name)
        return name, command, rest

    def invoke(self, context: click.Context) -> Any:
        try:
            return super().invoke(context)
        except Refused as refused:
            click.echo(f"traff: {refused}", err=True)
        except DBAPIError as failure:
            click.echo(f"traff: the database: {reason(failure)}.", err=True)
        except OSError as failure:
            if failure.errno == EPIPE:  # whoever read our output has read enough: click ends quietly
                raise
            where = f"{failure.filename}: " if failure.filename else ""
            click.echo(f"traff: {where}{failure.strerror or failure}.", err=True)
        sys.exit(2)


@click.group(cls=_Traff, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="traff", prog_name="traff")
def main() -> None:
    """Meetings and events of a mentorship programme: slots, Zoom, real calendar invites, feeds."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")


for _name, (_, _does) in COMMANDS.items():
    main.add_command(click.Command(_name, short_help=_does))

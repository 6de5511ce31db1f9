"""Brings a database to this release, one process at a time."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from scheduler.db import Database, reason
from scheduler.errors import BadSetting, Refused
from scheduler.phrases import N_

_LOCK = 0x7472616666  # "traff": whoever holds this advisory lock migrates


class DatabaseNewer(Refused):
    sentence = N_("The database was written by a newer release of Träff (%(revision)s); install that release.")


class DatabaseOlder(Refused):
    sentence = N_("The database is at %(revision)s, and this release wants %(wanted)s; run traff migrate.")


class CannotMigrate(Refused):
    sentence = N_("The database cannot be brought to this release: %(why)s.")


def migrate(database: Database) -> tuple[str | None, str]:
    """Upgrades the database, and returns its revision before and after.

    Raises DatabaseNewer, with nothing changed, where the database knows a revision that this release does not;
    BadSetting where there is no database to reach; CannotMigrate, with nothing changed, where it will not be upgraded.
    """
    try:
        database.engine.connect().close()
    except DBAPIError as failure:
        why = f"names a database that does not answer: {reason(failure)}"
        raise BadSetting(name="TRAFF_DATABASE_URL", why=why) from None
    try:
        with database.engine.begin() as connection:  # SQLite: BEGIN IMMEDIATE, which is the lock there
            if connection.dialect.name == "postgresql":
                _take_turn(connection)
            return _upgrade(connection)
    except DBAPIError as failure:
        raise CannotMigrate(why=reason(failure)) from None


def check_release(database: Database) -> str:
    """The database's revision, if it is this release's; DatabaseOlder or DatabaseNewer if not. Changes nothing."""
    with database.reading() as session:
        found = MigrationContext.configure(session.connection()).get_current_revision()
    scripts = ScriptDirectory(str(Path(__file__).parent))
    head = scripts.get_current_head() or ""
    if found == head:
        return head
    if found is not None and found not in {script.revision for script in scripts.walk_revisions()}:
        raise DatabaseNewer(revision=found)
    raise DatabaseOlder(revision=found or "nothing yet", wanted=head)


def _take_turn(connection: Connection) -> None:
    """Waits for whoever migrates, however long; the time-outs of everyday work are not for upgrades."""
    connection.execute(text("SET LOCAL lock_timeout = 0"))
    connection.execute(text("SET LOCAL statement_timeout = 0"))
    connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})


def _upgrade(connection: Connection) -> tuple[str | None, str]:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["connection"] = connection
    scripts = ScriptDirectory.from_config(config)
    head = scripts.get_current_head() or ""
    before = MigrationContext.configure(connection).get_current_revision()
    if before is not None and before not in {script.revision for script in scripts.walk_revisions()}:
        raise DatabaseNewer(revision=before)
    if before != head:
        command.upgrade(config, "head")
    return before, head

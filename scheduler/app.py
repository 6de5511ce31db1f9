"""The composition root: from settings to a database, a worker and a web application."""

from datetime import UTC, datetime

from flask import Flask

from integrations.mail import mailer
from integrations.zoom.client import ZoomAccount, ZoomClient
from scheduler.db import Database
from scheduler.errors import BadSetting
from scheduler.jobs.adapters import World
from scheduler.jobs.worker import Timing, Worker
from scheduler.migrations import migrate
from scheduler.presenters.links import Links
from scheduler.programme import hosts
from scheduler.settings import Settings, ZoomSettings
from scheduler.web import create_web


def clock() -> datetime:
    """The instant it is. Everything below the composition root is told the time."""
    return datetime.now(UTC)


def open_database(settings: Settings, *, speaks_to_zoom: bool = False) -> Database:
    """The database, brought to this release, with the pool of hosts that the settings name.

    Settings without Zoom leave the pool as it is, since many a shell has none of them; but not those of the process
    that speaks to Zoom: where that one knows no host, there is no pool.
    """
    database = Database(settings.database_url)
    migrate(database)
    if settings.zoom or speaks_to_zoom:
        with database.writing() as session:
            hosts.sync(session, settings.zoom.hosts if settings.zoom else ())
    return database


def make_links(settings: Settings) -> Links:
    return Links(settings.base_url, settings.secret_key)


def make_worker(settings: Settings, database: Database, *, timing: Timing | None = None) -> Worker:
    try:
        post = mailer(settings.mail_url)
    except ValueError:  # whose words may hold a piece of the password
        why = "must be maildir:FOLDER, or smtp://USER:PASSWORD@HOST:PORT with what is special in it as %XX"
        raise BadSetting(name="TRAFF_MAIL_URL", why=why) from None
    zoom = ZoomClient(_account(settings.zoom), clock=clock) if settings.zoom else None
    world = World(post, zoom, make_links(settings), settings.mail_from)
    return Worker(database, world, clock=clock, timing=timing)


def make_web(settings: Settings, database: Database) -> Flask:
    return create_web(settings, database, make_links(settings), clock)


def _account(zoom: ZoomSettings) -> ZoomAccount:
    return ZoomAccount(
        account_id=zoom.account_id,
        client_id=zoom.client_id,
        client_secret=zoom.client_secret,
        token_url=zoom.token_url,
        api_url=zoom.api_url,
    )

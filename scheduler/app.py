"""The composition root: from settings to a database, a worker and a web application."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from flask import Flask

from integrations.mail import Mailer, mailer
from integrations.mail.imap import ImapInbox
from integrations.zoom import webhook
from integrations.zoom.client import ZoomAccount, ZoomClient
from scheduler.db import Database
from scheduler.errors import BadSetting
from scheduler.jobs.adapters import World
from scheduler.jobs.worker import Timing, Worker
from scheduler.migrations import migrate
from scheduler.presenters import arrivals
from scheduler.presenters.links import Links
from scheduler.presenters.organizers import Organizers
from scheduler.programme.pool import hosts
from scheduler.programme.replies.arrived import Arrived
from scheduler.settings import Settings, ZoomSettings
from scheduler.web import create_web
from scheduler.web.mail_hook import MailHook
from scheduler.web.zoom_hook import Ear, Heard


def clock() -> datetime:
    """The instant it is. Everything below the composition root is told the time."""
    return datetime.now(UTC)


def open_database(settings: Settings, *, speaks_to_zoom: bool = False) -> Database:
    """The database, brought to this release.

    The process that speaks to Zoom makes the pool of hosts what its settings name; where it knows no host, there is no
    pool. Any other, such as a command in a shell with settings of its own, fills an empty pool and leaves any other as
    it is.
    """
    database = Database(settings.database_url)
    migrate(database)
    if settings.zoom or speaks_to_zoom:
        with database.writing() as session:
            if speaks_to_zoom or not hosts.has_known_any(session):
                hosts.sync(session, settings.zoom.hosts if settings.zoom else ())
    return database


def make_links(settings: Settings) -> Links:
    return Links(settings.base_url, settings.secret_key)


def make_worker(settings: Settings, database: Database, *, timing: Timing | None = None) -> Worker:
    return Worker(database, make_world(settings), clock=clock, timing=timing)


def make_world(settings: Settings) -> World:
    """The outside that the settings name. BadSetting for a mail address that is none."""
    return World(
        make_mailer(settings),
        make_zoom(settings),
        make_links(settings),
        settings.mail_from,
        settings.reply_domain,
        make_inbox(settings),
    )


def make_inbox(settings: Settings) -> ImapInbox | None:
    """The mailbox that answers are fetched from, if the settings name one. BadSetting for an address that is none."""
    try:
        return ImapInbox(settings.inbound_url) if settings.inbound_url else None
    except ValueError:  # whose words may hold a piece of the password
        why = "must be imaps://USER:PASSWORD@HOST/FOLDER with what is special in it as %XX, and a folder in ASCII"
        raise BadSetting(name="TRAFF_INBOUND_URL", why=why) from None


def make_mailer(settings: Settings) -> Mailer:
    """The way out for mail. BadSetting for an address that is none."""
    try:
        return mailer(settings.mail_url)
    except ValueError:  # whose words may hold a piece of the password
        why = "must be maildir:FOLDER, or smtp://USER:PASSWORD@HOST:PORT with what is special in it as %XX"
        raise BadSetting(name="TRAFF_MAIL_URL", why=why) from None


def make_zoom(settings: Settings) -> ZoomClient | None:
    """Zoom, if the settings name an account."""
    return ZoomClient(_account(settings.zoom), clock=clock) if settings.zoom else None


def make_web(settings: Settings, database: Database, worker: Worker | None = None) -> Flask:
    """The pages; `worker` is the one that lives in the same process, if one does."""
    lives = worker.lives if worker else lambda: True
    ear = make_ear(settings.zoom_webhook_secret)
    hook = make_mail_hook(settings)
    return create_web(settings, database, make_links(settings), clock, lives, hear_zoom=ear, takes_mail=hook)


def make_mail_hook(settings: Settings) -> MailHook | None:
    """What takes mails that a mail server hands over; None where none may."""
    organizers = Organizers(settings.mail_from, settings.reply_domain, make_links(settings))

    def read(mail: bytes, recipients: Sequence[str]) -> Sequence[Arrived]:
        return arrivals.read(mail, organizers, recipients=recipients)

    return MailHook(settings.inbound_secret, read) if settings.inbound_secret else None


def make_ear(secret: str) -> Ear | None:
    """What reads Zoom's webhooks, which are signed with this secret; None without one."""

    def hear(body: bytes, headers: Mapping[str, str], now: datetime) -> Heard:
        try:
            found = webhook.read(body, headers, secret=secret, now=now)
        except webhook.Forged:
            return Heard(refused=401)
        except webhook.Malformed:
            return Heard(refused=400)
        return Heard(answer=found.answer) if isinstance(found, webhook.Challenge) else Heard(news=found)

    return hear if secret else None


def _account(zoom: ZoomSettings) -> ZoomAccount:
    return ZoomAccount(
        account_id=zoom.account_id,
        client_id=zoom.client_id,
        client_secret=zoom.client_secret,
        token_url=zoom.token_url,
        api_url=zoom.api_url,
    )

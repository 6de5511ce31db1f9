"""`traff doctor`."""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib import metadata

import click
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from integrations.outcome import Retry
from scheduler import app
from scheduler.cli import findings
from scheduler.cli.environment import settings
from scheduler.cli.findings import Finding
from scheduler.db import Database, reason
from scheduler.errors import BadSetting, Refused
from scheduler.migrations import check_release
from scheduler.models import Delivery
from scheduler.presenters.i18n import gmt
from scheduler.settings import Settings
from scheduler.states import DeliveryState

LATE = timedelta(minutes=15)
LATELY = timedelta(days=7)
MOST_SKEW = timedelta(seconds=5)
KNOWN = ("Europe/Stockholm", datetime(2026, 7, 1, tzinfo=UTC), "GMT+2")


@click.command()
def doctor() -> None:
    """Check settings, database, deliveries, mail, Zoom, clock and time zones: a line each; 1 if one is bad.

    Nothing is sent, and no secret is shown.
    """
    sys.exit(findings.tell(_look()))


def _look() -> Iterator[Finding]:
    yield _of_zones()
    try:
        current = settings()
    except BadSetting as bad:
        yield Finding("settings", str(bad), good=False)
        return
    yield _of_settings(current)
    yield from _of_database(current)
    yield _of_mail(current)
    yield from _of_answers(current)
    yield from _of_zoom(current)


def _of_zones() -> Finding:
    zone, at, expected = KNOWN
    version, found = metadata.version("tzdata"), gmt(zone, at)
    if found != expected:
        return Finding("time zones", f"{zone} is {found} in July, not {expected}; reinstall tzdata", good=False)
    return Finding("time zones", f"tzdata {version}; {zone} is {found} in July")


def _of_settings(current: Settings) -> Finding:
    local = current.base_url.startswith(("http://127.0.0.1", "http://localhost"))
    if not local and current.base_url.startswith("http:"):
        why = f"TRAFF_BASE_URL is {current.base_url}: without https, links and sessions can be read on the way"
        return Finding("settings", why, good=False)
    return Finding("settings", f"complete; links lead to {current.base_url}")


def _of_database(current: Settings) -> Iterator[Finding]:
    try:
        database = Database(current.database_url)
        kind = database.engine.dialect.name
        yield Finding("database", f"{kind} answers, at {check_release(database)}")
        yield _of_clock(database)
        yield _of_deliveries(database)
    except Refused as refused:
        yield Finding("database", str(refused), good=False)
    except DBAPIError as failure:
        yield Finding("database", f"does not answer: {reason(failure)}", good=False)


def _of_clock(database: Database) -> Finding:
    """Instants are compared across machines: leases, expiry, what is due."""
    if database.engine.dialect.name == "sqlite":
        return Finding("clock", f"{app.clock():%Y-%m-%d %H:%M:%S} UTC; the database is on this machine")
    with database.reading() as session:
        theirs = session.scalar(select(func.clock_timestamp()))
    skew = abs(app.clock() - theirs) if theirs else timedelta.max
    said = f"{skew.total_seconds():.1f} s from the database's"
    return Finding("clock", said if skew <= MOST_SKEW else f"{said}; set both by NTP", good=skew <= MOST_SKEW)


def _of_deliveries(database: Database) -> Finding:
    now = app.clock()
    with database.reading() as session:
        waiting = select(func.count(Delivery.id)).where(Delivery.state == DeliveryState.WAITING)
        failed = select(func.count(Delivery.id)).where(Delivery.state == DeliveryState.FAILED)
        count = session.scalar(waiting) or 0
        late = session.scalar(waiting.where(Delivery.due_at < now - LATE)) or 0
        lately = session.scalar(failed.where(Delivery.finished_at > now - LATELY)) or 0
    said = f"{count} waiting, {late} of them late, {lately} failed in the last week"
    advice = "; is the worker running?" if late else "; see the desk's deliveries" if lately else ""
    return Finding("deliveries", said + advice, good=not late and not lately)


def _of_mail(current: Settings) -> Finding:
    try:
        return Finding("mail", app.make_mailer(current).check())
    except (Retry, BadSetting) as refused:
        return Finding("mail", str(refused), good=False)


def _of_answers(current: Settings) -> Iterator[Finding]:
    """Whether what calendars answer comes back: a domain for it, and at least one road in from there."""
    roads = [name for name, road in (("TRAFF_INBOUND_SECRET", current.inbound_secret),
                                     ("TRAFF_INBOUND_URL", current.inbound_url)) if road]  # fmt: skip
    if current.reply_domain and not roads:
        why = f"go to {current.reply_domain} and no further; set TRAFF_INBOUND_URL or TRAFF_INBOUND_SECRET as well"
        yield Finding("answers", why, good=False)
    elif roads and not current.reply_domain:
        why = f"{' and '.join(roads)} without TRAFF_REPLY_DOMAIN: no invite asks for answers; set it as well"
        yield Finding("answers", why, good=False)
    elif not roads:
        yield Finding("answers", "do not come back by mail; people answer by the links in theirs")
    if current.reply_domain and current.inbound_secret:
        yield Finding("answers", f"to {current.reply_domain} are taken at {current.base_url}/hooks/mail")
    if current.inbound_url:
        yield _of_inbox(current)


def _of_inbox(current: Settings) -> Finding:
    try:
        found = app.make_inbox(current)
        return Finding("mailbox", found.check() if found else "none")
    except (Retry, BadSetting) as refused:
        return Finding("mailbox", str(refused), good=False)


def _of_zoom(current: Settings) -> Iterator[Finding]:
    zoom = app.make_zoom(current)
    if zoom is None or current.zoom is None:
        yield Finding("Zoom", "is not set up; coordinators paste links")
        return
    with zoom:
        yield from findings.of_zoom(zoom, current.zoom, lambda _host: None)

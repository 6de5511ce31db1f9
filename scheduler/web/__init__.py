"""The web application. Flask lives here and nowhere else."""

import logging
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from urllib.parse import urlsplit

from flask import Flask, request
from flask_bootstrap import Bootstrap5
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from scheduler.db import Database
from scheduler.presenters.links import Links
from scheduler.settings import Settings
from scheduler.web import (
    answers,
    desk,
    door,
    failures,
    feeds,
    health,
    invites,
    language,
    mail_hook,
    me,
    my_meetings,  # noqa: F401 - it adds its views to one's own page
    my_times,  # noqa: F401 - it adds its views to one's own page
    public,
    receipts,
    registration,
    request_log,
    security,
    sign_in,
    times,
    zoom_hook,
)
from scheduler.web.converters import RowId, Slug
from scheduler.web.site import Site, in_every_template

TEMPLATES = Path(__file__).parents[2] / "templates"
LARGEST_FORM = 256 * 1024
LARGEST_REQUEST = max(LARGEST_FORM, mail_hook.LARGEST)  # views take no more than a form, but for the one for mail
ExcInfo = tuple[type[BaseException], BaseException, TracebackType] | tuple[None, None, None]

# Those of the second line take forms without the session's token: the unguessable address, or the signature, is what a
# token would be, and no cookie is needed.
PAGES = public, registration, feeds, sign_in, me, desk, language, health
BY_ADDRESS = door, answers, receipts, times, invites, zoom_hook, mail_hook

csrf = CSRFProtect()


class _Quiet(Flask):
    """A Flask whose log names the view, never the path: paths hold tokens."""

    def log_exception(self, exc_info: ExcInfo) -> None:
        self.logger.error("bug in %s [%s]", request.endpoint, request.method, exc_info=exc_info)


def create_web(
    settings: Settings,
    database: Database,
    links: Links,
    clock: Callable[[], datetime],
    worker_lives: Callable[[], bool] = lambda: True,
    *,
    hear_zoom: zoom_hook.Ear | None = None,
    takes_mail: mail_hook.MailHook | None = None,
) -> Flask:
    """The application for these settings, database and clock.

    `worker_lives` asks the worker of this process, `hear_zoom` reads what Zoom posts, and `takes_mail` what a mail
    server does; None where they may not.
    """
    app = _Quiet("scheduler.web", template_folder=str(TEMPLATES))
    app.config.update(_config(settings))
    if settings.trusted_proxies:
        count = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count)  # type: ignore[method-assign]
    app.extensions["traff"] = Site(database, links, clock, worker_lives, hear_zoom, takes_mail)
    app.url_map.converters.update(slug=Slug, row=RowId)
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    Bootstrap5(app)
    request_log.tell(app)
    csrf.init_app(app)
    for module in BY_ADDRESS:
        csrf.exempt(module.blueprint)
    for module in PAGES + BY_ADDRESS:
        app.register_blueprint(module.blueprint)
    app.context_processor(in_every_template)
    security.protect(app)
    failures.register(app)
    if not app.logger.hasHandlers():
        app.logger.addHandler(logging.StreamHandler(sys.stderr))
    return app


def _config(settings: Settings) -> dict[str, object]:
    address = urlsplit(settings.base_url)
    return {
        "SECRET_KEY": settings.secret_key,
        "SESSION_COOKIE_NAME": "traff",
        "SESSION_COOKIE_SECURE": address.scheme == "https",
        "SESSION_COOKIE_SAMESITE": "Lax",
        "PERMANENT_SESSION_LIFETIME": timedelta(days=14),
        "SESSION_REFRESH_EACH_REQUEST": False,
        "TRUSTED_HOSTS": sorted({str(address.hostname), "localhost", "127.0.0.1"}),
        "MAX_CONTENT_LENGTH": LARGEST_FORM,
        "WTF_CSRF_TIME_LIMIT": None,  # as long as the session: a form that lay open over lunch still works
        "BOOTSTRAP_SERVE_LOCAL": True,
        "SEND_FILE_MAX_AGE_DEFAULT": timedelta(hours=1),
    }

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
from scheduler.web import desk, door, failures, feeds, language, public, security, sign_in
from scheduler.web.converters import RowId, Slug
from scheduler.web.site import Site, in_every_template

TEMPLATES = Path(__file__).parents[2] / "templates"
LARGEST_FORM = 256 * 1024
ExcInfo = tuple[type[BaseException], BaseException, TracebackType] | tuple[None, None, None]

csrf = CSRFProtect()


class _Quiet(Flask):
    """A Flask whose log names the view, never the path: paths hold tokens."""

    def log_exception(self, exc_info: ExcInfo) -> None:
        self.logger.error("bug in %s [%s]", request.endpoint, request.method, exc_info=exc_info)


def create_web(settings: Settings, database: Database, links: Links, clock: Callable[[], datetime]) -> Flask:
    """The application for these settings, database and clock."""
    app = _Quiet("scheduler.web", template_folder=str(TEMPLATES))
    address = urlsplit(settings.base_url)
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SESSION_COOKIE_NAME="traff",
        SESSION_COOKIE_SECURE=address.scheme == "https",
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=timedelta(days=14),
        SESSION_REFRESH_EACH_REQUEST=False,
        TRUSTED_HOSTS=sorted({str(address.hostname), "localhost", "127.0.0.1"}),
        MAX_CONTENT_LENGTH=LARGEST_FORM,
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session: a form that lay open over lunch still works
        BOOTSTRAP_SERVE_LOCAL=True,
        SEND_FILE_MAX_AGE_DEFAULT=timedelta(hours=1),
    )
    if settings.trusted_proxies:
        count = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count)  # type: ignore[method-assign]
    app.extensions["traff"] = Site(database, links, clock)
    app.url_map.converters.update(slug=Slug, row=RowId)
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    Bootstrap5(app)
    csrf.init_app(app)
    csrf.exempt(door.blueprint)  # the unguessable address is what a token would be, and must work without cookies
    for module in (public, feeds, door, sign_in, desk, language):
        app.register_blueprint(module.blueprint)
    app.context_processor(in_every_template)
    security.protect(app)
    failures.register(app)
    if not app.logger.handlers:
        app.logger.addHandler(logging.StreamHandler(sys.stderr))
    return app

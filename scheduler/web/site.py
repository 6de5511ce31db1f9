"""What a view has at hand: the database, the links, the time, who is here, and in which language."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from flask import Response, current_app, g, make_response, render_template, request, session

from scheduler.db import Database
from scheduler.presenters.i18n import NAMES, Words, best_language, words
from scheduler.presenters.labels import label
from scheduler.presenters.links import Links
from scheduler.programme import access


@dataclass(frozen=True)
class Site:
    database: Database
    links: Links
    clock: Callable[[], datetime]


def site() -> Site:
    return cast("Site", current_app.extensions["traff"])


def visitor_words() -> Words:
    """The visitor's language: the one they chose, else the one their browser asks for, else English."""
    chosen = session.get("locale")
    accepted = [tag for tag, quality in request.accept_languages if quality > 0]
    return words(chosen if chosen in NAMES else best_language(accepted, "en"))


def signed_in() -> str | None:
    """The address that this browser is signed in as."""
    if "signed_in" not in g:
        token = session.get("token")
        with site().database.reading() as db:
            g.signed_in = access.signed_in_as(db, token, now=site().clock()) if token else None
    return cast("str | None", g.signed_in)


def page(template: str, status: int = 200, *, speaking: Words | None = None, **facts: Any) -> Response:
    """The page in the visitor's language, or in `speaking`, where the page is somebody's own."""
    chosen = speaking or visitor_words()
    html = render_template(template, words=chosen, _=chosen.gettext, ngettext=chosen.ngettext, **facts)
    return make_response(html, status)


def in_every_template() -> dict[str, Any]:
    return {"languages": NAMES, "label": label, "signed_in": signed_in}

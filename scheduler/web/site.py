"""What a view has at hand: the database, the links, the time, who is here, and in which language."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from flask import Response, current_app, g, make_response, render_template, request, session

from scheduler.db import Database
from scheduler.presenters.i18n import NAMES, Words, best_language, words
from scheduler.presenters.labels import label
from scheduler.presenters.links import Links
from scheduler.programme import access
from scheduler.programme.people import sign_ins

if TYPE_CHECKING:
    from scheduler.web.mail_hook import MailHook
    from scheduler.web.zoom_hook import Heard


@dataclass(frozen=True)
class Site:
    database: Database
    links: Links
    clock: Callable[[], datetime]
    worker_lives: Callable[[], bool] = lambda: True  # of a process that has one
    hear_zoom: "Callable[..., Heard] | None" = None  # None: its webhooks are not set up
    mail_hook: "MailHook | None" = None  # None: no mail server may hand over what comes in


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
            g.signed_in = sign_ins.signed_in_as(db, token, now=site().clock()) if token else None
            person = access.person_of(db, g.signed_in) if g.signed_in else None
            g.person_id = person.id if person else None  # for the log
    return cast("str | None", g.signed_in)


def page(template: str, status: int = 200, *, speaking: Words | None = None, **facts: Any) -> Response:
    """The page in the visitor's language, or in `speaking`, where the page is somebody's own."""
    chosen = speaking or visitor_words()
    html = render_template(template, words=chosen, _=chosen.gettext, ngettext=chosen.ngettext, **facts)
    return make_response(html, status)


def in_every_template() -> dict[str, Any]:
    return {"languages": NAMES, "label": label, "signed_in": signed_in}

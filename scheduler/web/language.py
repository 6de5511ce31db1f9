"""Choosing the language of the pages."""

from flask import Blueprint, current_app, redirect, request, session, url_for
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from scheduler.presenters.i18n import NAMES

blueprint = Blueprint("language", __name__)


@blueprint.post("/language")
def choose() -> Response:
    if request.form.get("locale") in NAMES:
        session["locale"] = request.form["locale"]
        session.permanent = True
    return redirect(_own_page(request.form.get("back", "")), 303)


def _own_page(back: str) -> str:
    """The address, if one of our pages answers there; else the start page. Nobody is sent elsewhere from here."""
    path = back.partition("?")[0]
    try:
        current_app.url_map.bind("").match(path, method="GET")
    except HTTPException:
        return url_for("public.start")
    ours = path.startswith("/") and not path.startswith("//") and back.isprintable()
    return back if ours else url_for("public.start")

"""Choosing the language of the pages."""

from flask import Blueprint, redirect, request, session, url_for
from werkzeug.wrappers import Response

from scheduler.presenters.i18n import NAMES
from scheduler.web.entry import own_page

blueprint = Blueprint("language", __name__)


@blueprint.post("/language")
def choose() -> Response:
    if request.form.get("locale") in NAMES:
        session["locale"] = request.form["locale"]
        session.permanent = True
    return redirect(own_page(request.form.get("back", "")) or url_for("public.start"), 303)

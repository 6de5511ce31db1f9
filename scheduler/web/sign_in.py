"""Signing in by a link. GET shows a button, since mail scanners follow every link; POST uses the link up."""

from flask import Blueprint, Response, redirect, session, url_for
from werkzeug.wrappers import Response as AnyResponse

from scheduler.programme import access
from scheduler.web.site import page, site

blueprint = Blueprint("sign_in", __name__)


@blueprint.get("/sign-in")
def how() -> Response:
    return page("sign_in/how.html")


@blueprint.get("/sign-in/<token>")
def ask(token: str) -> Response:
    return page("sign_in/ask.html", token=token)


@blueprint.post("/sign-in/<token>")
def use(token: str) -> AnyResponse:
    now = site().clock()
    with site().database.writing() as db:
        session_token = access.sign_in(db, token, now=now)
        access.sign_out(db, session.get("token", ""))  # whoever was signed in on this browser
        email = access.signed_in_as(db, session_token, now=now)
        desks = access.desks_of(db, email or "")
    locale = session.get("locale")
    session.clear()  # nothing that was planted before signing in stays
    session.permanent = True
    session["token"] = session_token
    if locale:
        session["locale"] = locale
    if len(desks) == 1:
        return redirect(url_for("desk.pairs", slug=desks[0].programme.slug), 303)
    return redirect(url_for("public.start"), 303)


@blueprint.post("/sign-out")
def leave() -> AnyResponse:
    with site().database.writing() as db:
        access.sign_out(db, session.pop("token", ""))
    return redirect(url_for("public.start"), 303)

"""Signing in by a mailed link or its code. GET only shows buttons, since mail scanners follow every link."""

from flask import Blueprint, Response, redirect, request, session, url_for
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse
from wtforms import StringField

from scheduler.errors import LinkSpent
from scheduler.phrases import N_
from scheduler.programme import access, checks
from scheduler.programme.people import sign_ins
from scheduler.programme.people.sign_ins import Opened
from scheduler.web.entry import home_of, way_back
from scheduler.web.site import page, signed_in, site, visitor_words

NO_ADDRESS = N_("E-mail address: write it whole, such as name@example.org.")
WRONG_CODE = N_("That is not the code in the mail; look again, or ask for a new mail.")

blueprint = Blueprint("sign_in", __name__)


class AskForm(FlaskForm):  # type: ignore[misc]
    """Whom to mail, and where they wanted to go."""

    email = StringField()
    next = StringField()


class CodeForm(FlaskForm):  # type: ignore[misc]
    code = StringField()


@blueprint.get("/sign-in")
def ask() -> Response:
    return page("sign_in/ask.html", form=AskForm(), next=way_back(request.args.get("next", "")))


@blueprint.post("/sign-in")
def send() -> AnyResponse:
    """The same answer, after the same work, for every address: whether we know it is nobody's business."""
    form = AskForm()
    wanted = way_back(form.next.data or "")
    try:
        email = checks.email(form.email.data or "")
    except checks.Wrong:
        problem = visitor_words().gettext(NO_ADDRESS)
        return page("sign_in/ask.html", 422, form=form, next=wanted, problem=problem)
    with site().database.writing() as db:
        asked = sign_ins.ask(db, email, locale=visitor_words().locale, leads_to=wanted, now=site().clock())
    if asked is not None:
        session["sign_in"] = asked.id  # the code works in this browser only
    return redirect(url_for("sign_in.sent"), 303)


@blueprint.get("/sign-in/code")
def sent() -> Response:
    return page("sign_in/sent.html", form=CodeForm())


@blueprint.post("/sign-in/code")
def use_code() -> AnyResponse:
    form, links, asked = CodeForm(), site().links, session.get("sign_in", 0)
    typed = form.code.data or ""
    with site().database.writing() as db:
        opened = sign_ins.use_code(
            db, asked, right=lambda nonce: links.is_code(typed, asked, nonce), now=site().clock()
        )
        if opened is not None:
            return _enter(db, opened)
    return page("sign_in/sent.html", 422, form=form, problem=visitor_words().gettext(WRONG_CODE))


@blueprint.get("/sign-in/<token>")
def link(token: str) -> Response:
    return page("sign_in/link.html")


@blueprint.post("/sign-in/<token>")
def use_link(token: str) -> AnyResponse:
    found = site().links.read("sign-in", token)
    if found is None:
        raise LinkSpent
    with site().database.writing() as db:
        return _enter(db, sign_ins.use_link(db, *found, now=site().clock()))


@blueprint.post("/sign-out")
def leave() -> AnyResponse:
    with site().database.writing() as db:
        sign_ins.sign_out(db, session.pop("token", ""))
    return redirect(url_for("public.start"), 303)


@blueprint.post("/sign-out/everywhere")
def leave_everywhere() -> AnyResponse:
    email = signed_in()
    if email:
        with site().database.writing() as db:
            sign_ins.sign_out_everywhere(db, email, now=site().clock())
    session.pop("token", None)
    return redirect(url_for("public.start"), 303)


def _enter(db: Session, opened: Opened) -> AnyResponse:
    """Makes this browser's session that of whoever signed in, and leads on. Nothing planted before stays."""
    sign_ins.sign_out(db, session.get("token", ""))  # whoever was signed in here
    person = access.person_of(db, opened.email)
    locale = session.get("locale") or (person.locale if person else None)
    session.clear()
    session.permanent = True
    session["token"] = opened.token
    if locale:
        session["locale"] = locale
    return redirect(way_back(opened.leads_to) or home_of(db, opened.email), 303)

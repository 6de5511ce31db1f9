"""A registration's receipt: what one has, a file for the calendar, the way to give it up. The link is the authority."""

from flask import Blueprint, Response, abort, redirect, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from scheduler.errors import EventOver
from scheduler.models import Registration
from scheduler.presenters import calendars
from scheduler.presenters.registrations import RegistrationView, view
from scheduler.programme.events import receipts, registrations, standing
from scheduler.states import RegistrationState
from scheduler.web.calendar_answers import calendar_file
from scheduler.web.site import page, signed_in, site

blueprint = Blueprint("receipts", __name__, url_prefix="/r/<token>")


@blueprint.get("")
def show(token: str) -> Response:
    with site().database.reading() as db:
        return _page(db, "receipts/receipt.html", token)


@blueprint.get("/cancel")
def ask(token: str) -> Response:
    with site().database.reading() as db:
        return _page(db, "receipts/cancel.html", token)


@blueprint.post("/cancel")
def cancel(token: str) -> AnyResponse:
    try:
        with site().database.writing() as db:
            found = _registration(db, token)
            registrations.cancel(db, found, by=found.person.email, now=site().clock())
    except EventOver:
        with site().database.reading() as db:
            return _page(db, "receipts/cancel.html", token, 409)
    return redirect(url_for("receipts.show", token=token), 303)


@blueprint.get("/event.ics")
def file(token: str) -> Response:
    with site().database.reading() as db:
        found = _registration(db, token)
        shown = _view(db, found)
        if not shown.seated:
            abort(404)
        return calendar_file(
            calendars.receipt_file(shown), changed=found.changed_at, filename=f"{found.event.slug}.ics"
        )


def _registration(db: Session, token: str) -> Registration:
    found = site().links.read("receipt", token) or abort(404)
    return receipts.registration_of(db, *found) or abort(404)


def _view(db: Session, found: Registration) -> RegistrationView:
    waits = found.state is RegistrationState.WAITLISTED
    return view(found, site().links, place_in_line=standing.place_in_line(db, found) if waits else 0)


def _page(db: Session, template: str, token: str, status: int = 200) -> Response:
    found = _registration(db, token)
    shown = _view(db, found)
    return page(
        template,
        status,
        speaking=shown.words,
        registration=shown,
        token=token,
        mine=signed_in() == found.person.email,
        over=shown.ends_at <= site().clock(),
    )

"""Who comes to an event: for coordinators each their people, for who leads the event all, to look at."""

from flask import Response, abort, flash, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from scheduler.models import Registration
from scheduler.presenters.exports import STATES, registrations_csv
from scheduler.programme import audit, truths
from scheduler.programme.events import event_desk, registrations
from scheduler.programme.events.event_desk import Reach
from scheduler.programme.pool import attendance
from scheduler.states import Action, RegistrationState
from scheduler.web.desk.entry import blueprint
from scheduler.web.site import page, signed_in, site, visitor_words


@blueprint.get("/events/<row:event_id>/registrations")
def event_registrations(slug: str, event_id: int) -> Response:
    with site().database.reading() as db:
        reach = _reach(db, slug, event_id)
        rows = event_desk.registrations_in(db, reach)
        return page(
            "desk/registrations.html",
            desk=reach.desk,
            event=reach.event,
            steers=reach.steers,
            rows=rows,
            groups=[(state, name, [row for row in rows if row.state is state]) for state, name in STATES.items()],
            came=attendance.who_came(db, reach.event),
            others=attendance.others(db, reach.event),
            begun=reach.event.starts_at <= site().clock(),
            truths=truths.of_registrations(db, reach.event, rows) if reach.desk else {},
        )


@blueprint.get("/events/<row:event_id>/registrations/<row:registration_id>/cancel")
def ask_to_cancel_registration(slug: str, event_id: int, registration_id: int) -> Response:
    with site().database.reading() as db:
        reach, found = _registration(db, slug, event_id, registration_id)
        return page("desk/registration_cancel.html", desk=reach.desk, event=reach.event, registration=found)


@blueprint.post("/events/<row:event_id>/registrations/<row:registration_id>/cancel")
def cancel_registration(slug: str, event_id: int, registration_id: int) -> AnyResponse:
    with site().database.writing() as db:
        _, found = _registration(db, slug, event_id, registration_id)
        registrations.cancel(db, found, by=signed_in() or "", now=site().clock())
    flash(visitor_words().gettext("The registration is cancelled."))
    return _back(slug, event_id)


@blueprint.post("/events/<row:event_id>/attendance")
def mark_attendance(slug: str, event_id: int) -> AnyResponse:
    listed, came = (request.form.getlist(name, type=int) for name in ("listed", "came"))
    with site().database.writing() as db:
        event = _steered(db, slug, event_id).event
        count = event_desk.mark_attendance(
            db, event, listed=listed, came=came, by=signed_in() or "", now=site().clock()
        )
    flash(visitor_words().ngettext("Saved: %(num)s person came.", "Saved: %(num)s people came.", count))
    return _back(slug, event_id)


@blueprint.post("/events/<row:event_id>/registrations.csv")
def export_registrations(slug: str, event_id: int) -> AnyResponse:
    with site().database.writing() as db:
        reach = _steered(db, slug, event_id)
        event, rows = reach.event, event_desk.registrations_in(db, reach)
        audit.note(
            db, Action.REGISTRATIONS_EXPORTED, programme_id=event.programme_id, by=signed_in() or "",
            now=site().clock(), event_id=event.id, rows=len(rows),
        )  # fmt: skip
        table = registrations_csv(event, rows, visitor_words(), came=attendance.who_came(db, event))
    response = Response(table, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{event.slug}-registrations.csv"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _reach(db: Session, slug: str, event_id: int) -> Reach:
    return event_desk.reach_of(db, signed_in() or "", slug, event_id) or abort(404)


def _steered(db: Session, slug: str, event_id: int) -> Reach:
    """The same for who may change something. 404 for everybody else."""
    reach = _reach(db, slug, event_id)
    return reach if reach.steers else abort(404)


def _registration(db: Session, slug: str, event_id: int, registration_id: int) -> tuple[Reach, Registration]:
    reach = _steered(db, slug, event_id)
    found = event_desk.registration_in(db, reach, registration_id) or abort(404)
    return (reach, found) if found.state is not RegistrationState.CANCELLED else abort(404)


def _back(slug: str, event_id: int) -> AnyResponse:
    return redirect(url_for("desk.event_registrations", slug=slug, event_id=event_id), 303)

"""Who leads an event: programme coordinators say so, by address."""

from flask import abort, flash, redirect, url_for
from werkzeug.wrappers import Response as AnyResponse

from scheduler.errors import BadEmail
from scheduler.programme import access, checks
from scheduler.programme.checks import Wrong
from scheduler.web.desk.entry import blueprint, desk_of
from scheduler.web.desk.event_forms import FacilitatorForm
from scheduler.web.desk.events import event_page, steered
from scheduler.web.site import signed_in, site, visitor_words


@blueprint.post("/events/<row:event_id>/facilitators")
def add_facilitator(slug: str, event_id: int) -> AnyResponse:
    form = FacilitatorForm()
    try:
        email = checks.email(form.email.data)
    except Wrong:
        problem = visitor_words().refusal(BadEmail())
        with site().database.reading() as db:
            return event_page(db, desk_of(db, slug), steered(db, slug, event_id), form=form, problem=problem)
    with site().database.writing() as db:
        found = steered(db, slug, event_id)
        access.grant_facilitator(db, email, event=found, by=signed_in() or "", now=site().clock())
    flash(visitor_words().gettext("%(email)s sees the registrations after signing in.", email=email))
    return redirect(url_for("desk.event", slug=slug, event_id=event_id), 303)


@blueprint.post("/events/<row:event_id>/facilitators/<row:facilitator_id>/remove")
def remove_facilitator(slug: str, event_id: int, facilitator_id: int) -> AnyResponse:
    with site().database.writing() as db:
        leading = access.facilitators_of(db, steered(db, slug, event_id))
        found = next((each for each in leading if each.id == facilitator_id), None) or abort(404)
        access.revoke_facilitator(db, found, by=signed_in() or "", now=site().clock())
    flash(visitor_words().gettext("%(email)s does not see them any more.", email=found.email))
    return redirect(url_for("desk.event", slug=slug, event_id=event_id), 303)

"""What coordinators of a whole programme set for it, and who coordinates it."""

from flask import Response, abort, flash, redirect, url_for
from werkzeug.wrappers import Response as AnyResponse

from scheduler.programme import access
from scheduler.programme.people.reminder_choices import choice_of, choose_for_programme
from scheduler.web.desk.entry import blueprint, whole_desk_of
from scheduler.web.reminder_choices import OF_PROGRAMME, chosen
from scheduler.web.site import page, signed_in, site, visitor_words


@blueprint.get("/settings")
def settings(slug: str) -> Response:
    with site().database.reading() as db:
        mine = whole_desk_of(db, slug)
        return page(
            "desk/settings.html",
            desk=mine,
            reminders=choice_of(mine.programme),
            choices=OF_PROGRAMME,
            coordinators=access.coordinators_of(db, mine.programme),
        )


@blueprint.post("/settings")
def change_settings(slug: str) -> AnyResponse:
    with site().database.writing() as db:
        mine = whole_desk_of(db, slug)
        choice, by = chosen(OF_PROGRAMME), signed_in() or ""
        choose_for_programme(db, mine.programme, choice, by=by, now=site().clock())
    flash(visitor_words().gettext("Saved."))
    return redirect(url_for("desk.settings", slug=slug), 303)


@blueprint.post("/settings/coordinators/<row:coordinator_id>/take-back")
def take_back(slug: str, coordinator_id: int) -> AnyResponse:
    by = signed_in() or ""
    with site().database.writing() as db:
        mine = whole_desk_of(db, slug)
        found = access.take_back(db, mine.programme, coordinator_id, by=by, now=site().clock()) or abort(404)
    flash(visitor_words().gettext("Taken back. %(email)s is signed out everywhere.", email=found.email))
    return redirect(url_for("desk.settings", slug=slug), 303)

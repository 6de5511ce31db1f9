"""Asking an event's audience to register, and reminding those who have not answered: whom first, then the button."""

from flask import Response, flash, redirect, url_for
from werkzeug.wrappers import Response as AnyResponse

from scheduler.errors import AskedTooLate
from scheduler.programme.events import audiences, event_desk, standing
from scheduler.web.desk.entry import blueprint, desk_of
from scheduler.web.desk.events import steered
from scheduler.web.site import page, signed_in, site, visitor_words


@blueprint.get("/events/<row:event_id>/invitations")
def event_invitations(slug: str, event_id: int) -> Response:
    now = site().clock()
    with site().database.reading() as db:
        found = steered(db, slug, event_id)
        return page(
            "desk/event_invitations.html",
            desk=desk_of(db, slug),
            event=found,
            to_invite=audiences.to_invite(db, found),
            to_remind=[row.person for row in audiences.to_remind(db, found, now=now)],
            invited=event_desk.invited(db, found),
            closed=AskedTooLate.sentence if standing.closes_at(found) <= now else "",
            opens_later=found.opens_at is not None and found.opens_at > now,
        )


@blueprint.post("/events/<row:event_id>/invite")
def invite_to_event(slug: str, event_id: int) -> AnyResponse:
    with site().database.writing() as db:
        asked = audiences.invite(db, steered(db, slug, event_id), by=signed_in() or "", now=site().clock())
    return _done(slug, event_id, len(asked))


@blueprint.post("/events/<row:event_id>/remind")
def remind_of_event(slug: str, event_id: int) -> AnyResponse:
    with site().database.writing() as db:
        asked = audiences.remind(db, steered(db, slug, event_id), by=signed_in() or "", now=site().clock())
    return _done(slug, event_id, len(asked))


def _done(slug: str, event_id: int, count: int) -> AnyResponse:
    flash(visitor_words().ngettext("%(num)s person is written to.", "%(num)s people are written to.", count))
    return redirect(url_for("desk.event_invitations", slug=slug, event_id=event_id), 303)

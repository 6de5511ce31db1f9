"""The desk's calendars to subscribe to: a coordinator's own, the departments', and the public one."""

from flask import Response, abort, flash, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from scheduler.models import Coordinator, Department
from scheduler.presenters.subscriptions import Subscription
from scheduler.programme.access import Desk
from scheduler.programme.people import subscriptions
from scheduler.web.desk.entry import blueprint, desk_of
from scheduler.web.site import page, signed_in, site, visitor_words

CHANGES = {"renew": subscriptions.renew, "close": subscriptions.close}


@blueprint.get("/calendars")
def calendars(slug: str) -> Response:
    links, spoken = site().links, visitor_words()
    with site().database.reading() as db:
        desk = desk_of(db, slug)
        name = spoken.choose(desk.programme.name)
        own = _own(db, desk)
        of_own = _offered(own, links.desk_feed(own.id, own.feed_generation), spoken.gettext("My desk"))
        of_departments = [
            (each, _offered(each, links.department_feed(each.id, each.feed_generation), f"{name}: {each.name}"))
            for each in subscriptions.departments(desk)
        ]
        public = Subscription(links.programme_feed(slug), name)
        opened = request.args.get("open", 0, type=int)
        return page(
            "desk/calendars.html", desk=desk, own=of_own, departments=of_departments, public=public, opened=opened
        )


@blueprint.post("/calendars/mine/<any(renew,close):change>")
def change_own_calendar(slug: str, change: str) -> AnyResponse:
    with site().database.writing() as db:
        return _changed(db, slug, _own(db, desk_of(db, slug)), change)


@blueprint.post("/calendars/departments/<row:department_id>/<any(renew,close):change>")
def change_department_calendar(slug: str, department_id: int, change: str) -> AnyResponse:
    with site().database.writing() as db:
        mine = [each for each in subscriptions.departments(desk_of(db, slug)) if each.id == department_id]
        return _changed(db, slug, mine[0], change) if mine else abort(404)


def _own(db: Session, desk: Desk) -> Coordinator:
    return subscriptions.own(db, desk, signed_in() or "") or abort(404)


def _changed(db: Session, slug: str, whose: Coordinator | Department, change: str) -> AnyResponse:
    CHANGES[change](db, whose, by=signed_in() or "", now=site().clock())
    _ = visitor_words().gettext
    flash(_("The calendar is closed.") if change == "close" else _("The calendar has a new address."))
    opened = whose.id if isinstance(whose, Department) else None
    return redirect(url_for("desk.calendars", slug=slug, open=opened), 303)


def _offered(whose: Coordinator | Department, address: str, name: str) -> Subscription | None:
    """The feed as it is offered; None while it is closed."""
    return None if whose.feed_closed else Subscription(address, name)

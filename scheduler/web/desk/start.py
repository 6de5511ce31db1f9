"""The desk's start: what needs somebody, at one glance."""

from flask import Response

from scheduler.programme import desk
from scheduler.web.desk.entry import blueprint, desk_of
from scheduler.web.site import page, site


@blueprint.get("/")
def start(slug: str) -> Response:
    with site().database.reading() as db:
        mine = desk_of(db, slug)
        return page(
            "desk/start.html",
            desk=mine,
            now=desk.glance(db, mine, now=site().clock()),
            states=list(desk.PairState),
            silent_after=desk.SILENT_AFTER,
        )

"""The audit trail: who did what to whom and when."""

from flask import Response, request

from scheduler.presenters.history import besides, who
from scheduler.programme import desk
from scheduler.programme.desk import About
from scheduler.web.desk.entry import asked_page, blueprint, desk_of
from scheduler.web.site import page, site


@blueprint.get("/history")
def history(slug: str) -> Response:
    about = About(*(request.args.get(name, type=_row_id) for name in ("pair", "person", "event")))
    with site().database.reading() as db:
        mine = desk_of(db, slug)
        number, last = asked_page(desk.history_count(db, mine, about), desk.ENTRIES)
        return page(
            "desk/history.html",
            desk=mine,
            rows=desk.history_rows(db, mine, about, page=number),
            narrowed={"pair": about.pair_id, "person": about.person_id, "event": about.event_id},
            number=number,
            last=last,
            who=who,
            besides=besides,
        )


def _row_id(text: str) -> int:
    """The id of a row; a number that no row has stands for one that is not there."""
    return min(int(text), 2**31 - 1)

"""Answers that came in by mail, and why some of them changed nothing."""

from flask import Response, request

from scheduler.presenters.incoming import cure, said
from scheduler.programme import desk
from scheduler.web.desk.entry import asked_page, blueprint, desk_of
from scheduler.web.site import page, site


@blueprint.get("/answers")
def incoming(slug: str) -> Response:
    whole = bool(request.args.get("all"))
    with site().database.reading() as db:
        mine = desk_of(db, slug)
        counts = {each: desk.incoming_count(db, mine, parked=not each) for each in (False, True)}
        number, last = asked_page(counts[whole], desk.RECEIPTS)
        rows = desk.incoming_rows(db, mine, parked=not whole, page=number)
        return page(
            "desk/incoming.html", desk=mine, rows=rows, counts=counts, whole=whole, number=number, last=last, said=said,
            cure=cure,
        )  # fmt: skip

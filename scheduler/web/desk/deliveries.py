"""What is on its way to whom, and sending it again."""

from flask import Response, abort, flash, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from scheduler.programme import deliveries as commands
from scheduler.programme import desk
from scheduler.states import DeliveryState
from scheduler.web.desk.entry import asked_page, blueprint, desk_of, one_of
from scheduler.web.site import page, signed_in, site, visitor_words


@blueprint.get("/deliveries")
def deliveries(slug: str) -> Response:
    state = one_of(DeliveryState, request.args.get("state", ""))
    with site().database.reading() as db:
        mine = desk_of(db, slug)
        counts = desk.delivery_counts(db, mine)
        total = counts[state] if state else counts.total()
        number, last = asked_page(total, desk.PAGE)
        rows = desk.delivery_rows(db, mine, state=state, page=number)
        return page(
            "desk/deliveries.html", desk=mine, rows=rows, counts=counts, state=state, number=number, last=last,
            states=list(DeliveryState),
        )  # fmt: skip


@blueprint.post("/deliveries/<row:delivery_id>/again")
def send_again(slug: str, delivery_id: int) -> AnyResponse:
    with site().database.writing() as db:
        found = desk.delivery_in_reach(db, desk_of(db, slug), delivery_id) or abort(404)
        commands.send_again(db, found, by=signed_in() or "", now=site().clock())
    flash(visitor_words().gettext("It is on its way again."))
    return redirect(url_for("desk.deliveries", slug=slug, state=request.form.get("state") or None), 303)

"""The way in to the desk: who is signed in, which desk is theirs, and where its pages are."""

from collections.abc import Sequence
from enum import StrEnum
from typing import TypeVar

from flask import Blueprint, abort, request
from sqlalchemy.orm import Session

from scheduler.phrases import N_
from scheduler.presenters.deliveries import cure, what
from scheduler.presenters.truths import line, needs_care
from scheduler.programme import access
from scheduler.programme.access import Desk
from scheduler.programme.deliveries import may_send_again
from scheduler.web.entry import sign_in_first
from scheduler.web.site import signed_in

blueprint = Blueprint("desk", __name__, url_prefix="/c/<slug:slug>")
# (endpoint, name), in the order of the navigation: what is looked at daily, and then what is needed now and then.
PAGES = [
    ("desk.start", N_("Start")),
    ("desk.pairs", N_("Pairs")),
    ("desk.people", N_("People")),
    ("desk.all_events", N_("Events")),
    ("desk.wave", N_("Wave")),
]
MORE_PAGES = [
    ("desk.deliveries", N_("Deliveries")),
    ("desk.incoming", N_("Answers")),
    ("desk.pool", N_("Zoom hosts")),
    ("desk.calendars", N_("Calendars")),
    ("desk.history", N_("History")),
    ("public.programme", N_("Public page")),
]
WHOLE_PAGES = [("desk.imports", N_("Import")), ("desk.settings", N_("Settings"))]  # of a whole programme's coordinators
LISTED = 100  # people or pairs on a page
R = TypeVar("R")
S = TypeVar("S", bound=StrEnum)


blueprint.before_request(sign_in_first)


@blueprint.context_processor
def in_every_page() -> dict[str, object]:
    return {
        "pages": PAGES,
        "more_pages": MORE_PAGES,
        "whole_pages": WHOLE_PAGES,
        "may_send_again": may_send_again,
        "delivery_what": what,
        "delivery_cure": cure,
        "truth_line": line,
        "needs_care": needs_care,
    }


def desk_of(db: Session, slug: str) -> Desk:
    """The visitor's desk in this programme. 404 for a programme that is not theirs, as for one that is not there."""
    mine = [found for found in access.desks_of(db, signed_in() or "") if found.programme.slug == slug]
    return mine[0] if mine else abort(404)


def whole_desk_of(db: Session, slug: str) -> Desk:
    """The same for what is done to a whole programme. 404 for the coordinators of a department."""
    mine = desk_of(db, slug)
    return mine if mine.departments is None else abort(404)


def asked_page(total: int, size: int) -> tuple[int, int]:
    """The page that the address names, or the nearest that there is, and the last one; both count from 1."""
    last = max(1, -(-total // size))
    return min(max(1, request.args.get("page", 1, type=int)), last), last


def page_of(rows: Sequence[R]) -> tuple[Sequence[R], int, int]:
    """Those of the people or pairs that stand on the page that the address names, its number, and the last one's."""
    number, last = asked_page(len(rows), LISTED)
    return rows[(number - 1) * LISTED : number * LISTED], number, last


def one_of(states: type[S], text: str) -> S | None:
    """The state that an address names; None where it names none, 404 where there is none of that name."""
    try:
        return states(text) if text else None
    except ValueError:
        abort(404)

"""The addresses of the pages, put on whatever blueprint knows whose pairs and meetings they are."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from scheduler.errors import Refused
from scheduler.models import Meeting, Pair
from scheduler.web.arranging import changing, proposing
from scheduler.web.arranging.arranger import Arranger, attempt
from scheduler.web.site import site

PairOf = Callable[..., tuple[Arranger, Pair]]
MeetingOf = Callable[..., tuple[Arranger, Meeting]]
Show = Callable[..., Response]
View = Callable[..., AnyResponse]


def add_views(blueprint: Blueprint, *, pair_of: PairOf, meeting_of: MeetingOf) -> None:
    """Adds the pages. The two functions give what an address names, in reach of the visitor, or end with 404."""
    pair, meeting = "/pairs/<row:pair_id>", "/meetings/<row:meeting_id>"
    for name, page_of, do in (
        ("propose", proposing.propose_page, proposing.propose),
        ("log", proposing.log_page, proposing.log),
    ):
        _add(blueprint, f"{pair}/{name}", name, _form(pair_of, page_of, do))
    withdraw = _button(pair_of, proposing.propose_page, proposing.withdraw)
    blueprint.post(f"{pair}/withdraw", endpoint="withdraw")(withdraw)
    for name, page_of_meeting, change in (
        ("move", changing.move_page, changing.move),
        ("how", changing.how_page, changing.change_how),
        ("cancel", changing.cancel_page, changing.cancel),
    ):
        _add(blueprint, f"{meeting}/{name}", name, _form(meeting_of, page_of_meeting, _to_meeting(change)))
    for address, endpoint, say in (("held", "held", changing.mark_held), ("not-held", "not_held", changing.take_back)):
        said = _button(meeting_of, changing.meeting_page, _to_meeting(say))
        blueprint.post(f"{meeting}/{address}", endpoint=endpoint)(said)


def _add(blueprint: Blueprint, rule: str, endpoint: str, view: View) -> None:
    blueprint.add_url_rule(rule, endpoint, view, methods=["GET", "POST"])


def _form(found: Callable[..., tuple[Arranger, Any]], page_of: Show, do: Callable[..., str]) -> View:
    """A page whose form does something: GET shows it, POST does it."""
    button = _button(found, page_of, do)

    def view(**where: Any) -> AnyResponse:
        if request.method == "POST":
            return button(**where)
        with site().database.reading() as db:
            return page_of(db, *found(db, **where))

    return view


def _button(found: Callable[..., tuple[Arranger, Any]], page_of: Show, do: Callable[..., str]) -> View:
    def view(**where: Any) -> AnyResponse:
        def run(db: Session) -> str:
            return do(db, *found(db, **where))

        def again(db: Session, refused: Refused) -> Response:
            return page_of(db, *found(db, **where), refused)

        return attempt(run, again)

    return view


def _to_meeting(change: Callable[[Session, Arranger, Meeting], None]) -> Callable[..., str]:
    """The change, after which the meeting's own page is shown."""

    def run(db: Session, who: Arranger, meeting: Meeting) -> str:
        change(db, who, meeting)
        return url_for(".meeting", **(request.view_args or {}))

    return run

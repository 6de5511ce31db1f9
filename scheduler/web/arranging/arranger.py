"""Who arranges a pair's meetings, what their pages stand in, and one way to do it and to say why not."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import Response, redirect
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from scheduler.errors import Refused
from scheduler.models import Pair, Person
from scheduler.web.choosing import status_of
from scheduler.web.site import page, site, visitor_words


@dataclass(frozen=True)
class Arranger:
    """One of the two, or a coordinator: then `person` is None. Times are in `zone`, with the clocks of `others` beside.

    `back` is the page that they come from and go back to; `layout` and `frame` are what their pages stand in.
    """

    by: str
    person: Person | None
    zone: str
    others: Sequence[Person]
    back: str
    layout: str = "base.html"
    frame: dict[str, Any] = field(default_factory=dict)

    def asked(self, pair: Pair) -> list[Person]:
        """Those whom a proposal of theirs asks: the other one, or both."""
        return [each for each in (pair.mentee, pair.mentor) if self.person is None or each.id != self.person.id]


def tell(template: str, who: Arranger, refused: Refused | None = None, **facts: Any) -> Response:
    """The page for this arranger; with why something was refused, if it was."""
    problem = visitor_words().refusal(refused) if refused else ""
    frame = {"layout": who.layout, "who": who, **who.frame}
    return page(template, status_of(refused), problem=problem, **frame, **facts)


def attempt(do: Callable[[Session], str], again: Callable[[Session, Refused], Response]) -> AnyResponse:
    """Does it in one transaction and leads to the address that comes back; or shows the page again, with why not."""
    try:
        with site().database.writing() as db:
            address = do(db)
    except Refused as refused:
        with site().database.reading() as db:
            return again(db, refused)
    return redirect(address, 303)

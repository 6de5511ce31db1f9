"""One's own pairs and meetings: proposing, moving, changing, cancelling, noting; the same for mentor and mentee."""

from flask import Response, abort, url_for
from sqlalchemy.orm import Session

from scheduler.models import Meeting, Pair
from scheduler.programme.people import home
from scheduler.web.arranging import Arranger, add_views
from scheduler.web.arranging.changing import meeting_page
from scheduler.web.me import blueprint, me
from scheduler.web.site import site


def _pair(db: Session, pair_id: int) -> tuple[Arranger, Pair]:
    person = me(db)
    pair = home.pair_of(db, person, pair_id) or abort(404)
    who = Arranger(person.email, person, person.timezone, [pair.partner_of(person.id)], back=url_for("me.show"))
    return who, pair


def _meeting(db: Session, meeting_id: int) -> tuple[Arranger, Meeting]:
    found = home.meeting_of(db, me(db), meeting_id) or abort(404)
    who, _ = _pair(db, found.pair_id)
    return who, found


@blueprint.get("/meetings/<row:meeting_id>")
def meeting(meeting_id: int) -> Response:
    with site().database.reading() as db:
        return meeting_page(db, *_meeting(db, meeting_id))


add_views(blueprint, pair_of=_pair, meeting_of=_meeting)

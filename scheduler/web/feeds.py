"""A person's own calendar, to subscribe to."""

from flask import Blueprint, Response, abort

from scheduler.presenters import calendars
from scheduler.programme import feeds
from scheduler.web.calendar_answers import calendar
from scheduler.web.site import site

blueprint = Blueprint("feeds", __name__)


@blueprint.get("/feeds/<token>.ics")
def personal(token: str) -> Response:
    links = site().links
    found = links.read("feed", token) or abort(404)
    with site().database.reading() as db:
        person = feeds.person_of(db, *found) or abort(404)
        seats = feeds.seats_of(db, person, now=site().clock())
        changed = max((seat.meeting.changed_at for seat in seats), default=None)
        return calendar(calendars.personal_feed(person, seats, links), changed=changed)

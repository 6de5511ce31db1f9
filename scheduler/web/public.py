"""What anybody may see: the programmes, their events, and the files to put them in a calendar."""

from flask import Blueprint, Response, abort
from sqlalchemy.orm import Session

from scheduler.errors import UnknownName
from scheduler.models import Event, Programme
from scheduler.presenters import calendars
from scheduler.presenters import feeds as told
from scheduler.presenters.subscriptions import Subscription
from scheduler.programme import access, feeds
from scheduler.programme.events import events
from scheduler.web.calendar_answers import calendar_file
from scheduler.web.feeds import answer
from scheduler.web.site import page, signed_in, site, visitor_words

blueprint = Blueprint("public", __name__)


@blueprint.get("/")
def start() -> Response:
    email = signed_in()
    with site().database.reading() as db:
        programmes = access.programmes(db)
        desks = access.desks_of(db, email) if email else []
        led = access.events_led_by(db, email) if email else []
        return page("public/start.html", programmes=programmes, desks=desks, led=led)


@blueprint.get("/p/<slug:slug>/")
def programme(slug: str) -> Response:
    with site().database.reading() as db:
        found = _programme(db, slug)
        now = site().clock()
        shown = feeds.events_of(db, found, now=now)
        coming = [event for event in shown if event.ends_at > now]
        earlier = [event for event in reversed(shown) if event not in coming]
        feed = Subscription(site().links.programme_feed(slug), visitor_words().choose(found.name))
        return page("public/programme.html", programme=found, coming=coming, earlier=earlier, feed=feed)


@blueprint.get("/p/<slug:slug>/events.ics")
def programme_feed(slug: str) -> Response:
    with site().database.reading() as db:
        found = _programme(db, slug)
        lines = feeds.event_lines(db, found, now=site().clock())
        return answer(db, told.of_programme(found, lines, site().links))


@blueprint.get("/p/<slug:slug>/e/<slug:event_slug>.ics")
def event_file(slug: str, event_slug: str) -> Response:
    with site().database.reading() as db:
        found = event_in_sight(db, slug, event_slug)
        content = calendars.event_file(found.programme, found, site().links, locale=visitor_words().locale)
        return calendar_file(content, changed=found.changed_at, filename=f"{slug}-{event_slug}.ics")


def _programme(db: Session, slug: str) -> Programme:
    try:
        return access.programme_by_slug(db, slug)
    except UnknownName:
        abort(404)


def event_in_sight(db: Session, slug: str, event_slug: str) -> Event:
    """The event that anybody may see, as soon as it is published. 404 otherwise."""
    return events.in_sight(db, _programme(db, slug), event_slug) or abort(404)

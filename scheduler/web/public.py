"""What anybody may see: the programmes, their events, and the files to put them in a calendar."""

from datetime import timedelta

from flask import Blueprint, Response, abort
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.errors import UnknownName
from scheduler.models import Event, Programme
from scheduler.presenters import calendars
from scheduler.presenters.links import webcal
from scheduler.programme import access, feeds
from scheduler.states import EventState
from scheduler.web.calendar_answers import calendar
from scheduler.web.site import page, signed_in, site, visitor_words

blueprint = Blueprint("public", __name__)


@blueprint.get("/")
def start() -> Response:
    email = signed_in()
    with site().database.reading() as db:
        programmes = db.scalars(select(Programme).order_by(Programme.starts_on.desc(), Programme.id)).all()
        desks = access.desks_of(db, email) if email else []
        return page("public/start.html", programmes=programmes, desks=desks)


@blueprint.get("/p/<slug:slug>/")
def programme(slug: str) -> Response:
    links = site().links
    with site().database.reading() as db:
        found = _programme(db, slug)
        now = site().clock()
        events = feeds.events_of(db, found, now=now)
        coming = [event for event in events if event.starts_at + timedelta(minutes=event.minutes) > now]
        earlier = [event for event in reversed(events) if event not in coming]
        feed = links.programme_feed(slug)
        return page(
            "public/programme.html", programme=found, coming=coming, earlier=earlier, feed=feed, webcal=webcal(feed)
        )


@blueprint.get("/p/<slug:slug>/events.ics")
def programme_feed(slug: str) -> Response:
    with site().database.reading() as db:
        found = _programme(db, slug)
        events = feeds.events_of(db, found, now=site().clock())
        changed = max((event.changed_at for event in events), default=None)
        return calendar(calendars.programme_feed(found, events, site().links, locale=found.locale), changed=changed)


@blueprint.get("/p/<slug:slug>/e/<slug:event_slug>/")
def event(slug: str, event_slug: str) -> Response:
    with site().database.reading() as db:
        found = _event(db, slug, event_slug)
        return page("public/event.html", programme=found.programme, event=found)


@blueprint.get("/p/<slug:slug>/e/<slug:event_slug>.ics")
def event_file(slug: str, event_slug: str) -> Response:
    with site().database.reading() as db:
        found = _event(db, slug, event_slug)
        content = calendars.event_file(found.programme, found, site().links, locale=visitor_words().locale)
        return calendar(content, changed=found.changed_at, filename=f"{slug}-{event_slug}.ics")


def _programme(db: Session, slug: str) -> Programme:
    try:
        return access.programme_by_slug(db, slug)
    except UnknownName:
        abort(404)


def _event(db: Session, slug: str, event_slug: str) -> Event:
    query = select(Event).where(Event.programme_id == _programme(db, slug).id, Event.slug == event_slug)
    found = db.scalars(query.where(Event.state != EventState.DRAFT)).one_or_none()
    return found or abort(404)

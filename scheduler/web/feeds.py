"""The calendars that people subscribe to. Whoever has the address reads it: no cookie, no sign-in."""

from contextlib import suppress
from functools import partial
from typing import TypeVar

from flask import Blueprint, Response, abort
from sqlalchemy.orm import Session

from scheduler.db import DATABASE_AWAY
from scheduler.models import Coordinator, Department, Person
from scheduler.presenters import feeds as told
from scheduler.programme import feeds
from scheduler.programme.access import Desk
from scheduler.programme.feeds import Line
from scheduler.programme.people import subscriptions
from scheduler.web.calendar_answers import calendar
from scheduler.web.site import site

blueprint = Blueprint("feeds", __name__)
H = TypeVar("H", Person, Department, Coordinator)


@blueprint.get("/feeds/<token>.ics")
def personal(token: str) -> Response:
    now = site().clock()
    with site().database.reading() as db:
        person = _holder(db, Person, "feed", token)
        lines = feeds.seat_lines(db, person, now=now) + feeds.registration_lines(db, person, now=now)
        response = answer(db, told.personal(person, lines, site().links))
        news = subscriptions.fetch_is_news(person, now=now)
    if news:
        _note_fetch(person.id)
    return response


@blueprint.get("/feeds/department/<token>.ics")
def of_department(token: str) -> Response:
    with site().database.reading() as db:
        department = _holder(db, Department, "department-feed", token)
        lines = _of_desk(db, subscriptions.desk_of_department(department))
        return answer(db, told.of_department(department, lines, site().links))


@blueprint.get("/feeds/desk/<token>.ics")
def of_desk(token: str) -> Response:
    links = site().links
    with site().database.reading() as db:
        coordinator = _holder(db, Coordinator, "desk-feed", token)
        lines = _of_desk(db, subscriptions.desk_of_coordinator(db, coordinator))
        source = links.desk_feed(coordinator.id, coordinator.feed_generation)
        return answer(db, told.of_desk(coordinator.programme, source, lines, links))


def answer(db: Session, feed: told.Feed) -> Response:
    """The feed over HTTP; of what is kept or not asked for, no row is read."""
    return calendar(feed.tag, lambda: told.written(feed, partial(feeds.rows, db)), changed=feed.changed)


def _holder(db: Session, kind: type[H], purpose: str, token: str) -> H:
    """Whose feed it is. 404 for an address that is none, that was changed, or whose feed is closed."""
    found = site().links.read(purpose, token) or abort(404)
    return subscriptions.holder(db, kind, *found) or abort(404)


def _of_desk(db: Session, desk: Desk) -> list[Line]:
    """The meetings of the desk's pairs, and the events, which are everybody's."""
    now = site().clock()
    return feeds.meeting_lines(db, desk, now=now) + feeds.event_lines(db, desk.programme, now=now)


def _note_fetch(person_id: int) -> None:
    """Notes that a calendar came. That the database is busy just then is no reason to refuse it the feed."""
    with suppress(*DATABASE_AWAY), site().database.writing() as db:
        subscriptions.note_fetch(db, person_id, now=site().clock())

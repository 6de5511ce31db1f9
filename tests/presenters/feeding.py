"""Feeds as their readers fetch them, read from the database and written without HTTP."""

from datetime import datetime
from functools import partial

from sqlalchemy.orm import Session

from scheduler.models import Person, Programme
from scheduler.presenters import feeds as told
from scheduler.presenters.feeds import Feed
from scheduler.programme import feeds
from scheduler.programme.access import Desk
from tests.builders import LINKS


def personal(session: Session, person: Person, *, now: datetime) -> Feed:
    lines = feeds.seat_lines(session, person, now=now) + feeds.registration_lines(session, person, now=now)
    return told.personal(person, lines, LINKS)


def of_programme(session: Session, programme: Programme, *, now: datetime) -> Feed:
    return told.of_programme(programme, feeds.event_lines(session, programme, now=now), LINKS)


def of_desk(session: Session, desk: Desk, *, now: datetime) -> Feed:
    """Of a department, where the desk has one, else of a coordinator."""
    lines = feeds.meeting_lines(session, desk, now=now) + feeds.event_lines(session, desk.programme, now=now)
    if desk.departments is None:
        return told.of_desk(desk.programme, LINKS.desk_feed(1, 1), lines, LINKS)
    return told.of_department(desk.departments[0], lines, LINKS)


def written(session: Session, feed: Feed) -> bytes:
    return told.written(feed, partial(feeds.rows, session))

"""One's own page: proposals, meetings, pairs, places at events, calendar, settings, and where one is signed in."""

from dataclasses import replace

from flask import Blueprint, Response, abort, flash, redirect, session, url_for
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse
from wtforms import StringField

from scheduler.errors import Refused
from scheduler.models import Person, Seat
from scheduler.presenters.meetings import MeetingView, view
from scheduler.presenters.subscriptions import Subscription
from scheduler.presenters.truths import line
from scheduler.programme import access, truths
from scheduler.programme.people import home, people, sign_ins, subscriptions
from scheduler.programme.people.reminder_choices import choice_of
from scheduler.slots import zones
from scheduler.web.entry import sign_in_first
from scheduler.web.reminder_choices import OWN, chosen
from scheduler.web.site import page, signed_in, site, visitor_words

blueprint = Blueprint("me", __name__, url_prefix="/me")
blueprint.before_request(sign_in_first)

# The page's sections for a person, from its top. Each is a template, and finds what it shows in `home`, a `Home`.
SECTIONS = [
    "me/proposals.html",
    "me/meetings.html",
    "me/pairs.html",
    "me/times.html",
    "me/registrations.html",
    "me/calendar.html",
    "me/settings.html",
    "me/reminders.html",
]


class SettingsForm(FlaskForm):  # type: ignore[misc]
    timezone = StringField()
    locale = StringField()


@blueprint.get("/")
def show() -> Response:
    with site().database.reading() as db:
        return _page(db)


@blueprint.post("/settings")
def change_settings() -> AnyResponse:
    form, words = SettingsForm(), visitor_words()
    try:
        with site().database.writing() as db:
            person = me(db)
            zone, locale = form.timezone.data or "", form.locale.data or ""
            moved = zone != person.timezone
            people.change_settings(db, person, timezone=zone, locale=locale, by=person.email, now=site().clock())
    except Refused as refused:
        with site().database.reading() as db:
            return _page(db, 422, problem=words.refusal(refused), typed=form.timezone.data)
    session["locale"] = locale
    flash(_what_it_means(zone) if moved else visitor_words().gettext("Saved."))
    return redirect(url_for("me.show"), 303)


@blueprint.post("/reminders")
def choose_reminders() -> AnyResponse:
    with site().database.writing() as db:
        person = me(db)
        people.choose_reminders(db, person, chosen(OWN), by=person.email, now=site().clock())
    flash(visitor_words().gettext("Saved."))
    return redirect(url_for("me.show"), 303)


@blueprint.post("/feed")
def renew_feed() -> AnyResponse:
    with site().database.writing() as db:
        person = me(db)
        subscriptions.renew(db, person, by=person.email, now=site().clock())
    flash(visitor_words().gettext("Your calendar has a new address. Subscribe to it anew; the old one is dead."))
    return redirect(url_for("me.show"), 303)


@blueprint.post("/feed/close")
def close_feed() -> AnyResponse:
    with site().database.writing() as db:
        person = me(db)
        subscriptions.close(db, person, by=person.email, now=site().clock())
    flash(visitor_words().gettext("Your calendar is closed: its address shows nothing any more."))
    return redirect(url_for("me.show"), 303)


def me(db: Session) -> Person:
    """The person who is signed in. 404 for an address that is no person's."""
    return access.person_of(db, signed_in() or "") or abort(404)


def _what_it_means(zone: str) -> str:
    return visitor_words().gettext(
        "Saved. Your hours now mean the clock in %(city)s. Meetings that are booked stay at the same moment.",
        city=visitor_words().city(zone),
    )


def _page(db: Session, status: int = 200, *, problem: str = "", typed: str | None = None) -> Response:
    email, now = signed_in() or "", site().clock()
    person = access.person_of(db, email)
    found = home.of(db, person, now=now) if person else None
    return page(
        "me/home.html",
        status,
        email=email,
        home=found,
        sections=SECTIONS,
        desks=access.desks_of(db, email),
        led=access.events_led_by(db, email),
        meetings=[_in_visitors_words(seat) for seat in found.seats] if found else [],
        truths=truths.of_seats(db, found.seats) if found else {},
        truth_line=line,
        links=site().links,
        feed=_feed_of(person) if person else None,
        form=SettingsForm(),
        zones=zones.cities(),
        zone=typed if typed is not None else person.timezone if person else "",
        problem=problem,
        reminders=choice_of(person) if person else None,
        choices=OWN,
        browsers=sign_ins.browsers_of(db, email, now=now),
    )


def _feed_of(person: Person) -> Subscription | None:
    """The person's own calendar; None while it is closed."""
    if person.feed_closed:
        return None
    address = site().links.feed(person.id, person.feed_generation)
    return Subscription(address, visitor_words().gettext("My mentor meetings"))


def _in_visitors_words(seat: Seat) -> MeetingView:
    """The meeting as its page and mail tell it, in the language in which the rest of this page is."""
    told = view(seat, site().links)
    return replace(told, reader=replace(told.reader, locale=visitor_words().locale))

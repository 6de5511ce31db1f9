"""A person's own times, by the link in their mail: no account, no cookies; one page to fill in, one that repeats it."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, abort, redirect, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from scheduler.errors import Refused, UnknownTimezone
from scheduler.models import Person, TimesRequest
from scheduler.presenters import times as telling
from scheduler.presenters.i18n import Words, words
from scheduler.programme.pairs import comfort
from scheduler.programme.people import asking, hours
from scheduler.slots import zones
from scheduler.web import times_form
from scheduler.web.site import page, site
from scheduler.web.times_form import TimesForm

blueprint = Blueprint("times", __name__)


@blueprint.get("/times/<token>")
def show(token: str) -> Response:
    with site().database.reading() as db:
        asked = _request(db, token)
        return _form_page(token, asked, times_form.filled(hours_of(db, asked.person)), {})


@blueprint.post("/times/<token>")
def save(token: str) -> AnyResponse:
    form = TimesForm()
    problems = taken(form, lambda db: _request(db, token).person)
    if problems is None:
        return redirect(url_for("times.given", token=token), 303)
    with site().database.reading() as db:
        return _form_page(token, _request(db, token), form, problems)


@blueprint.get("/times/<token>/given")
def given(token: str) -> Response:
    with site().database.reading() as db:
        asked = _request(db, token)
        person, programme = asked.person, asked.programme
        change = url_for("times.show", token=token)
        return given_page(
            db, person, spoken=words(person.locale), change=change, contact=programme.contact, by_link=True
        )


def taken(form: TimesForm, person_of: Callable[[Session], Person]) -> Mapping[str, Refused] | None:
    """None once the person's times are written down; else what is wrong, or nothing where only rows were asked for."""
    given, problems = times_form.read(form)
    if form.more.data:
        times_form.make_room(form)
        return {}
    if problems:
        return problems
    try:
        with site().database.writing() as db:
            person = person_of(db)
            hours.give(db, person, **asdict(given), by=person.email, now=site().clock())
    except Refused as refused:
        return {"timezone" if isinstance(refused, UnknownTimezone) else "": refused}
    return None


def hours_of(db: Session, person: Person) -> hours.Hours:
    """Their hours, with the dates that have not passed where they are."""
    return hours.of(db, person, since=zones.date_of(site().clock(), person.timezone))


def form_page(
    person: Person, form: TimesForm, problems: Mapping[str, Refused], *, spoken: Words, **facts: Any
) -> Response:
    """The form, with one sentence at each field that is wrong and nothing lost."""
    return page(
        "times/give.html",
        422 if problems else 200,
        speaking=spoken,
        person=person,
        form=form,
        problems={name: spoken.refusal(refused) for name, refused in problems.items()},
        days=telling.weekdays(spoken),
        zones=zones.cities(),
        parts=comfort.PARTS,
        fits=list(comfort.Fit),
        **facts,
    )


def given_page(db: Session, person: Person, *, spoken: Words, **facts: Any) -> Response:
    """What the person has given, in words."""
    known = hours_of(db, person)
    return page(
        "times/given.html",
        speaking=spoken,
        person=person,
        zone=telling.zone_line(spoken, known.timezone, site().clock()),
        week=telling.week_lines(spoken, known),
        dates=telling.date_lines(spoken, known),
        fits=telling.comfort_lines(spoken, known),
        **facts,
    )


def _form_page(token: str, asked: TimesRequest, form: TimesForm, problems: Mapping[str, Refused]) -> Response:
    return form_page(
        asked.person,
        form,
        problems,
        spoken=words(asked.person.locale),
        action=url_for("times.save", token=token),
        programme=asked.programme,
        by_link=True,
    )


def _request(db: Session, token: str) -> TimesRequest:
    found = site().links.read("times", token) or abort(404)
    return asking.request_of(db, *found) or abort(404)

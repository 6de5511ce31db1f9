"""A person's own times, for whoever is signed in: the same page as by the link in the mail."""

from collections.abc import Mapping

from flask import Response, redirect, url_for
from werkzeug.wrappers import Response as AnyResponse

from scheduler.errors import Refused
from scheduler.models import Person
from scheduler.web import times_form
from scheduler.web.me import blueprint, me
from scheduler.web.site import site, visitor_words
from scheduler.web.times import form_page, given_page, hours_of, taken
from scheduler.web.times_form import TimesForm


@blueprint.get("/times")
def times() -> Response:
    with site().database.reading() as db:
        person = me(db)
        return _form_page(person, times_form.filled(hours_of(db, person)), {})


@blueprint.post("/times")
def save_times() -> AnyResponse:
    form = TimesForm()
    problems = taken(form, me)
    if problems is None:
        return redirect(url_for("me.given_times"), 303)
    with site().database.reading() as db:
        return _form_page(me(db), form, problems)


@blueprint.get("/times/given")
def given_times() -> Response:
    with site().database.reading() as db:
        return given_page(db, me(db), spoken=visitor_words(), change=url_for("me.times"), by_link=False)


def _form_page(person: Person, form: TimesForm, problems: Mapping[str, Refused]) -> Response:
    action = url_for("me.save_times")
    return form_page(person, form, problems, spoken=visitor_words(), action=action, by_link=False)

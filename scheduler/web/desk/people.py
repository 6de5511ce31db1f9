"""The desk's people, who is silent first, and a page for each."""

from collections import Counter

from flask import Response, abort, flash, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from scheduler.errors import Refused
from scheduler.presenters.people import local_clock, other_days, times_told, weekly_hours
from scheduler.programme import desk
from scheduler.programme.access import Desk
from scheduler.programme.desk import TimesState
from scheduler.programme.people import addresses, asking
from scheduler.web.desk.entry import blueprint, desk_of, one_of, page_of, whole_desk_of
from scheduler.web.site import page, signed_in, site, visitor_words


@blueprint.get("/people")
def people(slug: str) -> Response:
    state = one_of(TimesState, request.args.get("state", ""))
    named = request.args.get("q", "").strip()
    with site().database.reading() as db:
        mine = desk_of(db, slug)
        everybody = desk.people_standings(db, mine)
        found = [each for each in everybody if each.is_named(named)]
        shown, number, last = page_of([each for each in found if state in {None, each.state}])
        return page(
            "desk/people.html",
            desk=mine,
            rows=desk.people_rows(db, mine, [each.person_id for each in shown]),
            counts=Counter(each.state for each in found),
            states=list(TimesState),
            state=state,
            named=named,
            number=number,
            last=last,
            times_told=times_told,
            not_asked=sum(each.asked_at is None for each in everybody),
            new_pairs=desk.new_pairs(db, mine),
        )


@blueprint.get("/people/<row:person_id>")
def person(slug: str, person_id: int) -> Response:
    with site().database.reading() as db:
        return _person_page(db, desk_of(db, slug), person_id)


@blueprint.post("/people/<row:person_id>/address")
def correct_address(slug: str, person_id: int) -> AnyResponse:
    typed = request.form.get("email", "").strip()
    try:
        with site().database.writing() as db:
            mine = whole_desk_of(db, slug)
            found = desk.person_in_reach(db, mine, person_id) or abort(404)
            addresses.correct(db, mine.programme, found, typed, by=signed_in() or "", now=site().clock())
    except Refused as refused:
        with site().database.reading() as db:
            problem = visitor_words().refusal(refused)
            return _person_page(db, whole_desk_of(db, slug), person_id, problem=problem, typed=typed)
    flash(visitor_words().gettext("Saved. What is open is sent to the new address."))
    return redirect(url_for("desk.person", slug=slug, person_id=person_id), 303)


def _person_page(db: Session, mine: Desk, person_id: int, *, problem: str = "", typed: str = "") -> Response:
    row, now = desk.person_row(db, mine, person_id) or abort(404), site().clock()
    return page(
        "desk/person.html",
        422 if problem else 200,
        desk=mine,
        row=row,
        clock=lambda words: local_clock(now, row.person.timezone, words),
        told=times_told,
        weekly=weekly_hours,
        others=other_days,
        pairs=desk.pairs_of_person(db, mine, row.person),
        meetings=desk.meetings_of_person(db, mine, row.person),
        registrations=desk.registrations_of_person(db, mine, row.person),
        rows=desk.deliveries_of_person(db, mine, row.person),
        problem=problem,
        typed=typed or row.person.email,
    )


@blueprint.post("/people/ask")
def ask_all(slug: str) -> AnyResponse:
    with site().database.writing() as db:
        mine = whole_desk_of(db, slug)
        asked = asking.ask_all(db, mine.programme, by=signed_in() or "", now=site().clock())
    words = visitor_words()
    flash(words.ngettext("%(num)s person is asked for times.", "%(num)s people are asked for times.", len(asked)))
    return redirect(url_for("desk.people", slug=slug), 303)


@blueprint.post("/people/introduce")
def introduce_all(slug: str) -> AnyResponse:
    with site().database.writing() as db:
        mine = whole_desk_of(db, slug)
        pairs = asking.introduce_all(db, mine.programme, by=signed_in() or "", now=site().clock())
    words = visitor_words()
    flash(words.ngettext("%(num)s pair is told of each other.", "%(num)s pairs are told of each other.", len(pairs)))
    return redirect(url_for("desk.people", slug=slug), 303)


@blueprint.post("/people/<row:person_id>/ask")
def ask_one(slug: str, person_id: int) -> AnyResponse:
    with site().database.writing() as db:
        mine = desk_of(db, slug)
        found = desk.person_in_reach(db, mine, person_id) or abort(404)
        asking.ask_one(db, mine.programme, found, by=signed_in() or "", now=site().clock())
    flash(visitor_words().gettext("The question is on its way."))
    return redirect(url_for("desk.person", slug=slug, person_id=person_id), 303)

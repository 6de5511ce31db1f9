"""The desk's events: what there is, and creating, changing, publishing, moving and calling off."""

from typing import Any

from flask import Response, abort, flash, redirect, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from scheduler.errors import Refused
from scheduler.models import Event
from scheduler.programme import access, doors
from scheduler.programme.access import Desk
from scheduler.programme.events import event_desk, events, invited
from scheduler.programme.events.event_details import Details
from scheduler.states import EventState
from scheduler.web.desk.entry import blueprint, desk_of, whole_desk_of
from scheduler.web.desk.event_forms import EventForm, FacilitatorForm, MoveForm, NewEventForm, filled, suggested
from scheduler.web.site import page, signed_in, site, visitor_words


@blueprint.get("/events")
def all_events(slug: str) -> Response:
    with site().database.reading() as db:
        mine = desk_of(db, slug)
        return page("desk/events.html", desk=mine, rows=event_desk.event_rows(db, mine, now=site().clock()))


@blueprint.get("/events/<row:event_id>")
def event(slug: str, event_id: int) -> Response:
    with site().database.reading() as db:
        mine = desk_of(db, slug)
        return event_page(db, mine, event_desk.event_in_reach(db, mine, event_id) or abort(404))


@blueprint.route("/events/new", methods=["GET", "POST"])
def new_event(slug: str) -> AnyResponse:
    form = NewEventForm(data=suggested())
    problem = ""
    if form.validate_on_submit():
        try:
            with site().database.writing() as db:
                event_id = _created(db, whole_desk_of(db, slug), form)
            return _done(slug, event_id, visitor_words().gettext("Created as a draft: nobody else sees it yet."))
        except Refused as refused:
            problem = visitor_words().refusal(refused)
    with site().database.reading() as db:
        mine = whole_desk_of(db, slug)
        zone = mine.programme.timezone
        return _form_page("desk/event_form.html", form, problem, desk=mine, event=None, zone=zone)


@blueprint.route("/events/<row:event_id>/edit", methods=["GET", "POST"])
def edit_event(slug: str, event_id: int) -> AnyResponse:
    problem = ""
    with site().database.reading() as db:
        form = EventForm(data=filled(steered(db, slug, event_id)))
    if form.validate_on_submit():
        try:
            with site().database.writing() as db:
                found = steered(db, slug, event_id)
                events.change(db, found, by=signed_in() or "", now=site().clock(), **form.values())
            return _done(slug, event_id, visitor_words().gettext("Saved."))
        except Refused as refused:
            problem = visitor_words().refusal(refused)
    with site().database.reading() as db:
        found = steered(db, slug, event_id)
        over = found.ends_at <= site().clock()
        facts = {"desk": desk_of(db, slug), "event": found, "zone": found.timezone, "over": over}
        return _form_page("desk/event_form.html", form, problem, **facts, told=events.registered(db, found))


@blueprint.post("/events/<row:event_id>/publish")
def publish_event(slug: str, event_id: int) -> AnyResponse:
    with site().database.writing() as db:
        events.publish(db, steered(db, slug, event_id), by=signed_in() or "", now=site().clock())
    return _done(slug, event_id, visitor_words().gettext("Published: everybody can see it now."))


@blueprint.route("/events/<row:event_id>/move", methods=["GET", "POST"])
def move_event(slug: str, event_id: int) -> AnyResponse:
    problem = ""
    with site().database.reading() as db:
        form = MoveForm(data=filled(steered(db, slug, event_id)) | suggested())
    if form.validate_on_submit():
        try:
            with site().database.writing() as db:
                found = steered(db, slug, event_id)
                starts, minutes = form.times()
                events.move(db, found, starts=starts, minutes=minutes, by=signed_in() or "", now=site().clock())
            return _done(slug, event_id, visitor_words().gettext("Moved."))
        except Refused as refused:
            problem = visitor_words().refusal(refused)
    with site().database.reading() as db:
        found = steered(db, slug, event_id)
        facts = {"people": event_desk.told(db, found), "invited": invited.undecided(db, found, now=site().clock())}
        return _form_page("desk/event_move.html", form, problem, desk=desk_of(db, slug), event=found, **facts)


@blueprint.get("/events/<row:event_id>/cancel")
def ask_to_cancel_event(slug: str, event_id: int) -> Response:
    with site().database.reading() as db:
        found = steered(db, slug, event_id)
        people = [*event_desk.told(db, found), *invited.undecided(db, found, now=site().clock())]
        return page("desk/event_cancel.html", desk=desk_of(db, slug), event=found, people=people)


@blueprint.post("/events/<row:event_id>/cancel")
def cancel_event(slug: str, event_id: int) -> AnyResponse:
    with site().database.writing() as db:
        events.cancel(db, steered(db, slug, event_id), by=signed_in() or "", now=site().clock())
    return _done(slug, event_id, visitor_words().gettext("The event is cancelled."))


def steered(db: Session, slug: str, event_id: int) -> Event:
    """The event, for who may change it. 404 for the coordinators of a department, as for an event of others."""
    return event_desk.event_in_reach(db, whole_desk_of(db, slug), event_id) or abort(404)


def event_page(
    db: Session, mine: Desk, found: Event, *, form: FacilitatorForm | None = None, problem: str = ""
) -> Response:
    now = site().clock()
    return page(
        "desk/event.html",
        422 if problem else 200,
        desk=mine,
        event=found,
        steers=mine.departments is None,
        over=found.ends_at <= now,
        changeable=found.state is not EventState.CANCELLED,
        waiting=event_desk.waiting(db, found),
        invited=event_desk.invited(db, found),
        link=doors.link_of_event(db, found),
        link_state=event_desk.link_state(db, found),
        facilitators=access.facilitators_of(db, found),
        form=form or FacilitatorForm(formdata=None),
        problem=problem,
    )


def _created(db: Session, mine: Desk, form: NewEventForm) -> int:
    values = form.values()
    title = next(iter(values["title"].values()), "")
    slug = (form.slug.data or "").strip() or events.free_slug(db, mine.programme, title)
    starts, minutes = form.times()
    details = Details(timezone=mine.programme.timezone, starts=starts, minutes=minutes, **values)
    made = events.create(db, mine.programme, slug=slug, details=details, by=signed_in() or "", now=site().clock())
    return made.id


def _form_page(template: str, form: EventForm | MoveForm, problem: str, **facts: Any) -> Response:
    if isinstance(form, EventForm):
        form.offer_questions()
    return page(template, 422 if problem or form.errors else 200, form=form, problem=problem, **facts)


def _done(slug: str, event_id: int, sentence: str) -> AnyResponse:
    flash(sentence)
    return redirect(url_for("desk.event", slug=slug, event_id=event_id), 303)

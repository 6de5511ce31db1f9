"""An event's page, where people register for it."""

import re
import secrets
from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, Response, redirect, request, url_for
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse
from wtforms import BooleanField, Field, StringField, ValidationError

from scheduler.errors import EventFull, OnlyForMembers, Refused, RegistrationClosed, TooManyRegistrations
from scheduler.models import Event
from scheduler.phrases import N_
from scheduler.programme import access, checks
from scheduler.programme.checks import Wrong
from scheduler.programme.events import entrants, registrations, standing
from scheduler.programme.events.standing import Entry
from scheduler.slots import zones
from scheduler.web import public
from scheduler.web.public import event_in_sight
from scheduler.web.site import page, signed_in, site, visitor_words

FORM_KEY = re.compile(r"[A-Za-z0-9_-]{20,60}")
EVENT = "/p/<slug:slug>/e/<slug:event_slug>/"
OPEN = {Entry.SEAT, Entry.WAITLIST}

blueprint = Blueprint("registration", __name__)


def clean(check: Callable[[object], str], sentence: str) -> Callable[[FlaskForm, Field], None]:
    """A validator that leaves the clean value in the field, or else says this sentence."""

    def validate(form: FlaskForm, field: Field) -> None:
        try:
            field.data = check(field.data or "")
        except Wrong:
            raise ValidationError(sentence) from None

    return validate


class RegistrationForm(FlaskForm):  # type: ignore[misc]
    """What everybody is asked; the event's own questions are fields `q-<name>` beside it."""

    class Meta:
        csrf = False  # checked for every form before any view is called

    form_key = StringField()
    name = StringField(validators=[clean(checks.name, N_("Name: write yours, in at most 80 characters."))])
    email = StringField(
        validators=[clean(checks.email, N_("E-mail: write the whole address, such as maria@example.org."))]
    )
    timezone = StringField(validators=[clean(checks.zone, N_("Time zone: choose one from the list."))])
    locale = StringField(validators=[clean(checks.locale, N_("Language: choose one from the list."))])
    consent = BooleanField()

    @property
    def answers(self) -> dict[str, str]:
        return {name[2:]: value for name, value in request.form.items() if name.startswith("q-")}

    @property
    def key(self) -> str:
        """The mark of this very form, for its second copy to be known. Empty for what we never made."""
        written = self.form_key.data or ""
        return written if FORM_KEY.fullmatch(written) else ""

    @property
    def written(self) -> dict[str, str]:
        return {field: self[field].data for field in ("name", "email", "locale", "timezone")}


@public.blueprint.get(EVENT)
def event(slug: str, event_slug: str) -> Response:
    with site().database.reading() as db:
        found = event_in_sight(db, slug, event_slug)
        return _page(db, found, RegistrationForm(data=_known(db, found)))


@blueprint.post(EVENT)
def register(slug: str, event_slug: str) -> AnyResponse:
    form = RegistrationForm()
    with site().database.reading() as db:
        found = event_in_sight(db, slug, event_slug)
        problems = _problems(found, form)
        if problems:
            return _page(db, found, form, 422, problems=problems)
    try:
        with site().database.writing() as db:
            address = _registered(db, event_in_sight(db, slug, event_slug), form)
    except Refused as refused:
        return _refused(slug, event_slug, form, refused)
    return redirect(address, 303)


@blueprint.get(f"{EVENT}sent")
def sent(slug: str, event_slug: str) -> Response:
    """What everybody reads whose answer goes by mail alone, whatever it is."""
    with site().database.reading() as db:
        return page("public/sent.html", event=event_in_sight(db, slug, event_slug))


def _registered(db: Session, found: Event, form: RegistrationForm) -> str:
    """Where to read on: the receipt of a new registration, or else in one's mail."""
    made = registrations.register(
        db,
        found,
        **form.written,
        answers=form.answers,
        consent=form.consent.data,
        form_key=form.key,
        by=signed_in() or form.written["email"],
        now=site().clock(),
    )
    if made is None:
        return url_for("registration.sent", slug=found.programme.slug, event_slug=found.slug)
    return url_for("receipts.show", token=site().links.token("receipt", made.id, made.receipt_generation))


def _problems(found: Event, form: RegistrationForm) -> dict[str, str]:
    """A sentence for each field that is not filled in as it must be, by the field's name."""
    words = visitor_words()
    form.validate()
    problems = {name: words.gettext(errors[0]) for name, errors in form.errors.items()}
    open_questions = entrants.refusals(found, form.answers, locale=words.locale)
    problems |= {f"q-{name}": words.refusal(refused) for name, refused in open_questions.items()}
    try:
        entrants.refuse_without_consent(form.consent.data)
    except Refused as refused:
        problems["consent"] = words.refusal(refused)
    return problems


def _refused(slug: str, event_slug: str, form: RegistrationForm, refused: Refused) -> Response:
    """The page once more, with what was in the way."""
    sentence = visitor_words().refusal(refused)
    with site().database.reading() as db:
        found = event_in_sight(db, slug, event_slug)
        if isinstance(refused, OnlyForMembers):
            return _page(db, found, form, 422, problems={"email": sentence})
        if isinstance(refused, TooManyRegistrations):
            return _page(db, found, form, 429, problem=sentence)
        status = 409 if isinstance(refused, EventFull | RegistrationClosed) else 422
        return _page(db, found, form, status, problem=sentence)


def _page(
    db: Session,
    found: Event,
    form: RegistrationForm,
    status: int = 200,
    *,
    problem: str = "",
    problems: Mapping[str, str] | None = None,
) -> Response:
    words = visitor_words()
    stands = standing.of(db, found, now=site().clock())
    zone = form.timezone.data if form.timezone.data in zones.names() else found.timezone
    return page(
        "public/event.html",
        status if stands.entry in OPEN or status == 200 else 409,
        programme=found.programme,
        event=found,
        standing=stands,
        opens=stands.entry in OPEN,
        over=found.ends_at <= site().clock(),
        form=form,
        answers=defaultdict(str, form.answers),
        problem=problem,
        problems=defaultdict(str, problems or {}),
        zones=zones.cities(),
        zone=zone,
        detect=request.method == "GET" and not form.email.data,
        when_there=words.span(found.starts_at, found.minutes, zone),
    )


def _known(db: Session, found: Event) -> dict[str, Any]:
    """What the form holds at first: of whoever is signed in, what we know of them."""
    email = signed_in()
    person = access.person_of(db, email) if email else None
    return {
        "form_key": secrets.token_urlsafe(24),
        "email": email or "",
        "name": person.name if person else "",
        "timezone": person.timezone if person else found.programme.timezone,
        "locale": person.locale if person else visitor_words().locale,
    }

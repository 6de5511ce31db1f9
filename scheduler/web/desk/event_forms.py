"""The forms of the desk's events. They read what was typed; whether it will do, the commands decide."""

from datetime import datetime
from typing import Any

from flask import request
from flask_wtf import FlaskForm
from wtforms import BooleanField, FieldList, Form, FormField, StringField, TextAreaField
from wtforms.validators import InputRequired, Optional

from scheduler.models import Event
from scheduler.phrases import N_
from scheduler.programme.checks import LOCALES
from scheduler.programme.events.event_details import MOST_QUESTIONS, details_of, short_name
from scheduler.states import Audience, EventFormat, EventKind
from scheduler.web.desk.fields import WALL_CLOCK, WHOLE_NUMBER, ChoiceField, NumberField, WallField

USUAL_MINUTES = 120
EMPTY_QUESTIONS = 2  # offered below those that there are; saving offers two more


class QuestionForm(Form):
    """One question to those who register; one without a text is none."""

    name = StringField(N_("Short name"))
    text_sv = StringField(N_("Question in Swedish"))
    text_en = StringField(N_("Question in English"))
    required = BooleanField(N_("Must be answered"))


class EventForm(FlaskForm):  # type: ignore[misc]
    """All of an event but its time."""

    title_sv = StringField(N_("Title in Swedish"))
    title_en = StringField(N_("Title in English"))
    description_sv = TextAreaField(N_("Description in Swedish"))
    description_en = TextAreaField(N_("Description in English"))
    kind = ChoiceField(N_("Kind"), EventKind, default=EventKind.WORKSHOP)
    audience = ChoiceField(N_("For whom"), Audience, default=Audience.MENTEES)
    format = ChoiceField(N_("Format"), EventFormat, default=EventFormat.ONLINE)
    place = StringField(N_("Place"))
    link = StringField(N_("Link"))
    capacity = NumberField(N_("Seats"), validators=[Optional()])
    waitlist = BooleanField(N_("With a waitlist once all seats are taken"), default=True)
    recorded = BooleanField(N_("The event will be recorded"))
    opens = WallField(N_("Registration opens"), validators=[Optional()])
    closes = WallField(N_("Registration closes"), validators=[Optional()])
    questions = FieldList(FormField(QuestionForm), max_entries=MOST_QUESTIONS + EMPTY_QUESTIONS)

    def offer_questions(self) -> None:
        """Empty ones below those that there are, so that more can be written without JavaScript."""
        blank = sum(not _texts(entry.form, "text") for entry in self.questions)
        for _ in range(min(EMPTY_QUESTIONS - blank, MOST_QUESTIONS - len(self.questions))):
            self.questions.append_entry()

    def values(self) -> dict[str, Any]:
        """What was written, by the names of `Details`."""
        return {
            "title": _texts(self, "title"),
            "description": _texts(self, "description"),
            "kind": self.kind.data,
            "audience": self.audience.data,
            "format": self.format.data,
            "place": _clean(self.place.data),
            "link": _clean(self.link.data),
            "capacity": self.capacity.data,
            "waitlist": self.waitlist.data,
            "recorded": self.recorded.data,
            "opens": self.opens.data,
            "closes": self.closes.data,
            "questions": _questions(self.questions),
        }


class MoveForm(FlaskForm):  # type: ignore[misc]
    """When the event is, and how long it lasts."""

    starts = WallField(N_("Start"), validators=[InputRequired(WALL_CLOCK)])
    minutes = NumberField(N_("Minutes"), default=USUAL_MINUTES, validators=[InputRequired(WHOLE_NUMBER)])

    def times(self) -> tuple[datetime, int]:
        """The wall clock and the length that a form without errors has."""
        assert self.starts.data is not None, "its validator saw to it"
        assert self.minutes.data is not None, "its validator saw to it"
        return self.starts.data, self.minutes.data


class NewEventForm(MoveForm, EventForm):
    """All of an event; the address can be left to the title."""

    slug = StringField(N_("Address"))


class SuggestionForm(Form):
    """A time that a link to one of these forms suggests."""

    starts = WallField("")
    minutes = NumberField("")
    audience = ChoiceField("", Audience)


class FacilitatorForm(FlaskForm):  # type: ignore[misc]
    """Who is to see the event's registrations."""

    email = StringField(N_("E-mail"))


def suggested() -> dict[str, Any]:
    """What the address suggests for NewEventForm and MoveForm; what cannot be read is left out."""
    form = SuggestionForm(request.args)
    form.validate()
    return {field.name: field.data for field in form if field.data is not None and not field.errors}


def filled(event: Event) -> dict[str, Any]:
    """The event as the fields of EventForm and MoveForm show it."""
    details = details_of(event)
    plain = {name: getattr(details, name) for name in (
        "kind", "audience", "format", "place", "link", "capacity", "waitlist", "recorded", "opens", "closes", "starts",
        "minutes",
    )}  # fmt: skip
    texts = {
        f"{name}_{locale}": getattr(details, name).get(locale, "")
        for name in ("title", "description")
        for locale in LOCALES
    }
    questions = [
        {"name": question["name"], "required": question["required"]}
        | {f"text_{locale}": question["text"].get(locale, "") for locale in LOCALES}
        for question in details.questions
    ]
    return {**plain, **texts, "questions": questions}


def _texts(form: Form, name: str) -> dict[str, str]:
    """What was written in each language, by language; nothing for one that was left empty."""
    written = {locale: _clean(form[f"{name}_{locale}"].data) for locale in LOCALES}
    return {locale: text for locale, text in written.items() if text}


def _questions(entries: "FieldList[Any]") -> tuple[dict[str, Any], ...]:
    """The questions that have a text. One without a name gets a name of it: its answers are kept by that."""
    found: list[dict[str, Any]] = []
    for number, entry in enumerate(entries, start=1):
        text = _texts(entry.form, "text")
        if text:
            name = _clean(entry.form.name.data) or short_name(next(iter(text.values())), f"question-{number}")
            found.append({"name": name, "text": text, "required": entry.form.required.data})
    return tuple(found)


def _clean(text: str | None) -> str:
    return (text or "").replace("\r\n", "\n").strip()

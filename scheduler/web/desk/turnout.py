"""The best time for an event: how many can attend, by day and hour, and the way from there to the event's form."""

from datetime import datetime, timedelta
from typing import Any

from flask import Response, abort, request
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from wtforms import Form
from wtforms.validators import InputRequired, ValidationError

from scheduler.models import Event, Programme
from scheduler.phrases import N_
from scheduler.presenters import turnout as tables
from scheduler.programme import desk
from scheduler.programme.access import Desk
from scheduler.programme.events import event_desk
from scheduler.slots import zones
from scheduler.states import Audience
from scheduler.web.desk.entry import blueprint, desk_of
from scheduler.web.desk.event_forms import USUAL_MINUTES
from scheduler.web.desk.fields import DATE, WHOLE_NUMBER, ChoiceField, DayField, NumberField
from scheduler.web.site import page, site, visitor_words

MOST_DAYS, LONGEST = 28, 24 * 60
TWO_WEEKS = timedelta(days=13)  # from the first of their days to the last


class TurnoutForm(Form):
    """For whom the event is to be, on which dates, and how long."""

    audience = ChoiceField(N_("For whom"), Audience)
    first = DayField(N_("First day"), validators=[InputRequired(DATE)])
    last = DayField(N_("Last day"), validators=[InputRequired(DATE)])
    minutes = NumberField(N_("Minutes"), validators=[InputRequired(WHOLE_NUMBER)])

    def validate_minutes(self, field: NumberField) -> None:
        if field.data is not None and not 1 <= field.data <= LONGEST:
            raise ValidationError(N_("Write a number of minutes up to 24 hours."))

    def validate_last(self, field: DayField) -> None:
        first = self.first.data
        if first and field.data and not 0 <= (field.data - first).days < MOST_DAYS:
            raise ValidationError(N_("Choose a last day within four weeks of the first, and not before it."))

    def wanted(self) -> desk.Wanted:
        """What a form without errors asks for."""
        first, last, minutes = self.first.data, self.last.data, self.minutes.data
        assert first is not None, "its validator saw to it"
        assert last is not None, "its validator saw to it"
        assert minutes is not None, "its validator saw to it"
        return desk.Wanted(self.audience.data, first, last, minutes)


@blueprint.get("/events/times")
def event_times(slug: str) -> Response:
    now = site().clock()
    with site().database.reading() as db:
        mine = desk_of(db, slug)
        moved = _moved(db, mine)
        form = TurnoutForm(_given(mine.programme, moved, now))
        good = form.validate()
        facts = _tables(db, mine, form.wanted(), moved, now) if good else {}
        return page(
            "desk/event_times.html", 200 if good else 422, desk=mine, event=moved, form=form,
            steers=mine.departments is None, **facts,
        )  # fmt: skip


def _tables(db: Session, mine: Desk, wanted: desk.Wanted, moved: Event | None, now: datetime) -> dict[str, Any]:
    zone = mine.programme.timezone
    found = desk.turnout(db, mine, wanted, moved=moved, now=now)
    return {
        "wanted": wanted,
        "found": found,
        "weeks": tables.weeks(found, wanted, zone, now),
        "best": tables.best(found, wanted.minutes, moved.timezone if moved else zone, visitor_words()),
    }


def _moved(db: Session, mine: Desk) -> Event | None:
    """The event that the address names, if it names one."""
    if "event" not in request.args:
        return None
    return event_desk.event_in_reach(db, mine, request.args.get("event", 0, type=int)) or abort(404)


def _given(programme: Programme, moved: Event | None, now: datetime) -> "MultiDict[str, str]":
    """What the address says; where it says nothing, the event's own facts, and the two weeks from tomorrow on."""
    given = request.args.copy()
    given.setdefault("audience", moved.audience if moved else Audience.MENTEES)
    given.setdefault("minutes", str(moved.minutes if moved else USUAL_MINUTES))
    if "first" not in given:
        tomorrow = zones.date_of(now, programme.timezone) + timedelta(days=1)
        first = max(tomorrow, programme.starts_on)
        given["first"], given["last"] = first.isoformat(), (first + TWO_WEEKS).isoformat()
    return given

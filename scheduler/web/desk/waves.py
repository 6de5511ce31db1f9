"""A wave from the desk: choose dates, see the plan, send that plan."""

from dataclasses import asdict
from datetime import date, datetime, timedelta
from time import monotonic
from typing import Any

from flask import Response, redirect, request, url_for
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse
from wtforms import StringField
from wtforms.validators import AnyOf, InputRequired, NumberRange, ValidationError

from scheduler.models import Programme
from scheduler.models.meetings import LONGEST_MINUTES, SHORTEST_MINUTES
from scheduler.phrases import N_
from scheduler.presenters import waves as shown
from scheduler.programme import desk
from scheduler.programme.access import Desk
from scheduler.programme.waves import sent_runs, wave_runs
from scheduler.programme.waves.wave_plans import WavePlan, ask, busy_pairs
from scheduler.slots import zones
from scheduler.states import RunState
from scheduler.web.desk.entry import blueprint, desk_of
from scheduler.web.desk.fields import DATE, DayField, NumberField
from scheduler.web.desk.sealed_plan import Choice, open_sealed, seal
from scheduler.web.site import page, signed_in, site

LENGTH = N_("A meeting lasts from 5 to 480 minutes.")
LONGEST = timedelta(days=366)
USUAL = timedelta(days=20)  # three weeks, both dates included
PATIENCE = 2.0  # seconds that a page is kept waiting for a better plan
AT_ONCE = 600  # pairs; reading the calendars of more takes longer than that by itself


class WaveForm(FlaskForm):  # type: ignore[misc]
    """Which wave to plan. It changes nothing, so it goes by GET and needs no token."""

    class Meta:
        csrf = False

    first = DayField(validators=[InputRequired(DATE)])
    last = DayField(validators=[InputRequired(DATE)])
    minutes = NumberField(
        otherwise=LENGTH, validators=[InputRequired(LENGTH), NumberRange(SHORTEST_MINUTES, LONGEST_MINUTES, LENGTH)]
    )
    sending = StringField(default="propose", validators=[AnyOf(["propose", "book"])])

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def validate_last(self, field: DayField) -> None:
        """The dates make a span that is still to come and no slip of the finger."""
        if field.data is None or self.first.data is None:
            return
        if field.data < self.first.data:
            raise ValidationError(N_("This lies before the first date; choose a later one."))
        if field.data < self.today:
            raise ValidationError(N_("This date has passed; choose one that is still to come."))
        if field.data - self.first.data > LONGEST:
            raise ValidationError(N_("A wave spans at most a year; choose an earlier date."))

    @property
    def choice(self) -> Choice:
        """What was asked for, once it is valid."""
        first, last, minutes = self.first.data, self.last.data, self.minutes.data
        if first is None or last is None or minutes is None:
            raise ValueError("only a valid form is a choice")
        return Choice(first, last, minutes, self.sending.data == "book")


@blueprint.get("/wave")
def wave(slug: str) -> Response:
    now = site().clock()
    with site().database.reading() as db:
        mine = desk_of(db, slug)
        asked = bool(request.args)
        form = form_of(mine, request.args if asked else None, now)
        valid = asked and form.validate()
        plan = _plan(db, mine, form.choice, now) if valid else None
        return page(
            "desk/wave.html",
            422 if asked and not valid else 200,
            desk=mine,
            form=form,
            plan=plan,
            many=valid and plan is None,
            sealed=seal(plan, form.choice, mine, signed_in() or "", now=now) if plan else "",
            send_to=url_for("desk.send_wave", slug=slug),
            book=form.sending.data == "book",
            runs=wave_runs.latest(db, mine),
            shown=shown,
        )


def form_of(mine: Desk, values: MultiDict[str, str] | None, now: datetime) -> WaveForm:
    """The form with these values; with the usual ones where there are none."""
    today = zones.date_of(now, mine.programme.timezone)
    return WaveForm(values, today=today, data=_usual(mine.programme, today))


@blueprint.post("/wave/send")
def send_wave(slug: str) -> AnyResponse:
    by = signed_in() or ""
    with site().database.writing() as db:
        mine = desk_of(db, slug)
        sealed = open_sealed(request.form.get("plan", ""), mine, by)
        run = sent_runs.keep(db, mine, sealed.plan, **asdict(sealed.choice), by=by, found_at=sealed.at)
        if run.state is RunState.READY:  # and not where the button was pressed twice
            sent_runs.send(db, run, mine, by=by, now=site().clock())
    return redirect(url_for("desk.show_run", slug=slug, run_id=run.id), 303)


def _plan(db: Session, mine: Desk, choice: Choice, now: datetime) -> WavePlan | None:
    """The best plan of about two seconds; None for so many pairs that a page would have to wait for any."""
    late = monotonic() + PATIENCE
    pairs = desk.pairs_in_reach(db, mine)
    if len(pairs) - len(busy_pairs(db, pairs, now)) > AT_ONCE:
        return None
    asked = ask(
        db,
        mine.programme,
        first=choice.first,
        last=choice.last,
        minutes=choice.minutes,
        now=now,
        of=pairs,
    )
    return asked.answer(seconds=PATIENCE, stop=lambda: monotonic() > late)


def _usual(programme: Programme, today: date) -> dict[str, Any]:
    """Three weeks from the day after tomorrow, or from the programme's start; not past its end."""
    first = max(today + timedelta(days=2), programme.starts_on)
    last = max(first, min(first + USUAL, programme.ends_on))
    return {"first": first, "last": last, "minutes": programme.meeting_minutes}

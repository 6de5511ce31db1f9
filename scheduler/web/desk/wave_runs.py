"""Plans for waves that the worker searches for and sends: asked for here, looked in on, stopped, and sent."""

from flask import Response, abort, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from scheduler.errors import PlanIsOld
from scheduler.models import WaveRun
from scheduler.presenters import waves as shown
from scheduler.programme.access import Desk
from scheduler.programme.waves import sent_runs, wave_runs
from scheduler.programme.waves.wave_plans import WavePlan
from scheduler.states import RunState
from scheduler.web.desk.entry import blueprint, desk_of
from scheduler.web.desk.waves import form_of
from scheduler.web.site import page, signed_in, site


@blueprint.post("/wave/runs")
def start_run(slug: str) -> AnyResponse:
    now = site().clock()
    with site().database.writing() as db:
        mine = desk_of(db, slug)
        form = form_of(mine, request.form, now)
        if not form.validate():  # the page of the form says what is wrong
            return redirect(url_for("desk.wave", slug=slug, **{each.name: each.raw_data for each in form}), 303)
        asked = form.choice
        run = wave_runs.start(
            db, mine, first=asked.first, last=asked.last, minutes=asked.minutes, book=asked.book,
            by=signed_in() or "", now=now,
        )  # fmt: skip
    return _to(slug, run)


@blueprint.get("/wave/runs/<row:run_id>")
def show_run(slug: str, run_id: int) -> Response:
    now = site().clock()
    with site().database.reading() as db:
        mine = desk_of(db, slug)
        run = _run(db, mine, run_id)
        again = url_for(
            "desk.wave", slug=slug, first=run.first_on, last=run.last_on, minutes=run.minutes,
            sending="book" if run.book else "propose",
        )  # fmt: skip
        return page(
            "desk/wave_run.html",
            desk=mine,
            run=run,
            plan=None if run.state is RunState.SENDING else _plan(db, mine, run),
            send_to=url_for("desk.send_run", slug=slug, run_id=run.id) if run.state is RunState.READY else "",
            counts=sent_runs.counts(db, run),
            not_sent=sent_runs.not_sent(db, run, mine),
            book=run.book,
            again=again,
            now=now,
            shown=shown,
        )


@blueprint.post("/wave/runs/<row:run_id>/stop")
def stop_run(slug: str, run_id: int) -> AnyResponse:
    with site().database.writing() as db:
        run = _run(db, desk_of(db, slug), run_id)
        wave_runs.stop(db, run, now=site().clock())
    return _to(slug, run)


@blueprint.post("/wave/runs/<row:run_id>/send")
def send_run(slug: str, run_id: int) -> AnyResponse:
    with site().database.writing() as db:
        mine = desk_of(db, slug)
        run = _run(db, mine, run_id)
        sent_runs.send(db, run, mine, by=signed_in() or "", now=site().clock())
    return _to(slug, run)


def _run(db: Session, mine: Desk, run_id: int) -> WaveRun:
    return wave_runs.in_reach(db, mine, run_id) or abort(404)


def _plan(db: Session, mine: Desk, run: WaveRun) -> WavePlan | None:
    """The plan as long as it can be sent."""
    try:
        return wave_runs.plan_of(db, run, mine, now=site().clock())
    except PlanIsOld:
        return None


def _to(slug: str, run: WaveRun) -> AnyResponse:
    return redirect(url_for("desk.show_run", slug=slug, run_id=run.id), 303)

"""The pool of hosts: who hosts what today, how many pairs can meet at each hour of a week, and links of one's own."""

from datetime import date, datetime, timedelta

from flask import Response, abort, flash, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from scheduler.errors import BadFolder, ImportChanged, NoFile
from scheduler.models import Programme
from scheduler.programme import desk
from scheduler.programme.access import Desk
from scheduler.programme.pool import budgets, link_pool
from scheduler.programme.pool.link_pool import LinkReport
from scheduler.slots import zones
from scheduler.web.desk import uploads
from scheduler.web.desk.entry import blueprint, desk_of, whole_desk_of
from scheduler.web.site import page, signed_in, site, visitor_words

WEEK = timedelta(days=7)
MARGIN = timedelta(days=366)  # before the programme begins and after it ends


@blueprint.get("/pool")
def pool(slug: str) -> Response:
    with site().database.reading() as db:
        return _page(db, desk_of(db, slug))


@blueprint.post("/pool/links")
def look_at_links(slug: str) -> Response:
    """Shows what the file would do. Nothing is done: it waits in the page itself."""
    return _looked_at(slug, uploads.sent("links"))


@blueprint.post("/pool/links/load")
def load_links(slug: str) -> AnyResponse:
    files, seen = uploads.carried("links"), request.form.get("seen", "")
    try:
        with site().database.writing() as db:
            mine = whole_desk_of(db, slug)
            now, by = site().clock(), signed_in() or ""
            link_pool.load(db, mine.programme, files.get("links", b""), seen=seen, by=by, now=now)
    except ImportChanged as changed:
        return _looked_at(slug, files, problems=[visitor_words().refusal(changed)])
    except (BadFolder, NoFile):
        return _looked_at(slug, files)
    flash(visitor_words().gettext("Loaded: the pool has these links now."))
    return redirect(url_for("desk.pool", slug=slug), 303)


def _looked_at(slug: str, files: dict[str, bytes], problems: list[str] | None = None) -> Response:
    """The page with what loading the file would do now, or with what is wrong with it."""
    report, wrong = None, problems or []
    with site().database.writing() as db:
        mine = whole_desk_of(db, slug)
        try:
            report = link_pool.preview(db, files.get("links", b""), now=site().clock())
        except BadFolder as bad:
            wrong = [visitor_words().phrase(problem) for problem in bad.problems]
        except NoFile as none:
            wrong = [visitor_words().refusal(none)]
        status = 409 if problems else 422 if wrong else 200
        return _page(db, mine, status, report=report, problems=wrong, carried=uploads.to_carry(files))


def _page(
    db: Session,
    mine: Desk,
    status: int = 200,
    *,
    report: LinkReport | None = None,
    problems: list[str] | None = None,
    carried: dict[str, str] | None = None,
) -> Response:
    now = site().clock()
    monday = _monday(request.args.get("week", type=date.fromisoformat), mine.programme, now)
    return page(
        "desk/pool.html",
        status,
        desk=mine,
        pool=desk.pool(db, mine, monday=monday, now=now),
        daily=budgets.DAILY,
        monday=monday,
        before=monday - WEEK,
        after=monday + WEEK,
        file=link_pool.FILE,
        report=report,
        problems=problems or [],
        carried=carried or {},
    )


def _monday(day: date | None, programme: Programme, now: datetime) -> date:
    """The Monday of the week that was asked for, or of this one. 404 far outside of the programme."""
    today = zones.date_of(now, programme.timezone)
    chosen = day or today
    if not min(today, programme.starts_on) - MARGIN <= chosen <= max(today, programme.ends_on) + MARGIN:
        abort(404)
    return chosen - timedelta(days=chosen.weekday())

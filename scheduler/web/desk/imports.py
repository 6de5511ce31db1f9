"""Imports: files are looked at first, and loaded as they were looked at. Downloads of what there is, as such files."""

from flask import Response, flash, make_response, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from scheduler.errors import BadFolder, ImportChanged, NoFile
from scheduler.presenters import imports as shown
from scheduler.presenters.folder_files import availability_csv, pairs_csv, people_csv
from scheduler.programme import desk
from scheduler.programme.access import Desk
from scheduler.programme.files import importing
from scheduler.programme.folder import FILES
from scheduler.web.desk import uploads
from scheduler.web.desk.entry import blueprint, whole_desk_of
from scheduler.web.site import page, signed_in, site, visitor_words


@blueprint.get("/imports")
def imports(slug: str) -> Response:
    with site().database.reading() as db:
        return _page(whole_desk_of(db, slug))


@blueprint.post("/imports")
def look_at_import(slug: str) -> Response:
    """Shows what would be done. Nothing is: the files wait in the page itself."""
    return _looked_at(slug, uploads.sent(*FILES))


@blueprint.post("/imports/load")
def load_import(slug: str) -> AnyResponse:
    files = uploads.carried(*FILES)
    try:
        with site().database.writing() as db:
            mine, seen = whole_desk_of(db, slug), request.form.get("seen", "")
            now, by = site().clock(), signed_in() or ""
            report = importing.load(db, mine.programme, files, seen=seen, by=by, now=now)
    except ImportChanged as changed:
        return _looked_at(slug, files, problems=[visitor_words().refusal(changed)])
    except (BadFolder, NoFile):
        return _looked_at(slug, files)
    created, changed_rows = report.created.total(), report.changed.total()
    words = visitor_words()
    flash(words.gettext("Loaded: %(new)s new, %(changed)s changed.", new=created, changed=changed_rows))
    return redirect(url_for("desk.imports", slug=slug), 303)


@blueprint.get("/imports/people.csv")
def people_file(slug: str) -> Response:
    with site().database.reading() as db:
        return _download("people.csv", people_csv(_everybody(db, whole_desk_of(db, slug))))


@blueprint.get("/imports/pairs.csv")
def pairs_file(slug: str) -> Response:
    with site().database.reading() as db:
        return _download("pairs.csv", pairs_csv(desk.pairs_in_reach(db, whole_desk_of(db, slug))))


@blueprint.get("/imports/availability.csv")
def availability_file(slug: str) -> Response:
    with site().database.reading() as db:
        return _download("availability.csv", availability_csv(_everybody(db, whole_desk_of(db, slug))))


def _everybody(db: Session, mine: Desk) -> list[desk.PersonRow]:
    return desk.people_rows(db, mine, [each.person_id for each in desk.people_standings(db, mine)])


def _looked_at(slug: str, files: dict[str, bytes], problems: list[str] | None = None) -> Response:
    """The page with what loading the files would do now, or with what is wrong with them."""
    preview, wrong = None, problems or []
    with site().database.writing() as db:
        mine = whole_desk_of(db, slug)
        try:
            preview = importing.preview(db, mine.programme, files, by=signed_in() or "", now=site().clock())
        except BadFolder as bad:
            wrong = [visitor_words().phrase(problem) for problem in bad.problems]
        except NoFile as none:
            wrong = [visitor_words().refusal(none)]
        status = 409 if problems else 422 if wrong else 200
        return _page(mine, status, preview=preview, problems=wrong, carried=uploads.to_carry(files))


def _page(
    mine: Desk,
    status: int = 200,
    *,
    preview: importing.Preview | None = None,
    problems: list[str] | None = None,
    carried: dict[str, str] | None = None,
) -> Response:
    return page(
        "desk/imports.html",
        status,
        desk=mine,
        files=FILES,
        preview=preview,
        problems=problems or [],
        carried=carried or {},
        shown=shown,
    )


def _download(name: str, content: bytes) -> Response:
    response = make_response(content)
    response.mimetype = "text/csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "private, no-store"
    return response

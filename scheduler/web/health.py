"""For whoever watches over the service: is it alive, and can it serve?"""

from flask import Blueprint, Response
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from scheduler.migrations import DatabaseNewer, DatabaseOlder, check_release
from scheduler.web.site import site

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def alive() -> Response:
    """That this process answers; the database is not asked, since a restart would not mend it."""
    return _said(200, "alive")


@blueprint.get("/readyz")
def ready() -> Response:
    """Whether the database is there and of this release, and the worker of this process, if it has one, lives."""
    try:
        check_release(site().database)
    except (DatabaseNewer, DatabaseOlder) as refused:
        return _said(503, str(refused))
    except (DBAPIError, PoolTimeout):
        return _said(503, "The database does not answer.")
    if not site().worker_lives():
        return _said(
            503, "The worker of this process does not run, or meets a bug; see its log, and restart the process."
        )
    return _said(200, "ready")


def _said(status: int, sentence: str) -> Response:
    response = Response(f"{sentence}\n", status, mimetype="text/plain")
    response.headers["Cache-Control"] = "no-store"
    return response

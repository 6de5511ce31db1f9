"""When it does not work: one clear sentence, with the right status, and no more."""

import logging

from flask import Flask, Response
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException, SecurityError

from scheduler.db import DATABASE_AWAY
from scheduler.errors import CodeSpent, LinkSpent, Refused
from scheduler.phrases import N_
from scheduler.web.site import page, visitor_words

log = logging.getLogger(__name__)
SENTENCES = {
    400: N_("The request was not understood; go back, load the page again and retry."),
    404: N_("There is nothing at this address. It may have been mistyped, or the link may no longer be valid."),
    405: N_("That cannot be done at this address."),
    413: N_("That is too much at once; send less."),
    500: N_("Something broke on our side. It has been noted; please try again later."),
    503: N_("The service cannot reach its database just now; please try again in a minute."),
}


def register(app: Flask) -> None:
    @app.errorhandler(HTTPException)
    def _http(failure: HTTPException) -> Response:
        status = failure.code or 500
        if status < 400:
            return Response(failure.get_response().get_data(), status, dict(failure.get_headers()))
        response = _page(status, _sentence(status))
        if status == 405 and failure.get_response().headers.get("Allow"):
            response.headers["Allow"] = failure.get_response().headers["Allow"]
        return response

    @app.errorhandler(SecurityError)
    def _foreign_host(failure: SecurityError) -> Response:
        return Response(_sentence(400), 400, mimetype="text/plain")  # a page has links, and they would be to that host

    @app.errorhandler(CSRFError)
    def _csrf(failure: CSRFError) -> Response:
        return _page(400, _sentence(400))

    @app.errorhandler(Refused)
    def _refused(refused: Refused) -> Response:
        spent = isinstance(refused, LinkSpent | CodeSpent)
        return page("failure.html", 410 if spent else 409, sentence=visitor_words().refusal(refused), sign_in=spent)

    def _database(failure: SQLAlchemyError) -> Response:
        log.error("the database does not answer: %s", type(getattr(failure, "orig", None) or failure).__name__)
        response = _page(503, _sentence(503))
        response.headers["Retry-After"] = "10"
        return response

    for kind in DATABASE_AWAY:
        app.register_error_handler(kind, _database)

    @app.errorhandler(500)
    def _bug(failure: Exception) -> Response:
        return _page(500, _sentence(500))


def _sentence(status: int) -> str:
    return visitor_words().gettext(SENTENCES.get(status, SENTENCES[400]))


def _page(status: int, sentence: str) -> Response:
    """The page of a failure. It asks nothing of the database, which may be what failed."""
    return page("failure.html", status, sentence=sentence)

"""When it does not work: one clear sentence, with the right status, and no more."""

import logging

from flask import Flask, Response
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException

from scheduler.errors import N_, LinkSpent, Refused
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
UNTITLED = N_("Something went wrong")


def register(app: Flask) -> None:
    @app.errorhandler(HTTPException)
    def _http(failure: HTTPException) -> Response:
        status = failure.code or 500
        if status < 400:
            return Response(failure.get_response().get_data(), status, dict(failure.get_headers()))
        response = _page(status, visitor_words().gettext(SENTENCES.get(status, SENTENCES[400])))
        if status == 405 and failure.get_response().headers.get("Allow"):
            response.headers["Allow"] = failure.get_response().headers["Allow"]
        return response

    @app.errorhandler(CSRFError)
    def _csrf(failure: CSRFError) -> Response:
        return _page(400, visitor_words().gettext(SENTENCES[400]))

    @app.errorhandler(Refused)
    def _refused(refused: Refused) -> Response:
        return _page(410 if isinstance(refused, LinkSpent) else 409, visitor_words().refusal(refused))

    @app.errorhandler(OperationalError)
    def _database(failure: OperationalError) -> Response:
        log.error("the database does not answer: %s", type(failure.orig).__name__)
        response = Response(visitor_words().gettext(SENTENCES[503]), 503, mimetype="text/plain")
        response.headers["Retry-After"] = "10"
        return response

    @app.errorhandler(500)
    def _bug(failure: Exception) -> Response:
        return _page(500, visitor_words().gettext(SENTENCES[500]))


def _page(status: int, sentence: str) -> Response:
    return page("failure.html", status, sentence=sentence)

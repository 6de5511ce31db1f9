"""Where other systems tell us what happened: Zoom's webhooks. They prove who they are by a signature, not by a cookie.

https://developers.zoom.us/docs/api/webhooks/
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, Response, abort, jsonify, request

from scheduler.programme.pool import zoom_news
from scheduler.programme.pool.zoom_news import News
from scheduler.web.site import site

blueprint = Blueprint("zoom_hook", __name__)


@dataclass(frozen=True)
class Heard:
    """What a post is: news; a challenge with the answer to give; or neither, with the status that says why not."""

    news: News | None = None
    answer: Mapping[str, str] | None = None
    refused: int = 0


Ear = Callable[[bytes, Mapping[str, str], datetime], Heard]


@blueprint.post("/hooks/zoom")
def take() -> Response:
    """200 for what is taken in, and as well for what is old or not about us: Zoom would send it again and again.

    404 where no secret is set; 401 for what is not signed with it, or not lately; 400 for what is, and makes no sense;
    413 for what is longer than any form; 503 while the database does not answer, so that Zoom does send it again.
    """
    hear = site().hear_zoom or abort(404)
    heard = hear(request.get_data(), request.headers, site().clock())
    if heard.refused:
        return Response(status=heard.refused)
    if heard.answer is not None:
        return jsonify(heard.answer)
    if heard.news is not None:
        _take(heard.news)
    return Response(status=200)


def _take(news: News) -> None:
    """Takes the news in. What does not matter, most of a busy account, does not queue up for the right to write."""
    with site().database.reading() as db:
        if not zoom_news.matters(db, news):
            return
    with site().database.writing() as db:
        zoom_news.take(db, news, now=site().clock())
